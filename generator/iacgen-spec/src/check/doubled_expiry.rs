//! IAC080 `doubled-expiry`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::Expiry;
use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC080",
    name: "doubled-expiry",
    explanation: "Two `expire` rules of one bucket have the same prefix.

## Why
S3 deletes an object at the earlier of two times, so the other rule does nothing, and whoever wrote it believes that its
objects are kept for longer. Page: \"Conflicts in lifecycle configurations\" in the S3 guide.

## What to write instead
One rule for each prefix. A rule for `runs/` beside one for the whole bucket is fine: the earlier one counts.
",
};

/// Judges the rules of one bucket, each with its place.
pub(crate) fn check(rules: &[(Place, Expiry)], sink: &Sink) {
    for (index, (place, rule)) in rules.iter().enumerate() {
        let Some((first, _)) = rules[..index].iter().find(|(_, first)| first.prefix == rule.prefix) else {
            continue;
        };
        let what = match rule.prefix.as_str() {
            "" => "the whole bucket".to_owned(),
            prefix => format!("`{prefix}`"),
        };
        let finding = Diagnostic::error(&CODE, format!("{what} has two `expire` rules"));
        sink.push(place.on(finding, "").secondary(first.at(), "the first is here").help("keep one of them"));
    }
}
