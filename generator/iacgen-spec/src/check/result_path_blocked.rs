//! IAC166 `result-path-blocked`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::{Blocked, Path};

use crate::model::Located;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC166",
    name: "result-path-blocked",
    explanation: "A result is to be put where nothing can be put.

## Why
`ResultPath` makes objects on its way, but it does not go through a text, a number or a list. There the execution fails with
`States.ResultPathMatchFailure`.

## What to write instead
A `result` beside what arrives: `$.name` of a field that is an object or is not there yet.
",
};

/// Reports a path.
pub(crate) fn finding(path: &Located<String>, parsed: &Path, blocked: &Blocked) -> Diagnostic {
    let span = parsed.parts.get(blocked.part).map(|part| part.span.clone()).unwrap_or_default();
    let message = format!("nothing can be put at `{}`", path.value);
    path.place
        .part(span.start, span.end)
        .on(Diagnostic::error(&CODE, message), format!("`{}` is {}", blocked.at, blocked.parent.describe()))
        .help("write a path whose parents are objects, or are not there yet")
}
