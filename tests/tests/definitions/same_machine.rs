//! Whether two definitions are the same machine: defaults written out, remarks that nothing depends on left out.

use iacgen_asl::StateMachine;
use serde_json::{Map, Value, json};

/// Returns a definition in its normal form.
pub(super) fn normal(text: &str) -> Value {
    let machine = StateMachine::from_json(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut machine: Value = serde_json::from_str(&machine.to_json_pretty()).unwrap();
    let fields = machine.as_object_mut().unwrap();
    fields.remove("Version");
    let language = take_language(fields, "JSONPath");
    block(fields, &language);
    machine
}

/// Removes an object's language, and returns it.
fn take_language(fields: &mut Map<String, Value>, around: &str) -> String {
    fields.remove("QueryLanguage").map_or(around.to_owned(), |language| language.as_str().unwrap().to_owned())
}

fn block(fields: &mut Map<String, Value>, language: &str) {
    for state in fields["States"].as_object_mut().unwrap().values_mut() {
        self::state(state.as_object_mut().unwrap(), language);
    }
}

fn state(state: &mut Map<String, Value>, around: &str) {
    let language = take_language(state, around);
    for path in ["InputPath", "ResultPath", "OutputPath", "ItemsPath"] {
        remove_default(state, path, &json!("$"));
    }
    remove_default(state, "Items", &json!("{% $states.input %}"));
    remove_default(state, "MaxConcurrency", &json!(0));
    for retrier in list(state, "Retry") {
        let retrier = retrier.as_object_mut().unwrap();
        // Policies are shared by states in the spec, so they have no remark of a state's own.
        retrier.remove("Comment");
        for (field, default) in [
            ("IntervalSeconds", json!(1)),
            ("MaxAttempts", json!(3)),
            ("BackoffRate", json!(2.0)),
            ("JitterStrategy", json!("NONE")),
        ] {
            retrier.entry(field).or_insert(default);
        }
        sort_errors(retrier);
    }
    for catcher in list(state, "Catch") {
        let catcher = catcher.as_object_mut().unwrap();
        remove_default(catcher, "ResultPath", &json!("$"));
        sort_errors(catcher);
    }
    for branch in list(state, "Branches") {
        let branch = branch.as_object_mut().unwrap();
        let inner = take_language(branch, around);
        block(branch, &inner);
    }
    if let Some(processor) = state.get_mut("ItemProcessor") {
        let processor = processor.as_object_mut().unwrap();
        processor.remove("Comment");
        remove_default(processor, "ProcessorConfig", &json!({ "Mode": "INLINE" }));
        let inner = take_language(processor, around);
        block(processor, &inner);
    }
    // An ARN without a version means `$LATEST`.
    for arguments in ["Parameters", "Arguments"] {
        if let Some(Value::String(name)) =
            state.get_mut(arguments).and_then(|given| given.get_mut("FunctionName"))
            && let Some(plain) = name.strip_suffix(":$LATEST")
        {
            *name = plain.to_owned();
        }
    }
    state.insert("QueryLanguage".to_owned(), language.into());
}

/// Which of several errors stands first means nothing.
fn sort_errors(entry: &mut Map<String, Value>) {
    let errors = entry["ErrorEquals"].as_array_mut().unwrap();
    errors.sort_by_key(|error| error.as_str().unwrap().to_owned());
}

fn list<'a>(state: &'a mut Map<String, Value>, field: &str) -> impl Iterator<Item = &'a mut Value> {
    state.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten()
}

fn remove_default(fields: &mut Map<String, Value>, field: &str, default: &Value) {
    if fields.get(field) == Some(default) {
        fields.remove(field);
    }
}

/// Lists where two values differ, each with its place.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<String> {
    let mut all = Vec::new();
    compare("", before, after, &mut all);
    all
}

fn compare(place: &str, before: &Value, after: &Value, all: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                match new.get(key) {
                    Some(other) => compare(&format!("{place}/{key}"), value, other, all),
                    None => all.push(format!("- {place}/{key}: {value}")),
                }
            }
            let added = new.iter().filter(|(key, _)| !old.contains_key(*key));
            all.extend(added.map(|(key, value)| format!("+ {place}/{key}: {value}")));
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (value, other)) in old.iter().zip(new).enumerate() {
                compare(&format!("{place}/{index}"), value, other, all);
            }
        }
        _ if before == after => {}
        _ => all.push(format!("~ {place}: {before} => {after}")),
    }
}
