//! IAC001 `yaml-syntax`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::quotes::{Ends, Suspect};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC001",
    name: "yaml-syntax",
    explanation: r#"The file is not YAML, so nothing else in it could be read.

## Why
A reader that guesses would deploy something else than what was written.

## What to write instead
Mend the place that is shown. Four causes are common:

- a tab for indentation; YAML takes spaces only;
- `{ existing: ${env.x} }`: inside braces the reference needs quotes, `{ existing: "${env.x}" }`;
- a quote that is not closed: the next quote, lines below, closes it, and reading stops behind that one;
- a text with `: ` or ` #` in it, which needs quotes as well.
"#,
};

/// Says what the parser says. `reference` tells whether it stopped in a `${...}` without quotes, `quote` where a quote
/// opened that may have been left open.
pub(crate) fn finding(stopped: Span, message: &str, reference: bool, quote: Option<&Suspect>) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("the file is not YAML: {message}"))
        .primary(stopped, "reading stopped here")
        .note("nothing else in this file was checked");
    if reference {
        return finding.help("within braces a reference needs quotes: `\"${env.NAME}\"`");
    }
    let Some(&Suspect { span, ends }) = quote else {
        return finding;
    };
    match ends {
        Ends::SameLine => finding.secondary(span, "the text in quotes begins here"),
        Ends::Line(line) => finding
            .secondary(span, "this quote may have been left open")
            .help(format!("the next quote closes it, on line {line}; close it where its text ends")),
        Ends::Never if span.start == stopped.start => finding.help("close the quote where its text ends"),
        Ends::Never => {
            finding.secondary(span, "this quote is not closed").help("close the quote where its text ends")
        }
    }
}

/// Says that the file is not UTF-8.
pub(crate) fn not_utf8(span: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "the file is not UTF-8")
        .primary(span, "the first byte that is not")
        .help("save it as UTF-8")
}
