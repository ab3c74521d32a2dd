//! IAC104 `bad-expression`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_shapes::jsonata::{self, Expression};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC104",
    name: "bad-expression",
    explanation: r#"A JSONata expression that Step Functions cannot read.

## Why
An expression stands between `{%` and `%}`, which are the first and the last characters of the text: with one of them missing,
or with text around them, it is refused, or handed on as it is written. Page: "Transforming data with JSONata in Step Functions".

## What to write instead
`"{% $states.input.count + 1 %}"`, in quotes, for YAML reads braces as a mapping. To put a value into a text, join them in the
expression: `"{% 'runs/' & $states.input.run %}"`.
"#,
};

const EXAMPLE: &str = "write the whole text as one expression: `\"{% $states.input.field %}\"`";

/// Tells whether a text is an expression; `None` when it is meant as one and is none.
pub(crate) fn check(text: &str, place: Place, sink: &Sink) -> Option<bool> {
    let (opens, closes) = (text.starts_with("{%"), text.ends_with("%}"));
    let message = match (opens, closes) {
        (true, true) if text.len() >= 4 => {
            let Some((start, inner)) = jsonata::within(text).filter(|(_, inner)| !inner.trim().is_empty())
            else {
                sink.push(place.on(Diagnostic::error(&CODE, "the expression is empty"), "").help(EXAMPLE));
                return None;
            };
            let Err(invalid) = Expression::parse(inner) else { return Some(true) };
            let place = place.part(start + invalid.span.start, start + invalid.span.end);
            let message = format!("the expression cannot be read: {}", invalid.message);
            sink.push(place.on(Diagnostic::error(&CODE, message), ""));
            return None;
        }
        (true, _) => "the expression does not end in `%}`",
        (false, true) if text.contains("{%") => {
            let finding = Diagnostic::error(&CODE, "text stands around the expression");
            let help = "join them in one expression: `\"{% 'runs/' & $states.input.run %}\"`";
            sink.push(place.on(finding, "").help(help));
            return None;
        }
        (false, true) => "the expression does not begin with `{%`",
        (false, false) => return Some(false),
    };
    let finding = place.on(Diagnostic::error(&CODE, message), "");
    sink.push(finding.help(EXAMPLE));
    None
}
