//! IAC047 `express-too-long`.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC047",
    name: "express-too-long",
    explanation: r#"A timeout is over 5 minutes where executions are EXPRESS.

## Why
An EXPRESS execution ends after 5 minutes, so a Lambda function inside it that takes longer is cut off, and its work is
billed and lost. No other tool sees this: the function and the state machine are right, each alone. Page: "Choosing
workflow type in Step Functions".

## What to write instead
A timeout of at most `5m`, or `children: standard` (`type: standard` for the whole workflow).
"#,
};

/// The longest EXPRESS execution, in seconds.
const MOST: u32 = 300;

/// Judges one timeout inside an EXPRESS execution. `express` is the word that makes it one.
pub(crate) fn check(timeout: Seconds, value: &Resolved<'_>, what: &str, express: Span, sink: &Sink) {
    if timeout.get() > MOST {
        let finding = Diagnostic::error(
            &CODE,
            format!("{what} may take {timeout}, an EXPRESS execution ends after 5m"),
        );
        sink.push(
            value
                .place(finding, "")
                .secondary(express, "this makes the execution EXPRESS")
                .help("shorten it to at most `5m`, or write `standard` there"),
        );
    }
}
