//! What the reader says about definitions that are wrong, and what it normalises.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use iacgen_asl::{
    ErrorName, JitterStrategy, LAMBDA_TRANSIENT, Path, PathField, Problem, ProcessorMode, Quantity, Retrier,
    State, StateMachine, StateName, States, TaskState, Transition,
};
use serde_json::{Value, json};

fn machine(state: &Value) -> Result<StateMachine, iacgen_asl::ParseError> {
    StateMachine::from_value(json!({"StartAt": "S", "States": {"S": state}}))
}

fn check(state: &Value, message: &str) {
    assert_eq!(machine(state).unwrap_err().to_string(), message);
}

#[test]
fn errors_name_state_field_and_mend() {
    let error = machine(&json!({"Type": "Pass", "Ende": true})).unwrap_err();
    assert_eq!(error.to_string(), "the field `Next` or `End` is required but was missing at /States/S");
    assert_eq!(error.state, Some(StateName::new("S").unwrap()));
    check(
        &json!({"Type": "Pass", "End": true, "Resource": "x"}),
        "`Resource` is not a field of a Pass state at /States/S/Resource",
    );
    check(
        &json!({"Type": "Pass", "End": true, "Output": "{% 1 %}"}),
        "`Output` is not a field of a Pass state in JSONPath at /States/S/Output",
    );
    check(
        &json!({"Type": "Pass", "Next": "S"}),
        "no state ends here: one needs `End`, or the type Succeed or Fail at /States",
    );
    check(
        &json!({"Type": "Task", "Resource": "x", "Catch": [{"ErrorEquals": ["A"], "Next": "s"}], "End": true}),
        "there is no state `s` here; did you mean `S`? at /States/S",
    );
    check(
        &json!({"Type": "Pass", "End": true, "Parameters": {"a": {"b": 1, "b.$": "$.b"}}}),
        "`b` and `b.$` exclude each other: keep one at /States/S/Parameters/a",
    );
    check(
        &json!({"Type": "Wait", "End": true, "Timestamp": "2016-12-05 21:29:29Z"}),
        "`2016-12-05 21:29:29Z` does not match an RFC 3339 timestamp such as 2016-03-14T01:59:00Z at /States/S/Timestamp",
    );
    check(
        &json!({"Type": "Pass", "End": true, "ResultPath": "$variable"}),
        "expected a path into the data, such as `$.result`, found \"$variable\" at /States/S/ResultPath",
    );
}

#[test]
fn states_all_stands_alone_and_last() {
    let task = |retry: Value| json!({"Type": "Task", "Resource": "x", "Retry": retry, "End": true});
    let all_first = json!([{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["A"]}]);
    let not_alone = json!([{"ErrorEquals": ["States.ALL", "A"]}]);
    for (retry, place) in [(all_first, 0), (not_alone, 0)] {
        let error = machine(&task(retry)).unwrap_err();
        assert_eq!(error.problem, Problem::AllNotLast);
        assert_eq!(error.pointer.to_string(), format!("/States/S/Retry/{place}/ErrorEquals"));
    }
    assert!(machine(&task(json!([{"ErrorEquals": ["A"]}, {"ErrorEquals": ["States.ALL"]}]))).is_ok());
}

#[test]
fn repeated_keys_and_broken_json_are_refused() {
    let twice = StateMachine::from_json(r#"{"StartAt": "A", "StartAt": "B", "States": {}}"#).unwrap_err();
    assert_eq!(twice.problem, Problem::DuplicateKey { key: "StartAt".to_owned() });
    assert!(matches!(StateMachine::from_json("not").unwrap_err().problem, Problem::NotJson { .. }));
    let empty = StateMachine::from_json("{}").unwrap_err();
    assert_eq!(empty.to_string(), "the field `StartAt` and `States` is required but was missing at /");
}

#[test]
fn a_jsonata_machine_has_no_jsonpath_state() {
    let error = StateMachine::from_value(json!({
        "StartAt": "S", "QueryLanguage": "JSONata",
        "States": {"S": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": true}}
    }))
    .unwrap_err();
    assert_eq!(error.problem, Problem::LanguageDowngrade);
}

#[test]
fn old_spellings_of_map_are_normalised() {
    let processor = json!({
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}},
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    });
    let old = json!({"Type": "Map", "Iterator": processor, "Parameters": {"a": 1}, "End": true});
    let new = json!({"Type": "Map", "ItemProcessor": processor, "ItemSelector": {"a": 1}, "End": true});
    let old = machine(&old).unwrap();
    assert_eq!(old, machine(&new).unwrap());
    assert!(old.to_json_pretty().contains("ItemProcessor"));
    let State::Map(map) = &old.states[0] else { panic!("not a Map") };
    assert!(matches!(map.item_processor.mode, ProcessorMode::Distributed { .. }));
}

#[test]
fn a_machine_built_as_values_is_written_in_order() {
    let name = StateName::new("Initialize").unwrap();
    let task = TaskState {
        resource: "arn:aws:states:::lambda:invoke".to_owned(),
        parameters: Some(json!({"FunctionName": "f", "Payload.$": "$"})),
        result_path: PathField::Null,
        output_path: Path::field("Payload").into(),
        timeout_seconds: Some(Quantity::Value(30)),
        retry: vec![Retrier {
            interval_seconds: Some(1),
            max_attempts: Some(3),
            backoff_rate: Some(2.0),
            jitter_strategy: Some(JitterStrategy::Full),
            ..Retrier::new(LAMBDA_TRANSIENT)
        }],
        transition: Transition::End,
        ..TaskState::default()
    };
    let mut states = States::new();
    states.insert(name.clone(), State::Task(Box::new(task)));
    let built = StateMachine { timeout_seconds: Some(3600), ..StateMachine::new(name, states) };
    let text = built.to_json_pretty();
    assert!(text.contains("\"BackoffRate\": 2.0,"), "{text}");
    assert!(text.contains("\"ResultPath\": null,"), "{text}");
    assert!(text.ends_with("}\n"));
    let keys: Vec<usize> =
        ["StartAt", "\"Type\"", "Resource", "Parameters", "OutputPath", "Retry", "\"End\""]
            .iter()
            .map(|key| text.find(key).unwrap())
            .collect();
    assert!(keys.is_sorted(), "{text}");
    assert_eq!(StateMachine::from_json(&text).unwrap(), built);
    assert_eq!(LAMBDA_TRANSIENT[3], ErrorName::new("Lambda.TooManyRequestsException"));
}
