//! IAC012 `unused-value`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC012",
    name: "unused-value",
    explanation: r#"An environment gives a value that the workflow does not use. A warning.

## Why
Whoever changes it expects an effect and gets none. Mostly it was renamed in one of two places.

## What to write instead
Delete it, or use it: `"${env.NAME}"`.
"#,
};

/// Points at the value's name.
pub(crate) fn finding(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::warning(&CODE, format!("nothing uses the value `{}`", name.value))
        .primary(name.span, "")
        .help(format!("delete it, or write `\"${{env.{}}}\"` where it belongs", name.value))
}

/// Tells whether a finding is one of this rule.
pub(crate) fn is_one(finding: &Diagnostic) -> bool {
    finding.code.id == CODE.id
}
