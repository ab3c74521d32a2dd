//! Names for things that have none yet.

use std::collections::BTreeSet;

/// Names that are taken.
#[derive(Debug, Default)]
pub(crate) struct Ids(BTreeSet<String>);

/// The longest name. See `names.rs`.
const LONGEST: usize = 40;

impl Ids {
    /// Returns a name like a text that nobody has yet; `otherwise` where nothing of the text can stay.
    pub(crate) fn take(&mut self, text: &str, otherwise: &str) -> String {
        let base = id(text).unwrap_or_else(|| otherwise.to_owned());
        let mut name = base.clone();
        let mut number = 2_u32;
        while !self.0.insert(name.clone()) {
            let suffix = format!("-{number}");
            let kept = base.len().min(LONGEST - suffix.len());
            name = format!("{}{suffix}", &base[..kept]);
            number += 1;
        }
        name
    }
}

/// Returns a text as a name of the spec: `TooManyRequests` becomes `too-many-requests`.
pub(crate) fn id(text: &str) -> Option<String> {
    let mut name = String::new();
    let mut before = ' ';
    for c in text.chars() {
        if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            name.push('-');
        }
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        before = c;
    }
    let name = name.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let name = name[..name.len().min(LONGEST)].trim_end_matches('-');
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_spec_and_each_is_new() {
        let mut ids = Ids::default();
        for (text, name) in [
            ("TooManyRequestsException", "too-many-requests-exception"),
            ("States.ALL", "states-all"),
            ("ALL", "all"),
            ("ALL", "all-2"),
            ("99 red_balloons!", "red-balloons"),
            ("§", "retry"),
            ("data-parallel-init", "data-parallel-init"),
        ] {
            assert_eq!(ids.take(text, "retry"), name, "{text}");
        }
        let long = ids.take(&"x".repeat(60), "x");
        let second = ids.take(&"x".repeat(60), "x");
        assert_eq!((long.len(), second.len()), (40, 40));
        assert!(second.ends_with("-2"));
    }
}
