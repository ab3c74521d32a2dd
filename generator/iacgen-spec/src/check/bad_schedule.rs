//! IAC138 `bad-schedule`.

use iacgen_aws_types::InvalidSchedule;
use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC138",
    name: "bad-schedule",
    explanation: "A schedule that EventBridge Scheduler or Application Auto Scaling would refuse, or that never comes.

## Why
AWS's `cron(...)` is not that of Unix: it has six fields, the last for the year; of the two days exactly one is `?`; Sunday is 1.
A rate of one has a unit in the singular. `31 FEB` is a day that never comes, and nobody is told. Pages: \"Schedule types in
EventBridge Scheduler\", \"Cron expressions reference\", \"Rate expressions reference\".

## What to write instead
| written | when |
|---|---|
| `rate(1 hour)`, `rate(5 minutes)`, `rate(7 days)` | again after that time |
| `cron(0 3 * * ? *)` | every day at 3:00 |
| `cron(0/15 8-17 ? * MON-FRI *)` | every quarter of an hour in working hours |
| `cron(0 0 L * ? *)` | on the last day of the month |
| `cron(0 9 ? * 2#1 *)` | on the first Monday of the month |
| `at(2026-12-24T18:00:00)` | once |
",
};

/// Points at the part that is wrong. `written` is the whole text.
pub(crate) fn finding(place: Place, written: &str, invalid: &InvalidSchedule) -> Diagnostic {
    let place = place.holding(written).part(invalid.part.start, invalid.part.end);
    let finding = place.on(Diagnostic::error(&CODE, invalid.message.as_str()), "");
    match &invalid.help {
        Some(help) => finding.help(help.as_str()),
        None => finding,
    }
}
