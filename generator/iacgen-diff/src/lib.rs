//! What changes between two assemblies: resources, code, workflow, permissions, cost.
//!
//! Start at [`compare`]: it takes two [`Side`]s and gives a [`Diff`], whose serialised form is the JSON of `iacgen diff`
//! (docs/diff.md). [`render`] writes it for people, for a pull request and for code scanning. Nothing here reads or writes:
//! whoever has a stack makes a [`Side`] of it and compares it like any other.

mod code;
mod cost;
mod finding;
mod permissions;
pub mod render;
mod resources;
mod side;
mod symbols;
mod workflow;

use schemars::JsonSchema;
use serde::Serialize;

pub use code::{CodeChange, CodeKind};
pub use cost::{Assumptions, Cost, CostLine, CostSum};
pub use finding::{Danger, Finding, Place, Places, Rule, Subject};
pub use permissions::{HolderKind, PermissionChange, Permit};
pub use resources::{
    AddedResource, ChangedResource, PropertyChange, RemovedResource, Replacement, ResourceChanges,
    Succession, UpdateKind,
};
pub use side::{DiffError, Side};
pub use workflow::{WorkflowChange, WorkflowKind};

/// The format of the JSON.
pub const FORMAT: u32 = 1;

/// Everything that differs between two assemblies.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Diff {
    /// The format of this document: 1. It grows when a field changes its meaning or goes; new fields may come without.
    pub format: u32,
    /// The workflow's name.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// What the old side is: a revision, a folder, a stack.
    pub before: String,
    /// What the new side is.
    pub after: String,
    /// The most dangerous of what changes.
    pub verdict: Danger,
    /// What is worth a reviewer's look, the most dangerous first.
    pub findings: Vec<Finding>,
    /// Resources of the stack.
    pub resources: ResourceChanges,
    /// Packages of functions, and layers.
    pub code: Vec<CodeChange>,
    /// States of the workflow.
    pub workflow: Vec<WorkflowChange>,
    /// Who can do what.
    pub permissions: Vec<PermissionChange>,
    /// What it costs.
    pub cost: Cost,
}

impl Diff {
    /// Tells whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.verdict == Danger::Same
    }
}

/// Compares two assemblies.
///
/// # Errors
/// [`DiffError`] when a document of one of them cannot be read.
pub fn compare(before: &Side, after: &Side, assumptions: &Assumptions) -> Result<Diff, DiffError> {
    let resources = resources::compare(before, after);
    let code = code::compare(before, after);
    let workflow = workflow::compare(before, after)?;
    let permissions = permissions::compare(before, after);
    let cost = cost::compare(before, after, assumptions)?;
    let findings = finding::findings(&resources, &workflow, &permissions);
    let changed =
        !resources.is_empty() || !code.is_empty() || !workflow.is_empty() || !permissions.is_empty();
    let least = if changed { Danger::Changed } else { Danger::Same };
    let verdict = findings.iter().map(|finding| finding.danger).max().unwrap_or(least).max(least);
    Ok(Diff {
        format: FORMAT,
        project: after.identity.project.clone(),
        environment: after.identity.environment.to_string(),
        before: before.name.clone(),
        after: after.name.clone(),
        verdict,
        findings,
        resources,
        code,
        workflow,
        permissions,
        cost,
    })
}

/// Returns the JSON Schema of the JSON.
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Diff).to_value();
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("title".to_owned(), "What `iacgen diff --format json` writes".into());
    }
    schema
}
