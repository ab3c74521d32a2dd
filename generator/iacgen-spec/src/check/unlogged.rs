//! IAC151 `unlogged`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC151",
    name: "unlogged",
    explanation: "Executions leave no trace, or `logs.data` asks for what is not logged. A warning.

## Why
Step Functions keeps the history of STANDARD executions itself. Of EXPRESS executions it keeps none: without a log nobody learns why
one failed. `data: true` puts inputs and outputs into the log, so it says nothing with `level: off`. Page: \"Using CloudWatch Logs
to log execution history in Step Functions\".

## What to write instead
```yaml
logs: { retain: 30d, level: error }      # error is what holds where it is left out
```
",
};

/// An EXPRESS machine without a log.
pub(crate) fn express(level: Place, express: Span) -> Diagnostic {
    let finding = Diagnostic::warning(&CODE, "EXPRESS executions without a log leave no trace");
    level
        .on(finding, "")
        .secondary(express, "this makes the execution EXPRESS")
        .help("write `level: error`, or `fatal`")
}

/// Data of a log that is not written.
pub(crate) fn data(data: Place, level: Place) -> Diagnostic {
    let finding = Diagnostic::warning(&CODE, "`data` says nothing where nothing is logged");
    data.on(finding, "")
        .secondary(level.at(), "because of this")
        .help("delete it, or write `level: all` there")
}
