//! IAC103 `query-downgrade`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC103",
    name: "query-downgrade",
    explanation: r#"A state is in JSONPath where the workflow is in JSONata.

## Why
A workflow in JSONPath may have states in JSONata, so that it can be moved over one by one; the reverse is refused at
deployment. Page: "Transforming data with JSONata in Step Functions".

## What to write instead
Delete `query` from the state and write its paths as expressions, or delete `query: jsonata` from the workflow and write it on
the states that need it.
"#,
};

/// Points at the state's word, and at the one that it cannot undo.
pub(crate) fn finding(word: Span, outer: Option<Span>) -> Diagnostic {
    let finding =
        Diagnostic::error(&CODE, "a workflow in JSONata has no states in JSONPath").primary(word, "");
    let finding = match outer {
        Some(outer) => finding.secondary(outer, "this makes the workflow JSONata"),
        None => finding,
    };
    finding.help("delete it, and write the state's paths as expressions: `{% $states.input.field %}`")
}
