//! IAC026 `unknown-word`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC026",
    name: "unknown-word",
    explanation: "A field takes one of a few words, and this is none of them.

## Why
The words are AWS's own, in lower case: `standard` and `express` executions, `inline` and `distributed` Maps, `full` and
`none` for jitter, `x86_64` and `arm64`. `discard` and `keep` say what becomes of a Map's result, `aws` and `local` where
an environment is.

## What to write instead
The nearest word is suggested, or all are listed.
",
};

/// Suggests the nearest word.
pub(crate) fn finding(found: &str, place: Place, what: &str, words: &[&str]) -> Diagnostic {
    let finding = place.on(Diagnostic::error(&CODE, format!("`{found}` is not {what}")), "");
    match suggest::nearest(found, words.iter().copied()) {
        Some(word) => finding.help(format!("did you mean `{word}`?")),
        None => finding.help(format!("write one of {}", suggest::list(words))),
    }
}
