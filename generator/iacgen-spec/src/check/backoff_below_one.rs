//! IAC060 `backoff-below-one`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC060",
    name: "backoff-below-one",
    explanation: r#"A retry's `backoff` is below 1.0.

## Why
The interval is multiplied by it at every retry. Below 1.0 it would shrink, and a service that is overloaded would be
asked faster and faster; Step Functions refuses it. Page: "Handling errors in Step Functions workflows".

## What to write instead
`backoff: 2.0`, or `1.0` for intervals that stay the same.
"#,
};

/// Returns the backoff, if it is one. `field` is what the file calls it.
pub(crate) fn check(value: &Resolved<'_>, backoff: f64, field: &str, sink: &Sink) -> Option<f64> {
    if backoff >= 1.0 {
        return Some(backoff);
    }
    let finding =
        Diagnostic::error(&CODE, format!("{field} must be at least 1.0, this is {}", value.scalar.text()));
    sink.push(
        value
            .place(finding, "the interval is multiplied by it")
            .help("write `2.0`, or `1.0` for intervals that stay the same"),
    );
    None
}
