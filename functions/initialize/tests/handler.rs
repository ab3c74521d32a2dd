//! The handler against a real S3 endpoint.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Instant;

use contract::{Deployment, ErrorType, Failure, RunManifest, Shard, StagedRun};
use initialize::{InitializeError, State, handle};
use lambda_entry::Invocation;
use loopback_s3::LoopbackS3;
use serde_json::{Value, json};

const DATA: &str = "cosmicai-data";
const RESULTS: &str = "cosmicai-results";

async fn endpoint(partitions: u32) -> LoopbackS3 {
    let s3 = LoopbackS3::start(&[DATA, RESULTS]).await.unwrap();
    std::fs::create_dir(s3.file(DATA, "100MB")).unwrap();
    for index in 1..=partitions {
        std::fs::write(s3.file(DATA, &format!("100MB/part-{index}.safetensors")), [0_u8; 10]).unwrap();
    }
    std::fs::write(s3.file(DATA, "100MB/README.md"), b"not a partition").unwrap();
    s3
}

async fn initialize(s3: &LoopbackS3, event: Value) -> Result<StagedRun, InitializeError> {
    let deployment = Deployment { data_bucket: DATA.to_owned(), results_bucket: RESULTS.to_owned() };
    let invocation = Invocation {
        event: contract::decode(event).unwrap(),
        request_id: "request".to_owned(),
        function_version: "1".to_owned(),
        memory_mb: 256,
        arrived: Instant::now(),
        init: None,
    };
    handle(&State::new(s3.store(), deployment), invocation).await
}

/// Reads the map's items as Step Functions does: from the key that workflow.yaml builds, a line for each.
async fn items(s3: &LoopbackS3, staged: &StagedRun) -> Vec<Shard> {
    let bytes = s3.store().read(RESULTS, &format!("runs/{}/items.jsonl", staged.folder)).await.unwrap();
    let text = std::str::from_utf8(&bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The sample input that came with the workflow, with some fields replaced.
fn event(changes: &Value) -> Value {
    let mut input = json!({
        "bucket": "cosmicai-data",
        "file_limit": "90",
        "batch_size": 512,
        "object_type": "folder",
        "S3_object_name": "Anomaly Detection",
        "script": "/tmp/Anomaly Detection/Inference/inference.py",
        "result_path": "scaling/result-partition-100MB/9GB/2",
        "data_bucket": "cosmicai-data",
        "data_prefix": "100MB"
    });
    for (name, value) in changes.as_object().unwrap() {
        input[name] = value.clone();
    }
    json!({"execution": "run-1", "started_at": "2026-11-24T02:28:14.123Z", "input": input})
}

#[tokio::test]
async fn the_seeds_input_starts_a_run() {
    let s3 = endpoint(12).await;
    let staged = initialize(&s3, event(&json!({}))).await.unwrap();
    assert_eq!(
        (staged.status_code, staged.run.shards, staged.run.objects, staged.run.bytes),
        (200, 12, 12, 120)
    );
    assert_eq!(staged.run.prefix.as_str(), "runs/scaling/result-partition-100MB/9GB/2/run-1/");
    assert_eq!(staged.folder, "scaling/result-partition-100MB/9GB/2/run-1");
    let shards = items(&s3, &staged).await;
    let keys: Vec<&str> = shards.iter().map(|shard| shard.objects[0].key.as_str()).collect();
    assert_eq!(
        keys[..3],
        ["100MB/part-1.safetensors", "100MB/part-2.safetensors", "100MB/part-3.safetensors"]
    );
    assert_eq!(keys[11], "100MB/part-12.safetensors");
    let unused: Vec<&str> = staged.unused.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(unused, ["bucket", "object_type", "S3_object_name", "script"]);

    let manifest: RunManifest = s3.store().read_json(RESULTS, &staged.run.manifest_key()).await.unwrap();
    assert_eq!((&manifest.run, &manifest.shards), (&staged.run, &shards));
    assert_eq!(initialize(&s3, event(&json!({}))).await.unwrap(), staged, "a retry gives the same run");
    assert_eq!(items(&s3, &staged).await, shards);
}

#[tokio::test]
async fn limits_are_kept() {
    let s3 = endpoint(12).await;
    let staged = initialize(&s3, event(&json!({"file_limit": 5, "world_size": "2"}))).await.unwrap();
    let counts: Vec<usize> = items(&s3, &staged).await.iter().map(|shard| shard.objects.len()).collect();
    assert_eq!((staged.run.objects, counts.iter().sum::<usize>(), counts.len()), (5, 5, 2));
    let staged = initialize(&s3, event(&json!({"world_size": 500}))).await.unwrap();
    assert_eq!(staged.run.shards, 12, "no shard without a partition");
}

#[tokio::test]
async fn the_answer_does_not_grow_with_the_shards() {
    let few = initialize(&endpoint(12).await, event(&json!({"file_limit": null}))).await.unwrap();
    let s3 = endpoint(4_000).await;
    let many = initialize(&s3, event(&json!({"file_limit": null}))).await.unwrap();
    let size = |staged: &StagedRun| serde_json::to_vec(staged).unwrap().len();
    assert!(size(&many) < size(&few) + 20, "{} bytes after {}", size(&many), size(&few));

    let shards = items(&s3, &many).await;
    assert_eq!((many.run.shards, many.run.objects, shards.len()), (4_000, 4_000, 4_000));
    assert!(shards.iter().zip(0..).all(|(shard, index)| shard.index == index));
    let inline = serde_json::to_vec(&shards).unwrap().len();
    assert!(inline > 262_144, "the list itself would not pass: {inline} bytes");
}

#[tokio::test]
async fn a_shard_that_no_execution_could_take_is_refused() {
    let s3 = endpoint(7_000).await;
    let error = initialize(&s3, event(&json!({"file_limit": null, "world_size": 1}))).await.unwrap_err();
    assert_eq!(error.error_type(), ErrorType::ShardTooLarge);
    assert!(error.to_string().starts_with("shard 0 lists 7000 partitions, which takes "), "{error}");
}

#[tokio::test]
async fn inputs_that_cannot_run_say_why() {
    let s3 = endpoint(1).await;
    for (changes, error_type, says) in [
        (
            json!({"data_bucket": "other"}),
            ErrorType::InvalidInput,
            "`data_bucket` is `other`, but this deployment may read `cosmicai-data`",
        ),
        (json!({"data_prefix": "75MB"}), ErrorType::NoPartitions, "below s3://cosmicai-data/75MB/"),
        (json!({"data_prefix": "/"}), ErrorType::InvalidInput, "`data_prefix` is empty"),
        (json!({"result_path": "a/../b"}), ErrorType::InvalidInput, "`a/../b` is not a result path"),
    ] {
        let error = initialize(&s3, event(&changes)).await.unwrap_err();
        assert_eq!(error.error_type(), error_type, "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
}
