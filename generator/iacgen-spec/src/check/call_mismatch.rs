//! IAC168 `call-mismatch`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::Certainty;
use iacgen_shapes::intrinsic::CallProblem;

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC168",
    name: "call-mismatch",
    explanation: "An intrinsic function is given what it does not take.

## Why
What arrives is known from the contracts of the handlers: a list where `States.MathAdd` takes a number fails the execution with
`States.IntrinsicFailure`. Page: \"Intrinsic functions for JSONPath states in Step Functions\".

## What to write instead
A path to a value of the kind that the function takes.
",
};

/// Reports what is wrong with a call.
pub(crate) fn finding(place: Place, problem: &CallProblem) -> Diagnostic {
    let message = problem.fault.to_string();
    let diagnostic = match problem.certainty {
        Certainty::Always => Diagnostic::error(&CODE, message),
        Certainty::Sometimes => Diagnostic::warning(&CODE, message),
    };
    place.part(problem.span.start, problem.span.end).on(diagnostic, "")
}
