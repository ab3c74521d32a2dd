use serde_json::{Value, json};

use super::*;
use crate::side::tests::with_definition;

fn told(before: &Value, after: &Value) -> Vec<String> {
    let side = |definition: &Value| with_definition(&json!({}), definition);
    let changes = compare(&side(before), &side(after)).unwrap();
    changes.iter().map(|change| format!("{}: {}", change.path.join("/"), change.text)).collect()
}

fn machine(states: &Value) -> Value {
    let start = states.as_object().unwrap().keys().next().unwrap();
    json!({ "StartAt": start, "States": states })
}

#[test]
fn a_new_name_moves_no_edge() {
    let states = |name: &str| {
        machine(&json!({
            "A": { "Type": "Pass", "Next": name },
            name: { "Type": "Pass", "Result": 1, "Next": "C" },
            "C": { "Type": "Succeed" },
        }))
    };
    assert_eq!(told(&states("B"), &states("Better")), ["Better: is the new name of `B`"]);
    assert_eq!(told(&states("B"), &states("B")), [""; 0]);
}

#[test]
fn states_and_edges_are_told_by_name() {
    let before = machine(&json!({
        "A": { "Type": "Pass", "Next": "B" },
        "B": { "Type": "Wait", "Seconds": 5, "End": true },
    }));
    let after = machine(&json!({
        "A": { "Type": "Pass", "Next": "C" },
        "C": { "Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": { "TopicArn": "t" }, "End": true },
    }));
    assert_eq!(
        told(&before, &after),
        [
            "B: is gone (it was a Wait)",
            "C: is new: a Task that calls sns:publish, and ends",
            "A: goes on with `C` and no longer with `B`",
        ]
    );
}

#[test]
fn settings_are_told_in_words_and_inside_maps() {
    let with = |concurrency: u32, timeout: u32, attempts: u32, payload: &str, mode: &str| {
        machine(&json!({
            "Each": {
                "Type": "Map", "MaxConcurrency": concurrency, "End": true,
                "ItemProcessor": {
                    "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": mode },
                    "StartAt": "Work",
                    "States": { "Work": {
                        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": timeout,
                        "Parameters": { "FunctionName": "${InferAlias}", "Payload": { "input.$": payload } },
                        "Retry": [{ "ErrorEquals": ["States.ALL"], "MaxAttempts": attempts }],
                        "End": true,
                    } },
                },
            },
        }))
    };
    assert_eq!(
        told(&with(20, 60, 3, "$", "EXPRESS"), &with(40, 90, 5, "$.x", "STANDARD")),
        [
            "Each: has a concurrency of 40 and no longer 20",
            "Each: has children of type STANDARD and no longer EXPRESS",
            "Each/Work: retries every error with 5 attempts and no longer 3 attempts",
            "Each/Work: has the payload field `Payload.input` $.x and no longer $",
            "Each/Work: has a timeout of 90 s and no longer 60 s",
        ]
    );
}

#[test]
fn catchers_and_rules_are_told() {
    let states = |errors: &str, next: &str, number: u32, fallback: &str| {
        machine(&json!({
            "A": {
                "Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {}, "Next": "Which",
                "Catch": [{ "ErrorEquals": [errors], "Next": next }],
            },
            "Which": {
                "Type": "Choice",
                "Choices": [{ "Variable": "$.n", "NumericEquals": number, "Next": "B" }],
                "Default": fallback,
            },
            "B": { "Type": "Succeed" },
            "C": { "Type": "Fail" },
        }))
    };
    assert_eq!(
        told(&states("E", "B", 1, "B"), &states("E", "C", 2, "C")),
        [
            "A: goes on with `C` and no longer with `B` on E",
            "Which: goes on with `B` when n = 2, a new rule",
            "Which: no longer goes on with `B` when n = 1",
            "Which: goes on with `C` when no rule applies",
        ]
    );
    assert_eq!(
        told(&states("E", "B", 1, "B"), &states("F", "B", 1, "B")),
        ["A: catches F and goes on with `B`", "A: no longer catches E"]
    );
}
