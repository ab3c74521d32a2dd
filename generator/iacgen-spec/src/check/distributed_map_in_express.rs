//! IAC046 `distributed-map-in-express`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::dialect::Dialect;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC046",
    name: "distributed-map-in-express",
    explanation: r#"A distributed Map stands in an EXPRESS workflow, or in an EXPRESS child of another.

## Why
Step Functions refuses it: only STANDARD executions can start a Map run. The children may be EXPRESS all the same. Page:
"Choosing workflow type in Step Functions".

## What to write instead
```yaml
type: standard
states:
  Shards: { map: distributed, children: express, ... }
```
"#,
};

/// Points at the Map's mode, and at what makes it run in an EXPRESS execution: `machine` where the whole machine is one, and
/// otherwise the children of the Map around it.
pub(crate) fn finding(mode: Span, express: Span, machine: Option<Span>, dialect: Dialect) -> Diagnostic {
    Diagnostic::error(&CODE, "a distributed Map cannot run in an EXPRESS execution")
        .primary(mode, "this starts a Map run")
        .secondary(express, "this makes the execution EXPRESS")
        .help(match dialect {
            Dialect::Spec if machine != Some(express) => {
                "write `standard` for the children of the Map around it; its own can stay `express`"
            }
            Dialect::Definition if machine != Some(express) => {
                "write `\"ExecutionType\": \"STANDARD\"` for the Map around it; its own children can stay EXPRESS"
            }
            Dialect::Spec => {
                "write `type: standard` for the workflow; the Map's own `children: express` can stay"
            }
            Dialect::Definition => "make the machine a STANDARD one; the Map's own children can stay EXPRESS",
        })
}
