//! IAC167 `unset-variable`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC167",
    name: "unset-variable",
    explanation: "A variable is read that is not set, or not on every way to the state.

## Why
Variables are set by `assign` of the states before. One that is not set fails the execution. Children of a distributed Map see none
of their parent's variables, and what states inside a Map or a branch assign is not seen outside. Page: \"Passing data between
states with variables\".

## What to write instead
An `assign` on every way to the state. Into a distributed Map values go with `select` or `batch`.
",
};

/// Reports a variable that no way here sets.
pub(crate) fn never<'a>(
    place: Place,
    offset: usize,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let finding = Diagnostic::error(&CODE, format!("the variable `${name}` is never set before this state"));
    let finding = place.part(offset, offset + name.len() + 1).on(finding, "");
    match suggest::nearest(name, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `${near}`?")),
        None if known.is_empty() => finding.help("assign it in a state before this one"),
        None => finding.help(format!("there are {}", suggest::list(&known))),
    }
}

/// What to do about a variable that is set around a Distributed Map.
pub(super) const HIDDEN: &str = "it is set outside, but children of a distributed Map see no variable of their parent: hand it on as a part of each item, or of the batch's input";

/// Reports a variable that is set around a Distributed Map, which its children do not see.
pub(crate) fn hidden(place: Place, offset: usize, name: &str) -> Diagnostic {
    let message = format!("the variable `${name}` is not seen inside a distributed Map");
    let part = place.part(offset, offset + name.len() + 1);
    part.on(Diagnostic::error(&CODE, message), "").help(HIDDEN)
}

/// Reports a variable that some way here does not set.
pub(crate) fn maybe(place: Place, offset: usize, name: &str) -> Diagnostic {
    let message = format!("the variable `${name}` is not set on every way to this state");
    place
        .part(offset, offset + name.len() + 1)
        .on(Diagnostic::warning(&CODE, message), "")
        .help("assign it on the other ways too")
}
