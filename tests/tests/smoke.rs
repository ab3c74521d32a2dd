//! `iacgen package --smoke`: the real packages of this repository, and a small one that does not start.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::fs;
use std::process::Output;

use iacgen_tests::{large_partition, run};
use serde_json::{Value, json};

const PACKAGE: [&str; 5] = ["package", "--env", "local", "--no-record", "--smoke"];

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Smoke-tests this repository's packages and returns what is written of each function.
fn smoke(more: &[&str]) -> Vec<Value> {
    let output = run(&[&PACKAGE[..], more, &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let tests = document["smoke"].as_array().unwrap().clone();
    let functions: Vec<_> = tests.iter().map(|test| test["function"].as_str().unwrap()).collect();
    assert_eq!(functions, ["initialize", "infer", "fmi", "summarize"]);
    tests
}

#[test]
fn the_packages_start_and_the_examples_make_a_whole_run() {
    let bucket = format!("data={}", large_partition());
    for test in smoke(&["--bucket", &bucket]) {
        assert_eq!((&test["outcome"], &test["event"]), (&json!("answered"), &json!("example")), "{test:#}");
        let number = |name: &str| test[name].as_f64().unwrap();
        assert!(number("init_ms") > 0.0 && number("init_ms") < number("init_limit_ms"), "{test:#}");
        assert!(number("warm_ms") > 0.0 && number("first_ms") > 0.0, "{test:#}");
        assert!(number("peak_memory_mb") > 0.0 && number("peak_memory_mb") < number("memory_mb"), "{test:#}");
    }
}

#[test]
fn an_error_that_a_handler_names_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let event = folder.path().join("event.json");
    fs::write(&event, r#"{"run": 1}"#).unwrap();
    let (event, empty) = (format!("infer={}", event.display()), format!("data={}", folder.path().display()));
    let tests = smoke(&["--event", &event, "--bucket", &empty]);
    let refused = |test: &Value| (test["outcome"].clone(), test["error"]["type"].clone());
    assert_eq!(refused(&tests[0]), (json!("refused"), json!("NoPartitions")));
    assert_eq!(refused(&tests[1]), (json!("refused"), json!("InvalidInput")));
    assert_eq!(tests[1]["event"], "file");
}

#[test]
fn what_is_given_wrongly_is_said_before_anything_is_built() {
    for (more, says) in [
        (["--event", "infr=x.json"], "there is no function `infr`"),
        (["--event", "infer=missing.json"], "cannot read the event missing.json of infer"),
        (["--event", "infer=workflow.yaml"], "an event is one JSON document"),
        (["--event", "infer"], "write FUNCTION=FILE"),
        (["--bucket", "dat=."], "names no bucket `dat`"),
        (["--bucket", "results=."], "is made by the stack"),
    ] {
        let output = run(&[&PACKAGE[..], &more].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(says), "{}", said(&output));
        assert!(!said(&output).contains("Packaged") && !said(&output).contains("Fresh"), "{}", said(&output));
    }
    let output = run(&["package", "--event", "infer=x.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--smoke"), "{}", said(&output));
}

const WORKFLOW: &str = "\
workflow: small
functions:
  crash: { handler: functions/crash, memory: 128MB, timeout: 3s, architecture: HOST }
start: Crash
states:
  Crash: { invoke: crash, end: true }
";

/// A bootstrap of the standard library alone that ends before it asks for an event.
const BOOTSTRAP: &str = r#"
fn main() {
    let writable = std::fs::write("/var/task/x", "x").is_ok() || std::fs::write("x", "x").is_ok();
    println!("the package can be written to: {writable}");
    panic!("the model {:?} is missing", std::env::var("LAMBDA_TASK_ROOT"));
}
"#;

#[test]
fn a_package_that_does_not_start_is_a_finding_with_its_last_lines() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let host = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    write("workflow.yaml", &WORKFLOW.replace("HOST", host));
    write("environments/local.yaml", "target: local\nregion: us-east-1\naccount: \"000000000000\"\n");
    let package = "name = \"crash\"\nversion = \"0.1.0\"\n";
    write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"functions/*\"]\nresolver = \"3\"\n[profile.lambda]\ninherits = \"release\"\npanic = \"abort\"\n",
    );
    write("Cargo.lock", &format!("version = 4\n\n[[package]]\n{package}"));
    write("functions/crash/Cargo.toml", &format!("[package]\n{package}edition = \"2024\"\n"));
    write("functions/crash/src/main.rs", BOOTSTRAP);
    let project = folder.path().to_str().unwrap();
    let output = run(&["package", "--project", project, "--no-record", "--compiler", "cargo", "--smoke"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("crash in local does not start as on Lambda: Runtime.ExitError: "), "{told}");
    assert!(told.contains("signal: aborted"), "{told}");
    let isolated = !told.contains("not isolated");
    assert!(told.contains(&format!("the package can be written to: {}", !isolated)), "{told}");
    assert!(!isolated || told.contains("the model Ok(\"/var/task\") is missing"), "{told}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("failed: Runtime.ExitError"), "{table}");
}
