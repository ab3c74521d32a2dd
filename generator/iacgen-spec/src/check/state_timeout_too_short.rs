//! IAC048 `state-timeout-too-short`.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC048",
    name: "state-timeout-too-short",
    explanation: "A state gives up before its function does.

## Why
The state times out while the function still works: the work is billed, its result is lost, and a retry starts a second
one beside it.

## What to write instead
Leave the state's `timeout` out; it is the function's plus 10 seconds then.
",
};

/// Judges a state's timeout beside its function's.
pub(crate) fn check(state: Place, timeout: Seconds, function: Seconds, function_at: Span, sink: &Sink) {
    if timeout < function {
        let finding = Diagnostic::error(
            &CODE,
            format!("the state gives up after {timeout}, its function works for {function}"),
        );
        let finding = state.on(finding, "").secondary(function_at, "the function's timeout");
        sink.push(finding.help("leave the state's `timeout` out: it is the function's plus 10s then"));
    }
}
