//! IAC160 `absent-path`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::{Absence, Path};

use crate::flow::Origin;
use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC160",
    name: "absent-path",
    explanation: "A path leads to what is never there.

## Why
What arrives at a state is known from the contracts of the handlers before it, from the answers of services, and from what the
states make of them. A path into it that finds nothing fails the execution with `States.Runtime`, which no `catch` catches; a path
that asks for many gives an empty list, and nobody notices. A Map that discards its result, or a state that keeps only a part of
its own, leaves those behind it without what they read.

## What to write instead
A path to what is there: the finding tells what that is. If the handler does return it, its contract is out of date: the test
beside the handler writes `contract.json` anew.
",
};

/// Reports a path. `offset` is where it begins in what is written at the place.
pub(crate) fn finding(
    place: Place,
    offset: usize,
    path: &Path,
    absence: &Absence,
    origin: &Origin,
    fails: bool,
) -> Diagnostic {
    let message = if absence.at == "$" || absence.at == "$$" {
        format!("`{}` does not exist in {}", path.text, origin.describe())
    } else {
        format!("`{}` does not exist in `{}` of {}", absence.wanted, absence.at, origin.describe())
    };
    let diagnostic =
        if fails { Diagnostic::error(&CODE, message) } else { Diagnostic::warning(&CODE, message) };
    let part = place.part(offset + absence.span.start, offset + absence.span.end);
    let there = absence.parent.describe();
    let label = if absence.at.starts_with("$$") || absence.at != "$" {
        format!("`{}` is {there}", absence.at)
    } else {
        format!("{} is {there}", origin.describe())
    };
    let diagnostic = part.on(diagnostic, label);
    let diagnostic = match origin.note() {
        Some(note) => diagnostic.note(note),
        None => diagnostic,
    };
    match &absence.suggestion {
        Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
        None if fails => {
            diagnostic.help("write a path to what is there, or let a state before this one put it there")
        }
        None => diagnostic.help("the result is always an empty list"),
    }
}
