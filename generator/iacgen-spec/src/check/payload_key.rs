//! IAC051 `payload-key`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC051",
    name: "payload-key",
    explanation: "A field of a payload is written as in a state machine's definition, with `.$` at its end.

## Why
The definition marks fields that hold a path so. In a spec a value that begins with `$` is a path, and iacgen writes the
mark itself; with two marks the function would receive a field called `run.$`.

## What to write instead
`run: $.run`, not `run.$: $.run`.
",
};

/// Judges one key.
pub(crate) fn check(key: &Spanned<String>, sink: &Sink) {
    if let Some(plain) = key.value.strip_suffix(".$") {
        let finding = Diagnostic::error(&CODE, format!("`{}` is written as in a definition", key.value));
        sink.push(
            finding
                .primary(key.span, "")
                .help(format!("write `{plain}`; a value that begins with `$` is a path")),
        );
    }
}
