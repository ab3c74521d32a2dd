//! The one error of this crate.

/// A value that AWS would refuse, with the rule it breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {what}: {rule}")]
pub struct Invalid {
    /// What was given.
    pub value: String,
    /// What it should have been, with its article: "a region".
    pub what: &'static str,
    /// The rule, as a fragment: "it must be 12 digits".
    pub rule: String,
}

impl Invalid {
    pub(crate) fn new(value: impl Into<String>, what: &'static str, rule: impl Into<String>) -> Self {
        Self { value: value.into(), what, rule: rule.into() }
    }
}
