//! The handler against a real S3 endpoint.

use std::time::Instant;

use contract::{Aggregate, ErrorType, Failure, StagedRun};
use fmi::{FmiError, State, handle};
use lambda_entry::Invocation;
use loopback_s3::LoopbackS3;
use run_fixture::{RESULTS, predictions, write_run, write_shard};
use run_results::Predictions;

async fn aggregate(s3: &LoopbackS3, staged: &StagedRun) -> Result<StagedRun, FmiError> {
    let invocation = Invocation {
        event: staged.clone(),
        request_id: "request".to_owned(),
        function_version: "1".to_owned(),
        memory_mb: 512,
        arrived: Instant::now(),
        init: None,
    };
    handle(&State::new(s3.store(), RESULTS.to_owned()), invocation).await
}

#[tokio::test]
async fn shards_become_one_object_in_their_order() {
    let s3 = LoopbackS3::start(&[RESULTS]).await.unwrap();
    // More than ten, so that the order of the keys would show; more than the requests under way at once.
    let staged = write_run(&s3.store(), 40).await.unwrap();
    let answer = aggregate(&s3, &staged).await.unwrap();
    let found = answer.aggregate.clone().unwrap();
    assert_eq!((found.count, found.shards, found.moments.unwrap().count), (120, 40, 120));
    assert_eq!((&answer.run, &answer.folder), (&staged.run, &staged.folder));

    let merged = Predictions::decode(&s3.store().read(RESULTS, &found.key).await.unwrap()).unwrap();
    let expected: Vec<i64> = (0..40).flat_map(|shard| (0..3).map(move |row| 100 * shard + row)).collect();
    assert_eq!(merged.ids().unwrap(), expected);
    let written: Aggregate = s3.store().read_json(RESULTS, &staged.run.aggregate_key()).await.unwrap();
    assert_eq!(written, found);
    assert_eq!(aggregate(&s3, &answer).await.unwrap(), answer, "a retry gives the same aggregate");
}

#[tokio::test]
async fn the_barrier_holds() {
    let s3 = LoopbackS3::start(&[RESULTS]).await.unwrap();
    let staged = write_run(&s3.store(), 3).await.unwrap();
    std::fs::remove_file(s3.file(RESULTS, &staged.run.record_key(1))).unwrap();
    let error = aggregate(&s3, &staged).await.unwrap_err();
    assert_eq!(error.error_type(), ErrorType::MissingShard, "{error}");

    // The id of shard 0's second row.
    write_shard(&s3.store(), 1, predictions(1, 1).unwrap()).await.unwrap();
    let error = aggregate(&s3, &staged).await.unwrap_err();
    assert_eq!(error.error_type(), ErrorType::DoubledId);
    assert!(error.to_string().starts_with("row id 1 was predicted by shard 0 and by shard 1"), "{error}");

    std::fs::write(s3.file(RESULTS, &staged.run.shard_predictions_key(1)), b"other bytes").unwrap();
    let error = aggregate(&s3, &staged).await.unwrap_err();
    assert_eq!(error.error_type(), ErrorType::ShardMismatch, "{error}");

    std::fs::remove_file(s3.file(RESULTS, &staged.run.shard_predictions_key(1))).unwrap();
    let error = aggregate(&s3, &staged).await.unwrap_err();
    assert_eq!(error.error_type(), ErrorType::S3NotFound, "{error}");
}
