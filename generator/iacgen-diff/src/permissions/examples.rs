//! What a wildcard lets in, in actions that AWS has.

use iacgen_cfn::schemas;
use iacgen_iam::compare::{Certainty, Gain};
use iacgen_iam::evaluate::{Permissions, Request};

/// Examples of one gain.
const SHOWN: usize = 3;

/// What a reviewer would want to see first.
const GRAVE: [&str; 5] = ["Delete", "Put", "Create", "Update", "Attach"];

/// Returns actions and resources that were denied and are allowed.
pub(super) fn of(gain: &Gain, before: &Permissions, after: &Permissions) -> Vec<(String, String)> {
    let Some(first) = gain.examples.first() else { return Vec::new() };
    if gain.certainty != Certainty::Shown {
        return Vec::new();
    }
    if gain.action.contains(['*', '?']) {
        let is_gained = |action: &&String| {
            let asked = || Request::new((*action).clone(), first.resource.clone());
            after.check(&asked()).is_ok() && before.check(&asked()).is_err()
        };
        let known = known_actions(&gain.action);
        let mut found: Vec<&String> = known.iter().filter(is_gained).collect();
        found.sort_by_key(|action| {
            let name = action.split_once(':').map_or("", |(_, name)| name);
            GRAVE.iter().position(|verb| name.starts_with(verb)).unwrap_or(GRAVE.len())
        });
        if !found.is_empty() {
            let resource = &first.resource;
            return found.into_iter().take(SHOWN).map(|action| (action.clone(), resource.clone())).collect();
        }
    }
    // What is new altogether is said by the statement itself.
    if !gain.partly_before {
        return Vec::new();
    }
    gain.examples.iter().map(|example| (example.action.clone(), example.resource.clone())).collect()
}

/// Actions that CloudFormation's own handlers need, of the service that a pattern names.
fn known_actions(pattern: &str) -> Vec<String> {
    let service = pattern.split_once(':').map_or("", |(service, _)| service);
    let family = match service {
        "" | "*" => "iam",
        "states" => "stepfunctions",
        other if other.bytes().all(|byte| byte.is_ascii_alphanumeric()) => other,
        _ => return Vec::new(),
    };
    let prefix = format!("{}:", if service.is_empty() || service == "*" { "iam" } else { service });
    let of_family =
        |name: &&str| name.split("::").nth(1).is_some_and(|part| part.eq_ignore_ascii_case(family));
    let mut actions: Vec<String> = schemas::types()
        .filter(of_family)
        .filter_map(schemas::permissions)
        .flat_map(|permissions| {
            let schemas::Permissions { create, read, update, delete } = permissions;
            [create, read, update, delete].concat()
        })
        .filter(|action| action.to_ascii_lowercase().starts_with(&prefix) && !action.contains(['*', '?']))
        .map(str::to_owned)
        .collect();
    actions.sort();
    actions.dedup();
    actions
}
