//! IAC025 `bad-bucket-name`.

use iacgen_aws_types::Invalid;
use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC025",
    name: "bad-bucket-name",
    explanation: r#"A name that S3 does not allow for a bucket.

## Why
Names have 3 to 63 lower-case letters, digits, dots and hyphens, begin and end with a letter or digit, do not look like
an IP address, and some prefixes and suffixes are reserved. Page: "General purpose bucket naming rules".

## What to write instead
`my-project-data-dev`: names are shared by everybody in a partition, so a prefix of your own helps.
"#,
};

/// Says which rule a bucket's name breaks.
pub(crate) fn finding(place: Place, invalid: &Invalid) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{}` is not {}", invalid.value, invalid.what));
    place.on(finding, invalid.rule.as_str())
}
