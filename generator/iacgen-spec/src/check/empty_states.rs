//! IAC043 `empty-states`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::raw::RawStates;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC043",
    name: "empty-states",
    explanation: "A workflow or a Map without a state.

## Why
There is nothing to start; Step Functions refuses it.

## What to write instead
```yaml
start: Work
states:
  Work: { invoke: work, end: true }
```
",
};

/// Judges the states of a workflow or a Map.
pub(crate) fn check(states: &RawStates, what: &str, sink: &Sink) {
    if states.is_empty {
        let finding = Diagnostic::error(&CODE, format!("{what} has no state")).primary(states.span, "");
        sink.push(finding.help("add at least one: `Work: { invoke: FUNCTION, end: true }`"));
    }
}
