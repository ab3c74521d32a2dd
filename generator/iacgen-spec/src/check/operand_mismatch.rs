//! IAC177 `operand-mismatch`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::Certainty;
use iacgen_shapes::jsonata::{Finding, FindingKind};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC177",
    name: "operand-mismatch",
    explanation: "An operator or a function of JSONata is given what it does not take, or too few or too many arguments.

## Why
`$uppercase(5)`, `'a' + 1` and `$sum('x')` fail the execution with `States.QueryEvaluationError`. What arrives is known from the
contracts of the handlers: it is an error where no value that can arrive will do, and a warning where it fails only in one branch
of a condition, for an item of a list, or where a field that may be absent is there. Pages: \"Transforming data with JSONata in Step
Functions\", and the function library of JSONata 2.0.

## What to write instead
A value of the kind that is taken: `$string(...)` makes a text of any value, `$number(...)` reads a number out of a text, and `&`
joins any two values to a text.
",
};

/// Reports what an operator or a function does not take.
pub(crate) fn finding(place: Place, finding: &Finding) -> Diagnostic {
    let message = finding.kind.to_string();
    let diagnostic = match finding.certainty {
        Certainty::Always => Diagnostic::error(&CODE, message),
        Certainty::Sometimes => {
            Diagnostic::warning(&CODE, format!("this fails where it is reached: {message}"))
        }
    };
    let diagnostic = place.on(diagnostic, "");
    match mend(&finding.kind) {
        Some(mend) => diagnostic.help(mend),
        None => diagnostic,
    }
}

fn mend(kind: &FindingKind) -> Option<&'static str> {
    let text = |found: &str| found == "a text" || found.starts_with('"');
    let number = |found: &str| found == "a number" || found == "a whole number";
    match kind {
        FindingKind::Operand { operator: "+", found, .. } if text(found) => Some("`&` joins texts"),
        FindingKind::Argument { takes, found, .. } | FindingKind::AppliedTo { takes, found, .. } => {
            match takes.as_str() {
                "a text" if number(found) => Some("`$string(...)` makes a text of a number"),
                "a number" if text(found) => Some("`$number(...)` reads a number out of a text"),
                _ => None,
            }
        }
        FindingKind::Compared { left, right, .. } if text(left) || text(right) => {
            Some("`$number(...)` reads a number out of a text")
        }
        _ => None,
    }
}
