//! IAC044 `bad-state-name`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC044",
    name: "bad-state-name",
    explanation: r#"A state's name is empty, longer than 80 characters, or holds a control character.

## Why
Step Functions refuses it. Page: "State machine structure in Amazon States Language for Step Functions workflows".

## What to write instead
A short name as a person reads it in the console: `Model Inference`.
"#,
};

/// Judges one name.
pub(crate) fn check(name: &Spanned<String>, sink: &Sink) {
    let length = name.value.chars().count();
    if (1..=80).contains(&length) && !name.value.chars().any(char::is_control) {
        return;
    }
    let message = if length > 80 {
        format!("a state's name has at most 80 characters, this has {length}")
    } else {
        format!("{:?} is no name for a state", name.value)
    };
    sink.push(
        Diagnostic::error(&CODE, message)
            .primary(name.span, "")
            .help("1 to 80 characters, no control characters"),
    );
}
