//! The stack's resources: added, changed by property, removed, replaced.

mod loss;
mod succession;
pub(crate) mod values;

use std::collections::BTreeMap;

use iacgen_cfn::schemas::{self, Update};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Side;
use crate::side::type_of;
use values::{Leaf, leaves};

/// What changes among the resources. Lists are in the template's order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct ResourceChanges {
    /// New ones.
    pub added: Vec<AddedResource>,
    /// Those that the stack lets go of.
    pub removed: Vec<RemovedResource>,
    /// Those that stay, changed or replaced.
    pub changed: Vec<ChangedResource>,
    /// Numbered versions that follow another: of functions, layers and the state machine.
    pub successions: Vec<Succession>,
    /// Parameters and outputs of the template.
    pub template: Vec<PropertyChange>,
}

/// A new resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AddedResource {
    /// Its logical id.
    pub id: String,
    /// `AWS::S3::Bucket`.
    #[serde(rename = "type")]
    pub type_name: String,
}

/// A resource that the stack lets go of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RemovedResource {
    /// Its logical id.
    pub id: String,
    /// `AWS::S3::Bucket`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Whether it stays in the account, outside of the stack (`DeletionPolicy`).
    pub kept: bool,
    /// What is lost with it; `null` where nothing is.
    pub loses: Option<String>,
}

/// A resource that stays, changed or replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangedResource {
    /// Its logical id.
    pub id: String,
    /// `AWS::S3::Bucket`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// What changes, by property.
    pub properties: Vec<PropertyChange>,
    /// Whether another resource takes its place.
    pub replacement: Replacement,
    /// Why it is or may be replaced; `null` where it is not.
    pub reason: Option<String>,
    /// What is lost; `null` where nothing is.
    pub loses: Option<String>,
    /// Which protection goes; `null` where none does.
    pub unprotected: Option<String>,
}

/// A value that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PropertyChange {
    /// Where it stands: `LifecycleConfiguration.Rules[expire-1].ExpirationInDays`; `[]` for what a list gained or lost.
    pub path: String,
    /// The old value as a text; `null` where there was none or `note` says more.
    pub before: Option<String>,
    /// The new value as a text; `null` where there is none or `note` says more.
    pub after: Option<String>,
    /// What is said instead of values.
    pub note: Option<String>,
    /// What CloudFormation does with the resource for it.
    pub update: UpdateKind,
}

/// What CloudFormation does with a resource whose property changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UpdateKind {
    /// It changes the resource.
    InPlace,
    /// The schema of the type does not say.
    Unknown,
    /// It replaces the resource in some cases.
    MayReplace,
    /// It replaces the resource.
    Replaces,
}

/// Whether another resource takes the place of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Replacement {
    /// It stays.
    No,
    /// It depends on what CloudFormation finds.
    Maybe,
    /// Yes.
    Yes,
}

/// A numbered version that follows another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Succession {
    /// The logical id without the digest in it: `InferVersion`.
    pub of: String,
    /// `AWS::Lambda::Version`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The old one's logical id.
    pub before: String,
    /// The new one's logical id.
    pub after: String,
    /// Whether the old one stays for what uses it.
    pub kept: bool,
}

impl ResourceChanges {
    /// Tells whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

pub(crate) fn compare(before: &Side, after: &Side) -> ResourceChanges {
    let mut changes = ResourceChanges::default();
    for (id, resource) in after.resources() {
        match before.resource(id) {
            None => changes
                .added
                .push(AddedResource { id: id.to_owned(), type_name: type_of(resource).to_owned() }),
            Some(old) if old != resource => changes.changed.push(changed(id, old, resource)),
            Some(_) => {}
        }
    }
    for (id, resource) in before.resources().filter(|(id, _)| after.resource(id).is_none()) {
        let kept = loss::is_kept(resource, "DeletionPolicy");
        let loses = loss::held(resource).filter(|_| !kept).map(str::to_owned);
        changes.removed.push(RemovedResource {
            id: id.to_owned(),
            type_name: type_of(resource).to_owned(),
            kept,
            loses,
        });
    }
    succession::find(&mut changes);
    follow_replaced(&mut changes, before, after);
    for name in ["Parameters", "Outputs"] {
        let side = |side: &Side| -> Value {
            side.section(name).map(|(id, part)| (id.to_owned(), part.clone())).collect::<Map<_, _>>().into()
        };
        for leaf in leaves(Some(&side(before)), Some(&side(after))) {
            let path = format!("{name}.{}", leaf.path);
            changes.template.push(PropertyChange { path, ..told(leaf, UpdateKind::InPlace) });
        }
    }
    changes
}

fn changed(id: &str, old: &Value, new: &Value) -> ChangedResource {
    let type_name = type_of(new);
    let mut properties: Vec<PropertyChange> = Vec::new();
    if type_of(old) != type_name {
        properties.push(PropertyChange {
            path: "Type".to_owned(),
            before: Some(type_of(old).to_owned()),
            after: Some(type_name.to_owned()),
            note: None,
            update: UpdateKind::Replaces,
        });
    }
    let names = |resource: &Value| -> Vec<String> {
        resource["Properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    let mut all = names(new);
    all.extend(names(old).into_iter().filter(|name| !all.contains(name)).collect::<Vec<_>>());
    for name in &all {
        let (before, after) = (old["Properties"].get(name), new["Properties"].get(name));
        if before == after {
            continue;
        }
        if let Some(note) = elsewhere(name) {
            properties.push(PropertyChange {
                path: name.clone(),
                before: None,
                after: None,
                note: Some(note.to_owned()),
                update: update(type_name, &[name]),
            });
            continue;
        }
        for mut leaf in leaves(before, after) {
            let dot = if leaf.path.is_empty() || leaf.path.starts_with('[') { "" } else { "." };
            leaf.path = format!("{name}{dot}{}", leaf.path);
            leaf.names.insert(0, name.clone());
            let parts: Vec<&str> = leaf.names.iter().map(String::as_str).collect();
            let update = update(type_name, &parts);
            properties.push(told(leaf, update));
        }
    }
    for attribute in ["DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Condition", "Metadata"] {
        for mut leaf in leaves(old.get(attribute), new.get(attribute)) {
            let dot = if leaf.path.is_empty() || leaf.path.starts_with('[') { "" } else { "." };
            leaf.path = format!("{attribute}{dot}{}", leaf.path);
            properties.push(told(leaf, UpdateKind::InPlace));
        }
    }
    let needed = properties.iter().map(|change| replacement(change.update)).max();
    let mut changed = ChangedResource {
        id: id.to_owned(),
        type_name: type_name.to_owned(),
        replacement: needed.unwrap_or(Replacement::No),
        reason: None,
        loses: properties.iter().find_map(|change| loss::shortened(type_name, change)),
        unprotected: properties.iter().find_map(loss::unprotected).map(str::to_owned),
        properties,
    };
    if changed.replacement != Replacement::No {
        let mut why: Vec<&str> = changed
            .properties
            .iter()
            .filter(|change| replacement(change.update) == changed.replacement)
            .filter_map(|change| change.path.split(['.', '[']).next())
            .collect();
        why.dedup();
        let words = match changed.replacement {
            Replacement::Maybe => "can change in a resource that exists in some cases only",
            _ => "cannot change in a resource that exists",
        };
        let reason = format!("{} {words}", why.join(", "));
        replaced(&mut changed, old, reason);
    }
    changed
}

/// Notes why a resource is replaced, and what is lost with the old one.
fn replaced(changed: &mut ChangedResource, old: &Value, reason: String) {
    changed.reason = Some(reason);
    let kept = loss::is_kept(old, "UpdateReplacePolicy");
    if let Some(held) = loss::held(old).filter(|_| !kept) {
        changed.loses = Some(held.to_owned());
    }
}

/// Properties that are told in another section, or that are documents of their own.
fn elsewhere(name: &str) -> Option<&'static str> {
    match name {
        "DefinitionString" | "DefinitionSubstitutions" => Some("changes: see the workflow"),
        "Policies" | "PolicyDocument" | "AssumeRolePolicyDocument" | "KeyPolicy" => {
            Some("is written otherwise: see the permissions")
        }
        "DashboardBody" => Some("changes: it follows the functions and alarms"),
        _ => None,
    }
}

fn told(leaf: Leaf, update: UpdateKind) -> PropertyChange {
    PropertyChange { path: leaf.path, before: leaf.before, after: leaf.after, note: None, update }
}

fn update(type_name: &str, property: &[&str]) -> UpdateKind {
    match schemas::update(type_name, property) {
        Some(Update::InPlace) => UpdateKind::InPlace,
        Some(Update::MayReplace) => UpdateKind::MayReplace,
        Some(Update::Replaces) => UpdateKind::Replaces,
        None => UpdateKind::Unknown,
    }
}

fn replacement(update: UpdateKind) -> Replacement {
    match update {
        UpdateKind::InPlace | UpdateKind::Unknown => Replacement::No,
        UpdateKind::MayReplace => Replacement::Maybe,
        UpdateKind::Replaces => Replacement::Yes,
    }
}

/// Who refers to a resource that is replaced gets another value, and is replaced where that value cannot change.
fn follow_replaced(changes: &mut ResourceChanges, before: &Side, after: &Side) {
    loop {
        let replaced_ids: BTreeMap<String, Replacement> = changes
            .changed
            .iter()
            .filter(|changed| changed.replacement != Replacement::No)
            .map(|changed| (changed.id.clone(), changed.replacement))
            .collect();
        let mut grew = false;
        for (id, resource) in after.resources() {
            let Some(old) = before.resource(id) else { continue };
            let Some(properties) = resource["Properties"].as_object() else { continue };
            for reference in schemas::references(properties) {
                let Some(of_target) = replaced_ids.get(&reference.target) else { continue };
                let names: Vec<&str> = reference
                    .path
                    .split('/')
                    .skip(1)
                    .map(|part| if part.parse::<usize>().is_ok() { "*" } else { part })
                    .collect();
                let needed = replacement(update(type_of(resource), &names)).min(*of_target);
                let at = changes.changed.iter().position(|changed| changed.id == id);
                let known = at.map_or(Replacement::No, |at| changes.changed[at].replacement);
                if needed <= known {
                    continue;
                }
                let at = at.unwrap_or_else(|| {
                    changes.changed.push(changed(id, old, resource));
                    changes.changed.len() - 1
                });
                let entry = &mut changes.changed[at];
                entry.replacement = needed;
                let path = reference.path.trim_start_matches('/').replace('/', ".");
                replaced(entry, old, format!("{path} refers to {}, which is replaced", reference.target));
                grew = true;
            }
        }
        if !grew {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
