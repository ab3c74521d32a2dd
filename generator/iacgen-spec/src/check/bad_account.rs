//! IAC024 `bad-account`.

use iacgen_aws_types::Invalid;
use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC024",
    name: "bad-account",
    explanation: r#"A text that is not the number of an AWS account.

## Why
The assembly says which account it is meant for, and for that the number must be right. It has 12 digits and may begin
with a zero, which YAML drops from a number: so it stands in quotes.

## What to write instead
`account: "012345678901"`; `aws sts get-caller-identity` shows yours.
"#,
};

/// Says which rule an account breaks.
pub(crate) fn finding(place: Place, invalid: &Invalid) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{}` is not {}", invalid.value, invalid.what));
    place.on(finding, invalid.rule.as_str())
}
