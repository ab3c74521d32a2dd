//! IAC001 `yaml-syntax`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC001",
    name: "yaml-syntax",
    explanation: r#"The file is not YAML, so nothing else in it could be read.

## Why
A reader that guesses would deploy something else than what was written.

## What to write instead
Mend the place that is shown. Three causes are common:

- a tab for indentation; YAML takes spaces only;
- `{ existing: ${env.x} }`: inside braces the reference needs quotes, `{ existing: "${env.x}" }`;
- a text with `: ` or ` #` in it, which needs quotes as well.
"#,
};

/// Says what the parser says. `reference` tells whether it stopped in a `${...}` without quotes.
pub(crate) fn finding(span: Span, message: &str, reference: bool) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("the file is not YAML: {message}"))
        .primary(span, "reading stopped here")
        .note("nothing else in this file was checked");
    if reference {
        finding.help("within braces a reference needs quotes: `\"${env.NAME}\"`")
    } else {
        finding
    }
}

/// Says that the file is not UTF-8.
pub(crate) fn not_utf8(span: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "the file is not UTF-8")
        .primary(span, "the first byte that is not")
        .help("save it as UTF-8")
}
