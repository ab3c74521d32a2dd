//! IAC106 `bad-intrinsic`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::Certainty;
use iacgen_shapes::intrinsic::{CallFault, CallProblem, InvalidCall, Kind};

use crate::dialect::Dialect;
use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC106",
    name: "bad-intrinsic",
    explanation: r#"A call of an intrinsic function that fails whatever arrives: a bracket or a quote that is not closed, a function that there is
not, too few or too many arguments, or a written-out argument that the function does not take.

## Why
What Step Functions cannot read is refused at deployment; what the function does not take fails the execution with
`States.IntrinsicFailure`. Page: "Intrinsic functions for JSONPath states in Step Functions".

## What to write instead
`States.Format('runs/{}', $.run)`: texts in single quotes, paths as they are, calls within calls. A text that begins with
`States.` and is no call has a backslash before it: `\States.Timeout`.
"#,
};

/// Points at the part of a call that is wrong. `place` is that of the whole.
pub(crate) fn finding(text: &str, place: Place, invalid: &InvalidCall, dialect: Dialect) -> Diagnostic {
    let place = place.part(invalid.span.start, invalid.span.end);
    let message = format!("`{text}` is no call of an intrinsic function: {}", invalid.fault);
    let finding = place.on(Diagnostic::error(&CODE, message), "");
    if text.contains('(') {
        return finding.help("write it as in `States.Format('runs/{}', $.run)`");
    }
    finding.help("write a call, such as `States.Format('runs/{}', $.run)`").help(match dialect {
        Dialect::Spec => "if the text itself is meant, write a backslash before it",
        Dialect::Definition => "if the text itself is meant, write the key without `.$`",
    })
}

/// Points at what is wrong with a call whatever its paths find. `place` is that of the whole.
pub(crate) fn problem(place: Place, problem: &CallProblem) -> Diagnostic {
    let (message, meant) = match &problem.fault {
        CallFault::NoFunction { name, meant } => (format!("there is no function `{name}`"), *meant),
        fault => (fault.to_string(), None),
    };
    let finding = match problem.certainty {
        Certainty::Always => Diagnostic::error(&CODE, message),
        Certainty::Sometimes => Diagnostic::warning(&CODE, message),
    };
    let finding = place.part(problem.span.start, problem.span.end).on(finding, "");
    match &problem.fault {
        CallFault::NoFunction { .. } => match meant {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding,
        },
        CallFault::Placeholders { .. } => finding
            .help("write one value for each `{}`; a brace that is meant as itself has a backslash before it"),
        CallFault::Kind { expected: Kind::Number, found, .. } if found.starts_with('"') => {
            finding.help("write a number, without quotes, or a path to one")
        }
        CallFault::Kind { .. } | CallFault::Count { .. } | CallFault::Value(_) => finding,
    }
}
