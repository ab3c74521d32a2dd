//! IAC023 `bad-region`.

use iacgen_aws_types::Invalid;
use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC023",
    name: "bad-region",
    explanation: r#"A text that is not the code of a region.

## Why
The region becomes part of every ARN.

## What to write instead
The code, such as `us-east-1`, not its name ("N. Virginia") and not an availability zone (`us-east-1a`).
"#,
};

/// Says which rule a region breaks.
pub(crate) fn finding(place: Place, invalid: &Invalid) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{}` is not {}", invalid.value, invalid.what));
    place.on(finding, invalid.rule.as_str())
}
