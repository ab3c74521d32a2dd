//! IAC062 `states-all-misplaced`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::raw::{Named, RawRetry, find};
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC062",
    name: "states-all-misplaced",
    explanation: r#"`States.ALL` stands beside other errors, or in a retry that is not the last.

## Why
It matches every error, so what stands beside it or behind it would never be looked at. Step Functions refuses it at
deployment; no linter finds it. Page: "Handling errors in Step Functions workflows".

## What to write instead
```yaml
retries:
  transient: { on: lambda-transient }
  anything:  { on: States.ALL, attempts: 1 }
states:
  Work: { invoke: work, retry: [transient, anything], end: true }
```
"#,
};

/// The name that matches every error.
pub(crate) const ALL: &str = "States.ALL";

/// Judges the errors of one retry.
pub(crate) fn check_alone(errors: &[Spanned<String>], sink: &Sink) {
    for all in errors.iter().filter(|error| error.value == ALL && errors.len() > 1) {
        let finding = Diagnostic::error(&CODE, format!("`{ALL}` must stand alone")).primary(all.span, "");
        sink.push(
            finding.help(
                "delete the other errors, it matches them too; or make it a retry of its own, named last",
            ),
        );
    }
}

/// Judges the order of a state's retries.
pub(crate) fn check_last(named: &[Spanned<String>], retries: &Named<RawRetry>, sink: &Sink) {
    for name in named.iter().rev().skip(1) {
        let Some((_, retry)) = find(retries, &name.value) else {
            continue;
        };
        if let Some(all) = retry.on.iter().find(|error| error.value == ALL) {
            let finding = Diagnostic::error(&CODE, format!("the retry `{}` must come last", name.value))
                .primary(name.span, "those behind it would never be looked at")
                .secondary(all.span, "it matches every error");
            sink.push(finding.help("move it to the end of the list"));
        }
    }
}
