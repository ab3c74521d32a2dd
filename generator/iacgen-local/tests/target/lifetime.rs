//! One start after another in a work folder, and starts that are given up.

use std::sync::Arc;

use iacgen_local::sandbox::LambdaEvent;
use iacgen_local::{LocalError, LocalEvent, LocalObserver, LocalTarget};
use serde_json::json;
use tokio::sync::mpsc;

use crate::bench::{Bench, definition, output, seal};
use crate::package::is_running;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_unzips_nothing() {
    let bench = Bench::new(&definition());
    bench.run(LocalObserver::silent()).await;
    std::fs::remove_dir_all(bench.folder.path.join("assets")).unwrap();
    let target = bench.start(LocalObserver::silent()).await;
    output(&target.execute("run-2", json!({ "do": "echo" })).await.unwrap());
    target.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_used_once_in_a_work_folder() {
    let bench = Bench::new(&definition());
    let first = bench.run(LocalObserver::silent()).await;
    let target = bench.start(LocalObserver::silent()).await;
    let refused = target.execute("run-1", json!({ "do": "echo" })).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!(
            "an execution named `run-1` was started before, at {}: choose another name, as AWS would answer \
             ExecutionAlreadyExists",
            first.started
        )
    );
    assert!(matches!(target.execute("../run-1", json!({})).await, Err(LocalError::Name { .. })));
    target.shutdown().await;
    let record = bench.folder.path.join("work/executions/cosmic-local-StateMachine/run-1/execution.json");
    let record: serde_json::Value = serde_json::from_slice(&std::fs::read(record).unwrap()).unwrap();
    assert_eq!((&record["status"], &record["arn"]), (&json!("SUCCEEDED"), &json!(first.arn)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_given_up_leaves_no_process() {
    let mut bench = Bench::new(&definition());
    // The provisioned environment never gets ready.
    bench.template["Resources"]["InferFunction"]["Properties"]["Environment"]["Variables"]["INIT"] =
        json!("hang");
    let (started, mut pids) = mpsc::unbounded_channel();
    let started = Arc::new(started);
    let observer = LocalObserver::new(move |event| {
        if let LocalEvent::Lambda(LambdaEvent::EnvironmentStarted { pid, .. }) = event {
            started.send(*pid).unwrap();
        }
    });
    let assembly = seal(&bench.template, true);
    let pid = {
        let start = LocalTarget::start(&assembly, bench.options.clone(), observer);
        tokio::select! {
            started = start => panic!("{started:?}"),
            pid = pids.recv() => pid.unwrap(),
        }
    };
    // The kernel ends it soon after the signal.
    let gone = async {
        while is_running(pid) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), gone).await.unwrap();
}
