//! The machine, and the block of states that it shares with branches and item processors.

use iacgen_asl::QueryLanguage;
use iacgen_diagnostics::{Sink, Span};

use super::fields::{self, Known, Object, What};
use super::state;
use crate::check::{unknown_word, wrong_kind};
use crate::model::Place;
use crate::raw::{RawBranch, RawStates, RawValue};
use crate::yaml::{Node, Scalar, Spanned, Value};

/// A definition as it is written.
pub(super) struct Machine {
    /// The brace that opens it.
    pub(super) span: Span,
    pub(super) comment: Option<RawValue>,
    pub(super) query: Option<Spanned<String>>,
    pub(super) timeout: Option<RawValue>,
    pub(super) states: RawStates,
}

const MACHINE: Known =
    Known::both(&["Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"]);
const BRANCH: Known = Known::both(&["Comment", "QueryLanguage", "StartAt", "States"]);

/// Reads a whole definition. `None` when it is no object.
pub(super) fn machine(node: &Node, sink: &Sink) -> Option<Machine> {
    let start = Span { end: node.span.start + 1, ..node.span };
    let what = What { kind: "a state machine", span: start, language: QueryLanguage::JsonPath };
    let object = fields::object(node, what, MACHINE, sink)?;
    if let Some(version) = object.text("Version").filter(|version| version.value != "1.0") {
        let place = Place::written(version.span);
        sink.push(unknown_word::finding(&version.value, place, "a version of the language", &["1.0"]));
    }
    let (query, language) = language(&object, QueryLanguage::JsonPath);
    Some(Machine {
        span: start,
        comment: object.text_value("Comment"),
        query,
        timeout: object.number("TimeoutSeconds"),
        states: block(&object, language),
    })
}

/// Reads a branch of a Parallel state.
pub(super) fn branch(node: &Node, around: QueryLanguage, sink: &Sink) -> Option<RawBranch> {
    let start = Span { end: node.span.start + 1, ..node.span };
    let what = What { kind: "a branch", span: start, language: around };
    let object = fields::object(node, what, BRANCH, sink)?;
    let (query, language) = language(&object, around);
    Some(RawBranch {
        span: start,
        comment: object.text_value("Comment"),
        query,
        states: block(&object, language),
    })
}

/// Reads `QueryLanguage`: as it is written, and what is in force.
pub(super) fn language(
    object: &Object<'_, '_>,
    around: QueryLanguage,
) -> (Option<Spanned<String>>, QueryLanguage) {
    let words = [("JSONPath", "jsonpath"), ("JSONata", "jsonata")];
    let word = object.word("QueryLanguage", "a query language", &words);
    let language = match word.as_ref().map(|word| word.value.as_str()) {
        Some("jsonata") => QueryLanguage::Jsonata,
        Some(_) => QueryLanguage::JsonPath,
        None => around,
    };
    (word, language)
}

/// Reads `StartAt` and `States`.
pub(super) fn block(object: &Object<'_, '_>, language: QueryLanguage) -> RawStates {
    let entry = object.required("States");
    let is_empty = entry.is_some_and(|entry| match &entry.value.value {
        Value::Mapping(entries) => entries.is_empty(),
        value => *value == Value::Scalar(Scalar::Null),
    });
    let entries = match entry.map(|entry| &entry.value) {
        Some(Node { value: Value::Mapping(entries), .. }) => entries.as_slice(),
        Some(node) if !is_empty => {
            wrong_kind::report(node, "`States`", "an object, one state an entry", object.sink);
            &[]
        }
        _ => &[],
    };
    // What cannot be read is kept with nothing in it: its name is still one that others may use.
    let states = entries.iter().map(|entry| {
        let state = state::state(&entry.key, &entry.value, language, object.sink);
        (entry.key.clone(), state.unwrap_or_default())
    });
    RawStates {
        span: entry.map_or(object.what.span, |entry| entry.key.span),
        start: object.required_text("StartAt"),
        states: states.collect(),
        is_empty,
    }
}
