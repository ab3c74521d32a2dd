//! The condition keys of a request.

use std::collections::BTreeMap;

/// The keys, whose names have no case, each with its values. Page: "IAM JSON policy elements: Condition".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// Adds a value.
    pub(crate) fn insert(&mut self, key: &str, value: String) {
        self.0.entry(key.to_ascii_lowercase()).or_default().push(value);
    }

    /// Returns the values of a key in small letters; none when the request lacks it.
    pub(crate) fn values(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether the request has the key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }
}
