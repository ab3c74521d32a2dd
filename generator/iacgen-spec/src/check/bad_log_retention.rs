//! IAC028 `bad-log-retention`.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC028",
    name: "bad-log-retention",
    explanation: r#"A time for which CloudWatch does not keep logs.

## Why
CloudWatch offers a fixed list of days. Page: "PutRetentionPolicy".

## What to write instead
```yaml
logs: { retain: 30d }
```
"#,
};

/// The days that CloudWatch offers.
const OFFERED: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// Returns the days, or finds the two that are nearest.
pub(crate) fn check(value: &Resolved<'_>, time: Seconds, sink: &Sink) -> Option<u32> {
    let days = time.days();
    if time.get().is_multiple_of(86_400) && OFFERED.contains(&days) {
        return Some(days);
    }
    let below = OFFERED.iter().rev().find(|offered| **offered < days).map(|days| format!("`{days}d`"));
    let above = OFFERED.iter().find(|offered| **offered >= days).map(|days| format!("`{days}d`"));
    let near: Vec<String> = below.into_iter().chain(above).collect();
    let finding =
        Diagnostic::error(&CODE, format!("CloudWatch does not keep logs for `{}`", value.scalar.text()));
    sink.push(value.place(finding, "").help(format!("the nearest that it offers: {}", near.join(", "))));
    None
}
