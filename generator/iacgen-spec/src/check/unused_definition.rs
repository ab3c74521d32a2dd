//! IAC034 `unused-definition`.

use std::collections::BTreeSet;

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::raw::{Named, RawKind, RawStates, RawWorkflow};
use crate::suggest;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC034",
    name: "unused-definition",
    explanation: "A function that no state invokes, a bucket that no function is granted, or a retry that no state names. A warning.

## Why
iacgen leaves out what nothing uses, so it is not deployed. Mostly a name was changed in one of two places.

## What to write instead
Use it, or delete it. A bucket that the stack makes is made all the same: it may hold what something else reads.
",
};

/// Judges functions, buckets and retries.
pub(crate) fn check(workflow: &RawWorkflow, sink: &Sink) {
    let mut used = Used::default();
    used.states(&workflow.states);
    let buckets = workflow.functions.iter().flat_map(|(_, function)| &function.access);
    used.buckets.extend(buckets.filter_map(|access| access.bucket.as_ref()).map(|name| name.value.as_str()));

    let kinds = [
        ("no state invokes the function", names(&workflow.functions), &used.functions),
        ("no function is granted the bucket", names(&workflow.buckets), &used.buckets),
        ("no state names the retry", names(&workflow.retries), &used.retries),
    ];
    for (message, names, used_names) in kinds {
        let unknown =
            || used_names.iter().copied().filter(|used| names.iter().all(|name| name.value != **used));
        for name in &names {
            // A state that cannot be read, or a name that is near, may be the use; that is reported already.
            let excused = used.is_unclear || suggest::nearest(&name.value, unknown()).is_some();
            if !used_names.contains(name.value.as_str()) && !excused {
                let finding = Diagnostic::warning(&CODE, format!("{message} `{}`", name.value));
                sink.push(finding.primary(name.span, "").help("use it, or delete it"));
            }
        }
    }
}

fn names<T>(all: &Named<T>) -> Vec<&Spanned<String>> {
    all.iter().map(|(name, _)| name).collect()
}

#[derive(Default)]
struct Used<'a> {
    functions: BTreeSet<&'a str>,
    buckets: BTreeSet<&'a str>,
    retries: BTreeSet<&'a str>,
    /// Whether a part cannot be read.
    is_unclear: bool,
}

impl<'a> Used<'a> {
    fn states(&mut self, states: &'a RawStates) {
        self.is_unclear |= states.is_empty;
        for (_, state) in &states.states {
            match &state.kind {
                Some(RawKind::Invoke(invoke)) => {
                    self.is_unclear |= invoke.function.is_none();
                    self.functions.extend(invoke.function.as_ref().map(|name| name.value.as_str()));
                    self.retries.extend(invoke.retry.iter().map(|name| name.value.as_str()));
                }
                Some(RawKind::Map(map)) => {
                    self.retries.extend(map.retry.iter().map(|name| name.value.as_str()));
                    self.states(&map.states);
                }
                Some(RawKind::Succeed | RawKind::Fail { .. }) => {}
                None => self.is_unclear = true,
            }
        }
    }
}
