//! IAC124 `missing-execution-type`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC124",
    name: "missing-execution-type",
    explanation: r#"A distributed Map of a definition does not say whether its children are STANDARD or EXPRESS.

## Why
`ExecutionType` is required where `Mode` is `DISTRIBUTED`. The two are billed in different ways, and a STANDARD child lives
for a year where an EXPRESS one lives for five minutes. Page: "Using Map state in Distributed mode".

## What to write instead
`"ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }`, or `"EXPRESS"` for many children that are done
within five minutes.
"#,
};

/// Points at the mode.
pub(crate) fn finding(mode: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "a distributed Map needs `ExecutionType`")
        .primary(mode, "`ExecutionType` is missing beside this")
        .help("add `\"ExecutionType\": \"STANDARD\"`, or `\"EXPRESS\"` for children that take less than five minutes")
}
