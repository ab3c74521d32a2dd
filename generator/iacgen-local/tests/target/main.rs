//! A small assembly deployed and executed: the definition through the interpreter, real processes, real S3.

#![expect(clippy::unwrap_used, reason = "a test")]

mod access;
mod bench;
#[path = "../fixture/folder.rs"]
mod folder;
mod lifetime;
#[path = "../fixture/package.rs"]
mod package;
mod refused;
mod smoke;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bench::{Bench, INVOKE, definition, output};
use iacgen_local::interpreter::{EventKind, Outcome};
use iacgen_local::sandbox::{FailureKind, LambdaEvent};
use iacgen_local::{LocalEvent, LocalObserver};
use package::is_running;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn an_assembly_runs_from_end_to_end() {
    let bench = Bench::new(&definition());
    let pids = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&pids);
    let observer = LocalObserver::new(move |event| {
        if let LocalEvent::Lambda(LambdaEvent::EnvironmentStarted { pid, .. }) = event {
            seen.lock().unwrap().insert(*pid);
        }
    });
    let target = bench.start(observer).await;
    assert_eq!(target.stack().buckets["Results"], "cosmic-local-results");
    assert_eq!(
        target.stack().outputs,
        BTreeMap::from([("Results".to_owned(), "cosmic-local-results".to_owned())])
    );
    let result = target.execute("run-1", json!({ "do": "echo", "shards": 0 })).await.unwrap();
    assert_eq!(result.arn, "arn:aws:states:eu-west-1:123456789012:execution:cosmic-local-StateMachine:run-1");
    // Summarize is a bare function ARN: its payload is the output.
    let shards = json!([0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(
        output(&result),
        &json!({ "payload": { "do": "echo", "shards": 0 }, "version": "$LATEST", "status": 200, "shards": shards })
    );
    assert_eq!(result.map_runs.len(), 1);
    assert_eq!((result.map_runs[0].counts.succeeded, result.map_runs[0].counts.total), (8, 8));
    let infer: Vec<_> =
        result.invocations.iter().filter(|call| call.function == "cosmic-local-InferFunction").collect();
    assert_eq!(infer.iter().map(|call| call.item).collect::<BTreeSet<_>>(), (0..8).map(Some).collect());
    assert!(infer.iter().all(|call| call.logical_id == "InferFunction"
        && call.version == "1"
        && call.report.memory_size_mb == 256
        && call.error.is_none()));
    assert_eq!(
        result.billed_ms()["cosmic-local-InferFunction"],
        infer.iter().map(|call| call.report.billed_duration_ms).sum::<u64>()
    );
    assert_eq!(target.environment_counts()["cosmic-local-InferFunction"].provisioned, 1);
    target.shutdown().await;
    let pids = pids.lock().unwrap().clone();
    assert!(!pids.is_empty());
    assert_eq!(pids.iter().filter(|pid| is_running(**pid)).count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_in_the_middle_is_retried() {
    let bench = Bench::new(&definition());
    let killed = AtomicBool::new(false);
    let observer = LocalObserver::new(move |event| {
        if let LocalEvent::Lambda(LambdaEvent::InvocationStarted { function, pid, .. }) = event
            && function == "cosmic-local-InferFunction"
            && !killed.swap(true, Ordering::Relaxed)
        {
            let pid = rustix::process::Pid::from_raw(i32::try_from(*pid).unwrap()).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        }
    });
    let result = bench.run(observer).await;
    assert_eq!(output(&result)["shards"].as_array().unwrap().len(), 8);
    let failed: Vec<_> = result.invocations.iter().filter(|call| call.error.is_some()).collect();
    let [failed] = failed.as_slice() else { panic!("{failed:?}") };
    assert_eq!(failed.error.as_ref().unwrap().error_type, "Runtime.ExitError");
    assert_eq!((failed.attempt, failed.state.as_str()), (0, "Inference"));
    let again = result.invocations.iter().find(|call| call.item == failed.item && call.attempt == 1).unwrap();
    assert!(again.error.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_always_fails_fails_the_execution_by_name() {
    let bench = Bench::new(&definition());
    bench.items(&[json!({ "do": "echo", "n": 0 }), json!({ "do": "fail", "n": 1 })]);
    let result = bench.run(LocalObserver::silent()).await;
    let Outcome::Failed { error, child, .. } = &result.outcome else { panic!("{:?}", result.outcome) };
    assert_eq!(error.as_deref(), Some("States.ExceedToleratedFailureThreshold"));
    let child = child.as_ref().unwrap();
    assert_eq!((child.index, child.error.as_deref()), (1, Some("ShardUnreadable")));
    assert!(child.cause.as_ref().unwrap().contains("shard 7 is torn"));
    let failed = result.invocations.iter().find(|call| call.item == Some(1)).unwrap();
    assert_eq!(failed.error.as_ref().unwrap().kind, FailureKind::Handler);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_deleted_between_two_states_is_missed() {
    let bench = Bench::new(&definition());
    let items = bench.folder.path.join("data/items.json");
    let observer = LocalObserver::new(move |event| {
        if let LocalEvent::Execution(event) = event
            && let EventKind::StateExited { name, .. } = &event.kind
            && name.as_str() == "Initialize"
        {
            std::fs::remove_file(&items).unwrap();
        }
    });
    let result = bench.run(observer).await;
    let Outcome::Failed { error, state, .. } = &result.outcome else { panic!("{:?}", result.outcome) };
    assert_eq!(error.as_deref(), Some("States.ItemReaderFailed"));
    assert_eq!(state.as_ref().map(iacgen_asl::StateName::as_str), Some("Distributed Test"));
}

/// A machine of one Task state.
fn only(resource: &str, parameters: &Value) -> Bench {
    let state = json!({ "Type": "Task", "Resource": resource, "Parameters": parameters, "End": true });
    Bench::new(&json!({ "StartAt": "Only", "States": { "Only": state } }))
}

/// Runs a machine that fails and returns its error and cause.
async fn failure_of(bench: Bench) -> (String, String) {
    match bench.run(LocalObserver::silent()).await.outcome {
        Outcome::Failed { error, cause, .. } => (error.unwrap(), cause.unwrap()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_invocations_are_named_as_on_aws() {
    let (error, cause) = failure_of(only(INVOKE, &json!({ "FunctionName": "nobody:live" }))).await;
    assert_eq!(error, "Lambda.ResourceNotFoundException");
    assert!(
        cause.starts_with("Function not found: nobody:live (Service: Lambda, Status Code: 404, Request ID: "),
        "{cause}"
    );
    let (error, cause) = failure_of(only("arn:aws:states:::sqs:sendMessage", &json!({}))).await;
    assert_eq!(error, "States.Runtime");
    assert!(cause.contains("`arn:aws:states:::sqs:sendMessage` of the state `Only`"), "{cause}");
    let garbage = json!({ "FunctionName": "${Infer}", "Payload": { "do": "garbage" } });
    assert_eq!(failure_of(only(INVOKE, &garbage)).await.0, "Lambda.Unknown");
    let crash = json!({ "FunctionName": "${Infer}", "Payload": { "do": "crash" } });
    let (error, cause) = failure_of(only(INVOKE, &crash)).await;
    assert_eq!(error, "Runtime.ExitError");
    assert!(cause.contains("about to crash"), "{cause}");
    let mut bench = only(INVOKE, &json!({ "FunctionName": "${Infer}", "Payload": {} }));
    bench.template["Resources"]["InferFunction"]["Properties"]["ReservedConcurrentExecutions"] = json!(0);
    let (error, cause) = failure_of(bench).await;
    assert_eq!(error, "Lambda.TooManyRequestsException");
    assert!(cause.starts_with("Rate Exceeded. (Service: Lambda, Status Code: 429, Request ID: "), "{cause}");
}
