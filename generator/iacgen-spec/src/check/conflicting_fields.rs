//! IAC007 `conflicting-fields`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC007",
    name: "conflicting-fields",
    explanation: "Two fields stand side by side of which only one can hold.

## Why
`existing` says that a bucket is somebody else's, `retain` says what becomes of it when the stack goes: they cannot both
be meant. The same goes for a state that both invokes and maps, for a rule with two conditions, and for an item reader of two
things.

## What to write instead
Delete one of the two, or make two things of it.
",
};

/// Points at the second field.
pub(crate) fn finding(second: &Spanned<String>, first: &Spanned<String>, help: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{}` cannot stand beside `{}`", second.value, first.value))
        .primary(second.span, "")
        .secondary(first.span, "because of this")
        .help(help)
}
