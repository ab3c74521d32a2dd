//! IAC006 `wrong-kind`.

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::resolve::Resolved;
use crate::yaml::{Node, Scalar, Value};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC006",
    name: "wrong-kind",
    explanation: "A value is of another kind than its field: a list where a text belongs, a number where a text belongs, `yes` where
`true` belongs.

## Why
YAML guesses kinds: `no` was once false, and `0123` is eight different things to eight readers. Here a text that looks
like a number is written in quotes, and a boolean is `true` or `false`, so that every reader agrees.

## What to write instead
The message names the kind that was found and the one that belongs there.
",
};

/// Names the kind that belongs there. What is refused already is passed over.
pub(crate) fn report(node: &Node, kind: &str, expected: &str, sink: &Sink) {
    let finding = Diagnostic::error(&CODE, format!("{kind} must be {expected}"))
        .primary(node.span, format!("this is {}", describe(&node.value)));
    match &node.value {
        Value::Refused => {}
        Value::Scalar(scalar) => sink.push(quotes(finding, scalar, expected)),
        Value::Sequence(_) | Value::Mapping(_) => sink.push(finding),
    }
}

/// The same for a value that may come from an environment.
pub(crate) fn resolved(value: &Resolved<'_>, kind: &str, expected: &str) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("{kind} must be {expected}"));
    let finding = value.place(finding, format!("this is {}", describe_scalar(value.scalar)));
    quotes(finding, value.scalar, expected)
}

/// A Map's items that are neither a path nor a reader, in JSONPath.
pub(crate) fn items(span: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "`items` must be a path, or a reader of objects in S3")
        .primary(span, "")
        .help("write `$.items`; a list that is written out needs `query: jsonata`")
}

/// An output that is no path, in JSONPath.
pub(crate) fn output(span: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "`output` must be a path or `null`")
        .primary(span, "")
        .help("shape the result with `result_selector`, or write `query: jsonata` for outputs of any form")
}

fn quotes(finding: Diagnostic, scalar: &Scalar, expected: &str) -> Diagnostic {
    match scalar {
        Scalar::Number(text) if expected.starts_with("a text") => {
            finding.help(format!("write it in quotes: `\"{text}\"`"))
        }
        Scalar::Bool(value) if expected.starts_with("a text") => {
            finding.help(format!("write it in quotes: `\"{value}\"`"))
        }
        Scalar::Text(text) if expected.starts_with("`true`") => match text.to_lowercase().as_str() {
            "yes" | "on" | "true" => finding.help("write `true`, without quotes"),
            "no" | "off" | "false" => finding.help("write `false`, without quotes"),
            _ => finding,
        },
        Scalar::Text(text) if expected.contains("number") && text.trim().parse::<f64>().is_ok() => {
            finding.help(format!("write it without quotes: `{}`", text.trim()))
        }
        _ => finding,
    }
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
        Value::Refused => "refused already",
        Value::Scalar(scalar) => describe_scalar(scalar),
    }
}

fn describe_scalar(scalar: &Scalar) -> &'static str {
    match scalar {
        Scalar::Null => "nothing",
        Scalar::Bool(_) => "a boolean",
        Scalar::Number(_) => "a number",
        Scalar::Text(_) => "a text",
    }
}
