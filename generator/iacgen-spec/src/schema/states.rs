//! States, by the word that says what they do.

use serde_json::{Map, Value, json};

use super::documented::description;
use super::sections::errors;
use super::values::{always_true, moving, text, word, word_or_reference};
use super::{needs_one_of, object, of, one_or_many};
use crate::raw::OPERATORS;

/// A kind of state: its word, what findings call it, the headings of its tables, its own fields, which of the fields
/// of all states it has, and what is required.
struct Kind {
    word: &'static str,
    title: &'static str,
    headings: &'static [&'static str],
    own: Vec<(&'static str, Value)>,
    shared: &'static [&'static str],
    required: &'static [&'static str],
}

const OF_WORK: &[&str] = &[
    "retry",
    "catch",
    "input",
    "result_selector",
    "result",
    "output",
    "assign",
    "query",
    "comment",
    "next",
    "end",
];

/// The definitions of states and of what stands in them.
pub(super) fn definitions() -> Vec<(String, Value)> {
    let kinds = kinds();
    let mut definitions: Vec<(String, Value)> = vec![
        (
            "states".to_owned(),
            json!({
                "type": "object", "minProperties": 1,
                "propertyNames": { "minLength": 1, "maxLength": 80 },
                "additionalProperties": of("state"),
            }),
        ),
        ("state".to_owned(), state(&kinds)),
    ];
    definitions.extend(kinds.into_iter().map(|kind| {
        let name = format!("{}_state", kind.word);
        let shared = shared().into_iter().filter(|(field, _)| kind.shared.contains(field));
        let fields = kind.own.into_iter().chain(shared).collect();
        let mut schema = object((kind.title, kind.headings, ""), fields, kind.required);
        if kind.shared.contains(&"next") {
            schema["oneOf"] = json!([{ "required": ["next"] }, { "required": ["end"] }]);
        }
        (name, schema)
    }));
    let parts = [
        ("catcher", catcher()),
        ("switch", switch()),
        ("rule", rule()),
        ("condition", condition()),
        ("reader", reader()),
    ];
    definitions.extend(parts.map(|(name, schema)| (name.to_owned(), schema)));
    definitions
}

/// A state: its word decides which fields it has, so that an editor complains about this kind's fields alone.
fn state(kinds: &[Kind]) -> Value {
    let words: Map<String, Value> = kinds
        .iter()
        .map(|kind| (kind.word.to_owned(), json!({ "description": description(kind.headings, kind.word) })))
        .collect();
    let chosen: Vec<Value> = kinds
        .iter()
        .map(|kind| json!({ "if": { "required": [kind.word] }, "then": of(&format!("{}_state", kind.word)) }))
        .collect();
    let one_of: Vec<Value> = kinds.iter().map(|kind| json!({ "required": [kind.word] })).collect();
    json!({ "type": "object", "properties": words, "oneOf": one_of, "allOf": chosen })
}

/// The fields that many kinds have.
fn shared() -> Vec<(&'static str, Value)> {
    vec![
        ("retry", one_or_many(&of("name"))),
        ("catch", one_or_many(&of("catcher"))),
        ("input", of("path")),
        ("result_selector", of("template")),
        (
            "result",
            json!({ "type": ["string", "null"], "pattern": r"^(keep|discard|\$[\s\S]*)$",
            "examples": ["discard", "$.result"] }),
        ),
        ("output", of("template")),
        ("assign", of("templates")),
        ("query", word(&["jsonpath", "jsonata"])),
        ("comment", text()),
        ("next", json!({ "anyOf": [text(), of("switch")] })),
        ("end", always_true()),
    ]
}

fn kinds() -> Vec<Kind> {
    let credentials = || {
        object(
            ("`credentials`", &["Invoke", "Task"], "credentials."),
            vec![("role", of("template"))],
            &["role"],
        )
    };
    let branch = object(
        ("a branch", &["Parallel"], "parallel."),
        vec![("start", text()), ("states", of("states")), ("comment", text())],
        &["start", "states"],
    );
    let until = object(("`wait`", &["Pass and wait"], "wait."), vec![("until", text())], &["until"]);
    let fail = object(
        ("`fail`", &["Succeed and fail"], "fail."),
        vec![("error", text()), ("cause", text())],
        &["error"],
    );
    let task = json!({ "type": "string", "examples": ["dynamodb:putItem", "aws-sdk:s3:headObject", "sqs:sendMessage"] });
    let kind =
        |word, title, headings, own, shared, required| Kind { word, title, headings, own, shared, required };
    vec![
        kind(
            "invoke",
            "an invoke state",
            &["States", "Invoke"],
            vec![
                ("invoke", of("name")),
                ("payload", of("template")),
                ("wait_for_token", of("boolean")),
                ("timeout", of("moving_duration")),
                ("heartbeat", of("moving_duration")),
                ("credentials", credentials()),
            ],
            OF_WORK,
            &[],
        ),
        kind(
            "task",
            "a task state",
            &["States", "Invoke", "Task"],
            vec![
                ("task", task),
                ("arguments", of("template")),
                ("resources", json!({ "type": "array", "items": text() })),
                ("access", json!({ "type": "array", "items": of("grant") })),
                ("timeout", of("moving_duration")),
                ("heartbeat", of("moving_duration")),
                ("credentials", credentials()),
            ],
            OF_WORK,
            &[],
        ),
        kind(
            "map",
            "a map state",
            &["The workflow", "States", "Map"],
            map(),
            OF_WORK,
            &["items", "start", "states"],
        ),
        kind(
            "parallel",
            "a parallel state",
            &["States", "Parallel"],
            vec![
                ("parallel", json!({ "type": "array", "minItems": 1, "items": branch })),
                ("arguments", of("template")),
            ],
            OF_WORK,
            &[],
        ),
        kind(
            "choice",
            "a choice state",
            &["States", "Choice"],
            vec![("choice", one_or_many(&of("rule"))), ("default", text())],
            &["input", "output", "assign", "query", "comment"],
            &[],
        ),
        kind(
            "pass",
            "a pass state",
            &["States", "Pass and wait"],
            vec![("pass", always_true()), ("arguments", of("template")), ("value", json!({}))],
            &["input", "result", "output", "assign", "query", "comment", "next", "end"],
            &[],
        ),
        kind(
            "wait",
            "a wait state",
            &["States", "Pass and wait"],
            vec![("wait", json!({ "anyOf": [of("moving_duration"), until] }))],
            &["input", "output", "assign", "query", "comment", "next", "end"],
            &[],
        ),
        kind(
            "succeed",
            "a succeed state",
            &["States", "Succeed and fail"],
            vec![("succeed", always_true())],
            &["input", "output", "query", "comment"],
            &[],
        ),
        kind(
            "fail",
            "a fail state",
            &["States", "Succeed and fail"],
            vec![("fail", fail)],
            &["query", "comment"],
            &[],
        ),
    ]
}

fn map() -> Vec<(&'static str, Value)> {
    let batch = object(
        ("`batch`", &["Map"], "batch."),
        vec![
            ("items", moving("integer", 1, u64::from(u32::MAX))),
            ("bytes", moving("integer", 1, 262_144)),
            ("input", of("template")),
        ],
        &[],
    );
    let mut writer = object(
        ("`result_writer`", &["Map"], "result_writer."),
        vec![
            ("bucket", text()),
            ("buckets", one_or_many(&of("name"))),
            ("prefix", of("template")),
            ("transformation", word(&["none", "compact", "flatten"])),
            ("format", word(&["json", "jsonl"])),
        ],
        &[],
    );
    writer["dependencies"] = json!({ "buckets": ["bucket"] });
    let items = json!({ "anyOf": [
        { "type": "string", "pattern": r"^(\$[\s\S]*|\{%[\s\S]*%\})$" },
        { "type": "array", "items": of("template") },
        of("reader"),
    ] });
    let select = json!({ "anyOf": [of("templates"), { "type": "string", "pattern": r"^\{%" }] });
    vec![
        ("map", word(&["inline", "distributed"])),
        ("children", word(&["standard", "express"])),
        ("items", items),
        ("select", select),
        ("batch", batch),
        ("concurrency", moving("integer", 1, 10_000)),
        ("tolerated_failure_percentage", moving("number", 0, 100)),
        ("tolerated_failure_count", moving("integer", 0, u64::from(u32::MAX))),
        (
            "label",
            json!({ "anyOf": [{ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$" }, of("reference")] }),
        ),
        ("start", text()),
        ("states", of("states")),
        ("result_writer", writer),
    ]
}

fn catcher() -> Value {
    let fields = vec![
        ("on", errors()),
        ("next", text()),
        ("result", text()),
        ("output", of("template")),
        ("assign", of("templates")),
        ("comment", text()),
    ];
    object(("a catcher", &["Catch"], "catch."), fields, &["on", "next"])
}

fn switch() -> Value {
    let fields = vec![("when", of("boolean")), ("then", text()), ("else", text())];
    object(("a switch", &["States"], "next."), fields, &["when", "then", "else"])
}

/// The forms of a condition, of which one is needed.
const FORMS: [&str; 5] = ["variable", "and", "or", "not", "condition"];

fn forms() -> Vec<(&'static str, Value)> {
    let list = || json!({ "type": "array", "items": of("condition") });
    let operand = json!({ "type": ["string", "number", "boolean"] });
    let forms = [
        ("variable", text()),
        ("and", list()),
        ("or", list()),
        ("not", of("condition")),
        ("condition", json!({ "type": ["string", "boolean"] })),
    ];
    forms.into_iter().chain(OPERATORS.map(|operator| (operator, operand.clone()))).collect()
}

/// A comparison has a variable and one operator beside it, and nothing else has an operator.
fn compared(mut object: Value) -> Value {
    let operators: Vec<Value> = OPERATORS.iter().map(|operator| json!({ "required": [operator] })).collect();
    object["if"] = json!({ "required": ["variable"] });
    object["then"] = json!({ "oneOf": operators });
    object["else"] = json!({ "not": { "anyOf": operators } });
    object
}

fn rule() -> Value {
    let mut fields = forms();
    let own =
        [("next", text()), ("assign", of("templates")), ("output", of("template")), ("comment", text())];
    fields.extend(own);
    compared(needs_one_of(object(("a rule", &["Choice"], "choice."), fields, &["next"]), &FORMS))
}

fn condition() -> Value {
    compared(needs_one_of(object(("a condition", &["Choice"], "choice."), forms(), &[]), &FORMS))
}

/// What a distributed Map reads its items from.
fn reader() -> Value {
    const SOURCES: [&str; 6] = ["jsonl", "json", "csv", "parquet", "manifest", "list"];
    let mut fields: Vec<(&str, Value)> = SOURCES.map(|source| (source, text())).into();
    fields.extend([
        ("buckets", one_or_many(&of("name"))),
        ("key", of("template")),
        ("version_id", of("template")),
        ("prefix", of("template")),
        ("load", word(&["jsonl", "json", "csv", "parquet", "manifest"])),
        ("pointer", text()),
        ("headers", one_or_many(&text())),
        ("delimiter", word_or_reference(&["comma", "pipe", "semicolon", "space", "tab"])),
        ("type", word(&["inventory", "athena"])),
        ("limit", moving("integer", 1, 100_000_000)),
        ("items", text()),
    ]);
    let mut reader =
        needs_one_of(object(("an item reader", &["Item reader"], "items."), fields, &[]), &SOURCES);
    reader["if"] = json!({ "required": ["list"] });
    reader["else"] = json!({ "required": ["key"] });
    reader["dependencies"] = json!({ "manifest": ["type"] });
    reader
}
