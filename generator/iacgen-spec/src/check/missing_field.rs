//! IAC005 `missing-field`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC005",
    name: "missing-field",
    explanation: "A field is missing that has no default.

## Why
Defaults exist where one value is right for nearly everybody. A function's memory, its timeout and its handler are not
such: they decide cost and behaviour, so they are written down.

## What to write instead
Add the field at the place that is shown.
",
};

/// Names the field.
pub(crate) fn finding(span: Span, kind: &str, field: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("{kind} needs `{field}`"))
        .primary(span, format!("`{field}` is missing here"))
        .help(format!("add `{field}: {}`", example(field)))
}

/// Names the field of a definition.
pub(crate) fn key(span: Span, kind: &str, field: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("{kind} needs `{field}`"))
        .primary(span, format!("`{field}` is missing here"))
        .help(format!("add `\"{field}\": ...`"))
}

/// Names the fields of which one is needed.
pub(crate) fn one_of(span: Span, kind: &str, fields: &[&str]) -> Diagnostic {
    Diagnostic::error(&CODE, format!("{kind} needs one of {}", suggest::list(fields)))
        .primary(span, "none of them is here")
}

/// Names what a comparison lacks beside its variable.
pub(crate) fn operator(variable: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "a comparison needs an operator")
        .primary(variable, "what is it compared with?")
        .help("add one, such as `StringEquals: a text`, `NumericGreaterThan: 1`, `BooleanEquals: true` or `IsPresent: true`")
}

/// Returns what a field may look like.
fn example(field: &str) -> &'static str {
    match field {
        "account" => "\"111111111111\"",
        "after" => "90d",
        "else" | "next" | "start" | "then" => "A State",
        "error" => "MyError",
        "functions" | "states" | "inputs" | "outputs" => "{ ... }",
        "handler" => "functions/NAME",
        "items" => "$.items",
        "key" => "path/to/object",
        "memory" => "512MB",
        "on" => "lambda-transient",
        "region" => "us-east-1",
        "retain" => "30d",
        "role" => "arn:aws:iam::111111111111:role/NAME",
        "target" => "aws",
        "timeout" => "30s",
        "type" => "inventory",
        "until" => "2030-01-31T12:00:00Z",
        "variable" => "$.field",
        "when" => "\"${env.NAME}\"",
        "workflow" => "my-workflow",
        _ => "...",
    }
}
