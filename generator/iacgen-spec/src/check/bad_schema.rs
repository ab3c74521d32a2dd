//! IAC147 `bad-schema`.

use camino::Utf8Path;
use iacgen_diagnostics::{Code, Diagnostic, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC147",
    name: "bad-schema",
    explanation: "A handler's contract, or the workflow's input, is no JSON Schema that can be read.

## Why
`contract.json` beside a handler's `Cargo.toml` says what the handler takes and gives: an object with the JSON Schemas `input` and
`output`. Every path along the workflow is checked against them, so a file that is there and cannot be read is not passed
over.

## What to write instead
A test of the handler writes the file from its Rust types:
```json
{ \"input\": { \"type\": \"object\", ... }, \"output\": { ... } }
```
",
};

/// Says what is wrong with a file, at the line that names it.
pub(crate) fn finding(span: Span, path: &Utf8Path, why: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{path}` is no {}", what(path)))
        .primary(span, "named here")
        .note(why.to_owned())
}

fn what(path: &Utf8Path) -> &'static str {
    match path.file_name() {
        Some("contract.json") => "contract",
        _ => "JSON Schema",
    }
}
