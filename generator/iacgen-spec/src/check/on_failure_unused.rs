//! IAC152 `on-failure-unused`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC152",
    name: "on-failure-unused",
    explanation: "A function has `on_failure`, and only states invoke it. A warning.

## Why
States wait for the function's answer: such an invocation is synchronous, and its failure goes to the state, which retries or catches
it. Lambda tells `on_failure` of asynchronous invocations alone, so nothing ever arrives there. Page: \"Capturing records of Lambda
asynchronous invocations\".

## What to write instead
A `catch` in the state that invokes the function, which sends a message:
```yaml
Failed: { task: \"sqs:sendMessage\", arguments: { QueueUrl: \"${queue.failures}\", MessageBody: $.Cause }, next: ... }
```
Where something else invokes the function, a resource of `resources` names it: `${function.NAME}`.
",
};

/// Points at the destination.
pub(crate) fn finding(destination: &Spanned<String>, function: &str, definition: Span) -> Diagnostic {
    Diagnostic::warning(
        &CODE,
        format!("nothing ever arrives at `{}`: only states invoke `{function}`", destination.value),
    )
    .primary(destination.span, "")
    .secondary(definition, "the function")
    .note("states wait for the answer, and Lambda tells of asynchronous invocations alone")
    .help("delete it, and let the state `catch` the failure")
}
