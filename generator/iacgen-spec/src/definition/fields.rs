//! Reads fields out of an object of the definition: every unknown, missing or mistyped one is a finding, and reading
//! goes on.

use iacgen_asl::QueryLanguage;
use iacgen_diagnostics::{Sink, Span};

use super::template;
use crate::check::{
    bad_path, conflicting_fields, missing_dollar, missing_field, other_query_language, unknown_field,
    unknown_word, wrong_kind,
};
use crate::model::Place;
use crate::raw::{Named, RawTemplate, RawValue};
use crate::suggest;
use crate::yaml::{Entry, Node, Scalar, Spanned, Value};

/// What is being read, for messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct What<'a> {
    /// The kind with its article: "a Task state".
    pub(super) kind: &'a str,
    /// The place that stands for it: its name where it has one.
    pub(super) span: Span,
    /// The language of its paths and expressions.
    pub(super) language: QueryLanguage,
}

/// The fields that an object may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// In both query languages.
    pub(super) both: &'static [&'static str],
    /// In JSONPath alone.
    pub(super) jsonpath: &'static [&'static str],
    /// In JSONata alone.
    pub(super) jsonata: &'static [&'static str],
}

impl Known {
    /// Fields that do not depend on the language.
    pub(super) const fn both(both: &'static [&'static str]) -> Self {
        Self { both, jsonpath: &[], jsonata: &[] }
    }

    fn of(&self, language: QueryLanguage) -> impl Iterator<Item = &'static str> {
        let own = match language {
            QueryLanguage::JsonPath => self.jsonpath,
            QueryLanguage::Jsonata => self.jsonata,
        };
        self.both.iter().chain(own).copied()
    }
}

/// An object whose keys are known.
pub(super) struct Object<'n, 's> {
    entries: Vec<&'n Entry>,
    /// The fields that unknown ones were taken for; a finding suggests each.
    misspelt: Vec<&'static str>,
    pub(super) what: What<'n>,
    pub(super) sink: &'s Sink,
}

/// Reads an object. `None` when it is none.
pub(super) fn object<'n, 's>(
    node: &'n Node,
    what: What<'n>,
    known: Known,
    sink: &'s Sink,
) -> Option<Object<'n, 's>> {
    let Value::Mapping(all) = &node.value else {
        wrong_kind::report(node, what.kind, "an object", sink);
        return None;
    };
    let allowed: Vec<&'static str> = known.of(what.language).collect();
    let other: Vec<&'static str> = match what.language {
        QueryLanguage::JsonPath => known.jsonata.to_vec(),
        QueryLanguage::Jsonata => known.jsonpath.to_vec(),
    };
    let mut entries = Vec::new();
    let mut misspelt = Vec::new();
    for entry in all {
        let key = entry.key.value.as_str();
        if allowed.contains(&key) {
            entries.push(entry);
        } else if other.contains(&key) {
            sink.push(other_query_language::finding(&entry.key, what.kind, what.language));
        } else {
            sink.push(unknown_field::finding(&entry.key, what.kind, &allowed));
            misspelt.extend(suggest::nearest(key, allowed.iter().copied()));
        }
    }
    Some(Object { entries, misspelt, what, sink })
}

/// Reads a text.
pub(super) fn text(node: &Node, kind: &str, sink: &Sink) -> Option<Spanned<String>> {
    let Value::Scalar(Scalar::Text(text)) = &node.value else {
        wrong_kind::report(node, kind, "a text", sink);
        return None;
    };
    Some(Spanned { value: text.clone(), span: node.span })
}

/// Reads a list.
pub(super) fn list<'n>(node: &'n Node, kind: &str, sink: &Sink) -> &'n [Node] {
    if let Value::Sequence(items) = &node.value {
        return items;
    }
    wrong_kind::report(node, kind, "a list", sink);
    &[]
}

/// Tells whether a scalar is a JSONata expression, or meant as one.
pub(super) fn is_expression(text: &str) -> bool {
    text.starts_with("{%") || text.ends_with("%}")
}

/// Marks a text that stands for itself, where the spec would compute it, as the spec does: with a backslash.
fn as_literal(value: RawValue, language: QueryLanguage) -> RawValue {
    match value {
        RawValue::Literal(Spanned { value: Scalar::Text(text), span })
            if text.starts_with('\\')
                || (language == QueryLanguage::JsonPath
                    && (text.starts_with('$') || text.starts_with("States.") && text.contains('('))) =>
        {
            RawValue::Literal(Spanned { value: Scalar::Text(format!("\\{text}")), span })
        }
        other => other,
    }
}

/// Says why a text is no path.
pub(super) fn report_no_path(text: &Spanned<String>, sink: &Sink) {
    if let Err(invalid) = iacgen_shapes::Path::parse(&text.value) {
        let place = Place::written(text.span).holding(&text.value);
        sink.push(bad_path::finding(&text.value, place, &invalid));
    }
}

fn literal(node: &Node, scalar: &Scalar) -> RawValue {
    RawValue::Literal(Spanned { value: scalar.clone(), span: node.span })
}

impl<'n> Object<'n, '_> {
    /// Returns an entry as it is.
    pub(super) fn entry(&self, field: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key.value == field).copied()
    }

    /// Returns an entry that must be there.
    pub(super) fn required(&self, field: &str) -> Option<&'n Entry> {
        let found = self.entry(field);
        // A misspelt field is reported as unknown already; two findings for one mistake are one too many.
        if found.is_none() && !self.misspelt.contains(&field) {
            self.sink.push(missing_field::key(self.what.span, self.what.kind, field));
        }
        found
    }

    /// Returns a text.
    pub(super) fn text(&self, field: &str) -> Option<Spanned<String>> {
        text(&self.entry(field)?.value, &format!("`{field}`"), self.sink)
    }

    /// Returns a text that must be there.
    pub(super) fn required_text(&self, field: &str) -> Option<Spanned<String>> {
        text(&self.required(field)?.value, &format!("`{field}`"), self.sink)
    }

    /// Returns a text as a value.
    pub(super) fn text_value(&self, field: &str) -> Option<RawValue> {
        let text = self.text(field)?;
        Some(RawValue::Literal(Spanned { value: Scalar::Text(text.value), span: text.span }))
    }

    /// Returns a list of texts.
    pub(super) fn texts(&self, field: &str) -> Vec<Spanned<String>> {
        let Some(entry) = self.entry(field) else {
            return Vec::new();
        };
        let kind = format!("`{field}`");
        let texts = list(&entry.value, &kind, self.sink).iter();
        texts.filter_map(|node| text(node, &format!("an entry of {kind}"), self.sink)).collect()
    }

    /// Returns one of a few words, as the spec writes it.
    pub(super) fn word(&self, field: &str, what: &str, words: &[(&str, &str)]) -> Option<Spanned<String>> {
        let text = self.text(field)?;
        if let Some((_, word)) = words.iter().find(|(written, _)| *written == text.value) {
            return Some(Spanned { value: (*word).to_owned(), span: text.span });
        }
        let written: Vec<&str> = words.iter().map(|(written, _)| *written).collect();
        self.sink.push(unknown_word::finding(&text.value, Place::written(text.span), what, &written));
        None
    }

    /// Returns a number, or in JSONata an expression.
    pub(super) fn number(&self, field: &str) -> Option<RawValue> {
        let entry = self.entry(field)?;
        let node = &entry.value;
        match &node.value {
            Value::Scalar(scalar @ Scalar::Number(_)) => Some(literal(node, scalar)),
            Value::Scalar(scalar @ Scalar::Text(text))
                if self.what.language == QueryLanguage::Jsonata && is_expression(text) =>
            {
                Some(literal(node, scalar))
            }
            Value::Scalar(Scalar::Text(text))
                if self.what.language == QueryLanguage::JsonPath && template::looks_computed(text) =>
            {
                self.sink.push(missing_dollar::field(&entry.key, node.span, text));
                None
            }
            _ => {
                wrong_kind::report(node, &format!("`{field}`"), "a number", self.sink);
                None
            }
        }
    }

    /// Returns a field or its twin that ends in `Path`: a number, a path, or in JSONata an expression.
    pub(super) fn number_or_path(&self, field: &str) -> Option<RawValue> {
        self.or_path(field, Self::number)
    }

    /// The same for a text.
    pub(super) fn text_or_path(&self, field: &str) -> Option<RawValue> {
        self.or_path(field, |object, field| {
            let entry = object.entry(field)?;
            let value = object.text_value(field)?;
            if let RawValue::Literal(Spanned { value: Scalar::Text(text), span }) = &value
                && object.what.language == QueryLanguage::JsonPath
                && template::looks_computed(text)
            {
                object.sink.push(missing_dollar::field(&entry.key, *span, text));
                return None;
            }
            Some(as_literal(value, object.what.language))
        })
    }

    fn or_path(&self, field: &str, read: impl FnOnce(&Self, &str) -> Option<RawValue>) -> Option<RawValue> {
        let twin = format!("{field}Path");
        match (self.entry(field), self.entry(&twin)) {
            (_, None) => read(self, field),
            (None, Some(_)) => self.path(&twin),
            (Some(plain), Some(path)) => {
                self.conflict(path, plain);
                None
            }
        }
    }

    /// Says that two fields exclude each other.
    pub(super) fn conflict(&self, second: &Entry, first: &Entry) {
        let (first, second) =
            if first.key.span <= second.key.span { (first, second) } else { (second, first) };
        self.sink.push(conflicting_fields::finding(&second.key, &first.key, "keep one of them"));
    }

    /// Returns a path.
    pub(super) fn path(&self, field: &str) -> Option<RawValue> {
        self.path_text(&self.entry(field)?.value, field)
    }

    /// Returns a path or `null`.
    pub(super) fn path_or_null(&self, field: &str) -> Option<RawValue> {
        let node = &self.entry(field)?.value;
        match &node.value {
            Value::Scalar(scalar @ Scalar::Null) => Some(literal(node, scalar)),
            _ => self.path_text(node, field),
        }
    }

    fn path_text(&self, node: &Node, field: &str) -> Option<RawValue> {
        let text = text(node, &format!("`{field}`"), self.sink)?;
        // What is no path at all is said here: elsewhere such a text may be a word of the spec.
        if !text.value.starts_with('$') && !text.value.starts_with("States.") {
            report_no_path(&text, self.sink);
            return None;
        }
        Some(RawValue::Literal(Spanned { value: Scalar::Text(text.value), span: text.span }))
    }

    /// Returns a template.
    pub(super) fn template(&self, field: &str) -> Option<RawTemplate> {
        let entry = self.entry(field)?;
        Some(template::template(&entry.value, self.what.language, self.sink))
    }

    /// Returns `Assign`.
    pub(super) fn assign(&self) -> Named<RawTemplate> {
        let Some(entry) = self.entry("Assign") else {
            return Vec::new();
        };
        let variables = template::template(&entry.value, self.what.language, self.sink);
        if let RawTemplate::Object(_, fields) = variables {
            return fields;
        }
        wrong_kind::report(&entry.value, "`Assign`", "an object, one variable an entry", self.sink);
        Vec::new()
    }
}
