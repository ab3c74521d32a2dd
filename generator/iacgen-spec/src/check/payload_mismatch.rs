//! IAC162 `payload-mismatch`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::{Certainty, Mismatch, Path, Step};

use crate::flow::Origin;
use crate::model::{Located, Place, State, Template, TemplateValue};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC162",
    name: "payload-mismatch",
    explanation: "A function is sent what it does not take.

## Why
What a handler takes is a Rust type; `contract.json` beside it says so in JSON Schema. A payload without a field that the type
needs, with one that it refuses, or with a text where a number stands cannot be read: every invocation fails before the handler
runs.

## What to write instead
A `payload` of the handler's type: the finding names the first place where they differ. If the type has changed, the test beside
the handler writes `contract.json` anew.
",
};

/// Finds where in a payload the value at a path is written, or what it stands in.
fn at(payload: &Template, path: &str) -> Place {
    let Ok(path) = Path::parse(path) else { return payload.place };
    let mut written = payload;
    for part in &path.parts {
        let inner = match (&part.step, &written.value) {
            (Step::Name(name), TemplateValue::Object(fields)) => fields.get(name),
            (Step::Index(index), TemplateValue::Array(items)) => {
                usize::try_from(*index).ok().and_then(|index| items.get(index))
            }
            _ => None,
        };
        let Some(inner) = inner else { break };
        written = inner;
    }
    written.place
}

/// Reports a payload.
pub(crate) fn finding(
    name: &str,
    state: &State,
    function: &Located<String>,
    mismatch: &Mismatch,
    origin: &Origin,
) -> Diagnostic {
    let function_name = &function.value;
    let message = format!("`{name}` sends `{function_name}` what it does not take: {mismatch}");
    let diagnostic = match mismatch.certainty {
        Certainty::Always => Diagnostic::error(&CODE, message),
        Certainty::Sometimes => Diagnostic::warning(&CODE, message),
    };
    let diagnostic = if let Some(payload) = &state.data.arguments {
        at(payload, &mismatch.at).on(diagnostic, "what is sent")
    } else {
        let diagnostic = function.place.on(diagnostic, format!("{} is sent as it is", origin.describe()));
        match origin.note() {
            Some(note) => diagnostic.note(note),
            None => diagnostic,
        }
    };
    diagnostic.help(format!(
        "write a `payload` of the type that `{function_name}` takes: see `contract.json` beside its handler"
    ))
}
