//! IAC169 `expression-mismatch`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::jsonata::{Finding, FindingKind};

use super::unset_variable;
use crate::flow::Scope;
use crate::model::Place;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC169",
    name: "expression-mismatch",
    explanation: "A JSONata expression reads what is never there, or calls what there is not.

## Why
What arrives at a state is known from the contracts of the handlers and the answers of services. An expression that gives nothing
fails the execution with `States.QueryEvaluationError`, and so does a function that Step Functions has not. Page: \"Transforming
data with JSONata in Step Functions\".

## What to write instead
A field that is there: the finding tells what arrives. `$states.result` is there in `output` and `assign` of states that have a
result, `$states.errorOutput` in catchers.
",
};

/// Reports what is wrong with an expression.
pub(crate) fn finding(place: Place, finding: &Finding, scope: &Scope<'_, '_>) -> Diagnostic {
    let error = |message: String| Diagnostic::error(&CODE, message);
    match &finding.kind {
        FindingKind::NoField { at, parent, name, meant } => {
            let origin = scope.origin_of(at);
            let diagnostic = place.on(
                error(format!("`{name}` does not exist in {origin}")),
                format!("`{at}` is {}", parent.describe()),
            );
            let diagnostic = match scope.note().filter(|_| at.starts_with("$states.input")) {
                Some(note) => diagnostic.note(note),
                None => diagnostic,
            };
            match meant {
                Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
                None => diagnostic.help("read what is there, or let a state before this one put it there"),
            }
        }
        FindingKind::NoVariable { name } => {
            let diagnostic =
                place.on(error(format!("the variable `${name}` is never set before this state")), "");
            if scope.is_hidden(name) {
                return diagnostic.help(unset_variable::HIDDEN);
            }
            suggest::help(diagnostic, name, "variables", scope.variables())
        }
        kind => place.on(error(kind.to_string()), ""),
    }
}

/// Reports an expression that never gives a value.
pub(crate) fn undefined(place: Place) -> Diagnostic {
    place
        .on(Diagnostic::error(&CODE, "the expression never gives a value"), "")
        .help("read what is there: Step Functions fails on an expression that gives nothing")
}
