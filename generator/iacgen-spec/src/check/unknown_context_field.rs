//! IAC052 `unknown-context-field`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::dialect::Dialect;
use crate::model::Place;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC052",
    name: "unknown-context-field",
    explanation: r#"A path into the context object names a field that it does not have.

## Why
The context object has a fixed set of fields; a path to another one stops the execution at that state. `$$.Map.Item` is
there only inside a Map and in its `select`, `$$.Task` only in a task that waits for its token. Page: "Accessing execution data from the Context object in Step Functions".

## What to write instead
`$$.Execution.Id`, `.Name`, `.Input`, `.StartTime`, `.RoleArn`, `.RedriveCount`, `.RedriveTime`; `$$.State.Name`,
`.EnteredTime`, `.RetryCount`; `$$.StateMachine.Id`, `.Name`; `$$.Task.Token`; `$$.Map.Item.Index`, `.Value`, `.Key`, `.Source`.
"#,
};

/// Suggests the nearest field.
pub(crate) fn finding(place: Place, field: &str, parent: &str, known: &[&str]) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("the context object has no `{parent}.{field}`"));
    let finding = place.on(finding, "");
    match suggest::nearest(field, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{parent}.{near}`?")),
        None => finding.help(format!("`{parent}` has {}", suggest::list(known))),
    }
}

/// `$$.Map` outside a Map.
pub(crate) fn outside_map(place: Place, dialect: Dialect) -> Diagnostic {
    place
        .on(Diagnostic::error(&CODE, "`$$.Map` is there only inside a Map"), "")
        .help(format!("move it to the Map's {}, or read from `$`", dialect.field("select")))
}

/// `$$.Task` in a state that does not wait for its token.
pub(crate) fn outside_token(place: Place, dialect: Dialect) -> Diagnostic {
    place.on(Diagnostic::error(&CODE, "`$$.Task` is there only in a task that waits for its token"), "").help(
        match dialect {
            Dialect::Spec => "write `wait_for_token: true`, or `.waitForTaskToken` behind the action",
            Dialect::Definition => "write `.waitForTaskToken` behind the action in `Resource`",
        },
    )
}
