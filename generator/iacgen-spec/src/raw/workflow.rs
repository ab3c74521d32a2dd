//! `workflow.yaml` as a whole.

use iacgen_diagnostics::{Sink, Span};

use super::reader::{self, Fields, What};
use super::{Named, RawBucket, RawFunction, RawRetry, RawStates, RawValue};
use crate::yaml::{Node, Spanned};

const FIELDS: [&str; 10] =
    ["workflow", "comment", "type", "timeout", "logs", "buckets", "retries", "functions", "start", "states"];

/// `workflow.yaml`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawWorkflow {
    /// The beginning of the file, for findings without a better place.
    pub(crate) span: Span,
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) comment: Option<RawValue>,
    pub(crate) machine_type: Option<Spanned<String>>,
    pub(crate) timeout: Option<RawValue>,
    pub(crate) log_retention: Option<RawValue>,
    pub(crate) buckets: Named<RawBucket>,
    pub(crate) retries: Named<RawRetry>,
    pub(crate) functions: Named<RawFunction>,
    pub(crate) states: RawStates,
}

/// Reads `workflow.yaml`. `None` when it is no mapping.
pub(crate) fn read_workflow(node: &Node, sink: &Sink) -> Option<RawWorkflow> {
    let what = What { kind: "a workflow", span: node.span };
    let fields = reader::fields(node, what, &FIELDS, sink)?;
    fields.required("functions");
    Some(RawWorkflow {
        span: node.span,
        name: fields.required_name("workflow"),
        comment: fields.value("comment"),
        machine_type: fields.name("type"),
        timeout: fields.value("timeout"),
        log_retention: logs(&fields, sink),
        buckets: fields.named_or_empty("buckets", |id, node| RawBucket::read(id, node, sink)),
        retries: fields.named_or_empty("retries", |id, node| RawRetry::read(id, node, sink)),
        functions: fields.named_or_empty("functions", |id, node| RawFunction::read(id, node, sink)),
        states: RawStates::read(&fields, sink),
    })
}

fn logs(fields: &Fields<'_, '_>, sink: &Sink) -> Option<RawValue> {
    let entry = fields.entry("logs")?;
    let what = What { kind: "`logs`", span: entry.key.span };
    reader::fields(&entry.value, what, &["retain"], sink)?.required_value("retain")
}
