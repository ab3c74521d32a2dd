//! IAC040 `no-transition`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::raw::{RawKind, RawState};
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC040",
    name: "no-transition",
    explanation: "A state says neither what follows nor that nothing does, or it says both.

## Why
Step Functions takes exactly one of the two from every state but Succeed and Fail.

## What to write instead
```yaml
Infer:     { invoke: infer, next: Summarize }
Summarize: { invoke: summarize, end: true }
```
",
};

/// Judges one state.
pub(crate) fn check(name: &Spanned<String>, state: &RawState, sink: &Sink) {
    if !matches!(state.kind, Some(RawKind::Invoke(_) | RawKind::Map(_))) {
        return;
    }
    match (state.next_key, state.end_key) {
        (None, None) => sink.push(
            Diagnostic::error(&CODE, format!("`{}` says neither `next` nor `end`", name.value))
                .primary(name.span, "what follows this state?")
                .help("add `next: A State`, or `end: true` if nothing follows"),
        ),
        (Some(next), Some(end)) => sink.push(
            Diagnostic::error(&CODE, format!("`{}` says both `next` and `end`", name.value))
                .primary(end, "this says that nothing follows")
                .secondary(next, "and this that something does")
                .help("delete one of them"),
        ),
        _ => {}
    }
}
