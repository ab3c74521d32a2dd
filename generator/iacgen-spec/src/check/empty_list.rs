//! IAC100 `empty-list`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC100",
    name: "empty-list",
    explanation: r#"A Choice without a rule, a Parallel state without a branch, or an `and` or `or` without a condition.

## Why
Step Functions refuses it: nothing could be chosen, nothing would run. Pages: "Choice workflow state", "Parallel workflow
state".

## What to write instead
```yaml
Large:
  choice: [ { variable: $.count, NumericGreaterThan: 1000, next: Split } ]
  default: Work
```
"#,
};

/// Points at the state's name.
pub(crate) fn finding(span: Span, state: &str, part: &str) -> Diagnostic {
    let help = match part {
        "branch" => "add one: `{ start: A State, states: { ... } }`",
        _ => "add one: `{ variable: $.field, StringEquals: a text, next: A State }`",
    };
    Diagnostic::error(&CODE, format!("`{state}` has no {part}")).primary(span, "").help(help)
}

/// Points at a rule whose `and` or `or` is empty.
pub(crate) fn conditions(rule: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "`and` and `or` need at least one condition")
        .primary(rule, "in this rule")
        .help("add conditions: `and: [{ variable: $.field, IsPresent: true }]`")
}
