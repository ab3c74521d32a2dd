//! The kinds of values, as docs/workflow.md calls them.

use serde_json::{Value, json};

/// `${env.NAME}`, without the ends of a pattern.
const REFERENCE: &str = r"\$\{env\.[a-z][a-z0-9_]{0,39}\}";

/// The name of a bucket, a queue, a retry, a function and so on.
pub(super) const NAME: &str = "^[a-z][a-z0-9-]{0,39}$";

/// The definitions that other schemas refer to.
pub(super) fn definitions() -> Vec<(String, Value)> {
    let pattern = |pattern: &str, message: &str| {
        let pattern = format!("^({pattern}|{REFERENCE})$");
        // `patternErrorMessage` is what the YAML language server shows instead of the pattern.
        json!({ "type": "string", "pattern": pattern, "patternErrorMessage": message })
    };
    let dynamic = r"\$.*|States\..*|\{%[\s\S]*%\}";
    [
        ("size", pattern("[1-9][0-9]*(MB|GB)", "write a whole number with MB or GB, such as 512MB")),
        (
            "duration",
            pattern("[0-9]*[1-9][0-9]*[smhd]", "write a whole number with s, m, h or d, such as 90s"),
        ),
        (
            "moving_duration",
            pattern(
                &format!("[0-9]*[1-9][0-9]*[smhd]|{dynamic}"),
                "write a duration such as 90s, a path such as $.seconds, or an expression",
            ),
        ),
        ("reference", json!({ "type": "string", "pattern": format!("^{REFERENCE}$") })),
        ("computed", json!({ "type": "string", "pattern": format!("^({dynamic})$") })),
        ("boolean", json!({ "anyOf": [{ "type": "boolean" }, super::of("reference")] })),
        ("name", json!({ "type": "string", "pattern": NAME })),
        (
            "template",
            json!({
                "propertyNames": { "not": { "pattern": r"\.\$$" } },
                "additionalProperties": super::of("template"),
                "items": super::of("template"),
            }),
        ),
        ("templates", json!({ "type": "object", "additionalProperties": super::of("template") })),
        ("path", json!({ "type": ["string", "null"], "pattern": r"^(\$[\s\S]*|\{%[\s\S]*%\})$" })),
    ]
    .map(|(name, schema)| (name.to_owned(), schema))
    .into()
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

/// A word of a list.
pub(super) fn word(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

/// A text of a list, or a reference.
pub(super) fn word_or_reference(words: &[&str]) -> Value {
    json!({ "anyOf": [word(words), super::of("reference")] })
}

/// A whole number in a range, or a reference.
pub(super) fn whole(min: u64, max: u64) -> Value {
    json!({ "anyOf": [{ "type": "integer", "minimum": min, "maximum": max }, super::of("reference")] })
}

/// A number in a range, a reference, a path or an expression.
pub(super) fn moving(kind: &str, min: u64, max: u64) -> Value {
    json!({ "anyOf": [{ "type": kind, "minimum": min, "maximum": max }, super::of("computed")] })
}

/// `true`.
pub(super) fn always_true() -> Value {
    json!({ "const": true })
}
