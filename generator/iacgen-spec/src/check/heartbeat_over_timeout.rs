//! IAC108 `heartbeat-over-timeout`.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::{Dynamic, Located};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC108",
    name: "heartbeat-over-timeout",
    explanation: r#"A task's heartbeat is not shorter than its timeout.

## Why
The timeout ends the task before a missed heartbeat could; Step Functions refuses it. Page: "Task workflow state".

## What to write instead
A heartbeat well below the timeout: `timeout: 1h` with `heartbeat: 5m`.
"#,
};

/// Judges two durations that are both written out.
pub(crate) fn check(heartbeat: &Located<Dynamic<Seconds>>, timeout: &Located<Dynamic<Seconds>>, sink: &Sink) {
    let (Dynamic::Value(beat), Dynamic::Value(most)) = (&heartbeat.value, &timeout.value) else {
        return;
    };
    if beat >= most {
        let message = format!("the heartbeat of {beat} is not shorter than the timeout of {most}");
        let finding = heartbeat.place.on(Diagnostic::error(&CODE, message), "");
        let finding = finding.secondary(timeout.place.at(), "the task is over by then");
        sink.push(finding.help("shorten the heartbeat, or leave it out"));
    }
}
