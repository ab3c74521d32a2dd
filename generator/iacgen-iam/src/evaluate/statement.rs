//! One statement of a policy. Page: "IAM JSON policy elements reference".

use serde_json::Value;

use super::Request;
use super::pattern::Pattern;

/// The condition keys that requests have here.
const KEYS: [&str; 1] = ["s3:prefix"];

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
    /// What of it is not evaluated here.
    not_evaluated: Vec<String>,
}

#[derive(Clone, Debug)]
struct Condition {
    key: String,
    values: Vec<Comparison>,
}

#[derive(Clone, Debug)]
enum Comparison {
    Equals(String),
    Like(Pattern),
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
        let actions = patterns(actions, &mut not_evaluated);
        let resources = patterns(texts(value.get("Resource")), &mut not_evaluated);
        let mut conditions = Vec::new();
        for (operator, keys) in value.get("Condition").and_then(Value::as_object).into_iter().flatten() {
            for (key, values) in keys.as_object().into_iter().flatten() {
                match condition(operator, key, values) {
                    Ok(condition) => conditions.push(condition),
                    Err(what) => not_evaluated.push(what),
                }
            }
        }
        Self { effect, actions, resources, conditions, not_evaluated }
    }

    pub(super) fn effect(&self) -> Effect {
        self.effect
    }

    pub(super) fn not_evaluated(&self) -> impl Iterator<Item = &str> {
        self.not_evaluated.iter().map(String::as_str)
    }

    /// Whether it speaks of the request's action and resource, as far as can be told.
    pub(super) fn may_concern(&self, request: &Request) -> bool {
        let unread = !self.not_evaluated.is_empty();
        let action = request.action.to_ascii_lowercase();
        (self.actions.iter().any(|pattern| pattern.matches(&action)) || (unread && self.actions.is_empty()))
            && (unread || self.names(request))
    }

    pub(super) fn allows(&self, request: &Request) -> bool {
        self.allows_in_some_case(request) && self.holds(request)
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
        self.effect == Effect::Deny && (!self.not_evaluated.is_empty() || self.holds(request))
    }

    fn names(&self, request: &Request) -> bool {
        self.resources.iter().any(|pattern| pattern.matches(&request.resource))
    }

    /// A condition on a key that the request does not have does not hold.
    fn holds(&self, request: &Request) -> bool {
        self.conditions.iter().all(|condition| {
            request.context.get(condition.key.as_str()).is_some_and(|actual| {
                condition.values.iter().any(|value| match value {
                    Comparison::Equals(expected) => actual == expected,
                    Comparison::Like(pattern) => pattern.matches(actual),
                })
            })
        })
    }
}

fn texts(value: Option<&Value>) -> impl Iterator<Item = String> {
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

fn condition(operator: &str, key: &str, values: &Value) -> Result<Condition, String> {
    let unknown = || format!("{operator} on {key}");
    let known = KEYS.iter().find(|known| known.eq_ignore_ascii_case(key)).ok_or_else(unknown)?;
    let values = texts(Some(values))
        .map(|value| match operator {
            // Variables are replaced in the values of both operators.
            "StringEquals" if !value.contains("${") => Ok(Comparison::Equals(value)),
            "StringLike" => Pattern::read(&value).map(Comparison::Like),
            _ => Err(unknown()),
        })
        .collect::<Result<_, _>>()?;
    Ok(Condition { key: (*known).to_owned(), values })
}
