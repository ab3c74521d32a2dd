//! What is worth a reviewer's look.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Diff;
use crate::permissions::{HolderKind, PermissionChange};
use crate::resources::{ChangedResource, Replacement, ResourceChanges};
use crate::workflow::{WorkflowChange, WorkflowKind};

/// How dangerous a change is, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Danger {
    /// Nothing changes.
    Same,
    /// Something changes.
    Changed,
    /// Somebody can do what they could not do before.
    Broadened,
    /// Something is lost that deploying the old state again does not bring back.
    Destructive,
}

/// Kinds of findings. Their names are rules of SARIF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// A resource goes, with what it holds.
    ResourceRemoved,
    /// A resource is replaced.
    ResourceReplaced,
    /// A resource may be replaced.
    ResourceMaybeReplaced,
    /// What is stored is deleted sooner.
    LifeShortened,
    /// What kept a resource or its data goes.
    ProtectionRemoved,
    /// A role can do more.
    PermissionBroadened,
    /// A role can be assumed by others.
    TrustBroadened,
    /// A boundary of a role goes or is another.
    BoundaryChanged,
    /// A resource's policy lets others do more.
    ResourcePolicyBroadened,
    /// Errors are no longer retried or caught.
    ErrorHandlingRemoved,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::ResourceRemoved,
        Self::ResourceReplaced,
        Self::ResourceMaybeReplaced,
        Self::LifeShortened,
        Self::ProtectionRemoved,
        Self::PermissionBroadened,
        Self::TrustBroadened,
        Self::BoundaryChanged,
        Self::ResourcePolicyBroadened,
        Self::ErrorHandlingRemoved,
    ];

    /// Returns its name, as the JSON has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResourceRemoved => "resource-removed",
            Self::ResourceReplaced => "resource-replaced",
            Self::ResourceMaybeReplaced => "resource-maybe-replaced",
            Self::LifeShortened => "life-shortened",
            Self::ProtectionRemoved => "protection-removed",
            Self::PermissionBroadened => "permission-broadened",
            Self::TrustBroadened => "trust-broadened",
            Self::BoundaryChanged => "boundary-changed",
            Self::ResourcePolicyBroadened => "resource-policy-broadened",
            Self::ErrorHandlingRemoved => "error-handling-removed",
        }
    }

    /// Says what it is about.
    pub const fn description(self) -> &'static str {
        match self {
            Self::ResourceRemoved => "A resource goes, and what it holds goes with it.",
            Self::ResourceReplaced => "A new resource takes the place of one.",
            Self::ResourceMaybeReplaced => "A new resource may take the place of one.",
            Self::LifeShortened => "What is stored is deleted sooner than before.",
            Self::ProtectionRemoved => "What kept a resource or its data goes.",
            Self::PermissionBroadened => "A role can do what it could not do before.",
            Self::TrustBroadened => "A role can be assumed by somebody who could not before.",
            Self::BoundaryChanged => "The permissions boundary of a role goes or is another.",
            Self::ResourcePolicyBroadened => {
                "The policy of a resource lets others do what they could not do before."
            }
            Self::ErrorHandlingRemoved => "A state no longer retries or catches errors.",
        }
    }
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A resource, by its logical id.
    Resource(String),
    /// A state, within the states around it.
    State(Vec<String>),
}

/// Something worth a reviewer's look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// How dangerous it is.
    pub danger: Danger,
    /// Its kind.
    pub rule: Rule,
    /// What it is about.
    pub subject: Subject,
    /// What happens, in a sentence.
    pub message: String,
    /// Where what it is about is written; `null` where that is not known.
    pub place: Option<Place>,
}

/// A place in a file of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// The file, relative to the repository or, where there is none, the project.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// Where things are written. Whoever knows the spec fills it.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Parts of the spec by the logical id that all of their resources begin with.
    pub resources: BTreeMap<String, Place>,
    /// States within the states around them.
    pub states: BTreeMap<Vec<String>, Place>,
    /// Where the workflow begins: for everything else.
    pub workflow: Option<Place>,
}

impl Places {
    fn of(&self, subject: &Subject) -> Option<Place> {
        let found = match subject {
            Subject::State(path) => self.states.get(path),
            Subject::Resource(id) => self
                .resources
                .iter()
                .filter(|(prefix, _)| {
                    id.strip_prefix(prefix.as_str())
                        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_lowercase()))
                })
                .max_by_key(|(prefix, _)| prefix.len())
                .map(|(_, place)| place),
        };
        found.or(self.workflow.as_ref()).cloned()
    }
}

impl Diff {
    /// Says of every finding where what it is about is written.
    pub fn locate(&mut self, places: &Places) {
        for finding in &mut self.findings {
            finding.place = places.of(&finding.subject);
        }
    }
}

pub(crate) fn findings(
    resources: &ResourceChanges,
    workflow: &[WorkflowChange],
    permissions: &[PermissionChange],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut push = |danger, rule, subject, message| {
        findings.push(Finding { danger, rule, subject, message, place: None });
    };
    for removed in &resources.removed {
        if let Some(loses) = &removed.loses {
            let message = format!("{} ({}) goes, and with it {loses}", removed.id, removed.type_name);
            let subject = Subject::Resource(removed.id.clone());
            push(Danger::Destructive, Rule::ResourceRemoved, subject, message);
        }
    }
    for changed in &resources.changed {
        for (danger, rule, message) in of_resource(changed) {
            push(danger, rule, Subject::Resource(changed.id.clone()), message);
        }
    }
    for change in permissions {
        for permit in &change.gained {
            let holder = &change.holder;
            let text = permit.text();
            let (rule, message) = match change.kind {
                HolderKind::Role | HolderKind::Managed => {
                    (Rule::PermissionBroadened, format!("{holder} gains {text}"))
                }
                HolderKind::Trust => (Rule::TrustBroadened, format!("{holder} can be assumed: {text}")),
                HolderKind::Boundary => (Rule::BoundaryChanged, format!("{holder} may do {text}")),
                HolderKind::Resource => (Rule::ResourcePolicyBroadened, format!("{holder} allows {text}")),
                HolderKind::Denial => {
                    (Rule::ResourcePolicyBroadened, format!("{holder} no longer denies {text}"))
                }
            };
            push(Danger::Broadened, rule, Subject::Resource(holder.clone()), message);
        }
    }
    for change in workflow {
        let gone = matches!(change.kind, WorkflowKind::Retry | WorkflowKind::Catch)
            && change.text.starts_with("no longer ");
        if gone {
            let state = change.path.last().map(String::as_str).unwrap_or_default();
            let message = format!("`{state}` {}", change.text);
            push(Danger::Changed, Rule::ErrorHandlingRemoved, Subject::State(change.path.clone()), message);
        }
    }
    findings.sort_by(|one, other| other.danger.cmp(&one.danger).then(one.rule.cmp(&other.rule)));
    findings
}

fn of_resource(changed: &ChangedResource) -> Vec<(Danger, Rule, String)> {
    let named = format!("{} ({})", changed.id, changed.type_name);
    let mut found = Vec::new();
    let reason = changed.reason.as_deref().unwrap_or_default();
    let (rule, is) = match changed.replacement {
        Replacement::No => {
            if let Some(loses) = &changed.loses {
                found.push((Danger::Destructive, Rule::LifeShortened, format!("{named}: {loses}")));
            }
            (None, "")
        }
        Replacement::Maybe => (Some(Rule::ResourceMaybeReplaced), "may be replaced"),
        Replacement::Yes => (Some(Rule::ResourceReplaced), "is replaced"),
    };
    if let Some(rule) = rule {
        found.push(match &changed.loses {
            Some(loses) => (
                Danger::Destructive,
                rule,
                format!("{named} {is}, and the old one goes with {loses}: {reason}"),
            ),
            None => (Danger::Changed, rule, format!("{named} {is}: {reason}")),
        });
    }
    if let Some(unprotected) = &changed.unprotected {
        found.push((Danger::Changed, Rule::ProtectionRemoved, format!("{named} {unprotected}")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_named_as_in_the_json() {
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
        }
    }

    #[test]
    fn the_longest_beginning_that_ends_at_a_word_is_the_place() {
        let place = |line| Place { file: "workflow.yaml".to_owned(), line, column: 1 };
        let places = Places {
            resources: BTreeMap::from([
                ("Infer".to_owned(), place(2)),
                ("InferFast".to_owned(), place(3)),
                ("In".to_owned(), place(4)),
            ]),
            workflow: Some(place(1)),
            ..Places::default()
        };
        for (id, line) in
            [("InferRole", 2), ("InferFastRole", 3), ("InferiorRole", 1), ("InRole", 4), ("X", 1)]
        {
            assert_eq!(places.of(&Subject::Resource(id.to_owned())), Some(place(line)), "{id}");
        }
    }
}
