//! IAC011 `missing-value`.

use std::collections::BTreeSet;

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::suggest;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC011",
    name: "missing-value",
    explanation: "A value is given in some environments and not in this one.

## Why
Every environment gives every value that the workflow uses. A default would hide that production was forgotten.

## What to write instead
Add the value under `values:` in the file that is shown. It says what the other environments give.
",
};

/// Points at `values` in the environment's file, and at the use. `given` tells what another environment gives.
pub(crate) fn finding(
    name: &Spanned<String>,
    file: Span,
    environment: &str,
    given: Option<(&str, &str)>,
) -> Diagnostic {
    let finding =
        Diagnostic::error(&CODE, format!("environment `{environment}` gives no value `{}`", name.value))
            .primary(file, format!("`{}` is missing here", name.value))
            .secondary(name.span, "used here");
    match given {
        Some((other, value)) => finding.help(format!(
            "add `{}: ...` under `values`; `{other}` has `{}: {value}`",
            name.value, name.value
        )),
        None => finding,
    }
}

/// An environment without `values`, where the workflow uses some.
pub(crate) fn section(file: Span, environment: &str, names: &BTreeSet<&str>, first_use: Span) -> Diagnostic {
    let names: Vec<&str> = names.iter().copied().collect();
    Diagnostic::error(&CODE, format!("environment `{environment}` gives no values"))
        .primary(file, "`values` is missing in this file")
        .secondary(first_use, "a value is used here")
        .help(format!("add `values:` with {}", suggest::list(&names)))
}
