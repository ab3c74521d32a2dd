//! IAC141 `release-without-alarms`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC141",
    name: "release-without-alarms",
    explanation: "A gradual release stands beside `alarms: false`.

## Why
A release moves a part of the executions to the new definition and waits. What it waits for are the machine's alarms: if one of
them goes off, it goes back. Without alarms it only takes longer to break everything. Page:
\"AWS::StepFunctions::StateMachineAlias DeploymentPreference\".

## What to write instead
Delete `alarms: false`: alarms cost cents. Or `release: { shift: all-at-once }`.
",
};

/// Points at the alarms.
pub(crate) fn finding(alarms: Span, release: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "a gradual release needs the alarms that would roll it back")
        .primary(alarms, "there are none")
        .secondary(release, "what they are for")
        .help("delete `alarms: false`, or write `shift: all-at-once`")
}
