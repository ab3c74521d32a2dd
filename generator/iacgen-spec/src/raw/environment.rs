//! A file of `environments/`.

use iacgen_diagnostics::{Sink, Span};

use super::Named;
use super::reader::{self, What};
use crate::check::{bad_reference, wrong_kind};
use crate::yaml::{Node, Scalar, Spanned, Value};

const FIELDS: [&str; 8] =
    ["comment", "target", "region", "account", "tags", "permissions_boundary", "concurrency_limit", "values"];

/// A file of `environments/`. Nothing in it can refer to a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawEnvironment {
    /// The beginning of the file.
    pub(crate) span: Span,
    pub(crate) target: Option<Spanned<String>>,
    pub(crate) region: Option<Spanned<String>>,
    pub(crate) account: Option<Spanned<String>>,
    pub(crate) tags: Named<Spanned<String>>,
    pub(crate) permissions_boundary: Option<Spanned<String>>,
    pub(crate) concurrency_limit: Option<Spanned<Scalar>>,
    /// The key `values`, where it is there.
    pub(crate) values_key: Option<Span>,
    pub(crate) values: Named<Spanned<Scalar>>,
}

/// Reads a file of `environments/`. `None` when it is no mapping.
pub(crate) fn read_environment(node: &Node, sink: &Sink) -> Option<RawEnvironment> {
    let what = What { kind: "an environment", span: node.span };
    let fields = reader::fields(node, what, &FIELDS, sink)?;
    fields.name("comment");
    Some(RawEnvironment {
        span: node.span,
        target: fields.required_name("target"),
        region: fields.required_name("region"),
        account: fields.required_name("account"),
        tags: fields.named("tags", |_, node| reader::name(node, "a tag", sink)),
        permissions_boundary: fields.name("permissions_boundary"),
        concurrency_limit: fields.entry("concurrency_limit").and_then(|entry| scalar(&entry.value, sink)),
        values_key: fields.entry("values").map(|entry| entry.key.span),
        values: fields.named("values", |_, node| {
            if let Value::Scalar(scalar) = &node.value {
                if scalar.text().contains("${") {
                    sink.push(bad_reference::in_environment(node.span));
                }
                return Some(Spanned { value: scalar.clone(), span: node.span });
            }
            wrong_kind::report(node, "an environment's value", "a single value", sink);
            None
        }),
    })
}

/// Reads a scalar of an environment, which refers to nothing.
fn scalar(node: &Node, sink: &Sink) -> Option<Spanned<Scalar>> {
    if let Value::Scalar(scalar) = &node.value {
        return Some(Spanned { value: scalar.clone(), span: node.span });
    }
    wrong_kind::report(node, "`concurrency_limit`", "a whole number", sink);
    None
}
