//! IAC154 `doubled-workflow`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::raw::RawWorkflow;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC154",
    name: "doubled-workflow",
    explanation: "Two files of `workflows/` declare workflows of the same name.

## Why
A workflow's stack is called `NAME-ENVIRONMENT`. Two of one name would deploy over each other.

## What to write instead
Another `workflow:` in one of them.
",
};

/// Finds names that stand in a file before.
pub(crate) fn check(workflows: &[&RawWorkflow], sink: &Sink) {
    for (index, workflow) in workflows.iter().enumerate() {
        let Some(name) = &workflow.name else { continue };
        let before = workflows[..index]
            .iter()
            .filter_map(|other| other.name.as_ref())
            .find(|other| other.value == name.value);
        if let Some(first) = before {
            sink.push(
                Diagnostic::error(&CODE, format!("another workflow is called `{}`", name.value))
                    .primary(name.span, "")
                    .secondary(first.span, "the first")
                    .help("give one of them another name"),
            );
        }
    }
}
