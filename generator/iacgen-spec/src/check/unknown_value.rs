//! IAC010 `unknown-value`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::suggest;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC010",
    name: "unknown-value",
    explanation: "`${env.NAME}` names a value that no environment gives.

## Why
Values are what differs between environments. One that nobody gives is a misspelling, or was forgotten everywhere.

## What to write instead
Add it under `values:` in every file of `environments/`, or write the value out where it is used.
",
};

/// Points at the use.
pub(crate) fn finding<'a>(name: &Spanned<String>, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("no environment has a value `{}`", name.value))
        .primary(name.span, "");
    suggest::help(finding, &name.value, "values", known)
}
