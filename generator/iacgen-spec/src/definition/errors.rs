//! `Retry` and `Catch`.

use iacgen_diagnostics::{Sink, Span};

use super::fields::{self, Known, Object, What};
use crate::check::wrong_kind;
use crate::raw::{RawCatcher, RawRetrier, RawRetry};
use crate::yaml::{Node, Spanned, Value};

const RETRIER: Known = Known::both(&[
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
]);

const CATCHER: Known = Known {
    both: &["ErrorEquals", "Next", "Assign", "Comment"],
    jsonpath: &["ResultPath"],
    jsonata: &["Output"],
};

/// Reads `Retry`.
pub(super) fn retriers(state: &Object<'_, '_>) -> Vec<RawRetrier> {
    let read = |node: &Node| {
        let what = What { kind: "a retrier", span: start(node), language: state.what.language };
        let object = fields::object(node, what, RETRIER, state.sink)?;
        let words = [("FULL", "full"), ("NONE", "none")];
        let jitter = object.word("JitterStrategy", "a jitter", &words);
        let retry = RawRetry {
            on: errors(&object),
            interval: object.number("IntervalSeconds"),
            attempts: object.number("MaxAttempts"),
            backoff: object.number("BackoffRate"),
            // The spec's default is another.
            jitter: jitter.or_else(|| Some(Spanned { value: "none".to_owned(), span: what.span })),
            cap: object.number("MaxDelaySeconds"),
            comment: object.text("Comment"),
        };
        Some(RawRetrier::Inline(what.span, Box::new(retry)))
    };
    entries(state, "Retry", read)
}

/// Reads `Catch`.
pub(super) fn catchers(state: &Object<'_, '_>) -> Vec<RawCatcher> {
    let read = |node: &Node| {
        let what = What { kind: "a catcher", span: start(node), language: state.what.language };
        let object = fields::object(node, what, CATCHER, state.sink)?;
        Some(RawCatcher {
            span: what.span,
            comment: object.text_value("Comment"),
            on: errors(&object),
            next: object.required_text("Next"),
            result: object.path_or_null("ResultPath"),
            output: object.template("Output"),
            assign: object.assign(),
        })
    };
    entries(state, "Catch", read)
}

fn entries<T>(state: &Object<'_, '_>, field: &str, read: impl FnMut(&Node) -> Option<T>) -> Vec<T> {
    let Some(entry) = state.entry(field) else {
        return Vec::new();
    };
    fields::list(&entry.value, &format!("`{field}`"), state.sink).iter().filter_map(read).collect()
}

fn errors(object: &Object<'_, '_>) -> Vec<Spanned<String>> {
    let empty = |node: &Node| node.value == Value::Sequence(Vec::new());
    if let Some(entry) = object.required("ErrorEquals").filter(|entry| empty(&entry.value)) {
        report_empty(&entry.value, object.sink);
    }
    object.texts("ErrorEquals")
}

fn report_empty(node: &Node, sink: &Sink) {
    wrong_kind::report(node, "`ErrorEquals`", "a list with at least one name of an error", sink);
}

/// The bracket that opens an object.
fn start(node: &Node) -> Span {
    Span { end: node.span.start + 1, ..node.span }
}
