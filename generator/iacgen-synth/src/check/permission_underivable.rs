//! IAC190 `permission-underivable`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::calls::Gap;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC190",
    name: "permission-underivable",
    explanation: "The permission that a state needs does not follow from what it says.

## Why
The machine's role is allowed what its states call and nothing else. Which table, queue, bucket or role that is stands in the
call's arguments, unless they come out of the execution's input: a permission on everything would be the only one that always
fits, and none is written here.

## What to write instead
The resource itself in the arguments (`\"${table.runs}\"`, an ARN), or `resources: [\"arn:...\"]` beside the call, with the ARNs
that may come. An item reader or a result writer takes a bucket of `buckets`.
",
};

/// Reports every gap.
pub(super) fn check(gaps: &[Gap], sink: &Sink) {
    for gap in gaps {
        let message = format!("the permission that `{}` needs does not follow from it", gap.state);
        let finding = gap.place.on(Diagnostic::error(&CODE, message), "");
        sink.push(
            finding.note(gap.why.clone()).help(
                "name what it touches: in the arguments, or with `resources: [\"arn:...\"]` beside them",
            ),
        );
    }
}
