//! IAC101 `no-default`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::dialect::Dialect;
use crate::raw::{RawCondition, RawRule, RawValue};
use crate::yaml::{Scalar, Spanned};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC101",
    name: "no-default",
    explanation: r#"A Choice does not say what follows when no rule applies. A warning.

## Why
Where no rule applies and there is no `default`, the execution fails with `States.NoChoiceMatched`, which says nothing of the
value that nobody thought of. Page: "Choice workflow state".

## What to write instead
```yaml
Large:
  choice: [ { variable: $.count, NumericGreaterThan: 1000, next: Split } ]
  default: Work
```
Let it lead to a `fail` state with an error of its own if no other value is right. The last rule of a JSONata Choice may be
`{ condition: true, next: Work }` as well.
"#,
};

/// Judges a Choice that has no default.
pub(crate) fn check(name: &Spanned<String>, rules: &[RawRule], dialect: Dialect, sink: &Sink) {
    let always = rules.iter().any(|rule| match &rule.condition {
        Some(RawCondition::Expression(RawValue::Literal(value))) => value.value == Scalar::Bool(true),
        _ => false,
    });
    // A rule that cannot be read may be the one; that is reported already.
    if always || rules.is_empty() || rules.iter().any(|rule| rule.condition.is_none()) {
        return;
    }
    let message = format!("`{}` does not say what follows when no rule applies", name.value);
    sink.push(
        Diagnostic::warning(&CODE, message)
            .primary(name.span, "the execution fails then with `States.NoChoiceMatched`")
            .help(format!("add {}", dialect.entry("default", "A State"))),
    );
}
