//! IAC193 `definition-too-large`.

use iacgen_asl::StateMachine;
use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_spec::model::Workflow;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC193",
    name: "definition-too-large",
    explanation: "The definition is larger than Step Functions takes.

## Why
A state machine's definition has at most 1,048,576 characters. Page: \"Step Functions service quotas\", \"Quotas related to state
machines\".

## What to write instead
Two workflows, one of which starts the other with `task: states:startExecution.sync:2`, or a Map instead of many states that
do the same.
",
};

/// Characters of a definition.
const MOST: usize = 1_048_576;

/// Measures the definition as the template has it.
pub(super) fn check(workflow: &Workflow, definition: &StateMachine, sink: &Sink) {
    let length = definition.to_value().to_string().chars().count();
    if length > MOST
        && let Some(state) = workflow.states.states.get(&workflow.states.start)
    {
        let message = format!("the definition has {length} characters, and Step Functions takes {MOST}");
        let finding = state.place.on(Diagnostic::error(&CODE, message), "it starts here");
        sink.push(finding.help("split the workflow in two, or replace states that do the same by a Map"));
    }
}
