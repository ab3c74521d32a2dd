//! A small document of a JSON Schema: what it demands and nothing else.

use serde_json::{Map, Number, Value, json};

/// How far schemas may lead into one another; a schema that demands itself has no finite document.
const DEPTH: usize = 32;

/// Makes a document. It is valid where the schema speaks of types, required fields, lengths, bounds, constants and formats;
/// patterns and conditions are not looked at.
pub(super) fn minimal(schema: &Value) -> Value {
    of(schema, schema, DEPTH)
}

fn of(schema: &Value, root: &Value, depth: usize) -> Value {
    let (Some(keywords), Some(depth)) = (schema.as_object(), depth.checked_sub(1)) else {
        return Value::Null;
    };
    let list = |name: &str| keywords.get(name).and_then(Value::as_array);
    let ready = [
        keywords.get("const"),
        keywords.get("default"),
        list("examples").and_then(|values| values.first()),
        list("enum").and_then(|values| values.first()),
    ];
    if let Some(value) = ready.into_iter().flatten().next() {
        return value.clone();
    }
    let referred = keywords
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| root.pointer(reference.strip_prefix('#')?));
    let first = ["anyOf", "oneOf"].into_iter().find_map(|name| list(name)?.first());
    let parts = referred.into_iter().chain(first).chain(list("allOf").into_iter().flatten());
    let mut made = parts.map(|part| of(part, root, depth)).collect::<Vec<_>>();
    if made.is_empty() || keywords.contains_key("type") || keywords.contains_key("properties") {
        made.push(of_type(keywords, root, depth));
    }
    // Objects are put together; of anything else the last says the most.
    made.into_iter()
        .reduce(|before, after| match (before, after) {
            (Value::Object(mut before), Value::Object(after)) => {
                before.extend(after);
                Value::Object(before)
            }
            (_, after) => after,
        })
        .unwrap_or_default()
}

fn of_type(keywords: &Map<String, Value>, root: &Value, depth: usize) -> Value {
    let name = match keywords.get("type") {
        Some(Value::String(name)) => name.as_str(),
        Some(Value::Array(names)) => names.first().and_then(Value::as_str).unwrap_or("null"),
        _ if keywords.contains_key("properties") || keywords.contains_key("required") => "object",
        _ => "null",
    };
    match name {
        "object" => {
            let properties = keywords.get("properties");
            let required = keywords.get("required").and_then(Value::as_array).into_iter().flatten();
            let field = |name: &str| {
                let schema = properties.and_then(|properties| properties.get(name));
                (name.to_owned(), schema.map_or(Value::Null, |schema| of(schema, root, depth)))
            };
            Value::Object(required.filter_map(Value::as_str).map(field).collect())
        }
        "array" => {
            let prefix = keywords.get("prefixItems").and_then(Value::as_array).cloned().unwrap_or_default();
            let rest = keywords.get("items").unwrap_or(&Value::Null);
            let count = length(keywords, "minItems").max(prefix.len());
            (0..count).map(|index| of(prefix.get(index).unwrap_or(rest), root, depth)).collect()
        }
        "string" => Value::String(text(keywords)),
        "integer" | "number" => number(keywords),
        "boolean" => Value::Bool(false),
        _ => Value::Null,
    }
}

fn length(keywords: &Map<String, Value>, name: &str) -> usize {
    let length = keywords.get(name).and_then(Value::as_u64).unwrap_or(0);
    usize::try_from(length).unwrap_or(usize::MAX).min(1_000)
}

fn text(keywords: &Map<String, Value>) -> String {
    let ready = match keywords.get("format").and_then(Value::as_str).unwrap_or_default() {
        "date-time" => "2026-01-01T00:00:00Z",
        "date" => "2026-01-01",
        "time" => "00:00:00Z",
        "duration" => "PT0S",
        "uuid" => "00000000-0000-0000-0000-000000000000",
        "uri" | "uri-reference" | "iri" => "https://example.com/",
        "hostname" => "example.com",
        "email" => "someone@example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        _ => return "a".repeat(length(keywords, "minLength")),
    };
    ready.to_owned()
}

/// Returns 0 or the bound that is nearest to it.
fn number(keywords: &Map<String, Value>) -> Value {
    let bound = |name: &str| keywords.get(name).and_then(Value::as_f64);
    let least = bound("minimum").into_iter().chain(bound("exclusiveMinimum").map(|bound| bound + 1.0));
    let most = bound("maximum").into_iter().chain(bound("exclusiveMaximum").map(|bound| bound - 1.0));
    let value = least.fold(0.0_f64, f64::max);
    let value = most.fold(value, f64::min);
    let step = bound("multipleOf").filter(|step| *step > 0.0);
    let value = step.map_or(value, |step| (value / step).ceil() * step);
    if value.fract() == 0.0 && value.abs() < 2_f64.powi(53) {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
        let whole = value as i64;
        return json!(whole);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(schema: &Value, expected: &Value) {
        assert_eq!(&minimal(schema), expected, "{schema}");
    }

    #[test]
    fn each_type_has_its_least() {
        check(&json!({ "type": "string" }), &json!(""));
        check(&json!({ "type": "string", "minLength": 3 }), &json!("aaa"));
        check(&json!({ "type": "string", "format": "date-time" }), &json!("2026-01-01T00:00:00Z"));
        check(&json!({ "type": "integer", "minimum": 2 }), &json!(2));
        check(&json!({ "type": "integer", "exclusiveMinimum": 2, "multipleOf": 5 }), &json!(5));
        check(&json!({ "type": "number", "maximum": -1.5 }), &json!(-1.5));
        check(&json!({ "type": ["string", "null"] }), &json!(""));
        check(
            &json!({ "type": "array", "minItems": 2, "items": { "type": "boolean" } }),
            &json!([false, false]),
        );
        check(&json!({ "enum": ["x", "y"] }), &json!("x"));
        check(&json!(true), &json!(null));
    }

    #[test]
    fn references_and_parts_are_put_together() {
        let schema = json!({
            "allOf": [{ "$ref": "#/$defs/Base" }],
            "type": "object",
            "properties": { "own": { "anyOf": [{ "const": 3 }, { "type": "null" }] }, "left": { "type": "string" } },
            "required": ["own"],
            "$defs": { "Base": { "type": "object", "required": ["id"], "properties": { "id": { "$ref": "#/$defs/Id" } } },
                       "Id": { "type": "integer", "minimum": 1 } },
        });
        check(&schema, &json!({ "id": 1, "own": 3 }));
    }

    #[test]
    fn a_schema_that_demands_itself_ends() {
        let schema =
            json!({ "type": "object", "required": ["next"], "properties": { "next": { "$ref": "#" } } });
        assert!(minimal(&schema)["next"]["next"].is_object());
    }
}
