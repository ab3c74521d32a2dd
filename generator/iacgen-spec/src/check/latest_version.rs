//! IAC156 `latest-version`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use super::unqualified_function;
use crate::model::{Place, Workflow};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC156",
    name: "latest-version",
    explanation: "A state invokes `$LATEST`. A warning.

## Why
Provisioned concurrency exists on a version or an alias, never on `$LATEST`: such a state meets cold starts, whatever was
provisioned. And `$LATEST` changes under executions that are on their way. Page: \"Configuring provisioned concurrency for a
function\".

## What to write instead
The ARN of an alias or a version: `arn:aws:lambda:us-east-1:111111111111:function:infer:live`. States that invoke functions of the
spec always use their alias.
",
};

/// Finds every ARN in states that ends in `$LATEST`; `functions` takes none.
pub(crate) fn check(workflow: &Workflow, sink: &Sink) {
    unqualified_function::each_invoked(workflow, &mut |named| {
        if named.qualifier() == Some("$LATEST") {
            sink.push(finding(named.place));
        }
    });
}

fn finding(place: Place) -> Diagnostic {
    let message = "`$LATEST` has no provisioned concurrency, and changes under running executions";
    place.on(Diagnostic::warning(&CODE, message), "").help("name an alias or a version of the function")
}
