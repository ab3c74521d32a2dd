//! IAC021 `bad-duration`.

use iacgen_aws_types::{Invalid, Seconds};
use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;
use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC021",
    name: "bad-duration",
    explanation: "A duration that cannot be read, or that is zero.

## Why
AWS counts some durations in seconds, others in minutes or days. A unit leaves no doubt.

## What to write instead
A whole number with its unit: `30s`, `5m`, `1h`, `90d`. What S3 deletes after a time is counted in whole days.
",
};

/// Says which rule a duration breaks.
pub(crate) fn finding(place: Place, invalid: &Invalid) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{}` is not {}", invalid.value, invalid.what));
    place.on(finding, invalid.rule.as_str())
}

/// A time that S3 counts in whole days.
pub(crate) fn not_days(value: &Resolved<'_>, time: Seconds) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("S3 counts whole days, this is {time}"));
    value.place(finding, "").help(format!("write `{}d`", time.days()))
}
