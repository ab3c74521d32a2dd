//! IAC153 `variables-too-large`.

use iacgen_aws_types::VARIABLES_SIZE_LIMIT;
use iacgen_diagnostics::{Code, Diagnostic, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC153",
    name: "variables-too-large",
    explanation: "A function's environment variables may have more than 4 KB, with those that iacgen sets.

## Why
Lambda takes 4,096 bytes, names and values together. iacgen sets one for each bucket, queue, topic and table that the function is granted,
`MODEL` and `TENSORS`. A name that CloudFormation chooses is counted with the most that it can have. Page: \"Lambda quotas\".

## What to write instead
Move what is large to a file beside the handler, or to a bucket.
",
};

/// Points at the function.
pub(crate) fn finding(function: Span, id: &str, own: usize, derived: usize) -> Diagnostic {
    let message = format!(
        "the environment variables of `{id}` may have {} bytes, Lambda takes {VARIABLES_SIZE_LIMIT}",
        own + derived
    );
    Diagnostic::error(&CODE, message)
        .primary(function, "")
        .note(format!("{own} are its own; those of its grants, its model and its tensors may have {derived}"))
        .help("move what is large to a file beside the handler, or to a bucket")
}
