//! IAC030 `unknown-state`.

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::raw::{RawKind, RawNext, RawStates, RawWorkflow, find};
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC030",
    name: "unknown-state",
    explanation: "`start`, `next`, `then` or `else` names a state that is not there.

## Why
Step Functions refuses the definition. Inside a Map only the Map's own states can follow each other: a transition cannot
enter or leave it.

## What to write instead
The name as it stands under `states:`, with its capitals and spaces. To leave a Map, end its last state with `end: true`
and write `next` on the Map.
",
};

/// Judges every transition, also inside Maps.
pub(crate) fn check(workflow: &RawWorkflow, sink: &Sink) {
    scope(&workflow.states, workflow, sink);
}

fn scope(states: &RawStates, workflow: &RawWorkflow, sink: &Sink) {
    if states.is_empty {
        return;
    }
    let known = || states.states.iter().map(|(name, _)| name.value.as_str());
    let targets =
        states.states.iter().filter_map(|(_, state)| state.next.as_ref()).flat_map(RawNext::targets);
    for name in states.start.iter().chain(targets).filter(|name| find(&states.states, &name.value).is_none())
    {
        let finding =
            Diagnostic::error(&CODE, format!("there is no state `{}`", name.value)).primary(name.span, "");
        sink.push(match elsewhere(&workflow.states, &name.value) {
            Some(there) => finding.secondary(there, "it is here, on the other side of a Map's border").help(
                "a transition cannot enter or leave a Map: use `end: true` inside, and `next` on the Map",
            ),
            None => suggest::help(finding, &name.value, "states", known()),
        });
    }
    for (_, state) in &states.states {
        if let Some(RawKind::Map(map)) = &state.kind {
            scope(&map.states, workflow, sink);
        }
    }
}

/// Finds a state by name in any scope.
fn elsewhere(states: &RawStates, wanted: &str) -> Option<Span> {
    states.states.iter().find_map(|(name, state)| match &state.kind {
        _ if name.value == wanted => Some(name.span),
        Some(RawKind::Map(map)) => elsewhere(&map.states, wanted),
        _ => None,
    })
}
