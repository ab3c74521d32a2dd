//! What a state does about an error that no retry mends.

use iacgen_diagnostics::{Sink, Span};

use super::reader::{self, Fields, What};
use super::{Named, RawTemplate, RawValue};
use crate::check::wrong_kind;
use crate::yaml::{Node, Spanned, Value};

/// A catcher.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawCatcher {
    pub(crate) span: Span,
    pub(crate) comment: Option<RawValue>,
    pub(crate) on: Vec<Spanned<String>>,
    pub(crate) next: Option<Spanned<String>>,
    pub(crate) result: Option<RawValue>,
    pub(crate) output: Option<RawTemplate>,
    pub(crate) assign: Named<RawTemplate>,
}

/// Reads the field `catch`: one catcher, or a list.
pub(super) fn read_catchers(fields: &Fields<'_, '_>, sink: &Sink) -> Vec<RawCatcher> {
    let nodes = fields.entry("catch").map(|entry| reader::one_or_many(&entry.value)).unwrap_or_default();
    nodes.iter().filter_map(|node| catcher(node, sink)).collect()
}

fn catcher(node: &Node, sink: &Sink) -> Option<RawCatcher> {
    let what = What { kind: "a catcher", span: node.span };
    let fields = reader::fields(node, what, &["on", "next", "result", "output", "assign", "comment"], sink)?;
    if let Some(on) = fields.required("on").filter(|on| on.value == Value::Sequence(Vec::new())) {
        wrong_kind::report(on, "`on`", "an error's name, or a list with at least one", sink);
    }
    Some(RawCatcher {
        span: node.span,
        comment: fields.value("comment"),
        on: fields.names("on"),
        next: fields.required_name("next"),
        result: fields.value("result"),
        output: fields.template("output"),
        assign: fields.templates("assign"),
    })
}
