//! IAC123 `dollar-without-path`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::yaml::{Node, Scalar, Spanned, Value};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC123",
    name: "dollar-without-path",
    explanation: r#"A key of a definition ends in `.$`, and its value is neither a path nor a call of an intrinsic function.

## Why
The ending says that the value is computed. Step Functions takes a path (`$.a`, `$$.Execution.Name`, `$variable`) or a call
(`States.Format('{}', $.a)`) there, and refuses the definition for anything else. Page: "Manipulate parameters in Step
Functions workflows".

## What to write instead
`"run.$": "$.run"` to compute the value, `"run": "nightly"` for a value that stays as it is.
"#,
};

/// Points at the value, and at the key.
pub(crate) fn finding(key: &Spanned<String>, value: &Node) -> Diagnostic {
    let plain = key.value.strip_suffix(".$").unwrap_or(&key.value);
    let finding = Diagnostic::error(&CODE, format!("`{}` needs a path or a call", key.value))
        .primary(value.span, "this is neither")
        .secondary(key.span, "because the key ends in `.$`");
    match &value.value {
        Value::Scalar(Scalar::Text(text)) if is_name(text) => finding
            .help(format!("did you mean `$.{text}`?"))
            .help(format!("for a value that stays as it is, write the key `\"{plain}\"`")),
        _ => finding.help(format!("for a value that stays as it is, write the key `\"{plain}\"`")),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text
            .split('.')
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_'))
}
