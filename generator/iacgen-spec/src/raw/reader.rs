//! Reads fields out of a mapping: every unknown, missing or mistyped one is a finding, and reading goes on.

use iacgen_diagnostics::{Sink, Span};

use super::{Named, RawTemplate, RawValue};
use crate::check::{bad_reference, missing_field, unknown_field, wrong_kind};
use crate::model::ReferenceKind;
use crate::names;
use crate::suggest;
use crate::yaml::{Entry, Node, Scalar, Spanned, Value};

/// What is being read, for messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct What<'a> {
    /// The kind with its article: "a function".
    pub(crate) kind: &'a str,
    /// The place that stands for it: its name where it has one.
    pub(crate) span: Span,
}

/// A mapping whose keys are known.
pub(crate) struct Fields<'n, 's> {
    entries: &'n [Entry],
    /// The allowed fields that unknown ones were taken for; a finding suggests each.
    misspelt: Vec<String>,
    pub(crate) what: What<'n>,
    sink: &'s Sink,
}

/// Reads a mapping with the allowed fields. `None` when it is no mapping.
pub(crate) fn fields<'n, 's>(
    node: &'n Node,
    what: What<'n>,
    allowed: &[&str],
    sink: &'s Sink,
) -> Option<Fields<'n, 's>> {
    fields_besides(node, what, allowed, &[], sink)
}

/// Reads a mapping with the allowed fields, and says nothing of those that are judged elsewhere.
pub(crate) fn fields_besides<'n, 's>(
    node: &'n Node,
    what: What<'n>,
    allowed: &[&str],
    elsewhere: &[&str],
    sink: &'s Sink,
) -> Option<Fields<'n, 's>> {
    let entries = mapping(node, what.kind, sink)?;
    let known = |field: &str| allowed.contains(&field) || elsewhere.contains(&field);
    let mut misspelt = Vec::new();
    for entry in entries.iter().filter(|entry| !known(&entry.key.value)) {
        sink.push(unknown_field::finding(&entry.key, what.kind, allowed));
        misspelt.extend(suggest::nearest(&entry.key.value, allowed.iter().copied()).map(ToOwned::to_owned));
    }
    Some(Fields { entries, misspelt, what, sink })
}

/// Reads any mapping.
pub(crate) fn mapping<'n>(node: &'n Node, kind: &str, sink: &Sink) -> Option<&'n [Entry]> {
    if let Value::Mapping(entries) = &node.value {
        return Some(entries);
    }
    wrong_kind::report(node, kind, "fields, one `name: value` each", sink);
    None
}

/// Reads a name that must be written out.
pub(crate) fn name(node: &Node, kind: &str, sink: &Sink) -> Option<Spanned<String>> {
    match &node.value {
        Value::Scalar(Scalar::Text(text)) if text.contains("${") => {
            sink.push(bad_reference::not_here(node.span, kind));
            None
        }
        Value::Scalar(Scalar::Text(text)) => Some(Spanned { value: text.clone(), span: node.span }),
        _ => {
            wrong_kind::report(node, kind, "a text", sink);
            None
        }
    }
}

/// Reads a value that may be `${env.NAME}`.
pub(crate) fn value(node: &Node, kind: &str, expected: &str, sink: &Sink) -> Option<RawValue> {
    let Value::Scalar(scalar) = &node.value else {
        wrong_kind::report(node, kind, expected, sink);
        return None;
    };
    let Scalar::Text(text) = scalar else {
        return Some(RawValue::Literal(Spanned { value: scalar.clone(), span: node.span }));
    };
    if !text.contains("${") || text.starts_with("{%") {
        return Some(RawValue::Literal(Spanned { value: scalar.clone(), span: node.span }));
    }
    let reference = text.strip_prefix("${env.").and_then(|rest| rest.strip_suffix('}'));
    if let Some(name) = reference.filter(|name| names::is_value_name(name)) {
        return Some(RawValue::Environment(Spanned { value: name.to_owned(), span: node.span }));
    }
    sink.push(bad_reference::malformed(node.span, text));
    None
}

/// Reads one node or a list of nodes.
pub(crate) fn one_or_many(node: &Node) -> &[Node] {
    match &node.value {
        Value::Sequence(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// Reads a template: a scalar, a list or an object of templates.
pub(crate) fn template(node: &Node, kind: &str, sink: &Sink) -> Option<RawTemplate> {
    match &node.value {
        Value::Mapping(entries) => {
            let field = |entry: &Entry| Some((entry.key.clone(), template(&entry.value, kind, sink)?));
            let fields: Vec<_> = entries.iter().map(field).collect();
            Some(RawTemplate::Object(node.span, fields.into_iter().collect::<Option<_>>()?))
        }
        Value::Sequence(items) => {
            let items: Vec<_> = items.iter().map(|item| template(item, kind, sink)).collect();
            Some(RawTemplate::Array(node.span, items.into_iter().collect::<Option<_>>()?))
        }
        Value::Scalar(Scalar::Text(text)) if text.starts_with('\\') => {
            Some(RawTemplate::Literal(Spanned { value: text[1..].to_owned(), span: node.span }))
        }
        Value::Scalar(scalar @ Scalar::Text(text)) if is_reference(text) => {
            Some(RawTemplate::Value(RawValue::Literal(Spanned { value: scalar.clone(), span: node.span })))
        }
        // What a finding refuses is nothing, so that the rest of the template is read all the same.
        Value::Scalar(_) => {
            let null = || RawValue::Literal(Spanned { value: Scalar::Null, span: node.span });
            Some(RawTemplate::Value(value(node, kind, "", sink).unwrap_or_else(null)))
        }
        Value::Refused => None,
    }
}

/// Tells whether a text is `${WORD.ID}`, with a word that names a kind of thing of the workflow.
fn is_reference(text: &str) -> bool {
    let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let word = inner.and_then(|inner| inner.split_once('.')).map(|(word, _)| word);
    word.is_some_and(|word| ReferenceKind::ALL.iter().any(|kind| kind.word() == word))
}

/// Tells whether a text is no name, but a path, an expression, a reference or a literal text.
pub(crate) fn is_computed(node: &Node) -> bool {
    matches!(&node.value, Value::Scalar(Scalar::Text(text)) if ["$", "{%", "\\"].iter().any(|mark| text.starts_with(mark)))
}

/// Reads a JSON value that is taken as it is.
pub(crate) fn literal(node: &Node, kind: &str, sink: &Sink) -> Option<Spanned<serde_json::Value>> {
    let value = match &node.value {
        Value::Scalar(Scalar::Null) => serde_json::Value::Null,
        Value::Scalar(Scalar::Bool(value)) => serde_json::Value::Bool(*value),
        Value::Scalar(Scalar::Number(text)) => {
            let Ok(number) = serde_json::from_str(text) else {
                wrong_kind::report(node, kind, "a number that fits 64 bits", sink);
                return None;
            };
            serde_json::Value::Number(number)
        }
        Value::Scalar(Scalar::Text(text)) if text.contains("${") => {
            sink.push(bad_reference::not_here(node.span, kind));
            return None;
        }
        Value::Scalar(Scalar::Text(text)) => serde_json::Value::String(text.clone()),
        Value::Sequence(items) => {
            let items: Vec<_> = items.iter().map(|item| literal(item, kind, sink)).collect();
            items.into_iter().map(|item| item.map(|item| item.value)).collect::<Option<_>>()?
        }
        Value::Mapping(entries) => {
            let field =
                |entry: &Entry| Some((entry.key.value.clone(), literal(&entry.value, kind, sink)?.value));
            let fields: Vec<_> = entries.iter().map(field).collect();
            serde_json::Value::Object(fields.into_iter().collect::<Option<_>>()?)
        }
        Value::Refused => return None,
    };
    Some(Spanned { value, span: node.span })
}

impl<'n> Fields<'n, '_> {
    /// Returns an entry as it is.
    pub(crate) fn entry(&self, field: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key.value == field)
    }

    /// Returns a node that must be there.
    pub(crate) fn required(&self, field: &str) -> Option<&'n Node> {
        let found = self.entry(field).map(|entry| &entry.value);
        // A misspelt field is reported as unknown already; two findings for one mistake are one too many.
        if found.is_none() && !self.misspelt.iter().any(|meant| meant == field) {
            self.sink.push(missing_field::finding(self.what.span, self.what.kind, field));
        }
        found
    }

    /// Returns a name, `None` when the field is not there or is wrong.
    pub(crate) fn name(&self, field: &str) -> Option<Spanned<String>> {
        name(&self.entry(field)?.value, &format!("`{field}`"), self.sink)
    }

    /// Returns a name that must be there.
    pub(crate) fn required_name(&self, field: &str) -> Option<Spanned<String>> {
        name(self.required(field)?, &format!("`{field}`"), self.sink)
    }

    /// Returns a value, `None` when the field is not there or is wrong.
    pub(crate) fn value(&self, field: &str) -> Option<RawValue> {
        value(&self.entry(field)?.value, &format!("`{field}`"), "a single value", self.sink)
    }

    /// Returns a value that must be there.
    pub(crate) fn required_value(&self, field: &str) -> Option<RawValue> {
        value(self.required(field)?, &format!("`{field}`"), "a single value", self.sink)
    }

    /// Returns one name or a list of names.
    pub(crate) fn names(&self, field: &str) -> Vec<Spanned<String>> {
        let Some(entry) = self.entry(field) else {
            return Vec::new();
        };
        let kind = format!("`{field}`");
        one_or_many(&entry.value).iter().filter_map(|node| name(node, &kind, self.sink)).collect()
    }

    /// Returns one value or a list of values, each of which may be `${env.NAME}`.
    pub(crate) fn values(&self, field: &str) -> Vec<RawValue> {
        let Some(entry) = self.entry(field) else {
            return Vec::new();
        };
        let kind = format!("`{field}`");
        one_or_many(&entry.value).iter().filter_map(|node| value(node, &kind, "a text", self.sink)).collect()
    }

    /// Returns the named things of a section, in order; empty when the section is not there.
    pub(crate) fn named<T>(
        &self,
        field: &str,
        mut read: impl FnMut(&'n Spanned<String>, &'n Node) -> Option<T>,
    ) -> Vec<(Spanned<String>, T)> {
        let Some(entry) = self.entry(field) else {
            return Vec::new();
        };
        mapping(&entry.value, &format!("`{field}`"), self.sink)
            .unwrap_or_default()
            .iter()
            .filter_map(|entry| Some((entry.key.clone(), read(&entry.key, &entry.value)?)))
            .collect()
    }

    /// The same, and what cannot be read is kept with nothing in it: its name is still one that others may use.
    pub(crate) fn named_or_empty<T: Default>(
        &self,
        field: &str,
        mut read: impl FnMut(&'n Spanned<String>, &'n Node) -> Option<T>,
    ) -> Vec<(Spanned<String>, T)> {
        self.named(field, |name, node| Some(read(name, node).unwrap_or_default()))
    }

    /// Returns the templates of a mapping by name, in order; empty when the field is not there.
    pub(crate) fn templates(&self, field: &str) -> Named<RawTemplate> {
        self.named(field, |name, node| template(node, &format!("`{}`", name.value), self.sink))
    }

    /// Tells whether a finding suggests one of these fields already.
    pub(crate) fn misspells_one_of(&self, fields: &[&str]) -> bool {
        self.misspelt.iter().any(|meant| fields.contains(&meant.as_str()))
    }

    /// Returns a template.
    pub(crate) fn template(&self, field: &str) -> Option<RawTemplate> {
        template(&self.entry(field)?.value, &format!("`{field}`"), self.sink)
    }
}
