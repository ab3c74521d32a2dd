//! Values and templates.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Sink, Span};

use super::yaml::Tree;
use crate::check::not_importable;
use crate::raw::{Named, RawTemplate, RawValue};
use crate::yaml::{Scalar, Spanned};

/// Returns a value.
pub(super) fn value(raw: &RawValue, sink: &Sink) -> Tree {
    match raw {
        RawValue::Literal(Spanned { value: Scalar::Text(text), span }) => plain(text, *span, sink),
        RawValue::Literal(scalar) => Tree::Scalar(scalar.value.clone()),
        RawValue::Environment(name) => Tree::text(format!("${{env.{}}}", name.value)),
    }
}

/// Returns a text that has no backslash form.
pub(super) fn plain(text: &str, span: Span, sink: &Sink) -> Tree {
    if text.contains("${") && !text.starts_with("{%") {
        sink.push(not_importable::substitution(span));
    }
    Tree::text(text)
}

/// Returns a duration: a definition's number of seconds with the unit that suits it.
pub(super) fn duration(raw: &RawValue, sink: &Sink) -> Tree {
    if let RawValue::Literal(Spanned { value: Scalar::Number(text), span }) = raw {
        if let Some(seconds) = text.parse().ok().and_then(|seconds| Seconds::new(seconds).ok()) {
            return Tree::text(seconds.to_string());
        }
        sink.push(not_importable::finding(*span, &format!("a time of {text} seconds")));
    }
    value(raw, sink)
}

/// Returns a template.
pub(super) fn template(raw: &RawTemplate, sink: &Sink) -> Tree {
    match raw {
        RawTemplate::Value(raw) => value(raw, sink),
        RawTemplate::Dynamic(text) => plain(&text.value, text.span, sink),
        RawTemplate::Literal(text) => literal(text, sink),
        RawTemplate::Array(_, items) => Tree::List(items.iter().map(|item| template(item, sink)).collect()),
        RawTemplate::Object(_, fields) => Tree::Map(templates(fields, sink)),
    }
}

/// Returns templates by name.
pub(super) fn templates(fields: &Named<RawTemplate>, sink: &Sink) -> Vec<(String, Tree)> {
    fields.iter().map(|(key, field)| (key_of(key, sink), template(field, sink))).collect()
}

fn key_of(key: &Spanned<String>, sink: &Sink) -> String {
    if key.value.ends_with(".$") {
        sink.push(not_importable::finding(key.span, "a key that ends in `.$` and is not computed"));
    }
    key.value.clone()
}

/// Returns a text that stands for itself: behind a backslash where it would be read as something else.
fn literal(text: &Spanned<String>, sink: &Sink) -> Tree {
    if text.value.contains("${") {
        sink.push(not_importable::substitution(text.span));
    }
    let text = &text.value;
    let computed = ["$", "States.", "\\", "{%"].iter().any(|mark| text.starts_with(mark));
    Tree::text(if computed { format!("\\{text}") } else { text.clone() })
}

/// Returns JSON as it is.
pub(super) fn json(json: &serde_json::Value, span: Span, sink: &Sink) -> Tree {
    match json {
        serde_json::Value::Null => Tree::Scalar(Scalar::Null),
        serde_json::Value::Bool(value) => Tree::Scalar(Scalar::Bool(*value)),
        serde_json::Value::Number(number) => Tree::Scalar(Scalar::Number(number.to_string())),
        serde_json::Value::String(text) => {
            if text.contains("${") {
                sink.push(not_importable::substitution(span));
            }
            Tree::text(text.as_str())
        }
        serde_json::Value::Array(items) => {
            Tree::List(items.iter().map(|item| self::json(item, span, sink)).collect())
        }
        serde_json::Value::Object(fields) => Tree::Map(
            fields.iter().map(|(key, field)| (key.clone(), self::json(field, span, sink))).collect(),
        ),
    }
}
