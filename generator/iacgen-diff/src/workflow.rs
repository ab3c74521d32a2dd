//! The workflow: states added, removed and renamed, edges moved, settings changed; in words.

mod block;
mod handlers;
mod settings;

use iacgen_asl::StateMachine;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{DiffError, Side};
use block::Block;

/// Something that changes in the workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WorkflowChange {
    /// The state, within the Map or Parallel states around it; empty for the machine itself.
    pub path: Vec<String>,
    /// What kind of change it is.
    pub kind: WorkflowKind,
    /// What changes, as a fragment that follows the state's name.
    pub text: String,
}

/// Kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WorkflowKind {
    /// A new state.
    Added,
    /// A state that is gone.
    Removed,
    /// A state with another name and the same body.
    Renamed,
    /// A state of another type.
    Retyped,
    /// An edge that leads elsewhere, a rule of a Choice, the first state.
    Edge,
    /// What is retried.
    Retry,
    /// What is caught.
    Catch,
    /// How long something may take.
    Timeout,
    /// How many items run at once, in which batches and executions, and how many may fail.
    Concurrency,
    /// What is called.
    Call,
    /// What is handed over.
    Payload,
    /// What is read, kept and given on.
    Data,
    /// A remark or another setting.
    Setting,
}

pub(crate) fn compare(before: &Side, after: &Side) -> Result<Vec<WorkflowChange>, DiffError> {
    let parse = |side: &Side| {
        StateMachine::from_json(&side.definition)
            .map_err(|source| DiffError::Definition { side: side.name.clone(), source: Box::new(source) })
    };
    let (old, new) = (parse(before)?, parse(after)?);
    let (old_value, new_value) = (old.to_value(), new.to_value());
    let mut changes = Vec::new();
    for (name, kind) in [
        ("TimeoutSeconds", WorkflowKind::Timeout),
        ("QueryLanguage", WorkflowKind::Setting),
        ("Comment", WorkflowKind::Setting),
    ] {
        settings::field(name, kind, &old_value, &new_value, &[], &mut changes);
    }
    let type_of = |side: &Side| -> Option<Value> {
        let machine = side.resource(side.identity.state_machine.as_str())?;
        Some(machine["Properties"].get("StateMachineType")?.clone())
    };
    let (old_type, new_type) = (type_of(before), type_of(after));
    if let (Some(old_type), Some(new_type)) = (&old_type, &new_type)
        && old_type != new_type
    {
        changes.push(WorkflowChange {
            path: Vec::new(),
            kind: WorkflowKind::Setting,
            text: format!(
                "is {} and no longer {}",
                new_type.as_str().unwrap_or_default(),
                old_type.as_str().unwrap_or_default()
            ),
        });
    }
    block::compare(
        &Block { start: &old.start_at, states: &old.states, value: &old_value },
        &Block { start: &new.start_at, states: &new.states, value: &new_value },
        &[],
        &mut changes,
    );
    Ok(changes)
}

#[cfg(test)]
mod tests;
