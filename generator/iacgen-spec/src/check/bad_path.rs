//! IAC049 `bad-path`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::InvalidPath;

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC049",
    name: "bad-path",
    explanation: "A path that Step Functions cannot read.

## Why
A path that is wrong in its form is refused at deployment; one that is taken for a text reaches the function as a text.

## What to write instead
| path | what it gives |
|---|---|
| `$` | the state's whole input |
| `$.run`, `$.run.shards[0]`, `$['a name']` | a part of it |
| `$$.Execution.Name` | a part of the context object |
| `$count`, `$run.id` | a variable, a part of one |

`items` and `result` take a reference path: one that names exactly one place, without `*`, `..`, slices or filters; that of
`result` leads into the state's input.
",
};

/// Points at the part of a path that is wrong. `place` is that of the whole.
pub(crate) fn finding(path: &str, place: Place, invalid: &InvalidPath) -> Diagnostic {
    let place = place.part(invalid.span.start, invalid.span.end);
    let finding = Diagnostic::error(&CODE, format!("`{path}` is not a path: {}", invalid.fault));
    place.on(finding, "").help("write `$`, `$.field`, `$.field[0]`, `$variable` or `$$.Execution.Name`")
}

/// A path where only a reference path can stand.
pub(crate) fn not_reference(path: &str, place: Place) -> Diagnostic {
    place
        .on(Diagnostic::error(&CODE, format!("`{path}` may name several places")), "")
        .help("write a reference path such as `$.field` or `$.field[0]`")
}

/// A path that no result can be put at.
pub(crate) fn no_target(path: &str, place: Place) -> Diagnostic {
    place
        .on(Diagnostic::error(&CODE, format!("no result can be put at `{path}`")), "")
        .note("a result goes into the state's input: variables are set with `assign`, the context object by nobody")
        .help("write a path such as `$.result`")
}
