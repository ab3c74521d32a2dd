//! IAC020 `bad-size`.

use iacgen_aws_types::Invalid;
use iacgen_diagnostics::{Code, Diagnostic};

use crate::resolve::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC020",
    name: "bad-size",
    explanation: r#"A size of memory or of `/tmp` that Lambda does not offer.

## Why
Lambda takes 128 MB to 10,240 MB of memory in steps of 1 MB, and 512 MB to 10,240 MB of `/tmp`. CloudFormation would
refuse the function after minutes. Page: "Lambda quotas".

## What to write instead
A whole number with its unit: `512MB`, `1769MB` (one vCPU), `2GB`.
"#,
};

/// Says which rule a size breaks.
pub(crate) fn finding(place: Place, invalid: &Invalid) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{}` is not {}", invalid.value, invalid.what));
    place.on(finding, invalid.rule.as_str())
}
