//! IAC136 `bad-scaling`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC136",
    name: "bad-scaling",
    explanation: "Provisioned environments that scale have limits that cannot hold, or nothing that scales them.

## Why
`min` is at most `max`, in the schedule too; at least one environment can be provisioned. `target` is the share of the provisioned
environments that are at work, 0.1 to 0.9: above it more are provisioned. Without `target` and without `schedule` nothing would
ever change, and `provisioned: 5` says the same. Page: \"Managing provisioned concurrency with Application Auto Scaling\".

## What to write instead
```yaml
provisioned:
  min: 2
  max: 20
  target: 0.7
  schedule: [ { at: \"cron(0 8 ? * MON-FRI *)\", min: 5, time_zone: Europe/Berlin } ]
```
",
};

/// Limits of which the lower is above the upper.
pub(crate) fn crossed(min: u32, at: Place, max: u32, max_at: Span) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`min` is {min}, above `max`, which is {max}"));
    at.on(finding, "").secondary(max_at, "the most").help("lower `min`, or raise `max`")
}

/// A target outside what Application Auto Scaling takes.
pub(crate) fn target(at: Place, written: &str) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`target` must be 0.1 to 0.9, this is {written}"));
    let percent = written.parse::<f64>().ok().filter(|number| (10.0..=90.0).contains(number));
    let finding = at.on(finding, "");
    match percent {
        Some(percent) => finding.help(format!("did you mean `{}`?", percent / 100.0)),
        None => finding.help("it is the share of the provisioned environments that are at work"),
    }
}

/// Limits, and nothing that moves between them.
pub(crate) fn nothing_scales(span: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "nothing scales between `min` and `max`")
        .primary(span, "")
        .help("add `target: 0.7`, or a `schedule`; or write one number: `provisioned: 5`")
}
