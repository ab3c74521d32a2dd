//! The data of the benchmark: a partition of one image, and a shard of 25 MB.

use std::fs;

use anyhow::{Context, Result};
use bytes::Bytes;
use camino::Utf8Path;
use contract::{InferEvent, PartitionObject, Run, RunId, RunPrefix, Shard};
use serde_json::{Map, Value, json};

/// The bucket of the partitions.
pub(super) const DATA: &str = "bench-data";
/// The bucket of the predictions.
pub(super) const RESULTS: &str = "bench-results";
/// What the model takes and gives, and what goes into the predictions as it is.
pub(super) const TENSORS: &str = r#"{"inputs": {"image": "f32[n,5,32,32]", "magnitude": "f32[n,5]"}, "outputs": {"redshift": "f32[n,1]"}, "labels": {"id": "i64[n]", "z_true": "f32[n,1]"}}"#;
/// How many images the model takes at once. The infer function takes no more whatever is asked: they would need more memory and
/// run no faster. Both handlers and the bare loop are asked for the same.
pub(super) const BATCH: u32 = 64;

const IMAGE: usize = 5 * 32 * 32;
const BANDS: usize = 5;
/// What an image takes in a partition: the image, its magnitudes, its label and its number.
const ROW_BYTES: usize = 4 * (IMAGE + BANDS + 1) + 8;
const SHARD_BYTES: usize = 25_000_000;

/// A partition and the event that asks for its predictions.
#[derive(Debug, Clone)]
pub(super) struct Work {
    /// The number of images.
    pub(super) rows: usize,
    /// The partition's key.
    pub(super) key: &'static str,
    /// The run of the event.
    pub(super) run: Run,
    /// The shard's number.
    pub(super) index: u32,
    /// The event.
    pub(super) event: Bytes,
}

/// What the functions are asked for.
#[derive(Debug, Clone)]
pub(super) struct Works {
    /// One image.
    pub(super) one: Work,
    /// 25 MB of images.
    pub(super) shard: Work,
}

impl Works {
    /// Writes the partitions into the folder that is served as their bucket.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn write(folder: &Utf8Path) -> Result<Self> {
        Ok(Self {
            one: Work::write(folder, "one.safetensors", 1, 0)?,
            shard: Work::write(folder, "shard.safetensors", SHARD_BYTES / ROW_BYTES, 1)?,
        })
    }
}

impl Work {
    fn write(folder: &Utf8Path, key: &'static str, rows: usize, index: u32) -> Result<Self> {
        let content = partition(rows);
        let path = folder.join(key);
        fs::write(&path, &content).with_context(|| format!("cannot write {path}"))?;
        let id = RunId::new("bench").context("the run's name")?;
        let bytes = content.len() as u64;
        let run = Run {
            prefix: RunPrefix::new("bench/package", &id).context("the run's prefix")?,
            id,
            data_bucket: DATA.to_owned(),
            results_bucket: RESULTS.to_owned(),
            batch_size: BATCH,
            shards: 2,
            objects: 1,
            bytes,
            started_at: "2026-01-01T00:00:00Z".parse().context("the run's start")?,
        };
        let objects = vec![PartitionObject { key: key.to_owned(), bytes }];
        let event = InferEvent { run: run.clone(), shard: Shard { index, objects, bytes } };
        Ok(Self { rows, key, run, index, event: serde_json::to_vec(&event)?.into() })
    }
}

/// Returns a partition as safetensors: numbers that look like noise and are the same in every run.
fn partition(rows: usize) -> Vec<u8> {
    let mut noise = Noise(1);
    let mut floats = |count: usize| (0..count).flat_map(|_| noise.next().to_le_bytes()).collect::<Vec<u8>>();
    let tensors = [
        ("id", "I64", vec![rows], (0..rows as u64).flat_map(u64::to_le_bytes).collect()),
        ("image", "F32", vec![rows, 5, 32, 32], floats(rows * IMAGE)),
        ("magnitude", "F32", vec![rows, BANDS], floats(rows * BANDS)),
        ("z_true", "F32", vec![rows, 1], floats(rows)),
    ];
    let mut header = Map::new();
    let mut data = Vec::new();
    for (name, kind, shape, bytes) in tensors {
        let begin = data.len();
        data.extend(bytes);
        let entry = json!({ "dtype": kind, "shape": shape, "data_offsets": [begin, data.len()] });
        header.insert(name.to_owned(), entry);
    }
    let mut header = Value::Object(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    [&(header.len() as u64).to_le_bytes(), header.as_slice(), &data].concat()
}

/// A linear congruential generator (Knuth's MMIX), of which the upper bits are good enough for pixels.
struct Noise(u64);

impl Noise {
    /// Returns a number from -1 to 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let upper = u16::try_from(self.0 >> 48).unwrap_or(0);
        f32::from(upper) / 32_768.0 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_is_safetensors_of_the_declared_size() {
        let content = partition(3);
        let length = usize::try_from(u64::from_le_bytes(content[..8].try_into().unwrap())).unwrap();
        let header: Value = serde_json::from_slice(&content[8..8 + length]).unwrap();
        assert_eq!(header["image"]["shape"], json!([3, 5, 32, 32]));
        assert_eq!(header["z_true"]["data_offsets"][1], json!(3 * ROW_BYTES));
        assert_eq!(content.len(), 8 + length + 3 * ROW_BYTES);
    }

    #[test]
    fn noise_spreads() {
        let mut noise = Noise(1);
        let values: Vec<f32> = (0..1_000).map(|_| noise.next()).collect();
        let mean = values.iter().sum::<f32>() / 1_000.0;
        assert!(mean.abs() < 0.1 && values.iter().all(|value| (-1.0..1.0).contains(value)), "{mean}");
    }
}
