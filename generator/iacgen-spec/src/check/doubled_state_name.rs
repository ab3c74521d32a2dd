//! IAC045 `doubled-state-name`.

use std::collections::BTreeMap;

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::raw::{RawStates, RawWorkflow};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC045",
    name: "doubled-state-name",
    explanation: r#"Two states have the same name, one of them inside a Map or a branch.

## Why
Names are unique in the whole state machine, Maps and branches included. Page: "State machine structure in Amazon States Language for
Step Functions workflows".

## What to write instead
Rename one: `Infer` and `Infer Shard`.
"#,
};

/// Judges all names of a workflow.
pub(crate) fn check(workflow: &RawWorkflow, sink: &Sink) {
    let mut seen = BTreeMap::new();
    scope(&workflow.states, &mut seen, sink);
}

fn scope<'a>(states: &'a RawStates, seen: &mut BTreeMap<&'a str, Span>, sink: &Sink) {
    for (name, _) in &states.states {
        if let Some(first) = seen.get(name.value.as_str()) {
            let finding = Diagnostic::error(&CODE, format!("two states are called `{}`", name.value))
                .primary(name.span, "the second one")
                .secondary(*first, "the first one");
            sink.push(
                finding.help(
                    "names are unique in the whole state machine, Maps and branches included; rename one",
                ),
            );
        } else {
            seen.insert(&name.value, name.span);
        }
    }
    for (_, state) in &states.states {
        for block in state.blocks() {
            scope(block, seen, sink);
        }
    }
}
