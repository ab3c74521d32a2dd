//! IAC100 `empty-list`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::dialect::Dialect;

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
pub(crate) fn finding(span: Span, state: &str, part: &str, dialect: Dialect) -> Diagnostic {
    let help = match (part, dialect) {
        ("branch", Dialect::Spec) => "add one: `{ start: A State, states: { ... } }`",
        ("branch", Dialect::Definition) => "add one: `{ \"StartAt\": \"A State\", \"States\": { ... } }`",
        (_, Dialect::Spec) => "add one: `{ variable: $.field, StringEquals: a text, next: A State }`",
        (_, Dialect::Definition) => {
            "add one: `{ \"Variable\": \"$.field\", \"StringEquals\": \"a text\", \"Next\": \"A State\" }`"
        }
    };
    Diagnostic::error(&CODE, format!("`{state}` has no {part}")).primary(span, "").help(help)
}

/// Points at a rule whose `and` or `or` is empty.
pub(crate) fn conditions(rule: Span, dialect: Dialect) -> Diagnostic {
    let (and, or, one) = match dialect {
        Dialect::Spec => ("`and`", "`or`", "`{ variable: $.field, IsPresent: true }`"),
        Dialect::Definition => ("`And`", "`Or`", "`{ \"Variable\": \"$.field\", \"IsPresent\": true }`"),
    };
    Diagnostic::error(&CODE, format!("{and} and {or} need at least one condition"))
        .primary(rule, "in this rule")
        .help(format!("add conditions, such as {one}"))
}
