//! IAC122 `missing-dollar`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC122",
    name: "missing-dollar",
    explanation: r#"A text of a definition looks like a path or a call of an intrinsic function, and its key does not say that it is one.

## Why
In JSONPath states, Step Functions computes a text only where the key ends in `.$`. Without it `"Payload": "$"` hands the
character `$` to the function, not the state's input. AWS accepts that, and no linter tells; the function fails, or worse,
does not. Page: "Manipulate parameters in Step Functions workflows".

## What to write instead
End the key in `.$`: `"Payload.$": "$"`. Of `Seconds`, `TimeoutSeconds`, `Error` and the like write the twin that ends in
`Path`. A list with computed items is a call: `"Payload.$": "States.Array($.a, 'b')"`. If the text itself is meant: `"Payload.$": "States.Format('$')"`.
"#,
};

/// Points at the text, and at the key that lacks `.$`.
pub(crate) fn finding(key: &Spanned<String>, text: Span, written: &str) -> Diagnostic {
    let name = &key.value;
    Diagnostic::error(&CODE, format!("`{name}` is the text `{written}` itself, not what it would compute"))
        .primary(text, "looks like a path or a call")
        .secondary(key.span, "its key does not end in `.$`")
        .help(format!("to compute it, write the key `\"{name}.$\"`"))
        .help(
            "if the text itself is meant, write the key with `.$` and `States.Format('...')` around the text",
        )
}

/// The same for an item of a list, which is computed as a whole or not at all.
pub(crate) fn item(key: &Spanned<String>, text: Span, written: &str) -> Diagnostic {
    let name = &key.value;
    let message = format!("an item of `{name}` is the text `{written}` itself, not what it would compute");
    Diagnostic::error(&CODE, message)
        .primary(text, "looks like a path or a call")
        .secondary(key.span, "its key does not end in `.$`")
        .help(format!(
            "to compute it, write the list as a call: `\"{name}.$\": \"States.Array({written}, ...)\"`"
        ))
}

/// The same for a field that has a twin for paths.
pub(crate) fn field(key: &Spanned<String>, text: Span, written: &str) -> Diagnostic {
    let name = &key.value;
    Diagnostic::error(&CODE, format!("`{name}` is not computed, and `{written}` looks like a path or a call"))
        .primary(text, "")
        .secondary(key.span, "takes a value that is written out")
        .help(format!("write the key `\"{name}Path\"`"))
}
