//! A definition that was read, written and read again is the same machine.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod recordings;

use iacgen_asl::StateMachine;
use recordings::{cases, fixture};

/// The definitions whose names begin so, by name.
fn definitions(beginning: &str) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let all = fixture("definitions.jsonl").into_iter().map(|line| (text(&line["name"]), text(&line["text"])));
    all.filter(|(name, _)| name.starts_with(beginning)).collect()
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
    let valid = definitions("valid-");
    assert!(valid.len() > 20, "only {} valid definitions found", valid.len());
    for (name, text) in valid {
        check(&name, &text);
    }
}

/// What asl-validator refuses and we accept, each for a reason.
const ACCEPTED: [(&str, &str); 3] = [
    ("invalid-jsonata-syntax-jsonpath-in-jsonata-surround.json", "JSONata is kept as text"),
    ("invalid-math-add.json", "`iacgen check` judges the arguments of intrinsic functions"),
    ("invalid-assign.asl.json", "JSONata is kept as text"),
];

#[test]
fn invalid_definitions_are_refused() {
    let invalid = definitions("invalid-");
    assert!(invalid.len() > 20, "only {} invalid definitions found", invalid.len());
    for (name, text) in invalid {
        let result = StateMachine::from_json(&text);
        let accepted = ACCEPTED.iter().any(|(exception, _)| *exception == name);
        assert_eq!(result.is_ok(), accepted, "{name}: {result:?}");
    }
}

#[test]
fn what_aws_ran_is_read_and_survives() {
    let mut seen = 0;
    for case in cases() {
        if case["kind"] == "execution" && case["definition"].is_object() {
            check(case["name"].as_str().unwrap(), &case["definition"].to_string());
            seen += 1;
        }
    }
    assert!(seen > 60, "only {seen} recorded executions found");
}

#[test]
fn the_definition_that_is_to_be_reproduced_survives() {
    let text = include_str!("../../../tests/fixtures/seed/definition.asl.json");
    check("seed", text);
    // What its authors wrote as an integer becomes the float that the validators ask for.
    assert!(StateMachine::from_json(text).unwrap().to_json_pretty().contains("\"BackoffRate\": 2.0"));
}
