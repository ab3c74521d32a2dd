//! IAC112 `bad-timestamp`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC112",
    name: "bad-timestamp",
    explanation: r#"A moment that is not written as Step Functions takes it.

## Why
It takes RFC 3339 with a capital `T` between date and time and a capital `Z` or an offset at the end, and refuses the workflow
otherwise. Page: "Wait workflow state".

## What to write instead
`2030-01-31T12:00:00Z`, or `2030-01-31T13:00:00+01:00`.
"#,
};

/// Points at the moment.
pub(crate) fn finding(text: &str, place: Place) -> Diagnostic {
    place
        .on(Diagnostic::error(&CODE, format!("`{text}` is no moment that Step Functions can read")), "")
        .help("write it as in `2030-01-31T12:00:00Z`")
}
