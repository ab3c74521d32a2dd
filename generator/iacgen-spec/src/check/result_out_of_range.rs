//! IAC179 `result-out-of-range`.

use std::ops::RangeInclusive;

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::jsonata::Interval;

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC179",
    name: "result-out-of-range",
    explanation: "An expression always gives a number that its field does not take.

## Why
What is computed is held to the same limits as what is written out (`iacgen explain IAC027` has them), when the state runs:
`\"{% 60 * 60 * 24 * 1200 %}\"` as a timeout fails the execution. Pages: \"Task workflow state\", \"Map workflow state\", \"Wait
workflow state\".

## What to write instead
An expression whose value lies within the range that the message names.
",
};

/// Names the range and what is given.
pub(crate) fn finding(place: Place, takes: &RangeInclusive<f64>, given: Interval) -> Diagnostic {
    let (least, most) = (takes.start(), takes.end());
    let range =
        if most.is_finite() { format!("between {least} and {most}") } else { format!("of at least {least}") };
    let found = match given.single() {
        Some(number) => format!("this is {number}"),
        None if given.most < *least => format!("this is at most {}", given.most),
        None => format!("this is at least {}", given.least),
    };
    place.on(Diagnostic::error(&CODE, format!("this field takes a number {range}")), found)
}
