//! IAC027 `out-of-range`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC027",
    name: "out-of-range",
    explanation: r#"A number is outside what AWS accepts.

## Why
Each of these is refused at deployment, stops an execution, or is never reached without anybody being told:

| field | range | page |
|---|---|---|
| `attempts` | 0 to 99,999,999 | "Handling errors in Step Functions workflows" |
| `concurrency` of a distributed Map | 1 to 10,000 | "Using Map state in Distributed mode" |
| `concurrency` of an inline Map | 1 to 40 | "Using Map state in Inline mode" |
| `items` and `bytes` of a batch | at least 1; 1 to 262,144 | "ItemBatcher (Map)" |
| `limit` of an item reader | 1 to 100,000,000 | "ItemReader (Map)" |
| `timeout` and `heartbeat` of a task, `wait` | up to 99,999,999 seconds | "Task workflow state", "Wait workflow state" |
| `tolerated_failure_percentage` | 0 to 100 | "Setting failure thresholds for Distributed Map states" |
| `provisioned` | 0 to 900, more where AWS has raised the account's quota | "Lambda quotas" |
| `visibility` of a queue | 1s to 12h | "SetQueueAttributes" |
| `retain` of a queue | 1m to 14d | "SetQueueAttributes" |
| `dead_letters` of a queue | 1 to 1,000 | "Amazon SQS dead-letter queues" |
| `percent` of a release | 1 to 99 | "AWS::StepFunctions::StateMachineAlias DeploymentPreference" |
| `interval` and `cap` | up to 99,999,999 and 31,622,399 seconds | "Handling errors in Step Functions workflows" |

## What to write instead
A number within the range that the message names.
"#,
};

/// Names the range.
pub(crate) fn finding(value: &Resolved<'_>, what: &str, range: &str) -> Diagnostic {
    value.place(
        Diagnostic::error(&CODE, format!("{what} must be {range}, this is {}", value.scalar.text())),
        "",
    )
}
