//! IAC041 `unreachable-state`.

use std::collections::BTreeSet;

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::raw::{RawNext, RawStates, find};
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC041",
    name: "unreachable-state",
    explanation: "No path leads to a state: in no environment can it run.

## Why
A state that never runs is a mistake that nobody notices: whoever wrote it believes that it does.

## What to write instead
Name it in a `next`, or delete it. A state behind a switch is fine as long as one environment takes that branch.
",
};

/// Finds what cannot be reached from the start, whatever the environments say.
pub(crate) fn check(states: &RawStates, sink: &Sink) {
    let Some(start) = states.start.as_ref().filter(|start| find(&states.states, &start.value).is_some())
    else {
        return;
    };
    let reached = reachable(states, start, |next| next.targets().collect());
    // A transition that cannot be read may be the one that was meant to lead here; that is reported already.
    let unclear = states.states.iter().any(|(_, state)| match &state.next {
        None => state.next_key.is_some() || state.kind.is_none(),
        Some(RawNext::Switch { then: None, .. } | RawNext::Switch { otherwise: None, .. }) => true,
        Some(next) => next.targets().any(|name| find(&states.states, &name.value).is_none()),
    });
    if unclear {
        return;
    }
    for (name, _) in states.states.iter().filter(|(name, _)| !reached.contains(name.value.as_str())) {
        sink.push(
            Diagnostic::error(&CODE, format!("no path leads to the state `{}`", name.value))
                .primary(name.span, "")
                .secondary(start.span, "the workflow starts here")
                .help(format!("write `next: {}` on another state, or delete it", name.value)),
        );
    }
}

/// Finds what every environment's switches cut off. `reached` is the union over all environments.
pub(crate) fn check_all(states: &RawStates, reached: &BTreeSet<String>, sink: &Sink) {
    let Some(start) = &states.start else { return };
    let possible = reachable(states, start, |next| next.targets().collect());
    for (name, _) in &states.states {
        if possible.contains(name.value.as_str()) && !reached.contains(&name.value) {
            let finding =
                Diagnostic::error(&CODE, format!("no environment reaches the state `{}`", name.value))
                    .primary(name.span, "every switch on the way here takes the other branch");
            let switch = states.states.iter().filter_map(|(_, state)| match &state.next {
                Some(RawNext::Switch { when: Some(when), .. }) => Some(when.span()),
                _ => None,
            });
            let finding =
                switch.into_iter().fold(finding, |finding, span| finding.secondary(span, "a switch"));
            sink.push(
                finding.help("let one environment take the branch, or delete the state and the switch"),
            );
        }
    }
}

/// Returns the states that can be reached, by the transitions that `follow` chooses.
pub(crate) fn reachable<'a>(
    states: &'a RawStates,
    start: &'a Spanned<String>,
    follow: impl Fn(&'a RawNext) -> Vec<&'a Spanned<String>>,
) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        let Some((name, state)) = find(&states.states, &name.value) else {
            continue;
        };
        if reached.insert(name.value.as_str()) {
            open.extend(state.next.as_ref().map(&follow).unwrap_or_default());
        }
    }
    reached
}
