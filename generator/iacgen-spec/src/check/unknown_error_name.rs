//! IAC063 `unknown-error-name`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::suggest;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC063",
    name: "unknown-error-name",
    explanation: "A retry waits for an error that Step Functions does not know.

## Why
Names that begin with `States.` are reserved: another one is refused. A class of errors that is misspelt would match
nothing, so nothing would be retried.

## What to write instead
- `lambda-transient`: the service failed before the handler ran; always safe to try again
- `lambda-crash`: the handler's process died, or Lambda ended it at its timeout
- a name of Step Functions: `States.ALL`, `States.Timeout`, `States.TaskFailed`, ...
- a name of Lambda: `Lambda.TooManyRequestsException`, ...
- the name of an error that your handler returns, as it returns it
",
};

/// Suggests the nearest. `known` holds classes and reserved names.
pub(crate) fn finding(error: &Spanned<String>, known: &[&str]) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{}` is no error of Step Functions", error.value))
        .primary(error.span, "");
    match suggest::nearest(&error.value, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(format!("the names are {}", suggest::list(known))),
    }
}
