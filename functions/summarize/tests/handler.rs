//! The handler against a real S3 endpoint.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Instant;

use contract::{Aggregate, ErrorType, Failure, Report, RunId, StagedRun};
use lambda_entry::Invocation;
use loopback_s3::LoopbackS3;
use run_fixture::{RESULTS, predictions, record, write_record, write_run, write_shard};
use run_results::{Predictions, moments};
use summarize::{PriceList, State, SummarizeError, handle};

async fn summarize(s3: &LoopbackS3, staged: &StagedRun) -> Result<Report, SummarizeError> {
    let invocation = Invocation {
        event: staged.clone(),
        request_id: "request".to_owned(),
        function_version: "1".to_owned(),
        memory_mb: 512,
        arrived: Instant::now(),
        init: None,
    };
    handle(&State::new(s3.store(), RESULTS.to_owned(), PriceList::of(None)), invocation).await
}

/// Writes what fmi would.
async fn merge(s3: &LoopbackS3, staged: &StagedRun) -> Aggregate {
    let mut whole = Predictions::default();
    for index in 0..staged.run.shards {
        whole.append(predictions(index, 100 * i64::from(index)).unwrap()).unwrap();
    }
    let key = staged.run.predictions_key();
    let stored = s3.store().write(RESULTS, &key, whole.encode().unwrap().into()).await.unwrap();
    let sums = moments(&whole.predicted().unwrap(), &whole.truth().unwrap().unwrap()).unwrap();
    Aggregate {
        key,
        sha256: stored.sha256,
        bytes: stored.bytes,
        count: whole.rows() as u64,
        shards: staged.run.shards,
        moments: Some(sums),
    }
}

#[tokio::test]
async fn a_whole_run_is_reported() {
    let s3 = LoopbackS3::start(&[RESULTS]).await.unwrap();
    let mut staged = write_run(&s3.store(), 4).await.unwrap();
    let report = summarize(&s3, &staged).await.unwrap();
    assert_eq!((report.shards, report.images, report.bytes), (4, 12, 4_000));
    let metrics = report.metrics.unwrap();
    assert_eq!((metrics.mae, metrics.mse, metrics.r2), (0.25, 0.0625, Some(1.0 - 0.0625 * 12.0 / 8.0)));
    assert_eq!(report.infer_cost.requests, 4);
    assert!(
        report.infer_cost.covers.contains("are not in it"),
        "the report says that it is not the whole bill"
    );
    let written: Report = s3.store().read_json(RESULTS, &staged.run.report_key()).await.unwrap();
    assert_eq!(written.metrics, report.metrics);

    staged.aggregate = Some(merge(&s3, &staged).await);
    let merged = summarize(&s3, &staged).await.unwrap();
    assert_eq!((merged.metrics, merged.images), (report.metrics, 12));
    assert_eq!(merged.aggregate, staged.aggregate);
}

#[tokio::test]
async fn a_run_that_is_not_whole_is_refused() {
    let s3 = LoopbackS3::start(&[RESULTS]).await.unwrap();
    let staged = write_run(&s3.store(), 4).await.unwrap();
    let run = &staged.run;

    std::fs::remove_file(s3.file(RESULTS, &run.record_key(2))).unwrap();
    let error = summarize(&s3, &staged).await.unwrap_err();
    assert_eq!(error.error_type(), ErrorType::MissingShard);
    assert!(
        error.to_string().starts_with("1 of 4 shards left no record below runs/tests/run-1/shards: 2;"),
        "{error}"
    );

    let mut foreign = record(2);
    foreign.run = RunId::new("run-0").unwrap();
    write_record(&s3.store(), &foreign).await.unwrap();
    let error = summarize(&s3, &staged).await.unwrap_err();
    assert_eq!(error.error_type(), ErrorType::ForeignShard, "{error}");

    // One of shard 2's rows carries an id of shard 0.
    write_shard(&s3.store(), 2, predictions(2, 2).unwrap()).await.unwrap();
    let error = summarize(&s3, &staged).await.unwrap_err();
    assert_eq!(error.error_type(), ErrorType::DoubledId, "{error}");

    std::fs::copy(
        s3.file(RESULTS, &run.record_key(3)),
        s3.file(RESULTS, &format!("{}/again.json", run.records_prefix())),
    )
    .unwrap();
    let error = summarize(&s3, &staged).await.unwrap_err();
    assert_eq!(error.error_type(), ErrorType::DoubledShard, "{error}");
}

/// Spoils an aggregate.
type Change = fn(&mut Aggregate);

#[tokio::test]
async fn an_aggregate_that_does_not_cover_the_run_is_refused() {
    let s3 = LoopbackS3::start(&[RESULTS]).await.unwrap();
    let staged = write_run(&s3.store(), 4).await.unwrap();
    let whole = merge(&s3, &staged).await;
    let changes: [Change; 5] = [
        |aggregate| aggregate.shards = 3,
        |aggregate| aggregate.count = 11,
        |aggregate| aggregate.sha256 = "0".repeat(64),
        |aggregate| aggregate.key = "elsewhere".to_owned(),
        |aggregate| aggregate.moments = None,
    ];
    for change in changes {
        let mut staged = staged.clone();
        let mut aggregate = whole.clone();
        change(&mut aggregate);
        staged.aggregate = Some(aggregate);
        let error = summarize(&s3, &staged).await.unwrap_err();
        assert_eq!(error.error_type(), ErrorType::ShardMismatch, "{error}");
    }
}
