//! IAC139 `bad-time-zone`.

use iacgen_aws_types::{Invalid, ScheduleKind};
use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC139",
    name: "bad-time-zone",
    explanation: "A time zone that is not written as AWS knows it, or that changes nothing.

## Why
AWS takes the names of the IANA database, which know when summer begins: `Europe/Berlin`. An offset such as `+01:00` and an
abbreviation such as `CET` or `PST` are no such names. A `rate(...)` counts from the deployment on, and has no time of day that
a zone could move. Page: \"Schedule types in EventBridge Scheduler\".

## What to write instead
```yaml
time_zone: Europe/Berlin      # or UTC, which holds where it is left out
```
",
};

/// Names for what people write instead.
const MEANT: [(&str, &str); 12] = [
    ("CET", "Europe/Berlin"),
    ("CEST", "Europe/Berlin"),
    ("EET", "Europe/Athens"),
    ("WET", "Europe/Lisbon"),
    ("BST", "Europe/London"),
    ("EST", "America/New_York"),
    ("EDT", "America/New_York"),
    ("CST", "America/Chicago"),
    ("MST", "America/Denver"),
    ("PST", "America/Los_Angeles"),
    ("JST", "Asia/Tokyo"),
    ("Z", "UTC"),
];

/// Says what a zone looks like.
pub(crate) fn finding(place: Place, invalid: &Invalid) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{}` is not {}", invalid.value, invalid.what));
    let finding = place.on(finding, invalid.rule.as_str());
    match MEANT.iter().find(|(word, _)| invalid.value.eq_ignore_ascii_case(word)) {
        Some((_, meant)) => finding.help(format!("did you mean `{meant}`?")),
        None => finding,
    }
}

/// A zone beside a schedule that has no time of day.
pub(crate) fn without_effect(place: Place, kind: ScheduleKind) -> Option<Diagnostic> {
    let finding =
        || Diagnostic::warning(&CODE, "a `rate(...)` has no time of day that a time zone could move");
    (kind == ScheduleKind::Rate).then(|| place.on(finding(), "").help("delete it, or write a `cron(...)`"))
}
