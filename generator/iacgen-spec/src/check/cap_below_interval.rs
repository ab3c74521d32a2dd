//! IAC061 `cap-below-interval`.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC061",
    name: "cap-below-interval",
    explanation: "A retry's `cap` is not above its `interval`.

## Why
`cap` is the longest interval (`MaxDelaySeconds`). Step Functions takes only one that is above the first; linters let
it pass.

## What to write instead
`interval: 1s` with `cap: 20s`, or no `cap`.
",
};

/// Returns the cap, if it is above the interval. `field` is what the file calls it.
pub(crate) fn check(
    value: &Resolved<'_>,
    cap: Seconds,
    interval: Seconds,
    interval_at: Option<Span>,
    field: &str,
    sink: &Sink,
) -> Option<Seconds> {
    if cap > interval {
        return Some(cap);
    }
    let finding =
        Diagnostic::error(&CODE, format!("{field} must be above the interval of {interval}, this is {cap}"));
    let finding = value.place(finding, "the longest interval");
    let finding = match interval_at {
        Some(span) => finding.secondary(span, "the first interval"),
        None => finding.note("the interval is 1s where the retry has none"),
    };
    sink.push(finding.help("raise it, or leave it out"));
    None
}
