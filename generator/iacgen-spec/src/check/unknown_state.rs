//! IAC030 `unknown-state`.

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::dialect::Dialect;
use crate::raw::{RawStates, RawWorkflow, find};
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC030",
    name: "unknown-state",
    explanation: "`start`, `next`, `then`, `else` or `default` names a state that is not there.

## Why
Step Functions refuses the definition. Inside a Map or a branch only its own states can follow each other: a transition
cannot enter or leave it.

## What to write instead
The name as it stands under `states:`, with its capitals and spaces. To leave a Map or a branch, end its last state with
`end: true` and write `next` on the Map or Parallel state.
",
};

/// Judges every transition, also inside Maps and branches.
pub(crate) fn check(workflow: &RawWorkflow, dialect: Dialect, sink: &Sink) {
    block(&workflow.states, workflow, dialect, sink);
}

fn block(states: &RawStates, workflow: &RawWorkflow, dialect: Dialect, sink: &Sink) {
    if states.is_empty {
        return;
    }
    let known = || states.states.iter().map(|(name, _)| name.value.as_str());
    let targets = states.states.iter().flat_map(|(_, state)| state.targets());
    for name in states.start.iter().chain(targets).filter(|name| find(&states.states, &name.value).is_none())
    {
        let finding =
            Diagnostic::error(&CODE, format!("there is no state `{}`", name.value)).primary(name.span, "");
        sink.push(match elsewhere(&workflow.states, &name.value) {
            Some(there) => finding
                .secondary(there, "it is here, on the other side of a Map's or a branch's border")
                .help(format!(
                    "a transition cannot cross it: use {} inside, and {} on the Map or Parallel state",
                    dialect.end(),
                    dialect.field("next")
                )),
            None => suggest::help(finding, &name.value, "states", known()),
        });
    }
    for inner in states.states.iter().flat_map(|(_, state)| state.blocks()) {
        block(inner, workflow, dialect, sink);
    }
}

/// Finds a state by name in any block.
fn elsewhere(states: &RawStates, wanted: &str) -> Option<Span> {
    states.states.iter().find_map(|(name, state)| {
        let here = (name.value == wanted).then_some(name.span);
        here.or_else(|| state.blocks().into_iter().find_map(|block| elsewhere(block, wanted)))
    })
}
