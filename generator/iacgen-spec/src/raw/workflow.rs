//! `workflow.yaml` as a whole.

use iacgen_diagnostics::{Sink, Span};

use super::reader::{self, What};
use super::{
    Named, RawAlarms, RawBucket, RawCloudFormation, RawFunction, RawLogs, RawNetwork, RawOnnxRuntime,
    RawQueue, RawRelease, RawRetry, RawStates, RawTable, RawTopic, RawTrigger, RawValue,
};
use crate::yaml::{Node, Spanned};

const FIELDS: [&str; 24] = [
    "workflow",
    "comment",
    "type",
    "query",
    "input",
    "timeout",
    "logs",
    "tracing",
    "encryption",
    "network",
    "alarms",
    "dashboard",
    "release",
    "onnxruntime",
    "buckets",
    "queues",
    "topics",
    "tables",
    "triggers",
    "retries",
    "functions",
    "resources",
    "start",
    "states",
];

/// `workflow.yaml`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawWorkflow {
    /// The beginning of the file, for findings without a better place.
    pub(crate) span: Span,
    pub(crate) name: Option<Spanned<String>>,
    pub(crate) comment: Option<RawValue>,
    pub(crate) machine_type: Option<Spanned<String>>,
    pub(crate) query: Option<Spanned<String>>,
    pub(crate) input: Option<Spanned<String>>,
    pub(crate) timeout: Option<RawValue>,
    pub(crate) logs: RawLogs,
    pub(crate) tracing: Option<RawValue>,
    pub(crate) encryption: Option<RawValue>,
    pub(crate) network: Option<RawNetwork>,
    pub(crate) alarms: Option<RawAlarms>,
    pub(crate) dashboard: Option<RawValue>,
    pub(crate) release: Option<RawRelease>,
    pub(crate) onnxruntime: RawOnnxRuntime,
    pub(crate) buckets: Named<RawBucket>,
    pub(crate) queues: Named<RawQueue>,
    pub(crate) topics: Named<RawTopic>,
    pub(crate) tables: Named<RawTable>,
    pub(crate) triggers: Named<RawTrigger>,
    pub(crate) retries: Named<RawRetry>,
    pub(crate) functions: Named<RawFunction>,
    pub(crate) resources: Named<RawCloudFormation>,
    pub(crate) states: RawStates,
}

/// Reads `workflow.yaml`. `None` when it is no mapping.
pub(crate) fn read_workflow(node: &Node, sink: &Sink) -> Option<RawWorkflow> {
    let what = What { kind: "a workflow", span: node.span };
    let fields = reader::fields(node, what, &FIELDS, sink)?;
    Some(RawWorkflow {
        span: node.span,
        name: fields.required_name("workflow"),
        comment: fields.value("comment"),
        machine_type: fields.name("type"),
        query: fields.name("query"),
        input: fields.name("input"),
        timeout: fields.value("timeout"),
        logs: RawLogs::read(&fields, sink),
        tracing: fields.value("tracing"),
        encryption: fields.value("encryption"),
        network: RawNetwork::read(&fields, sink),
        alarms: RawAlarms::read(&fields, sink),
        dashboard: fields.value("dashboard"),
        release: RawRelease::read(&fields, sink),
        onnxruntime: RawOnnxRuntime::read(&fields, sink),
        buckets: fields.named_or_empty("buckets", |id, node| RawBucket::read(id, node, sink)),
        queues: fields.named_or_empty("queues", |id, node| RawQueue::read(id, node, sink)),
        topics: fields.named_or_empty("topics", |id, node| RawTopic::read(id, node, sink)),
        tables: fields.named_or_empty("tables", |id, node| RawTable::read(id, node, sink)),
        triggers: fields.named_or_empty("triggers", |id, node| RawTrigger::read(id, node, sink)),
        retries: fields.named_or_empty("retries", |id, node| RawRetry::read(id, node, sink)),
        functions: fields.named_or_empty("functions", |id, node| RawFunction::read(id, node, sink)),
        resources: fields.named_or_empty("resources", |id, node| RawCloudFormation::read(id, node, sink)),
        states: RawStates::read(&fields, sink),
    })
}
