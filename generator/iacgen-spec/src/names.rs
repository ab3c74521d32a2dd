//! What names look like.

/// The rule of [`is_id`], as it stands in messages.
pub(crate) const ID_RULE: &str =
    "begin with a lower-case letter, then up to 39 lower-case letters, digits and hyphens";

/// Tells whether a text names a workflow, a function, a bucket or a retry: `[a-z][a-z0-9-]{0,39}`.
pub(crate) fn is_id(text: &str) -> bool {
    starts_lower(text)
        && text.len() <= 40
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The rule of [`is_value_name`], as it stands in messages.
pub(crate) const VALUE_RULE: &str =
    "begin with a lower-case letter, then up to 39 lower-case letters, digits and underscores";

/// Tells whether a text names a value of an environment: `[a-z][a-z0-9_]{0,39}`.
pub(crate) fn is_value_name(text: &str) -> bool {
    starts_lower(text)
        && text.len() <= 40
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn starts_lower(text: &str) -> bool {
    text.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
}
