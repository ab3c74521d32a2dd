//! IAC002 `duplicate-key`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC002",
    name: "duplicate-key",
    explanation: "The same key stands twice in one mapping.

## Why
YAML forbids it, and many readers silently let the second win: two states of one name would become one.

## What to write instead
Give the second another name, or delete one of them.
",
};

/// Points at the second key.
pub(crate) fn finding(second: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{}` is written twice", second.value))
        .primary(second.span, "the second one")
        .secondary(first, "the first one")
        .help("delete one of them, or rename it")
}
