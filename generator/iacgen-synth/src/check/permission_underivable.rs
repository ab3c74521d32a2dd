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
or patterns that may come: for a call over HTTPS its URLs, `\"https://api.example.com/v1/*\"`, and `\"*\"` only for actions that take
no resource. What a service reads and writes for the call, as Athena does, are grants: `access: [{ write: results }]`. An item
reader or a result writer whose bucket is a path lists the buckets that it may be: `buckets: [data]`.
",
};

/// Reports every gap.
pub(super) fn check(gaps: &[Gap], sink: &Sink) {
    for gap in gaps {
        let message = format!("the permission that `{}` needs does not follow from it", gap.state);
        let finding = gap.place.on(Diagnostic::error(&CODE, message), "");
        // A cause, and behind it the mend.
        sink.push(match gap.why.split_once("; ") {
            Some((cause, mend)) => finding.note(cause).help(mend),
            None => finding.note(gap.why.clone()),
        });
    }
}
