//! IAC140 `bad-release`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::model::Place;
use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC140",
    name: "bad-release",
    explanation: "A gradual release whose steps CloudFormation refuses, or cannot finish.

## Why
`percent` is 1 to 99 and `interval` 1 to 2,100 whole minutes. A linear release waits the interval before each further step, and a
deployment of CloudFormation ends after 36 hours, whether the release has come to its end or not. Page:
\"AWS::StepFunctions::StateMachineAlias DeploymentPreference\".

## What to write instead
```yaml
release: { shift: canary, percent: 10, interval: 10m }     # 10 %, and after 10 minutes all
release: { shift: linear, percent: 25, interval: 5m }      # 25 % more every 5 minutes
release: { shift: all-at-once }
```
",
};

/// The longest release, in minutes.
pub(crate) const LONGEST: u32 = 36 * 60;

/// An interval outside what CloudFormation takes.
pub(crate) fn interval(value: &Resolved<'_>, seconds: u32) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, "an interval is 1 to 2,100 whole minutes");
    let minutes = seconds.div_ceil(60).clamp(1, 2_100);
    value.place(finding, "").help(format!("write `{minutes}m`"))
}

/// A field of steps where there are none.
pub(crate) fn without_steps(field: &str, span: Span, shift: Place) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{field}` says nothing where everything moves over at once"))
        .primary(span, "")
        .secondary(shift.at(), "because of this")
        .help("delete it, or write `canary` or `linear` there")
}

/// A field of steps that is not there.
pub(crate) fn no_step(field: &str, shift: Place, example: &str) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("a gradual release needs `{field}`"));
    shift.on(finding, "").help(format!("add `{field}: {example}`"))
}

/// A release that does not come to its end.
pub(crate) fn too_long(span: Span, minutes: u64) -> Diagnostic {
    let message =
        format!("the release takes {} hours, a deployment of CloudFormation 36", minutes.div_ceil(60));
    Diagnostic::error(&CODE, message)
        .primary(span, "")
        .help("move over in larger steps, or wait shorter between them")
}
