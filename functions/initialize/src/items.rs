//! The items of the map: one shard a line.

use std::io;

use contract::{Run, Shard};
use serde::Serialize;

use crate::InitializeError;

/// The most bytes that an execution's input may take (AWS page "Step Functions service quotas": 256 KiB).
const PAYLOAD_QUOTA: usize = 262_144;

/// The bytes kept free in it: the arguments of `lambda:invoke` have the event beside the function's ARN, and Step
/// Functions counts its own form of the JSON.
const RESERVE: usize = 4_096;

/// What the map hands to infer for an item, by reference.
#[derive(Serialize)]
struct Event<'a> {
    run: &'a Run,
    shard: &'a Shard,
}

/// Returns the items as JSON Lines.
///
/// # Errors
/// [`InitializeError::ShardTooLarge`] for a shard that the map could not hand to infer. It would fail there with
/// `States.DataLimitExceeded` and no word about the cause.
pub(crate) fn lines(run: &Run, shards: &[Shard]) -> Result<Vec<u8>, InitializeError> {
    let mut lines = Vec::new();
    for shard in shards {
        let bytes = size(&Event { run, shard });
        let limit = PAYLOAD_QUOTA - RESERVE;
        if bytes > limit {
            let objects = shard.objects.len();
            return Err(InitializeError::ShardTooLarge {
                index: shard.index,
                objects,
                bytes,
                limit,
                enough: enough(run, shards, limit),
            });
        }
        // A vector takes whatever is written, and a shard has no key that JSON lacks.
        serde_json::to_writer(&mut lines, shard).unwrap_or_default();
        lines.push(b'\n');
    }
    Ok(lines)
}

/// A number of shards at which every one fits: at half the room, so that uneven partitions still do. No more than there
/// are partitions, each of which fits alone.
fn enough(run: &Run, shards: &[Shard], limit: usize) -> u32 {
    let all: usize = shards.iter().map(size).sum();
    let count = u32::try_from(2 * all / limit + 1).unwrap_or(u32::MAX);
    count.clamp(run.shards.saturating_add(1).min(run.objects), run.objects)
}

/// Counts the bytes of a value's JSON without keeping them.
fn size(value: &impl Serialize) -> usize {
    struct Count(usize);

    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).map_or(usize::MAX, |()| count.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{InferEvent, PartitionObject};
    use run_fixture::{shards, staged};

    #[test]
    fn a_shard_is_counted_as_infer_gets_it() {
        let run = staged(2).run;
        let mut two = shards(2);
        let limit = PAYLOAD_QUOTA - RESERVE;
        let event = |shard: &Shard| {
            let event = InferEvent { run: run.clone(), shard: shard.clone() };
            serde_json::to_vec(&event).unwrap().len()
        };
        let missing = limit - event(&two[1]);
        two[1].objects[0].key.push_str(&"x".repeat(missing));
        assert_eq!(event(&two[1]), limit);
        let text = lines(&run, &two).unwrap();
        let read: Vec<Shard> =
            text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
        assert_eq!(read, two);

        two[1].objects[0].key.push('x');
        let error = lines(&run, &two).unwrap_err();
        let InitializeError::ShardTooLarge { index: 1, objects: 1, bytes, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(bytes, limit + 1);
    }

    #[test]
    fn as_many_shards_as_are_named_fit() {
        let objects: Vec<PartitionObject> = (0..20_000)
            .map(|index| PartitionObject { key: format!("100MB/part-{index}.safetensors"), bytes: 10 })
            .collect();
        let mut run = staged(1).run;
        run.objects = 20_000;
        let error = lines(&run, &crate::split(objects.clone(), 1)).unwrap_err();
        let InitializeError::ShardTooLarge { enough, objects: 20_000, .. } = error else { panic!("{error}") };
        assert!((4..20).contains(&enough), "{enough}");
        assert!(lines(&run, &crate::split(objects, enough)).is_ok());
    }
}
