//! Retry policies: each once, under a name of its own.

use std::collections::BTreeMap;

use iacgen_asl::{LAMBDA_CRASH, LAMBDA_TRANSIENT};
use iacgen_diagnostics::Sink;

use super::ids::Ids;
use super::template::{duration, value};
use super::yaml::Tree;
use crate::raw::{RawRetrier, RawRetry, RawValue};
use crate::yaml::{Scalar, Spanned};

/// The policies of a workflow, in the order in which they are first met.
#[derive(Default)]
pub(super) struct Retries {
    all: Vec<(String, Tree)>,
    /// By name, what the definition says of each.
    notes: BTreeMap<String, Vec<String>>,
    ids: Ids,
}

impl Retries {
    /// Returns the name of a retrier's policy.
    pub(super) fn name(&mut self, retrier: &RawRetrier, sink: &Sink) -> String {
        let raw = match retrier {
            RawRetrier::Named(name) => return name.value.clone(),
            RawRetrier::Inline(_, raw) => raw,
        };
        let policy = policy(raw, sink);
        let known = self.all.iter().find(|(_, known)| *known == policy).map(|(name, _)| name.clone());
        let name = known.unwrap_or_else(|| {
            let name = self.ids.take(&base_name(&raw.on), "retry");
            self.all.push((name.clone(), policy));
            name
        });
        if let Some(comment) = &raw.comment {
            let notes = self.notes.entry(name.clone()).or_default();
            if !notes.contains(&comment.value) {
                notes.push(comment.value.clone());
            }
        }
        name
    }

    /// Returns the section `retries`.
    pub(super) fn section(mut self) -> Vec<(String, Tree)> {
        let noted = |(name, policy): (String, Tree)| {
            let notes = self.notes.remove(&name).unwrap_or_default();
            (name, policy.noted(&notes))
        };
        self.all.into_iter().map(noted).collect()
    }
}

fn policy(raw: &RawRetry, sink: &Sink) -> Tree {
    let mut fields = vec![("on".to_owned(), one_or_many(errors(&raw.on)))];
    let mut add = |name: &str, tree: Option<Tree>| fields.extend(tree.map(|tree| (name.to_owned(), tree)));
    add("interval", raw.interval.as_ref().map(|raw| duration(raw, sink)));
    add("attempts", raw.attempts.as_ref().map(|raw| value(raw, sink)));
    add("backoff", raw.backoff.as_ref().map(|raw| backoff(raw, sink)));
    add("cap", raw.cap.as_ref().map(|raw| duration(raw, sink)));
    add("jitter", raw.jitter.as_ref().map(|word| Tree::text(word.value.as_str())));
    Tree::Map(fields)
}

/// A rate is written with its decimal point, so that it is not taken for a count.
fn backoff(raw: &RawValue, sink: &Sink) -> Tree {
    match raw {
        RawValue::Literal(Spanned { value: Scalar::Number(text), .. })
            if text.bytes().all(|b| b.is_ascii_digit()) =>
        {
            Tree::Scalar(Scalar::Number(format!("{text}.0")))
        }
        _ => value(raw, sink),
    }
}

/// Returns the names, with the spec's word where all errors of a class are among them.
pub(super) fn errors(on: &[Spanned<String>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest: Vec<&str> = on.iter().map(|error| error.value.as_str()).collect();
    let classes = [("lambda-transient", &LAMBDA_TRANSIENT[..]), ("lambda-crash", &LAMBDA_CRASH[..])];
    for (class, members) in classes {
        if members.iter().all(|member| rest.contains(&member.as_str())) {
            names.push(class.to_owned());
            rest.retain(|error| !members.iter().any(|member| member.as_str() == *error));
        }
    }
    names.extend(rest.into_iter().map(ToOwned::to_owned));
    names
}

/// Returns one name as a text, several as a list.
pub(super) fn one_or_many(names: Vec<String>) -> Tree {
    match names.as_slice() {
        [name] => Tree::text(name.as_str()),
        _ => Tree::List(names.into_iter().map(Tree::text).collect()),
    }
}

/// Returns what a policy may be called: after the first of its errors.
fn base_name(on: &[Spanned<String>]) -> String {
    let names = errors(on);
    let first = names.first().map_or("", String::as_str);
    let last = first.rsplit('.').next().unwrap_or(first);
    last.strip_prefix("lambda-").unwrap_or(last).to_owned()
}
