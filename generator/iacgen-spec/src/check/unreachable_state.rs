//! IAC041 `unreachable-state`.

use std::collections::BTreeSet;

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::dialect::Dialect;
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
Name it in a `next`, a rule or a catcher, or delete it. A state behind a switch is fine as long as one environment takes that branch.
",
};

/// Finds what cannot be reached from the start, whatever the environments say.
pub(crate) fn check(states: &RawStates, what: &str, dialect: Dialect, sink: &Sink) {
    let Some(start) = states.start.as_ref().filter(|start| find(&states.states, &start.value).is_some())
    else {
        return;
    };
    let reached = reachable(states, start, |next| next.targets().collect());
    // A transition that cannot be read may be the one that was meant to lead here; that is reported already.
    let unclear = states.states.iter().any(|(_, state)| {
        state.has_unread_target() || state.targets().any(|name| find(&states.states, &name.value).is_none())
    });
    if unclear {
        return;
    }
    for (name, _) in states.states.iter().filter(|(name, _)| !reached.contains(name.value.as_str())) {
        sink.push(
            Diagnostic::error(&CODE, format!("no path leads to the state `{}`", name.value))
                .primary(name.span, "")
                .secondary(start.span, format!("{what} starts here"))
                .help(format!("write {} on another state, or delete it", dialect.entry("next", &name.value))),
        );
    }
}

/// Finds what every environment's switches cut off. `reached` is the union over all environments, of all blocks.
pub(crate) fn check_all(states: &RawStates, reached: &BTreeSet<String>, sink: &Sink) {
    let Some(start) = &states.start else { return };
    let possible = reachable(states, start, |next| next.targets().collect());
    for (name, state) in &states.states {
        if reached.contains(&name.value) {
            state.blocks().into_iter().for_each(|block| check_all(block, reached, sink));
        } else if possible.contains(name.value.as_str()) {
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
            open.extend(state.side_targets());
            open.extend(state.next.as_ref().map(&follow).unwrap_or_default());
        }
    }
    reached
}
