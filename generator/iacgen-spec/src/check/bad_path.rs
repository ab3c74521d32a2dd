//! IAC049 `bad-path`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::{InvalidPath, PathFault};

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

const FORMS: &str = "write `$`, `$.field`, `$.field[0]`, `$variable` or `$$.Execution.Name`";

/// Points at the part of a path that is wrong. `place` is that of the whole.
pub(crate) fn finding(path: &str, place: Place, invalid: &InvalidPath) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{path}` is not a path: {}", invalid.fault));
    if invalid.fault == PathFault::NoRoot {
        let finding = place.on(finding, "");
        let is_name = path.split('.').all(|name| {
            name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        });
        return if is_name { finding.help(format!("did you mean `$.{path}`?")) } else { finding.help(FORMS) };
    }
    let place = place.part(invalid.span.start, invalid.span.end);
    place.on(finding, "").help(FORMS)
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
