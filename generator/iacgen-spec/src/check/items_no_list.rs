//! IAC163 `items-no-list`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::Shape;

use crate::flow::Origin;
use crate::model::{Located, Place};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC163",
    name: "items-no-list",
    explanation: "The items of a Map are no list.

## Why
A Map runs its states for each item of a list, or for each entry of an object. Anything else fails the execution with
`States.Runtime`. Page: \"ItemsPath (Map, JSONPath only)\".

## What to write instead
A path to a list in `items`, or an item reader that takes the items out of S3.
",
};

/// Reports items. Without a path they are the state's whole input.
pub(crate) fn finding(
    place: Place,
    path: Option<&Located<String>>,
    found: &Shape,
    origin: &Origin,
) -> Diagnostic {
    let whole = origin.describe();
    let message = match path {
        Some(path) => format!("`{}` in {whole} is no list", path.value),
        None => format!("the items, {whole}, are no list"),
    };
    place
        .on(Diagnostic::error(&CODE, message), format!("this is {}", found.describe()))
        .help("write a path to a list, or read the items from S3")
}

/// Reports items that are written out, or what an expression gives.
pub(crate) fn written(place: Place, found: &Shape) -> Diagnostic {
    place
        .on(Diagnostic::error(&CODE, "the items are no list"), format!("this is {}", found.describe()))
        .help("write a list, an expression that gives one, or read the items from S3")
}
