//! IAC178 `condition-mismatch`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::Shape;

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC178",
    name: "condition-mismatch",
    explanation: "The condition of a choice never gives `true` or `false`.

## Why
JSONata takes any value for a condition, but a Choice does not: anything else than `true` or `false` fails the execution with
`States.QueryEvaluationError`. Page: \"Choice workflow state\".

## What to write instead
A comparison, or `$boolean(...)` around the value: `\"{% $count($states.input.items) > 0 %}\"`, `\"{% $boolean($states.input.note) %}\"`.
",
};

/// Reports a condition that is always something else.
pub(crate) fn finding(place: Place, found: &Shape) -> Diagnostic {
    place
        .on(
            Diagnostic::error(&CODE, "the condition never is true or false"),
            format!("this is {}", found.describe()),
        )
        .help("compare it with something, or write `$boolean(...)` around it")
}
