//! IAC129 `not-importable`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC129",
    name: "not-importable",
    explanation: "A definition says something that `workflow.yaml` has no words for.

## Why
`iacgen import` writes a workflow that means what the definition means. Where it cannot, it writes nothing: a workflow that
means nearly the same would be worse than none.

## What to write instead
The message names the part, and where there is one the way around it. A `${Name}` that CloudFormation would replace is
written out before the import: the spec knows things by their own names instead.
",
};

/// Points at the part.
pub(crate) fn finding(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("{what} cannot be written in workflow.yaml")).primary(span, "")
}

/// Points at a text that CloudFormation would change.
pub(crate) fn substitution(span: Span) -> Diagnostic {
    finding(span, "a text with `${...}`").help("write what CloudFormation would put there, and import again")
}

/// Says that what was written cannot be read again.
pub(crate) fn unreadable(message: &str, line: usize) -> Diagnostic {
    Diagnostic::error(&CODE, format!("line {line} of the workflow would not be read: {message}"))
        .note("nothing was written")
}
