//! IAC020 `bad-size`.

use iacgen_aws_types::{Invalid, MemorySize};
use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;

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
    let finding = place.on(finding, invalid.rule.as_str());
    match meant(&invalid.value) {
        Some(size) => finding.help(format!("did you mean `{size}`?")),
        None => finding,
    }
}

/// Returns the size that a number without its unit, or with the unit spelt otherwise, stands for.
fn meant(value: &str) -> Option<String> {
    let digits = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (number, unit) = value.split_at(digits);
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "m" | "mb" | "mib" => "MB",
        "g" | "gb" | "gib" => "GB",
        _ => return None,
    };
    let size = format!("{number}{unit}");
    (size != value && MemorySize::parse(&size).is_ok()).then_some(size)
}
