//! One statement of a policy. Page: "IAM JSON policy elements reference".

use serde_json::Value;

use super::Request;
use super::condition::Condition;
use super::pattern::Pattern;

/// The condition keys that requests have here where they apply, in small letters: a request without one has none. Any other
/// key is evaluated when the request brings it, and is not evaluated otherwise.
const KEYS: [&str; 8] = [
    "cloudwatch:namespace",
    "ecs:cluster",
    "iam:passedtoservice",
    "iam:permissionsboundary",
    "kms:viaservice",
    "s3:prefix",
    "s3:resourceaccount",
    "states:statemachinequalifier",
];

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    effect: Effect,
    actions: Vec<Pattern>,
    resources: Vec<Pattern>,
    conditions: Vec<Condition>,
    /// What of it is never evaluated here.
    not_evaluated: Vec<String>,
    /// All of it but its name, where something is not evaluated.
    unread: Option<String>,
    /// Whether its actions and resources are all that it speaks of.
    names_all: bool,
}

impl Statement {
    /// Reads a statement whose values are resolved. It never fails: what cannot be read is noted.
    pub(super) fn read(value: &Value) -> Self {
        let mut not_evaluated = Vec::new();
        let effect = match value.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            other => {
                not_evaluated.push(format!("the effect {other:?}"));
                Effect::Deny
            }
        };
        for element in ["NotAction", "NotResource", "Principal", "NotPrincipal"] {
            if value.get(element).is_some() {
                not_evaluated.push(element.to_owned());
            }
        }
        // Actions are compared without regard to case.
        let actions = texts(value.get("Action")).map(|action| action.to_ascii_lowercase());
        let before = not_evaluated.len();
        let actions = patterns(actions, &mut not_evaluated);
        let resources = patterns(texts(value.get("Resource")), &mut not_evaluated);
        let names_all = not_evaluated.len() == before
            && !["NotAction", "NotResource"].iter().any(|element| value.get(element).is_some());
        let mut conditions = Vec::new();
        for (operator, keys) in value.get("Condition").and_then(Value::as_object).into_iter().flatten() {
            for (key, values) in keys.as_object().into_iter().flatten() {
                match Condition::read(operator, key, values) {
                    Ok(condition) => conditions.push(condition),
                    Err(what) => not_evaluated.push(what),
                }
            }
        }
        let unread = (!not_evaluated.is_empty()).then(|| {
            let mut whole = value.clone();
            if let Some(fields) = whole.as_object_mut() {
                fields.shift_remove("Sid");
            }
            whole.sort_all_objects();
            whole.to_string()
        });
        Self { effect, actions, resources, conditions, not_evaluated, unread, names_all }
    }

    pub(crate) fn effect(&self) -> Effect {
        self.effect
    }

    /// Returns the actions in small letters.
    pub(crate) fn actions(&self) -> &[Pattern] {
        &self.actions
    }

    pub(crate) fn resources(&self) -> &[Pattern] {
        &self.resources
    }

    pub(crate) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Whether nothing of it stands beyond what is ever evaluated here.
    pub(crate) fn is_readable(&self) -> bool {
        self.not_evaluated.is_empty()
    }

    /// Whether its actions and resources are all that it speaks of: no `NotAction`, no pattern that cannot be read.
    pub(crate) fn names_all(&self) -> bool {
        self.names_all
    }

    /// Returns all of it but its name, where something of it is not evaluated.
    pub(crate) fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// Returns what of it is not evaluated for a request.
    pub(super) fn not_evaluated(&self, request: &Request) -> Vec<String> {
        let unknown = |key: &str| !KEYS.contains(&key) && !request.context.has(key);
        let variables = self.resources.iter().flat_map(Pattern::variables).filter(|key| unknown(key));
        let conditions = self.conditions.iter().filter(|condition| condition.keys().any(unknown));
        self.not_evaluated
            .iter()
            .cloned()
            .chain(variables.map(|key| format!("${{{key}}}")))
            .chain(conditions.map(|condition| condition.text.clone()))
            .collect()
    }

    /// Whether it speaks of the request's action and resource, as far as can be told.
    pub(super) fn may_concern(&self, request: &Request) -> bool {
        let unread = !self.not_evaluated(request).is_empty();
        let action = request.action.to_ascii_lowercase();
        (self.actions.iter().any(|pattern| pattern.matches(&action)) || (unread && self.actions.is_empty()))
            && (unread || self.names(request))
    }

    pub(super) fn allows(&self, request: &Request) -> bool {
        self.allows_in_some_case(request) && self.not_evaluated(request).is_empty() && self.holds(request)
    }

    /// Whether it allows the request under whatever condition.
    pub(super) fn allows_in_some_case(&self, request: &Request) -> bool {
        self.effect == Effect::Allow
            && self.not_evaluated.is_empty()
            && self.may_concern(request)
            && self.names(request)
    }

    /// Whether it denies a request that it may concern. What cannot be read is taken to hold.
    pub(super) fn denies(&self, request: &Request) -> bool {
        self.effect == Effect::Deny && (!self.not_evaluated(request).is_empty() || self.holds(request))
    }

    fn names(&self, request: &Request) -> bool {
        self.resources
            .iter()
            .filter_map(|pattern| pattern.resolved(&request.context))
            .any(|pattern| pattern.matches(&request.resource))
    }

    fn holds(&self, request: &Request) -> bool {
        self.conditions.iter().all(|condition| condition.holds(&request.context))
    }
}

pub(super) fn texts(value: Option<&Value>) -> impl Iterator<Item = String> {
    let values = match value {
        Some(Value::Array(values)) => values.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn patterns(texts: impl Iterator<Item = String>, not_evaluated: &mut Vec<String>) -> Vec<Pattern> {
    texts.filter_map(|text| Pattern::read(&text).map_err(|what| not_evaluated.push(what)).ok()).collect()
}
