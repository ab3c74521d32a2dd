//! IAC165 `never-true`.

use iacgen_asl::Comparison;
use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::Shape;

use crate::model::Located;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC165",
    name: "never-true",
    explanation: "A comparison can never hold: what it compares is always of another kind or has another value.

## Why
`NumericGreaterThan` on a text is not an error of Step Functions: it is false, always, and the execution silently goes the other way.

## What to write instead
The operator of the value's kind, or a value that can arrive.
",
};

/// Reports a comparison.
pub(crate) fn finding(
    variable: &Located<String>,
    comparison: &Located<Comparison>,
    found: &Shape,
) -> Diagnostic {
    let operator = comparison.value.operator();
    let path = &variable.value;
    comparison
        .place
        .on(
            Diagnostic::error(&CODE, format!("`{operator}` never holds for `{path}`")),
            format!("`{path}` is {}", found.describe()),
        )
        .help("use the operator of its kind, or compare with a value that can arrive")
}
