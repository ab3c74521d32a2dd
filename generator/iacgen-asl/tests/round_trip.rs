//! A definition that was read, written and read again is the same machine.
#![expect(clippy::print_stdout, reason = "says when the shared cases are absent")]

use std::path::{Path, PathBuf};

use iacgen_asl::StateMachine;
use serde_json::Value;

/// The folder of shared cases beside the checkout, or where `IACGEN_SHARED` points.
fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("IACGEN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let cases = folder.join("asl-cases");
    if cases.is_dir() {
        return Some(cases);
    }
    println!("skipped: shared asl-cases absent");
    None
}

fn check(name: &str, text: &str) {
    let machine = StateMachine::from_json(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let written = machine.to_json_pretty();
    let again =
        StateMachine::from_json(&written).unwrap_or_else(|error| panic!("{name}: {error}\n{written}"));
    assert_eq!(machine, again, "{name}");
    assert_eq!(written, again.to_json_pretty(), "{name}");
}

#[test]
fn valid_definitions_survive() {
    let Some(cases) = shared() else { return };
    let mut seen = 0;
    for entry in std::fs::read_dir(cases.join("definitions")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("valid-") {
            check(&name, &std::fs::read_to_string(&path).unwrap());
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} valid definitions found");
}

/// What asl-validator refuses and we accept, each for a reason.
const ACCEPTED: [(&str, &str); 3] = [
    ("invalid-jsonata-syntax-jsonpath-in-jsonata-surround.json", "JSONata is kept as text"),
    ("invalid-math-add.json", "the types of intrinsic arguments are judged where they are evaluated"),
    ("invalid-assign.asl.json", "JSONata is kept as text"),
];

#[test]
fn invalid_definitions_are_refused() {
    let Some(cases) = shared() else { return };
    for entry in std::fs::read_dir(cases.join("definitions")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("invalid-") {
            let result = StateMachine::from_json(&std::fs::read_to_string(&path).unwrap());
            let accepted = ACCEPTED.iter().any(|(exception, _)| *exception == name);
            assert_eq!(result.is_ok(), accepted, "{name}: {result:?}");
        }
    }
}

#[test]
fn what_aws_ran_is_read_and_survives() {
    let Some(cases) = shared() else { return };
    for line in std::fs::read_to_string(cases.join("cases.jsonl")).unwrap().lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        if case["kind"] == "execution" && case["definition"].is_object() {
            check(case["name"].as_str().unwrap(), &case["definition"].to_string());
        }
    }
}

#[test]
fn the_definition_that_is_to_be_reproduced_survives() {
    let Some(cases) = shared() else { return };
    let text = std::fs::read_to_string(cases.join("../seed/definition.asl.json")).unwrap();
    check("seed", &text);
    // What its authors wrote as an integer becomes the float that the validators ask for.
    assert!(StateMachine::from_json(&text).unwrap().to_json_pretty().contains("\"BackoffRate\": 2.0"));
}
