//! IAC110 `not-in-express`.

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::dialect::Dialect;
use crate::model::{Place, Work};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC110",
    name: "not-in-express",
    explanation: r#"A task waits for a token, for a job's end or for an activity where executions are EXPRESS.

## Why
An EXPRESS execution ends after 5 minutes and cannot be found again by a token: Step Functions offers request and response
there, and nothing else, also in the children of a distributed Map with `children: express`. No linter tells. Page: "Choosing
workflow type in Step Functions".

## What to write instead
`children: standard`, or `type: standard` for the workflow; or the same action without `.sync` and `.waitForTaskToken`.
"#,
};

/// Judges what a task inside an EXPRESS execution calls. `express` is the word that makes the execution EXPRESS.
/// `token` is what says that the task waits for its token, where it does.
pub(crate) fn check(work: &Work, token: Option<Place>, express: Span, dialect: Dialect, sink: &Sink) {
    let (place, what) = match (token, work) {
        (Some(token), _) => (token, "a task that waits for its token"),
        (None, Work::Service(resource)) if resource.value.contains(".sync") => {
            (resource.place, "a task that waits for a job's end")
        }
        (None, Work::Arn(arn)) if arn.value.contains(":activity:") => (arn.place, "an activity"),
        _ => return,
    };
    sink.push(finding(place, what, express, dialect));
}

fn finding(place: Place, what: &str, express: Span, dialect: Dialect) -> Diagnostic {
    place
        .on(Diagnostic::error(&CODE, format!("an EXPRESS execution cannot have {what}")), "")
        .secondary(express, "this makes the execution EXPRESS")
        .help(format!("{}, or call the action without waiting", dialect.standard()))
}
