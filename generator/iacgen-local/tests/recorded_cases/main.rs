//! The judge of the interpreter: executions that were recorded on AWS.
//!
//! The repository has some; with `IACGEN_RECORDINGS`, or beside the checkout, there may be more. What fails must be
//! listed, with its reason, in `tests/recorded_exceptions.txt`; what is listed must fail.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod compare;
#[path = "../../../iacgen-asl/tests/recordings/mod.rs"]
mod recordings;
mod replay;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use iacgen_local::interpreter::Outcome;
use serde_json::{Value, json};

use compare::differences;
use recordings::{cases, fixture};
use replay::{Replayed, replay};

const EXCEPTIONS: &str = include_str!("../recorded_exceptions.txt");

/// Whether a case is an execution that can be replayed here: JSONPath, nothing from outside.
fn replayable(case: &Value) -> bool {
    case["kind"] == "execution"
        && ["pure", "lambda", "mockable", "s3"].iter().any(|replay| case["replay"] == *replay)
        && !case["definition"].to_string().contains("\"JSONata\"")
}

/// What differs between a replay and the recording.
fn judge(case: &Value, replayed: &Replayed) -> Vec<String> {
    let expect = &case["expect"];
    let actual = match &replayed.outcome {
        Outcome::Succeeded { output } => json!({"status": "SUCCEEDED", "output": output}),
        Outcome::Failed { error, cause, .. } => json!({"status": "FAILED", "error": error, "cause": cause}),
        Outcome::TimedOut => json!({"status": "TIMED_OUT"}),
        Outcome::Aborted => json!({"status": "ABORTED"}),
    };
    let mut found = Vec::new();
    for field in ["status", "error", "cause"] {
        found.extend(differences(&expect[field], &actual[field], field));
    }
    if expect.get("output").is_some() {
        found.extend(differences(&expect["output"], &actual["output"], "output"));
    }
    if let Some(types) = expect["event_types"].as_array() {
        let mut want: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
        let mut got: Vec<&str> = replayed.history.iter().filter_map(|event| event["type"].as_str()).collect();
        // Snapshots of Parallel states leave this event out; their event numbers jump over it.
        got.retain(|kind| *kind != "ParallelStateSucceeded" || want.contains(kind));
        if case["unordered_events"] == true {
            want.sort_unstable();
            got.sort_unstable();
        }
        if want != got {
            found.push(format!("event types: want {want:?}, got {got:?}"));
        } else if case["unordered_events"] != true {
            found.extend(judge_history(&expect["history"], &replayed.history));
        }
    }
    found
}

/// What differs event by event: number, predecessor, and the details that both sides have.
fn judge_history(expected: &Value, actual: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (want, got) in expected.as_array().into_iter().flatten().zip(actual) {
        let place = format!("event {} {}", got["id"], got["type"]);
        for field in ["id", "prev"] {
            found.extend(differences(&want[field], &got[field], &format!("{place} {field}")));
        }
        for (field, value) in got["details"].as_object().into_iter().flatten() {
            found.extend(differences(&want["details"][field], value, &format!("{place} {field}")));
        }
    }
    found
}

#[tokio::test(start_paused = true)]
async fn recorded_executions_replay() {
    let cases = cases();
    let exceptions: BTreeSet<&str> = EXCEPTIONS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split_once(" | ").expect("a line is `name | reason`").0)
        .collect();
    let mut groups: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut failed, mut mended, mut excepted, mut total) = (Vec::new(), Vec::new(), 0, 0);
    for case in cases.iter().filter(|case| replayable(case)) {
        let name = case["name"].as_str().unwrap();
        let found = match tokio::time::timeout(Duration::from_secs(400_000_000), replay(case)).await {
            Ok(Ok(replayed)) => judge(case, &replayed),
            Ok(Err(message)) => vec![message],
            Err(_) => vec!["never ends".to_owned()],
        };
        total += 1;
        let tags = case["groups"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for group in tags.chain(case["replay"].as_str()) {
            let (passed, of) = groups.entry(group.to_owned()).or_default();
            *passed += usize::from(found.is_empty());
            *of += 1;
        }
        match (found.is_empty(), exceptions.contains(name)) {
            (false, false) => failed.push(format!("{name}\n    {}", found.join("\n    "))),
            (true, true) => mended.push(name),
            (false, true) => excepted += 1,
            (true, false) => {}
        }
    }
    for (group, (passed, of)) in &groups {
        println!("{group:24} {passed:4} of {of:4}");
    }
    println!("{} of {total} pass, {excepted} are excepted", total - failed.len() - excepted);
    // The repository's own can all be replayed, and none is excepted.
    let own = fixture("cases.jsonl");
    assert!(own.len() > 60, "only {} cases were found", own.len());
    for case in &own {
        assert!(replayable(case) && !exceptions.contains(case["name"].as_str().unwrap()), "{}", case["name"]);
    }
    assert!(mended.is_empty(), "these pass now, take them off the list: {mended:#?}");
    assert!(failed.is_empty(), "{} cases fail:\n{}", failed.len(), failed.join("\n"));
}
