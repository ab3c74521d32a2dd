//! IAC040 `no-transition`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::dialect::Dialect;
use crate::raw::{RawKind, RawState};
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC040",
    name: "no-transition",
    explanation: "A state says neither what follows nor that nothing does, or it says both.

## Why
Step Functions takes exactly one of the two from every state but Choice, Succeed and Fail.

## What to write instead
```yaml
Infer:     { invoke: infer, next: Summarize }
Summarize: { invoke: summarize, end: true }
```
",
};

/// Judges one state.
pub(crate) fn check(name: &Spanned<String>, state: &RawState, dialect: Dialect, sink: &Sink) {
    // Those that have nothing behind them have no such fields, and a kind that cannot be read is reported already.
    if matches!(state.kind, None | Some(RawKind::Choice { .. } | RawKind::Succeed | RawKind::Fail { .. })) {
        return;
    }
    let (next_field, end_field) = (dialect.field("next"), dialect.field("end"));
    match (state.next_key, state.end_key) {
        (None, None) => sink.push(
            Diagnostic::error(&CODE, format!("`{}` says neither {next_field} nor {end_field}", name.value))
                .primary(name.span, "what follows this state?")
                .help(format!(
                    "add {}, or {} if nothing follows",
                    dialect.entry("next", "A State"),
                    dialect.end()
                )),
        ),
        (Some(next), Some(end)) => sink.push(
            Diagnostic::error(&CODE, format!("`{}` says both {next_field} and {end_field}", name.value))
                .primary(end, "this says that nothing follows")
                .secondary(next, "and this that something does")
                .help("delete one of them"),
        ),
        _ => {}
    }
}
