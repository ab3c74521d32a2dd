//! IAC170 `field-mismatch`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::Shape;

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC170",
    name: "field-mismatch",
    explanation: "A field is given a value of another kind than it takes.

## Why
What arrives is known from the contracts of the handlers: a text where a Wait takes seconds, or a list where a Map takes its
concurrency, fails the execution with `States.Runtime`. Pages: \"Wait workflow state\", \"Task workflow state\", \"Map
workflow state\".

## What to write instead
A path or an expression that gives a value of the kind that the field takes, or the value itself.
",
};

/// Reports a path or an expression whose value certainly is of another kind.
pub(crate) fn finding(place: Place, text: &str, accepted: &Shape, found: &Shape) -> Diagnostic {
    let kind = accepted.kind();
    place
        .on(
            Diagnostic::error(&CODE, format!("this field takes {kind}; `{text}` is none")),
            format!("this is {}", found.describe()),
        )
        .help(format!("write a path to {kind}, or the value itself"))
}
