//! IAC173 `argument-mismatch`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::flow::Argument;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC173",
    name: "argument-mismatch",
    explanation: "An argument of a service's action is of another kind than it takes.

## Why
Step Functions makes no text of a number and no list of a single value: the state fails with `The value for the field 'N' must be
a STRING`. What arrives where a path or an expression stands is known from the contracts of the handlers and the answers of the
services before. Page: \"Passing parameters to a service API in Step Functions\".

## What to write instead
A value of the kind that the argument takes. `States.Format('{}', $.n)` makes a text of a number, `States.JsonToString($.x)` one of
an object, and `States.Array($.x)` a list of a value; in JSONata `$string(...)` and `[...]` do.
",
};

/// Reports an argument.
pub(crate) fn finding(argument: &Argument<'_>, expected: &str, found: &str) -> Diagnostic {
    let message = match argument.whole() {
        Some(whole) => format!("`{whole}` of `{}` takes {expected}", argument.call),
        None => format!("`{}` takes its arguments as {expected}", argument.call),
    };
    argument
        .place
        .on(Diagnostic::error(&CODE, message), format!("this is {found}"))
        .help(format!("write {expected}, or a path or an expression that gives it"))
}
