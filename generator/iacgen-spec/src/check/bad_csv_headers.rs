//! IAC114 `bad-csv-headers`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC114",
    name: "bad-csv-headers",
    explanation: r#"The headers of a CSV file hold a name twice, an empty name, or more than 10 KiB.

## Why
Each row becomes an object whose fields are the headers: a name that stands twice would lose a column, and Step Functions fails
the Map with "CSV headers cannot contain duplicates". It takes up to 10 KiB of headers. Page: "ItemReader (Map)".

## What to write instead
`headers: [id, z, z_error]`, one name for each column; without `headers` the file's first row gives them.
"#,
};

/// The most that Step Functions takes, in bytes.
const MOST: usize = 10 * 1024;

/// Judges headers that the workflow gives.
pub(crate) fn check(headers: &[Spanned<String>], sink: &Sink) {
    for (index, header) in headers.iter().enumerate() {
        if let Some(first) = headers[..index].iter().find(|first| first.value == header.value) {
            let finding = Diagnostic::error(&CODE, format!("two columns are called `{}`", header.value))
                .primary(header.span, "the second one")
                .secondary(first.span, "the first one");
            sink.push(finding.help("rename one of them"));
        } else if header.value.is_empty() {
            let finding = Diagnostic::error(&CODE, "a column has no name").primary(header.span, "");
            sink.push(finding.help("give it one"));
        }
    }
    let size = headers.iter().map(|header| header.value.len() + 1).sum::<usize>().saturating_sub(1);
    if let Some(last) = headers.last().filter(|_| size > MOST) {
        let message = format!("headers have at most {MOST} bytes, these have {size}");
        let finding = Diagnostic::error(&CODE, message).primary(last.span, "the last one");
        sink.push(finding.help("shorten the names"));
    }
}
