//! IAC111 `bad-variable-name`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC111",
    name: "bad-variable-name",
    explanation: r#"A name that a variable cannot have.

## Why
A variable's name has 1 to 80 characters: a letter, then letters, digits and `_`. `states` is the name under which JSONata
finds the input and the context. Page: "Passing data between states with variables".

## What to write instead
`assign: { run_count: $.count }`, and `$run_count` where it is read: the `$` is not part of the name.
"#,
};

/// Judges the name of a variable.
pub(crate) fn check(name: &Spanned<String>, sink: &Sink) {
    let text = name.value.strip_suffix(".$").unwrap_or(&name.value);
    let problem = if text == "states" {
        "`states` is Step Functions' own name for the input and the context"
    } else if text.chars().count() > 80 {
        "a variable's name has at most 80 characters"
    } else if !text.starts_with(char::is_alphabetic) || !text.chars().all(|c| c.is_alphanumeric() || c == '_')
    {
        "a variable's name is a letter, then letters, digits and `_`"
    } else {
        return;
    };
    let finding =
        Diagnostic::error(&CODE, format!("no variable can be called `{text}`")).primary(name.span, problem);
    sink.push(match text.strip_prefix('$') {
        Some(plain) => finding.help(format!("write `{plain}`: the `$` is there only where it is read")),
        None => finding.help("rename it"),
    });
}
