//! IAC078 `field-not-for-inline`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::dialect::Dialect;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC078",
    name: "field-not-for-inline",
    explanation: r#"A field that only a distributed Map has stands on an inline one.

## Why
An inline Map runs in the execution's own history: it has no children of their own, no label, no batches, reads nothing from
S3 and writes nothing there, and fails with its first item. Page: "Using Map state in Inline mode".

## What to write instead
`map: distributed`, or delete the field.
"#,
};

/// Points at what is read and at the mode.
pub(crate) fn reader(span: Span, mode: Span, dialect: Dialect) -> Diagnostic {
    Diagnostic::error(&CODE, "an inline Map does not read its items from S3")
        .primary(span, "")
        .secondary(mode, "this makes the Map inline")
        .help(match dialect {
            Dialect::Spec => "write `map: distributed`, or take the items from the input: `items: $.items`",
            Dialect::Definition => {
                "write `\"Mode\": \"DISTRIBUTED\"`, or take the items from the input: `\"ItemsPath\": \"$.items\"`"
            }
        })
}

/// Points at the field and at the mode.
pub(crate) fn finding(field: &str, span: Span, mode: Span, dialect: Dialect) -> Diagnostic {
    Diagnostic::error(&CODE, format!("an inline Map has no {}", dialect.field(field)))
        .primary(span, "")
        .secondary(mode, "this makes the Map inline")
        .help(match dialect {
            Dialect::Spec => "write `map: distributed`, or delete the field",
            Dialect::Definition => "write `\"Mode\": \"DISTRIBUTED\"`, or delete the field",
        })
}
