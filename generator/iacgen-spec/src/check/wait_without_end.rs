//! IAC116 `wait-without-end`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::dialect::Dialect;
use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC116",
    name: "wait-without-end",
    explanation: r#"A task waits for its token and has neither a timeout nor a heartbeat. A warning.

## Why
If the token never comes back, because a message was lost or a program crashed, the execution stands still for up to a year,
and nobody is told. Page: "Best practices for Step Functions: use timeouts to avoid stuck executions".

## What to write instead
```yaml
timeout: 1d        # how long the whole may take
heartbeat: 10m     # how long nothing may be heard of it; needs SendTaskHeartbeat
```
"#,
};

/// Points at what says that the task waits.
pub(crate) fn finding(place: Place, dialect: Dialect) -> Diagnostic {
    let help = match dialect {
        Dialect::Spec => "add `timeout: 1d`, or `heartbeat: 10m` if it sends heartbeats",
        Dialect::Definition => {
            "add `\"TimeoutSeconds\": 86400`, or `\"HeartbeatSeconds\": 600` if it sends heartbeats"
        }
    };
    place.on(Diagnostic::warning(&CODE, "the task waits for its token for up to a year"), "").help(help)
}
