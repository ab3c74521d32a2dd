//! IAC049 `bad-path`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::yaml::Spanned;

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

`items` takes a reference path: one that names exactly one place, without `*`, `..`, slices or filters.
",
};

/// Points at the path and says what is wrong with it.
pub(crate) fn finding(path: &Spanned<String>, problem: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{}` is not a path: {problem}", path.value))
        .primary(path.span, "")
        .help("write `$`, `$.field`, `$.field[0]` or `$$.Execution.Name`")
}

/// A path where only a reference path can stand.
pub(crate) fn not_reference(path: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{}` may name several places", path.value))
        .primary(path.span, "")
        .help("write a reference path such as `$.field` or `$.field[0]`")
}
