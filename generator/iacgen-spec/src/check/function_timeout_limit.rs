//! IAC022 `function-timeout-limit`.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC022",
    name: "function-timeout-limit",
    explanation: r#"A function's timeout is over 15 minutes.

## Why
Lambda stops every invocation after 900 seconds. Page: "Lambda quotas".

## What to write instead
At most `15m`. Longer work is split: make the shards smaller and let a Map run more of them.
"#,
};

/// The most that Lambda offers, in seconds.
const MOST: u32 = 900;

/// Judges one timeout.
pub(crate) fn check(value: &Resolved<'_>, timeout: Seconds, sink: &Sink) {
    if timeout.get() > MOST {
        let finding =
            Diagnostic::error(&CODE, format!("a function's timeout is at most 15m, this is {timeout}"));
        sink.push(value.place(finding, "").help("make the shards smaller and let a Map run more of them"));
    }
}
