//! The files of a project as JSON Schemas, draft-07, for editors that complete and validate.
//!
//! Descriptions are the rows of `docs/workflow.md`. A schema says what JSON Schema can: fields, kinds, words, patterns and
//! ranges. What needs more than the value at hand, such as names and types along the workflow, is `iacgen check`'s.

mod documented;
mod sections;
mod states;
mod values;

use serde_json::{Map, Value, json};

use documented::description;

/// The dialect that the YAML language server speaks best.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// Returns the JSON Schema of `workflow.yaml`.
#[must_use]
pub fn workflow_schema() -> Value {
    let mut schema = sections::workflow();
    let definitions: Map<String, Value> = values::definitions()
        .into_iter()
        .chain(sections::definitions())
        .chain(states::definitions())
        .collect();
    schema["$schema"] = json!(DRAFT);
    schema["definitions"] = Value::Object(definitions);
    schema
}

/// Returns the JSON Schema of the files of `environments/`.
#[must_use]
pub fn environment_schema() -> Value {
    let mut schema = sections::environment();
    schema["$schema"] = json!(DRAFT);
    schema
}

/// What an object is called in findings, the headings of its tables in `docs/workflow.md`, and how its fields begin there.
type Place = (&'static str, &'static [&'static str], &'static str);

/// Returns the schema of an object that has these fields and no others.
fn object((title, headings, prefix): Place, fields: Vec<(&str, Value)>, required: &[&str]) -> Value {
    let properties: Map<String, Value> = fields
        .into_iter()
        .map(|(name, mut schema)| {
            if let Some(text) = description(headings, &format!("{prefix}{name}")) {
                schema["description"] = json!(text);
            }
            (name.to_owned(), schema)
        })
        .collect();
    let mut schema = json!({
        "title": title, "type": "object", "properties": properties, "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// Returns a schema that refers to a definition.
fn of(definition: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{definition}") })
}

/// Returns the schema of one thing, or of a list of at least one.
fn one_or_many(one: &Value) -> Value {
    json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
}

/// Returns the schema of a section: things by name, or nothing.
fn named(pattern: &str, thing: &Value) -> Value {
    json!({ "type": ["object", "null"], "propertyNames": { "pattern": pattern }, "additionalProperties": thing })
}

/// Returns the schema of an object of which one of these fields is there.
fn needs_one_of(mut object: Value, fields: &[&str]) -> Value {
    object["oneOf"] = fields.iter().map(|field| json!({ "required": [field] })).collect();
    object
}
