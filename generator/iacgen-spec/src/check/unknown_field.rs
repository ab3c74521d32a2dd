//! IAC004 `unknown-field`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::suggest;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC004",
    name: "unknown-field",
    explanation: "A field is written that the spec does not know.

## Why
A misspelt field that is ignored looks like one that works: the default stays in force and nobody notices.

## What to write instead
The nearest known field is suggested, and all that are allowed there are listed.
",
};

/// Lists what is allowed, and suggests the nearest.
pub(crate) fn finding(key: &Spanned<String>, kind: &str, allowed: &[&str]) -> Diagnostic {
    let finding =
        Diagnostic::error(&CODE, format!("{kind} has no field `{}`", key.value)).primary(key.span, "");
    let finding = match suggest::nearest(&key.value, allowed.iter().copied()) {
        Some(field) => finding.help(format!("did you mean `{field}`?")),
        None => finding,
    };
    finding.note(format!("{kind} has {}", suggest::list(allowed)))
}

/// A field that belongs elsewhere.
pub(crate) fn elsewhere(key: &Spanned<String>, kind: &str, help: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("{kind} has no field `{}`", key.value)).primary(key.span, "").help(help)
}

/// A word that decides what the whole mapping is, misspelt.
pub(crate) fn misspelt(key: &Spanned<String>, kind: &str, meant: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("{kind} has no field `{}`", key.value))
        .primary(key.span, "")
        .help(format!("did you mean `{meant}`?"))
}
