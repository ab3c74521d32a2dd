//! Whether the records found are those of the run: every shard once, and what the manifest asked for.

use std::collections::BTreeMap;

use contract::{PartitionObject, RunManifest, ShardRecord};

use crate::ResultsError;

/// Holds records, each with the key it was found under, to the manifest. Returns them by index.
///
/// # Errors
/// [`ResultsError`] for the first record that is foreign, doubled, missing or different.
pub fn check_records(
    manifest: &RunManifest,
    found: Vec<(String, ShardRecord)>,
) -> Result<Vec<ShardRecord>, ResultsError> {
    let run = &manifest.run;
    let mismatch = |key: &str, reason: String| ResultsError::Mismatch { key: key.to_owned(), reason };

    let mut by_index: BTreeMap<u32, (String, ShardRecord)> = BTreeMap::new();
    for (key, record) in found {
        if record.run != run.id {
            return Err(ResultsError::ForeignShard {
                key,
                found: record.run.to_string(),
                expected: run.id.to_string(),
            });
        }
        if let Some((first, _)) = by_index.get(&record.index) {
            return Err(ResultsError::DoubledShard {
                index: record.index,
                first: first.clone(),
                second: key,
            });
        }
        by_index.insert(record.index, (key, record));
    }

    let indices: Vec<u32> = (0..run.shards).filter(|index| !by_index.contains_key(index)).collect();
    if !indices.is_empty() {
        return Err(ResultsError::MissingShards {
            indices,
            shards: run.shards,
            prefix: run.records_prefix(),
        });
    }

    let mut readers: BTreeMap<&str, u32> = BTreeMap::new();
    for (index, (_, record)) in &by_index {
        for object in &record.objects {
            if let Some(first) = readers.insert(&object.key, *index) {
                return Err(ResultsError::DoubledObject {
                    object: object.key.clone(),
                    first,
                    second: *index,
                });
            }
        }
    }

    for (index, (key, record)) in &by_index {
        let Some(shard) = manifest.shards.iter().find(|shard| shard.index == *index) else {
            return Err(mismatch(
                key,
                format!("its index is {index}, and the run has {} shards", run.shards),
            ));
        };
        if *key != run.record_key(*index) {
            return Err(mismatch(key, format!("the record of shard {index} is {}", run.record_key(*index))));
        }
        let read: Vec<PartitionObject> = record
            .objects
            .iter()
            .map(|object| PartitionObject { key: object.key.clone(), bytes: object.bytes })
            .collect();
        if read != shard.objects {
            let keys = |objects: &[PartitionObject]| {
                objects
                    .iter()
                    .map(|o| format!("{} ({} bytes)", o.key, o.bytes))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            return Err(mismatch(
                key,
                format!("it read {}, the manifest says {}", keys(&read), keys(&shard.objects)),
            ));
        }
        let rows: u64 = record.objects.iter().map(|object| object.rows).sum();
        if rows != record.count {
            return Err(mismatch(
                key,
                format!("its partitions hold {rows} rows, it counts {}", record.count),
            ));
        }
        let expected = run.shard_predictions_key(*index);
        if record.predictions.key != expected {
            return Err(mismatch(
                key,
                format!("its predictions are {}, not {expected}", record.predictions.key),
            ));
        }
    }
    Ok(by_index.into_values().map(|(_, record)| record).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{
        Architecture, Initialization, ObjectRecord, Run, RunId, RunPrefix, Shard, ShardDuration,
        ShardEnvironment, StoredObject,
    };

    fn manifest(shards: u32) -> RunManifest {
        let id = RunId::new("run-1").unwrap();
        let shards: Vec<Shard> = (0..shards)
            .map(|index| Shard {
                index,
                objects: vec![PartitionObject { key: format!("d/part-{index}.safetensors"), bytes: 100 }],
                bytes: 100,
            })
            .collect();
        let count = u32::try_from(shards.len()).unwrap();
        let run = Run {
            prefix: RunPrefix::new("r", &id).unwrap(),
            id,
            data_bucket: "data".to_owned(),
            results_bucket: "results".to_owned(),
            batch_size: 512,
            shards: count,
            objects: count,
            bytes: 100 * u64::from(count),
            started_at: "2026-11-24T00:00:00Z".parse().unwrap(),
        };
        RunManifest { run, shards }
    }

    fn record(manifest: &RunManifest, index: u32) -> (String, ShardRecord) {
        let run = &manifest.run;
        let record = ShardRecord {
            run: run.id.clone(),
            index,
            objects: vec![ObjectRecord {
                key: format!("d/part-{index}.safetensors"),
                etag: "e".to_owned(),
                bytes: 100,
                rows: 7,
            }],
            count: 7,
            predictions: StoredObject {
                key: run.shard_predictions_key(index),
                sha256: "0".repeat(64),
                bytes: 1,
            },
            duration: ShardDuration { total_ms: 3.0, read_ms: 1.0, compute_ms: 1.0, write_ms: 1.0 },
            environment: ShardEnvironment {
                request_id: "q".to_owned(),
                function_version: "1".to_owned(),
                architecture: Architecture::X86_64,
                memory_mb: 1769,
                peak_memory_mb: 100.0,
                initialization: Initialization::OnDemand,
                init_ms: None,
            },
        };
        (run.record_key(index), record)
    }

    fn check(change: impl FnOnce(&mut Vec<(String, ShardRecord)>)) -> Result<Vec<ShardRecord>, String> {
        let manifest = manifest(12);
        // The order of a listing is not that of the indices.
        let mut found: Vec<_> = (0..12).rev().map(|index| record(&manifest, index)).collect();
        change(&mut found);
        check_records(&manifest, found).map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_run_passes_in_order() {
        let records = check(|_| {}).unwrap();
        assert_eq!(
            records.iter().map(|record| record.index).collect::<Vec<_>>(),
            (0..12).collect::<Vec<_>>()
        );
    }

    #[test]
    fn every_hole_is_named() {
        let error =
            check(|found| found.retain(|(_, record)| record.index != 3 && record.index != 7)).unwrap_err();
        assert!(
            error.starts_with("2 of 12 shards left no record below runs/r/run-1/shards: 3, 7;"),
            "{error}"
        );
    }

    #[test]
    fn what_is_doubled_foreign_or_different_is_refused() {
        type Change = fn(&mut Vec<(String, ShardRecord)>);
        let cases: [(Change, &str); 8] = [
            (
                |found| {
                    let mut copy = found[0].clone();
                    copy.0 = "runs/r/run-1/shards/copy.json".to_owned();
                    found.push(copy);
                },
                "shard 11 has two records, runs/r/run-1/shards/shard-00011.json and runs/r/run-1/shards/copy.json",
            ),
            (|found| found[0].1.run = RunId::new("run-0").unwrap(), "belongs to run run-0, not to run-1"),
            (
                |found| found[0].1.objects = found[1].1.objects.clone(),
                "d/part-10.safetensors was read by shard 10 and by shard 11",
            ),
            (
                |found| {
                    let mut more = found[0].clone();
                    more.1.index = 12;
                    more.1.objects.clear();
                    found.push(more);
                },
                "its index is 12, and the run has 12 shards",
            ),
            (|found| found[0].0.push('x'), "the record of shard 11 is runs/r/run-1/shards/shard-00011.json"),
            (
                |found| found[0].1.objects[0].bytes = 99,
                "it read d/part-11.safetensors (99 bytes), the manifest says",
            ),
            (|found| found[0].1.count = 8, "its partitions hold 7 rows, it counts 8"),
            (
                |found| found[0].1.predictions.key = "x".to_owned(),
                "its predictions are x, not runs/r/run-1/predictions/",
            ),
        ];
        for (change, says) in cases {
            let error = check(change).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
