//! IAC107 `uncatchable-error`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC107",
    name: "uncatchable-error",
    explanation: r#"A retry or a catcher names an error that Step Functions lets nobody handle. A warning.

## Why
`States.Runtime` says that a path found nothing or a value had the wrong type: the execution fails at once, whatever a state
says about it. `States.DataLimitExceeded` is documented as one that nobody can handle either; only for a task's result that is
too large has AWS been seen to let a catcher have it. Page: "Handling errors in Step Functions workflows".

## What to write instead
Mend the cause: test a value with a Choice (`IsPresent`) before a path reads it, and keep large results in S3.
"#,
};

/// Judges the errors of a retry or a catcher.
pub(crate) fn check(errors: &[Spanned<String>], sink: &Sink) {
    for error in errors {
        let (label, help) = match error.value.as_str() {
            "States.Runtime" => (
                "the execution fails at once",
                "delete it; test a value with a Choice (`IsPresent`) before a path reads it",
            ),
            "States.DataLimitExceeded" => (
                "only a task's result that is too large ever gets here",
                "keep large results in S3, and hand on their keys",
            ),
            _ => continue,
        };
        let message = format!("`{}` cannot be relied on to be handled", error.value);
        sink.push(Diagnostic::warning(&CODE, message).primary(error.span, label).help(help));
    }
}
