//! Retriers and catchers in words.

use serde_json::Value;

use super::WorkflowKind;
use super::settings::{seconds, symbols};

pub(super) fn compare(
    before: &Value,
    after: &Value,
    rename: &dyn Fn(&str) -> String,
    push: &mut impl FnMut(WorkflowKind, String),
) {
    let (old, new) = (entries(before, "Retry"), entries(after, "Retry"));
    for retrier in new {
        let errors = errors(retrier);
        match find(old, &errors) {
            None => push(WorkflowKind::Retry, format!("retries {errors}: {}", retries(retrier))),
            Some(was) if was != retrier => {
                let changed = retrier_changes(was, retrier);
                if !changed.is_empty() {
                    push(WorkflowKind::Retry, format!("retries {errors} with {}", changed.join(", ")));
                }
            }
            Some(_) => {}
        }
    }
    for retrier in old.iter().filter(|retrier| find(new, &errors(retrier)).is_none()) {
        push(WorkflowKind::Retry, format!("no longer retries {}", errors(retrier)));
    }
    if reordered(old, new) {
        push(WorkflowKind::Retry, "tries its retriers in another order".to_owned());
    }
    let (old, new) = (entries(before, "Catch"), entries(after, "Catch"));
    for catcher in new {
        let errors = errors(catcher);
        let next = catcher["Next"].as_str().unwrap_or_default();
        match find(old, &errors) {
            None => push(WorkflowKind::Catch, format!("catches {errors} and goes on with `{next}`")),
            Some(was) => {
                let old_next = rename(was["Next"].as_str().unwrap_or_default());
                if old_next != next {
                    push(
                        WorkflowKind::Catch,
                        format!("goes on with `{next}` and no longer with `{old_next}` on {errors}"),
                    );
                }
                for name in ["ResultPath", "Output", "Assign"] {
                    if was.get(name) != catcher.get(name) {
                        let text = format!("keeps {errors} otherwise: {}", symbols(name, was, catcher));
                        push(WorkflowKind::Catch, text);
                    }
                }
            }
        }
    }
    for catcher in old.iter().filter(|catcher| find(new, &errors(catcher)).is_none()) {
        push(WorkflowKind::Catch, format!("no longer catches {}", errors(catcher)));
    }
    if reordered(old, new) {
        push(WorkflowKind::Catch, "tries its catchers in another order".to_owned());
    }
}

fn entries<'a>(state: &'a Value, name: &str) -> &'a [Value] {
    state[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn errors(entry: &Value) -> String {
    let names: Vec<&str> =
        entry["ErrorEquals"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match names.as_slice() {
        ["States.ALL"] => "every error".to_owned(),
        names => names.join(", "),
    }
}

fn find<'a>(entries: &'a [Value], errors: &str) -> Option<&'a Value> {
    entries.iter().find(|entry| self::errors(entry) == errors)
}

/// Whether those of both sides stand in another order.
fn reordered(old: &[Value], new: &[Value]) -> bool {
    let shared = |one: &[Value], other: &[Value]| -> Vec<String> {
        one.iter().map(errors).filter(|errors| find(other, errors).is_some()).collect()
    };
    shared(old, new) != shared(new, old)
}

/// What AWS does where nothing is written. Page: "Handling errors in Step Functions workflows".
fn retrier_field(retrier: &Value, name: &str) -> String {
    let value = &retrier[name];
    match (name, value) {
        ("MaxAttempts", Value::Null) => "3 attempts".to_owned(),
        ("MaxAttempts", value) => format!("{value} attempts"),
        ("IntervalSeconds", Value::Null) => "a first wait of 1 s".to_owned(),
        ("IntervalSeconds", value) => format!("a first wait of {}", seconds(value)),
        ("BackoffRate", Value::Null) => "waits that grow 2.0 times".to_owned(),
        ("BackoffRate", value) => format!("waits that grow {value} times"),
        ("MaxDelaySeconds", Value::Null) => "waits of any length".to_owned(),
        ("MaxDelaySeconds", value) => format!("waits of at most {}", seconds(value)),
        ("JitterStrategy", Value::String(word)) if word == "FULL" => "full jitter".to_owned(),
        _ => "no jitter".to_owned(),
    }
}

const FIELDS: [&str; 5] =
    ["MaxAttempts", "IntervalSeconds", "BackoffRate", "MaxDelaySeconds", "JitterStrategy"];

fn retries(retrier: &Value) -> String {
    FIELDS.map(|name| retrier_field(retrier, name)).join(", ")
}

fn retrier_changes(before: &Value, after: &Value) -> Vec<String> {
    FIELDS
        .into_iter()
        .map(|name| (retrier_field(before, name), retrier_field(after, name)))
        .filter(|(before, after)| before != after)
        .map(|(before, after)| format!("{after} and no longer {before}"))
        .collect()
}
