//! IAC143 `fifo-not-here`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC143",
    name: "fifo-not-here",
    explanation: "A FIFO queue or topic is named where AWS takes a standard one.

## Why
Lambda tells failed asynchronous invocations to standard queues and standard topics only. Page: \"AWS::Lambda::EventInvokeConfig
DestinationConfig\"; \"Capturing records of Lambda asynchronous invocations\".

## What to write instead
A queue or topic of its own, without `fifo: true`.
",
};

/// Points at the name.
pub(crate) fn finding(name: &Spanned<String>, what: &str, definition: Span) -> Diagnostic {
    Diagnostic::error(
        &CODE,
        format!("the {what} `{}` is FIFO; failed invocations go to standard ones only", name.value),
    )
    .primary(name.span, "")
    .secondary(definition, "defined here")
    .help(format!("name a {what} without `fifo: true`"))
}
