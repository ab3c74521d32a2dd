//! One event for each handler, in its schema: what `iacgen package --smoke` hands over, and what a reader may copy.
//!
//! They belong together: each stage finds what the one before it wrote, over one partition of `cargo xtask demo`. Where no
//! such partition is, a handler says so with an error of its own. `${BUCKET_DATA}` and `${BUCKET_RESULTS}` stand for the
//! variables that hold the deployment's buckets.

use serde_json::{Value, json};

/// The size of `25MB/part-00000.safetensors` of the demo, 1,278 galaxies, in bytes.
const PARTITION_BYTES: u64 = 26_214_712;
const STARTED_AT: &str = "2026-01-01T00:00:00Z";

/// An event of initialize.
pub(crate) fn initialize_event() -> Value {
    json!({
        "execution": "smoke",
        "started_at": STARTED_AT,
        "input": {
            "data_bucket": "${BUCKET_DATA}",
            "data_prefix": "25MB",
            "result_path": "smoke",
            "batch_size": 512,
            "file_limit": 1,
        },
    })
}

/// An event of infer: the only shard of the run that initialize plans.
pub(crate) fn infer_event() -> Value {
    json!({
        "run": run(),
        "shard": {
            "index": 0,
            "objects": [{ "key": "25MB/part-00000.safetensors", "bytes": PARTITION_BYTES }],
            "bytes": PARTITION_BYTES,
        },
    })
}

/// What initialize returns, which fmi and summarize take.
pub(crate) fn staged_run() -> Value {
    json!({ "statusCode": 200, "run": run(), "folder": "smoke/smoke", "unused": [] })
}

fn run() -> Value {
    json!({
        "id": "smoke",
        "data_bucket": "${BUCKET_DATA}",
        "results_bucket": "${BUCKET_RESULTS}",
        "prefix": "runs/smoke/smoke/",
        "batch_size": 512,
        "shards": 1,
        "objects": 1,
        "bytes": PARTITION_BYTES,
        "started_at": STARTED_AT,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InferEvent, InitializeEvent, RunPrefix, StagedRun, decode};

    #[test]
    fn the_examples_are_events_and_belong_together() {
        let initialize: InitializeEvent = decode(initialize_event()).unwrap();
        let infer: InferEvent = decode(infer_event()).unwrap();
        let staged: StagedRun = decode(staged_run()).unwrap();
        assert_eq!(serde_json::to_value(&infer).unwrap(), infer_event());
        assert_eq!(infer.run, staged.run);
        assert_eq!((&infer.run.id, infer.run.started_at), (&initialize.execution, initialize.started_at));
        let prefix = RunPrefix::new(&initialize.input.result_path, &initialize.execution).unwrap();
        assert_eq!((prefix.folder(), &prefix), (staged.folder.as_str(), &infer.run.prefix));
        assert!(infer.shard.objects[0].key.starts_with(&initialize.input.data_prefix));
        assert_eq!(infer.shard.bytes, infer.run.bytes);
    }
}
