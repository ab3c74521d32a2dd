//! IAC161 `maybe-absent-path`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::{Path, Reason, Uncertain};

use crate::flow::Origin;
use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC161",
    name: "maybe-absent-path",
    explanation: "A path leads to what is not always there.

## Why
An optional field, or one that only some of the ways to this state bring along, is absent in some executions. There the path finds
nothing, and the execution fails with `States.Runtime`, which no `catch` catches.

## What to write instead
A choice with `IsPresent` before the state, a contract in which the field is always there, or a state on the other way that puts a
default there.
",
};

/// Reports a path. `offset` is where it begins in what is written at the place.
pub(crate) fn finding(
    place: Place,
    offset: usize,
    path: &Path,
    uncertain: &Uncertain,
    origin: &Origin,
) -> Diagnostic {
    let absence = &uncertain.absence;
    let whole = origin.describe();
    let why = match uncertain.reason {
        Reason::Optional => format!("`{}` is optional", absence.wanted),
        Reason::Undeclared => format!("`{}` is not declared", absence.wanted),
        Reason::Null => format!("`{}` may be null", absence.at),
        Reason::Variant => format!("`{}` is of another kind on some ways here", absence.at),
        Reason::Length => "the list may be shorter".to_owned(),
    };
    let message = format!("`{}` is not always there in {whole}", path.text);
    let part = place.part(offset + absence.span.start, offset + absence.span.end);
    let diagnostic = part.on(Diagnostic::warning(&CODE, message), why);
    match &absence.suggestion {
        Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
        None => diagnostic.help("ask with `IsPresent` in a choice before, or make it always there"),
    }
}
