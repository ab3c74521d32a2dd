//! IAC172 `missing-argument`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::flow::Argument;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC172",
    name: "missing-argument",
    explanation: "A service's action is not given an argument that it needs.

## Why
Step Functions refuses it, at deployment or when the state runs: `The field 'FunctionName' is required but was missing`. Page:
\"Passing parameters to a service API in Step Functions\".

## What to write instead
The argument, as a value, a path or an expression. In JSONPath a value that comes from the input stands under a name with `.$` at
its end in a definition, and as a path in a spec.
",
};

/// Reports what lacks an argument.
pub(crate) fn finding(argument: &Argument<'_>, name: &str) -> Diagnostic {
    let message = match argument.whole() {
        Some(whole) => format!("`{whole}` of `{}` needs `{name}`", argument.call),
        None => format!("`{}` needs the argument `{name}`", argument.call),
    };
    argument.place.on(Diagnostic::error(&CODE, message), "").help(format!("write `{name}`"))
}
