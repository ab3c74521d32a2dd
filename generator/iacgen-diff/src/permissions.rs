//! Who can do what: by meaning, with `iacgen-iam`'s comparison. Statements that stand in another order, that are split or
//! joined, are no change.

mod examples;
mod holders;

use std::collections::{BTreeMap, BTreeSet};

use iacgen_iam::compare::{Certainty, Gain, gains};
use iacgen_iam::evaluate::Permissions;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::Side;
use holders::{BETWEEN, Holders};

/// What a role, or whoever a policy of a resource names, can do otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PermissionChange {
    /// The logical id of the role or of the policy of a resource.
    pub holder: String,
    /// Whose permissions they are.
    pub kind: HolderKind,
    /// What is allowed now and was not before.
    pub gained: Vec<Permit>,
    /// What was allowed before and is not now.
    pub lost: Vec<Permit>,
}

/// Whose permissions change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HolderKind {
    /// What a role can do, by its own policies.
    Role,
    /// Who can assume a role.
    Trust,
    /// The most that a role can do, whatever its policies. What a boundary allows is not known here.
    Boundary,
    /// Managed policies of a role. What they allow is not known here.
    Managed,
    /// What a resource's policy allows to others.
    Resource,
    /// What a resource's policy denies to everybody: gained is what is no longer denied.
    Denial,
}

/// Something that is allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Permit {
    /// The action, or a pattern of actions; empty for boundaries and managed policies.
    pub action: String,
    /// The resource, or a pattern; `<LogicalId>` is a name that CloudFormation chooses.
    pub resource: String,
    /// Who, where a policy of a resource or a trust policy says so.
    pub principal: Option<String>,
    /// Under which conditions.
    pub conditions: Vec<String>,
    /// Requests that show it, where wildcards stand for more than meets the eye.
    pub examples: Vec<String>,
    /// Whether it was shown; otherwise it was only not excluded.
    pub certain: bool,
}

impl Permit {
    /// Says it in one line.
    pub fn text(&self) -> String {
        let mut text = match (&self.principal, self.action.is_empty()) {
            (_, true) => self.resource.clone(),
            (Some(principal), false) if self.resource.is_empty() => format!("{} by {principal}", self.action),
            (Some(principal), false) => format!("{} on {} by {principal}", self.action, self.resource),
            (None, false) => format!("{} on {}", self.action, self.resource),
        };
        if !self.conditions.is_empty() {
            text = format!("{text} when {}", self.conditions.join(" and "));
        }
        if !self.examples.is_empty() {
            text = format!("{text}, such as {}", self.examples.join("; "));
        }
        if !self.certain && !self.action.is_empty() {
            text.push_str(" (not excluded: conditions or elements that are not evaluated decide)");
        }
        text
    }
}

pub(crate) fn compare(before: &Side, after: &Side) -> Vec<PermissionChange> {
    let (old, new) = (Holders::of(before), Holders::of(after));
    let mut changes = Vec::new();
    for kind in [HolderKind::Role, HolderKind::Trust, HolderKind::Resource, HolderKind::Denial] {
        let (old, new) = (old.documents(kind), new.documents(kind));
        for holder in union(old, new) {
            let statements = |side: &BTreeMap<String, Vec<Value>>| -> Vec<Value> {
                let mut statements = side.get(holder).cloned().unwrap_or_default();
                if kind == HolderKind::Denial {
                    // Others' policies may allow anything, so what is no longer denied may be allowed.
                    statements.push(json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }));
                }
                statements
            };
            let (before, after) = (statements(old), statements(new));
            if before == after {
                continue;
            }
            let change = PermissionChange {
                holder: holder.clone(),
                kind,
                gained: permits(kind, &before, &after),
                lost: permits(kind, &after, &before),
            };
            if !change.gained.is_empty() || !change.lost.is_empty() {
                changes.push(change);
            }
        }
    }
    changes.extend(boundaries(&old, &new));
    changes.extend(managed(&old, &new));
    changes.sort_by(|one, other| (&one.holder, one.kind).cmp(&(&other.holder, other.kind)));
    changes
}

fn union<'a, V>(old: &'a BTreeMap<String, V>, new: &'a BTreeMap<String, V>) -> BTreeSet<&'a String> {
    old.keys().chain(new.keys()).collect()
}

fn permissions(statements: &[Value]) -> Permissions {
    let mut permissions = Permissions::default();
    permissions.add_document(&json!({ "Statement": statements }));
    permissions
}

/// What `after` allows and `before` does not.
fn permits(kind: HolderKind, before: &[Value], after: &[Value]) -> Vec<Permit> {
    let spelled = spellings(before.iter().chain(after));
    let (before, after) = (permissions(before), permissions(after));
    let mut permits: Vec<Permit> = gains(&before, &after)
        .into_iter()
        .map(|gain| {
            let examples = examples::of(&gain, &before, &after);
            permit(kind, gain, examples, &spelled)
        })
        .collect();
    permits.sort();
    permits.dedup();
    permits
}

fn permit(
    kind: HolderKind,
    gain: Gain,
    examples: Vec<(String, String)>,
    spelled: &BTreeMap<String, String>,
) -> Permit {
    let spell = |action: String| spelled.get(&action).cloned().unwrap_or(action);
    let part = |resource: String| -> (Option<String>, String) {
        match (kind, resource.split_once(BETWEEN)) {
            (HolderKind::Trust, None) => (Some(resource), String::new()),
            (_, Some((principal, resource))) => (Some(principal.to_owned()), resource.to_owned()),
            _ => (None, resource),
        }
    };
    let certain = gain.certainty == Certainty::Shown;
    let conditions = gain.conditions.clone();
    let (principal, resource) = part(gain.resource);
    let examples = examples
        .into_iter()
        .map(|(action, resource)| match part(resource) {
            (None, resource) if resource.is_empty() => spell(action),
            (Some(principal), resource) if resource.is_empty() => format!("{} by {principal}", spell(action)),
            (Some(principal), resource) => format!("{} on {resource} by {principal}", spell(action)),
            (None, resource) => format!("{} on {resource}", spell(action)),
        })
        .collect();
    Permit { action: spell(gain.action), resource, principal, conditions, examples, certain }
}

/// Actions as they are written, by what they are compared as.
fn spellings<'a>(statements: impl Iterator<Item = &'a Value>) -> BTreeMap<String, String> {
    let mut spelled = BTreeMap::new();
    for statement in statements {
        let actions = match &statement["Action"] {
            Value::Array(actions) => actions.as_slice(),
            one => std::slice::from_ref(one),
        };
        for action in actions.iter().filter_map(Value::as_str) {
            spelled.insert(action.to_ascii_lowercase(), action.to_owned());
        }
    }
    spelled
}

fn unread(resource: String) -> Permit {
    Permit {
        action: String::new(),
        resource,
        principal: None,
        conditions: Vec::new(),
        examples: Vec::new(),
        certain: false,
    }
}

/// Another boundary may allow more and may allow less; none allows everything.
fn boundaries(old: &Holders, new: &Holders) -> Vec<PermissionChange> {
    let (old_all, new_all) = (old.documents(HolderKind::Role), new.documents(HolderKind::Role));
    let holders = union(old_all, new_all).into_iter();
    // A new role's boundary is no change of one.
    let both = holders.filter(|holder| old_all.contains_key(*holder) && new_all.contains_key(*holder));
    both.filter_map(|holder| {
        let (before, after) = (old.boundaries.get(holder), new.boundaries.get(holder));
        let change = |gained, lost| PermissionChange {
            holder: holder.clone(),
            kind: HolderKind::Boundary,
            gained,
            lost,
        };
        match (before, after) {
            (before, after) if before == after => None,
            (Some(before), None) => {
                Some(change(vec![unread(format!("what the boundary {before} kept it from"))], Vec::new()))
            }
            (None, Some(after)) => {
                Some(change(Vec::new(), vec![unread(format!("what the boundary {after} keeps it from"))]))
            }
            (Some(before), Some(after)) => Some(change(
                vec![unread(format!("what the boundary {before} kept it from and {after} does not"))],
                vec![unread(format!("what the boundary {after} keeps it from and {before} did not"))],
            )),
            (None, None) => None,
        }
    })
    .collect()
}

fn managed(old: &Holders, new: &Holders) -> Vec<PermissionChange> {
    let none = BTreeSet::new();
    union(&old.managed, &new.managed)
        .into_iter()
        .filter_map(|holder| {
            let before = old.managed.get(holder).unwrap_or(&none);
            let after = new.managed.get(holder).unwrap_or(&none);
            let told = |policies: &BTreeSet<String>, others: &BTreeSet<String>| -> Vec<Permit> {
                policies
                    .difference(others)
                    .map(|policy| unread(format!("whatever {policy} allows")))
                    .collect()
            };
            let (gained, lost) = (told(after, before), told(before, after));
            (before != after).then(|| PermissionChange {
                holder: holder.clone(),
                kind: HolderKind::Managed,
                gained,
                lost,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
