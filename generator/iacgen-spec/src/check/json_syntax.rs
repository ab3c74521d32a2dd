//! IAC120 `json-syntax`.

use iacgen_diagnostics::{Code, Diagnostic, FileId, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC120",
    name: "json-syntax",
    explanation: r#"A state machine's definition is not JSON, so nothing in it could be read.

## Why
AWS takes JSON and nothing more: no comments, no comma behind the last entry, no quotes other than `"`.

## What to write instead
Mend the place that is shown. Three causes are common:

- a comma behind the last entry of an object or a list;
- a comment: the language has the field `Comment` for that;
- a line break or a tab within quotes, which is written `\n` or `\t`.
"#,
};

/// Says what the reader says, at the byte where it stopped.
pub(crate) fn finding(text: &str, file: FileId, offset: usize, message: &str) -> Diagnostic {
    let start = text.floor_char_boundary(offset).min(text.trim_end().len());
    let end = text[start..].chars().next().filter(|c| *c != '\n').map_or(start, |c| start + c.len_utf8());
    // The place is shown; the reader's words name it a second time.
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let finding = Diagnostic::error(&CODE, format!("the definition is not JSON: {message}"))
        .primary(Span { file, start, end }, "reading stopped here")
        .note("nothing else in this file was checked");
    if text[..start].trim_end().ends_with(',') && text[start..].starts_with(['}', ']']) {
        return finding.help("delete the comma behind the last entry");
    }
    if text.starts_with('\u{feff}') {
        return finding.help("the file begins with a byte order mark: save it as UTF-8 without one");
    }
    if text[start..].starts_with("//") || text[start..].starts_with("/*") || text[start..].starts_with('#') {
        return finding.help("JSON has no comments: use the field `Comment`");
    }
    finding
}

/// Says that the file is not UTF-8.
pub(crate) fn not_utf8(span: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "the definition is not UTF-8")
        .primary(span, "the first byte that is not")
        .help("save it as UTF-8")
}
