//! IAC062 `states-all-misplaced`.

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC062",
    name: "states-all-misplaced",
    explanation: r#"`States.ALL` stands beside other errors, or in a retry or a catcher that is not the last.

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
                "delete the other errors, it matches them too; or give it a retry or catcher of its own, the last one",
            ),
        );
    }
}

/// Judges the order of a state's retries, or of its catchers: where each stands, what it is called, and its errors.
pub(crate) fn check_last(handlers: &[(Span, String, &[Spanned<String>])], sink: &Sink) {
    for (span, name, errors) in handlers.iter().rev().skip(1) {
        if let Some(all) = errors.iter().find(|error| error.value == ALL) {
            let finding = Diagnostic::error(&CODE, format!("{name} must come last"))
                .primary(*span, "those behind it would never be looked at");
            let finding = if all.span == *span {
                finding
            } else {
                finding.secondary(all.span, "it matches every error")
            };
            sink.push(finding.help("move it to the end of the list"));
        }
    }
}
