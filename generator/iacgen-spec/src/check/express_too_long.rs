//! IAC047 `express-too-long`.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::dialect::Dialect;
use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC047",
    name: "express-too-long",
    explanation: r#"A timeout or a wait is over 5 minutes where executions are EXPRESS.

## Why
An EXPRESS execution ends after 5 minutes, so a Lambda function inside it that takes longer is cut off, and its work is
billed and lost. A state waits 10 seconds longer than its function works, and must fit as well: otherwise nobody learns
that the function was too slow, the execution has ended before. No other tool sees this: the function and the state machine
are right, each alone. Page: "Choosing workflow type in Step Functions".

## What to write instead
A function's timeout of at most `290s`, or `children: standard` (`type: standard` for the whole workflow).
"#,
};

/// The longest EXPRESS execution, in seconds.
pub(crate) const MOST: u32 = 300;

/// Judges the timeout of an EXPRESS workflow. `express` is the word that makes it one.
pub(crate) fn check_workflow(
    timeout: Seconds,
    value: &Resolved<'_>,
    express: Span,
    dialect: Dialect,
    sink: &Sink,
) {
    if timeout.get() > MOST {
        let message = format!("the workflow may take {timeout}, an EXPRESS execution ends after 5m");
        push(message, value, express, &shorten(dialect), sink);
    }
}

/// Judges a timeout that a state inside an EXPRESS execution sets itself.
pub(crate) fn check_state(
    timeout: Seconds,
    value: &Resolved<'_>,
    express: Span,
    dialect: Dialect,
    sink: &Sink,
) {
    if timeout.get() > MOST {
        let message = format!("the state may take {timeout}, an EXPRESS execution ends after 5m");
        push(message, value, express, &shorten(dialect), sink);
    }
}

/// Judges how long a Wait inside an EXPRESS execution waits, in seconds.
pub(crate) fn check_wait(seconds: u32, value: &Resolved<'_>, express: Span, dialect: Dialect, sink: &Sink) {
    if seconds > MOST {
        let time = Seconds::new(seconds).map_or_else(|_| format!("{seconds}s"), |time| time.to_string());
        let message = format!("the state waits {time}, an EXPRESS execution ends after 5m");
        push(message, value, express, &shorten(dialect), sink);
    }
}

/// Judges the timeout of a function that a state inside an EXPRESS execution invokes. `margin` is what the state waits
/// longer, in seconds.
pub(crate) fn check_function(
    function: &str,
    timeout: Seconds,
    margin: u32,
    value: &Resolved<'_>,
    express: Span,
    sink: &Sink,
) {
    if timeout.get().saturating_add(margin) > MOST {
        let wait = match margin {
            0 => String::new(),
            _ => format!(" and its state waits {margin}s longer"),
        };
        let message =
            format!("the function `{function}` may take {timeout}{wait}, an EXPRESS execution ends after 5m");
        let fits = MOST.saturating_sub(margin);
        let help = format!("shorten it to at most `{fits}s`, or write `standard` there");
        push(message, value, express, &help, sink);
    }
}

fn shorten(dialect: Dialect) -> String {
    let most = match dialect {
        Dialect::Spec => "`5m`",
        Dialect::Definition => "300",
    };
    format!("shorten it to at most {most}, or {}", dialect.standard())
}

fn push(message: String, value: &Resolved<'_>, express: Span, help: &str, sink: &Sink) {
    let finding = value.place(Diagnostic::error(&CODE, message), "");
    sink.push(finding.secondary(express, "this makes the execution EXPRESS").help(help));
}
