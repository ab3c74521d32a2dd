//! Things that exist already, or that the stack makes: `existing` excludes what says how they are made.

use iacgen_diagnostics::Span;

use super::RawValue;
use super::reader::Fields;
use crate::yaml::Spanned;

/// What says whose a thing is.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawExisting {
    /// The name or the ARN of a thing that exists.
    pub(crate) value: Option<RawValue>,
    /// The key `existing`, whether its value can be read or not.
    pub(crate) key: Option<Span>,
    /// The keys that say how the stack makes it.
    pub(crate) managed_keys: Vec<Spanned<String>>,
}

impl RawExisting {
    /// Reads `existing`, and the keys of the fields that it excludes.
    pub(super) fn read(fields: &Fields<'_, '_>, managed: &[&str]) -> Self {
        Self {
            value: fields.value("existing"),
            key: fields.entry("existing").map(|entry| entry.key.span),
            managed_keys: managed
                .iter()
                .filter_map(|field| fields.entry(field).map(|entry| entry.key.clone()))
                .collect(),
        }
    }
}
