//! IAC142 `visibility-too-short`.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::Located;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC142",
    name: "visibility-too-short",
    explanation: "A function may take longer over a message than the queue hides it. A warning.

## Why
A message that is received stays hidden for the queue's visibility timeout, 30 s by default. A function that is still at work then is
not alone any more: the same message is received a second time. Page: \"Amazon SQS visibility timeout\".

## What to write instead
A visibility of at least the timeout of every function that receives; or let the function prolong it while it works
(`ChangeMessageVisibility`).
",
};

/// Compares a queue's visibility with the timeout of a function that receives from it.
pub(crate) fn check(
    queue: &str,
    visibility: Located<Seconds>,
    function: &str,
    timeout: Located<Seconds>,
    sink: &Sink,
) {
    if visibility.value >= timeout.value {
        return;
    }
    let message = format!(
        "`{queue}` hides a message for {}, `{function}` may take {} over it",
        visibility.value, timeout.value
    );
    let finding = visibility.place.on(Diagnostic::warning(&CODE, message), "");
    sink.push(
        finding
            .secondary(timeout.place.at(), "the function's timeout")
            .help(format!("write `visibility: {}`", timeout.value)),
    );
}
