//! Fields of states in words.

use serde_json::Value;

use super::{WorkflowChange, WorkflowKind};
use crate::resources::values::{Leaf, leaves};

/// Tells which kind of change a field's is.
pub(super) fn kind(name: &str) -> WorkflowKind {
    match name.strip_suffix("Path").unwrap_or(name) {
        "TimeoutSeconds" | "HeartbeatSeconds" | "Seconds" | "Timestamp" => WorkflowKind::Timeout,
        "MaxConcurrency" | "ToleratedFailureCount" | "ToleratedFailurePercentage" | "ItemBatcher" => {
            WorkflowKind::Concurrency
        }
        "Resource" | "Credentials" => WorkflowKind::Call,
        "Parameters" | "Arguments" | "ItemSelector" => WorkflowKind::Payload,
        "Comment" | "QueryLanguage" | "Label" => WorkflowKind::Setting,
        _ => WorkflowKind::Data,
    }
}

/// Says in which leaves a field differs.
pub(super) fn field(
    name: &str,
    kind: WorkflowKind,
    before: &Value,
    after: &Value,
    path: &[String],
    changes: &mut Vec<WorkflowChange>,
) {
    let (old, new) = (before.get(name), after.get(name));
    for leaf in leaves(old, new) {
        changes.push(WorkflowChange { path: path.to_vec(), kind, text: text(name, leaf) });
    }
}

/// Says in which leaves a field of two entries differs, in one text.
pub(super) fn symbols(name: &str, before: &Value, after: &Value) -> String {
    let all: Vec<String> =
        leaves(before.get(name), after.get(name)).into_iter().map(|leaf| text(name, leaf)).collect();
    all.join("; ")
}

fn text(name: &str, leaf: Leaf) -> String {
    let what = words(name);
    // `input.$` is `input` with a path as its value.
    let inner = leaf.path.trim_end_matches(".$").replace(".$.", ".");
    let what = if inner.is_empty() { what.to_owned() } else { format!("{what} `{inner}`") };
    let is_time = name.ends_with("Seconds");
    let side = |text: String| {
        let text = symbol(&text);
        if is_time { format!("{text} s") } else { text }
    };
    match (leaf.before.map(side), leaf.after.map(side)) {
        (Some(old), Some(new)) => format!("has {what} {new} and no longer {old}"),
        (None, Some(new)) => format!("has {what} {new}, where there was none"),
        (Some(old), None) => format!("no longer has {what} {old}"),
        (None, None) => format!("has another {what}"),
    }
}

fn words(name: &str) -> &str {
    match name {
        "TimeoutSeconds" => "a timeout of",
        "TimeoutSecondsPath" => "the timeout at",
        "HeartbeatSeconds" => "a heartbeat of",
        "HeartbeatSecondsPath" => "the heartbeat at",
        "Seconds" => "a wait of",
        "SecondsPath" => "the wait at",
        "MaxConcurrency" => "a concurrency of",
        "MaxConcurrencyPath" => "the concurrency at",
        "ToleratedFailureCount" => "a tolerated failure count of",
        "ToleratedFailurePercentage" => "a tolerated failure percentage of",
        "ItemBatcher" => "the batch setting",
        "Mode" => "the processor mode",
        "ExecutionType" => "children of type",
        "Resource" => "the call",
        "Parameters" | "Arguments" => "the payload field",
        "ItemSelector" => "the item field",
        "InputPath" => "the input path",
        "OutputPath" => "the output path",
        "ResultPath" => "the result path",
        "ResultSelector" => "the result field",
        "Result" => "the result",
        "Output" => "the output",
        "Assign" => "the variable",
        "ItemsPath" | "Items" => "the items",
        "ItemReader" => "the item reader's",
        "ResultWriter" => "the result writer's",
        "QueryLanguage" => "the query language",
        "Comment" => "the comment",
        "Label" => "the label",
        "Error" => "the error",
        "Cause" => "the cause",
        other => other,
    }
}

pub(super) fn seconds(value: &Value) -> String {
    format!("{value} s")
}

/// Writes `${InferAlias}` as `InferAlias`.
pub(super) fn symbol(text: &str) -> String {
    match text.strip_prefix("${").and_then(|inner| inner.strip_suffix('}')) {
        Some(inner) if !inner.contains("${") => inner.to_owned(),
        _ => text.to_owned(),
    }
}

/// Writes `arn:aws:states:::dynamodb:putItem` as `dynamodb:putItem`.
pub(super) fn call(resource: &str) -> String {
    match resource.split_once(":states:::") {
        Some((_, call)) => call.to_owned(),
        None => symbol(resource),
    }
}
