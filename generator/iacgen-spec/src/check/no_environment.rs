//! IAC014 `no-environment`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC014",
    name: "no-environment",
    explanation: r#"The project has no environment.

## Why
A workflow is synthesised for an environment: the account, the region, the values that differ.

## What to write instead
Add `environments/local.yaml`:

```yaml
target: local
region: us-east-1
account: "000000000000"
values: {}
```
"#,
};

/// Points at the workflow's name.
pub(crate) fn finding(span: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "the project has no environment")
        .primary(span, "this workflow cannot be synthesised")
        .help("add `environments/local.yaml` with `target`, `region` and `account`")
}
