//! States by their `Type`.

use iacgen_asl::QueryLanguage;
use iacgen_diagnostics::Sink;

use super::fields::{self, Known, Object, What};
use super::{choice, errors, machine, map};
use crate::check::{missing_field, unknown_word, wrong_kind};
use crate::model::Place;
use crate::raw::{RawDataFlow, RawKind, RawNext, RawState, RawTask, RawTemplate, RawValue, RawWork};
use crate::yaml::{Entry, Node, Scalar, Spanned, Value};

/// A type of states: its name, what a message calls it, and its fields.
struct Type {
    name: &'static str,
    kind: &'static str,
    known: Known,
}

const TYPES: [Type; 8] = [
    Type {
        name: "Task",
        kind: "a Task state",
        known: Known {
            both: &[
                "Type",
                "Comment",
                "QueryLanguage",
                "Resource",
                "TimeoutSeconds",
                "HeartbeatSeconds",
                "Credentials",
                "Assign",
                "Retry",
                "Catch",
                "Next",
                "End",
            ],
            jsonpath: &[
                "InputPath",
                "Parameters",
                "ResultSelector",
                "ResultPath",
                "OutputPath",
                "TimeoutSecondsPath",
                "HeartbeatSecondsPath",
            ],
            jsonata: &["Arguments", "Output"],
        },
    },
    Type {
        name: "Map",
        kind: "a Map state",
        known: Known {
            both: &[
                "Type",
                "Comment",
                "QueryLanguage",
                "ItemReader",
                "ItemSelector",
                "ItemBatcher",
                "ItemProcessor",
                "Iterator",
                "ProcessorConfig",
                "ResultWriter",
                "MaxConcurrency",
                "ToleratedFailurePercentage",
                "ToleratedFailureCount",
                "Label",
                "Assign",
                "Retry",
                "Catch",
                "Next",
                "End",
            ],
            jsonpath: &[
                "InputPath",
                "ItemsPath",
                "Parameters",
                "MaxConcurrencyPath",
                "ToleratedFailurePercentagePath",
                "ToleratedFailureCountPath",
                "ResultSelector",
                "ResultPath",
                "OutputPath",
            ],
            jsonata: &["Items", "Output"],
        },
    },
    Type {
        name: "Parallel",
        kind: "a Parallel state",
        known: Known {
            both: &[
                "Type",
                "Comment",
                "QueryLanguage",
                "Branches",
                "Assign",
                "Retry",
                "Catch",
                "Next",
                "End",
            ],
            jsonpath: &["InputPath", "Parameters", "ResultSelector", "ResultPath", "OutputPath"],
            jsonata: &["Arguments", "Output"],
        },
    },
    Type {
        name: "Choice",
        kind: "a Choice state",
        known: Known {
            both: &["Type", "Comment", "QueryLanguage", "Choices", "Default", "Assign"],
            jsonpath: &["InputPath", "OutputPath"],
            jsonata: &["Output"],
        },
    },
    Type {
        name: "Pass",
        kind: "a Pass state",
        known: Known {
            both: &["Type", "Comment", "QueryLanguage", "Assign", "Next", "End"],
            jsonpath: &["InputPath", "Parameters", "Result", "ResultPath", "OutputPath"],
            jsonata: &["Output"],
        },
    },
    Type {
        name: "Wait",
        kind: "a Wait state",
        known: Known {
            both: &["Type", "Comment", "QueryLanguage", "Seconds", "Timestamp", "Assign", "Next", "End"],
            jsonpath: &["InputPath", "SecondsPath", "TimestampPath", "OutputPath"],
            jsonata: &["Output"],
        },
    },
    Type {
        name: "Succeed",
        kind: "a Succeed state",
        known: Known {
            both: &["Type", "Comment", "QueryLanguage"],
            jsonpath: &["InputPath", "OutputPath"],
            jsonata: &["Output"],
        },
    },
    Type {
        name: "Fail",
        kind: "a Fail state",
        known: Known {
            both: &["Type", "Comment", "QueryLanguage", "Error", "Cause"],
            jsonpath: &["ErrorPath", "CausePath"],
            jsonata: &[],
        },
    },
];

/// Reads a state. `around` is the language of the block that it stands in.
pub(super) fn state(
    name: &Spanned<String>,
    node: &Node,
    around: QueryLanguage,
    sink: &Sink,
) -> Option<RawState> {
    let Value::Mapping(entries) = &node.value else {
        wrong_kind::report(node, "a state", "an object", sink);
        return None;
    };
    let Some(kind) = kind(name, entries, sink) else {
        // Its transitions still say what it leads to.
        let next = entries.iter().find(|entry| entry.key.value == "Next");
        return Some(RawState { next_key: next.map(|entry| entry.key.span), ..RawState::default() });
    };
    // The language decides which fields are known, so it is looked up before they are read.
    let language = match entries.iter().find(|entry| entry.key.value == "QueryLanguage") {
        Some(Entry { value: Node { value: Value::Scalar(Scalar::Text(word)), .. }, .. }) => {
            if word == "JSONata" { QueryLanguage::Jsonata } else { QueryLanguage::JsonPath }
        }
        _ => around,
    };
    let what = What { kind: kind.kind, span: name.span, language };
    let object = fields::object(node, what, kind.known, sink)?;
    if let Some(end) = object.entry("End") {
        always_true(end, sink);
    }
    let next = object.text("Next");
    Some(RawState {
        comment: object.text_value("Comment"),
        query: machine::language(&object, around).0,
        kind: read_kind(kind, &object, around),
        data: data_flow(&object, kind.name),
        retry: errors::retriers(&object),
        catch: errors::catchers(&object),
        next: next.map(RawNext::State),
        next_key: object.entry("Next").map(|entry| entry.key.span),
        end_key: object.entry("End").map(|entry| entry.key.span),
    })
}

fn kind(name: &Spanned<String>, entries: &[Entry], sink: &Sink) -> Option<&'static Type> {
    let Some(entry) = entries.iter().find(|entry| entry.key.value == "Type") else {
        sink.push(missing_field::key(name.span, "a state", "Type"));
        return None;
    };
    let word = fields::text(&entry.value, "`Type`", sink)?;
    let found = TYPES.iter().find(|kind| kind.name == word.value);
    if found.is_none() {
        let words: Vec<&str> = TYPES.iter().map(|kind| kind.name).collect();
        let place = Place::written(word.span);
        sink.push(unknown_word::finding(&word.value, place, "a type of states", &words));
    }
    found
}

fn data_flow(object: &Object<'_, '_>, kind: &str) -> RawDataFlow {
    // A Map's old `Parameters` are its `ItemSelector`.
    let arguments = if kind == "Map" { None } else { object.template("Parameters") };
    RawDataFlow {
        input: object.path_or_null("InputPath"),
        arguments: arguments.or_else(|| object.template("Arguments")),
        result_selector: object.template("ResultSelector"),
        result: object.path_or_null("ResultPath"),
        output: match object.path_or_null("OutputPath") {
            Some(path) => Some(RawTemplate::Value(path)),
            None => object.template("Output"),
        },
        assign: object.assign(),
    }
}

fn read_kind(kind: &Type, object: &Object<'_, '_>, around: QueryLanguage) -> Option<RawKind> {
    match kind.name {
        "Task" => Some(RawKind::Task(Box::new(task(object)))),
        "Map" => map::map(object, around).map(|map| RawKind::Map(Box::new(map))),
        "Parallel" => {
            let entry = object.required("Branches")?;
            let branches = fields::list(&entry.value, "`Branches`", object.sink);
            Some(RawKind::Parallel(
                branches.iter().filter_map(|node| machine::branch(node, around, object.sink)).collect(),
            ))
        }
        "Choice" => choice::choice(object),
        "Pass" => Some(RawKind::Pass {
            value: object
                .entry("Result")
                .map(|entry| Spanned { value: json(&entry.value), span: entry.value.span }),
        }),
        "Wait" => wait(object),
        "Succeed" => Some(RawKind::Succeed),
        _ => Some(RawKind::Fail { error: object.text_or_path("Error"), cause: object.text_or_path("Cause") }),
    }
}

fn task(object: &Object<'_, '_>) -> RawTask {
    let role = object.entry("Credentials").and_then(|entry| {
        let what = What { kind: "`Credentials`", span: entry.key.span, language: object.what.language };
        let known = Known { both: &["RoleArn"], jsonpath: &["RoleArn.$"], jsonata: &[] };
        let credentials = fields::object(&entry.value, what, known, object.sink)?;
        // Read as a template, `RoleArn.$` is the field `RoleArn`.
        match super::template::template(&entry.value, object.what.language, object.sink) {
            RawTemplate::Object(_, fields) => {
                let role = fields.into_iter().find(|(key, _)| key.value == "RoleArn");
                if role.is_none() {
                    credentials.required("RoleArn");
                }
                role.map(|(_, role)| role)
            }
            _ => None,
        }
    });
    RawTask {
        work: object.required_text("Resource").map(|resource| RawWork::Resource(action(resource))),
        wait_for_token: None,
        timeout: object.number_or_path("TimeoutSeconds"),
        heartbeat: object.number_or_path("HeartbeatSeconds"),
        role,
        resources: Vec::new(),
        access: Vec::new(),
    }
}

/// Returns what `Resource` names as the spec does: of a service's action the text behind `arn:aws:states:::`.
fn action(resource: Spanned<String>) -> Spanned<String> {
    let parts: Vec<&str> = resource.value.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "states", "", "", action] => Spanned { value: action.to_owned(), span: resource.span },
        _ => resource,
    }
}

fn wait(object: &Object<'_, '_>) -> Option<RawKind> {
    const SECONDS: [&str; 2] = ["Seconds", "SecondsPath"];
    const TIMESTAMP: [&str; 2] = ["Timestamp", "TimestampPath"];
    let find = |fields: [&str; 2]| fields.iter().find_map(|field| object.entry(field));
    match (find(SECONDS), find(TIMESTAMP)) {
        (Some(seconds), Some(timestamp)) => {
            object.conflict(timestamp, seconds);
            None
        }
        (Some(_), None) => object.number_or_path("Seconds").map(RawKind::WaitSeconds),
        (None, Some(_)) => object.text_or_path("Timestamp").map(RawKind::WaitUntil),
        (None, None) => {
            let span = object.what.span;
            object.sink.push(missing_field::one_of(span, object.what.kind, &["Seconds", "Timestamp"]));
            None
        }
    }
}

/// Reads a field that can only be `true`.
fn always_true(entry: &Entry, sink: &Sink) {
    if entry.value.value != Value::Scalar(Scalar::Bool(true)) {
        wrong_kind::report(
            &entry.value,
            &format!("`{}`", entry.key.value),
            "`true`, or the field left out",
            sink,
        );
    }
}

/// Returns a value as it is.
fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Scalar(Scalar::Null) | Value::Refused => serde_json::Value::Null,
        Value::Scalar(Scalar::Bool(value)) => (*value).into(),
        // A number of JSON that serde_json judged before; one beyond 64 bits stays the text that it is.
        Value::Scalar(Scalar::Number(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into())
        }
        Value::Scalar(Scalar::Text(text)) => text.as_str().into(),
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(entries) => {
            entries.iter().map(|entry| (entry.key.value.clone(), json(&entry.value))).collect()
        }
    }
}

/// Tells whether a value is the number 0.
pub(super) fn is_zero(value: &RawValue) -> bool {
    matches!(value, RawValue::Literal(Spanned { value: Scalar::Number(text), .. }) if text == "0")
}
