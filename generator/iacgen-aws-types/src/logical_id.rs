//! The name of a resource inside a template.

use std::fmt;

use crate::Invalid;

/// A CloudFormation logical id: `[A-Za-z0-9]{1,255}`. Page: "Resources section structure".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogicalId(String);

impl LogicalId {
    /// Accepts a valid logical id.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty, too long, or has another character.
    pub fn new(value: impl Into<String>) -> Result<Self, Invalid> {
        let value = value.into();
        if value.is_empty() || value.len() > 255 || !value.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(Invalid::new(value, "a logical id", "it must be 1 to 255 letters and digits"));
        }
        Ok(Self(value))
    }

    /// Makes a logical id of free words: `"my infer-fn"` and `"Role"` give `MyInferFnRole`.
    /// Characters other than ASCII letters and digits separate words and vanish.
    /// Words without any letter or digit give `Resource`, so that the result is always valid.
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut id = String::new();
        for word in words {
            for part in word.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
                let (head, tail) = part.split_at(1);
                id.push_str(&head.to_ascii_uppercase());
                id.push_str(tail);
            }
        }
        if id.is_empty() {
            id.push_str("Resource");
        }
        id.truncate(255);
        Self(id)
    }

    /// Returns the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_one_id() {
        assert_eq!(
            LogicalId::from_words(["model-inference", "log group"]).as_str(),
            "ModelInferenceLogGroup"
        );
        assert_eq!(LogicalId::from_words(["--"]).as_str(), "Resource");
        assert!(LogicalId::new("a-b").is_err());
        assert!(LogicalId::new("").is_err());
    }
}
