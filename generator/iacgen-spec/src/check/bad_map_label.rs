//! IAC050 `bad-map-label`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC050",
    name: "bad-map-label",
    explanation: r#"A Map's label that Step Functions refuses.

## Why
The label becomes part of the ARN of every child. It has 1 to 40 characters; iacgen takes letters, digits, `-` and `_`,
which are safe everywhere. Page: "Using Map state in Distributed mode".

## What to write instead
`label: shards`
"#,
};

/// Judges a label.
pub(crate) fn check(value: &Resolved<'_>, label: &str, sink: &Sink) {
    let safe = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if !(1..=40).contains(&label.len()) || !label.bytes().all(safe) {
        let finding = Diagnostic::error(&CODE, format!("`{label}` is no label for a Map"));
        sink.push(value.place(finding, "").help("1 to 40 letters, digits, `-` and `_`"));
    }
}
