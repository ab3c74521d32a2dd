//! IAC106 `bad-intrinsic`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::intrinsic::InvalidCall;

use crate::dialect::Dialect;
use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC106",
    name: "bad-intrinsic",
    explanation: r#"A call of an intrinsic function that Step Functions cannot read: a bracket or a quote that is not closed, an argument that is
none.

## Why
It is refused at deployment. Page: "Intrinsic functions for JSONPath states in Step Functions".

## What to write instead
`States.Format('runs/{}', $.run)`: texts in single quotes, paths as they are, calls within calls. A text that begins with
`States.` and is no call has a backslash before it: `\States.Timeout`.
"#,
};

/// Points at the part of a call that is wrong. `place` is that of the whole.
pub(crate) fn finding(text: &str, place: Place, invalid: &InvalidCall, dialect: Dialect) -> Diagnostic {
    let place = place.part(invalid.span.start, invalid.span.end);
    let message = format!("`{text}` is no call of an intrinsic function: {}", invalid.fault);
    let finding = place.on(Diagnostic::error(&CODE, message), "");
    if text.contains('(') {
        return finding.help("write it as in `States.Format('runs/{}', $.run)`");
    }
    finding.help("write a call, such as `States.Format('runs/{}', $.run)`").help(match dialect {
        Dialect::Spec => "if the text itself is meant, write a backslash before it",
        Dialect::Definition => "if the text itself is meant, write the key without `.$`",
    })
}
