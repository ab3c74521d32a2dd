//! Partitions to shards.

use contract::{PartitionObject, Shard};

/// Splits partitions into `count` shards: contiguous, whole, none empty, and each about as many bytes as the others. A
/// count above the number of partitions is that number.
///
/// A partition goes to the shard in whose share of all bytes its middle lies, so no shard is larger than a fair share
/// by more than one partition.
pub fn split(objects: Vec<PartitionObject>, count: u32) -> Vec<Shard> {
    let total: u128 = objects.iter().map(|object| u128::from(object.bytes)).sum();
    let files = objects.len();
    let count = (count as usize).min(files);
    let mut shards: Vec<Shard> = Vec::with_capacity(count);
    let mut before: u128 = 0;
    for (position, object) in objects.into_iter().enumerate() {
        // Twice the middle over twice the total: whole numbers only.
        let middle = 2 * before + u128::from(object.bytes);
        let share = if total == 0 {
            position * count / files
        } else {
            usize::try_from(middle * count as u128 / (2 * total)).unwrap_or(count)
        };
        before += u128::from(object.bytes);
        // Every earlier shard has a partition, and enough are left for every later one.
        let earliest = (count + position).saturating_sub(files);
        let target = share.clamp(earliest, count - 1);
        if shards.is_empty() || (target >= shards.len() && shards.len() < count) {
            let index = u32::try_from(shards.len()).unwrap_or(u32::MAX);
            shards.push(Shard { index, objects: Vec::new(), bytes: 0 });
        }
        if let Some(shard) = shards.last_mut() {
            shard.bytes += object.bytes;
            shard.objects.push(object);
        }
    }
    shards
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn objects(sizes: &[u64]) -> Vec<PartitionObject> {
        sizes
            .iter()
            .enumerate()
            .map(|(index, &bytes)| PartitionObject { key: format!("part-{index}"), bytes })
            .collect()
    }

    fn sizes(shards: &[Shard]) -> Vec<Vec<u64>> {
        shards.iter().map(|shard| shard.objects.iter().map(|object| object.bytes).collect()).collect()
    }

    #[test]
    fn equal_partitions_spread_evenly() {
        assert_eq!(sizes(&split(objects(&[5; 4]), 2)), [vec![5, 5], vec![5, 5]]);
        assert_eq!(sizes(&split(objects(&[5; 3]), 9)), [[5], [5], [5]]);
        let counts: Vec<usize> =
            split(objects(&[5; 10]), 4).iter().map(|shard| shard.objects.len()).collect();
        assert_eq!(counts.iter().sum::<usize>(), 10);
        assert!(counts.iter().all(|count| (2..=3).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_large_partition_stands_alone() {
        assert_eq!(sizes(&split(objects(&[1, 1, 98, 1, 1]), 3)), [vec![1, 1], vec![98], vec![1, 1]]);
        assert_eq!(sizes(&split(objects(&[0, 0, 0]), 2)).len(), 2);
    }

    proptest! {
        #[test]
        fn shards_cover_all_partitions_in_order(bytes in prop::collection::vec(0_u64..1_000, 1..60), count in 1_u32..70) {
            let all = objects(&bytes);
            let shards = split(all.clone(), count);
            prop_assert_eq!(shards.len(), (count as usize).min(all.len()));
            prop_assert!(shards.iter().zip(0..).all(|(shard, index)| shard.index == index));
            prop_assert!(shards.iter().all(|shard| !shard.objects.is_empty()));
            prop_assert!(shards.iter().all(|s| s.bytes == s.objects.iter().map(|o| o.bytes).sum::<u64>()));
            let joined: Vec<PartitionObject> = shards.iter().flat_map(|shard| shard.objects.clone()).collect();
            prop_assert_eq!(joined, all);
            let fair = bytes.iter().sum::<u64>() / shards.len() as u64;
            let largest = bytes.iter().max().copied().unwrap_or(0);
            prop_assert!(shards.iter().all(|shard| shard.bytes <= fair + 2 * largest + 1));
        }
    }
}
