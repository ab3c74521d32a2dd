//! IAC199 `unsynthesisable`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_spec::model::Workflow;

use crate::error::SynthesisError;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC199",
    name: "unsynthesisable",
    explanation: "A workflow in which every part is right makes no assembly as a whole.

## Why
Two names may become one logical id, or a list mix paths with objects, which no call of the States Language can make. The message
tells what it is.

## What to write instead
What the message says: another name, or a Pass state that makes the objects before.
",
};

/// Reports why there is no assembly.
pub(super) fn report(workflow: &Workflow, error: &SynthesisError, sink: &Sink) {
    let named = match error {
        SynthesisError::PathIsNoObject { state }
        | SynthesisError::PathBesideObject { state }
        | SynthesisError::Expression { state, .. }
        | SynthesisError::StateName { state, .. }
        | SynthesisError::Path { state, .. } => Some(state),
        _ => None,
    };
    let mut place = None;
    workflow.states.walk(&mut |name, state| {
        let is_start = place.is_none() && named.is_none();
        if is_start || named.is_some_and(|named| named == name) {
            place = Some(state.place);
        }
    });
    if let Some(place) = place {
        sink.push(place.on(Diagnostic::error(&CODE, error.to_string()), ""));
    }
}
