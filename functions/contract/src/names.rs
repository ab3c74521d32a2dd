//! Names that become parts of object keys: checked once, at construction.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A name that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {what}: {rule}")]
pub struct InvalidName {
    /// What was given.
    pub value: String,
    /// What it should be.
    pub what: &'static str,
    /// The rule it breaks, and so the mend.
    pub rule: &'static str,
}

/// The name of an execution: 1 to 80 letters, digits, `-` and `_` (the AWS API reference of `StartExecution` allows
/// more, and says that other characters keep CloudWatch from logging).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

impl RunId {
    /// Checks a name.
    ///
    /// # Errors
    /// [`InvalidName`] for a name that is empty, too long or holds another character.
    pub fn new(value: impl Into<String>) -> Result<Self, InvalidName> {
        let value = value.into();
        let fits = (1..=80).contains(&value.len())
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if fits {
            Ok(Self(value))
        } else {
            Err(InvalidName {
                value,
                what: "an execution name",
                rule: "use 1 to 80 letters, digits, `-` and `_`",
            })
        }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RunId {
    type Error = InvalidName;

    fn try_from(value: String) -> Result<Self, InvalidName> {
        Self::new(value)
    }
}

impl From<RunId> for String {
    fn from(value: RunId) -> Self {
        value.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl JsonSchema for RunId {
    fn schema_name() -> Cow<'static, str> {
        "RunId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,80}$", "description": "The execution's name."})
    }
}

/// The prefix of everything that a run writes: `runs/<result path>/<execution>/`. It always ends with a slash, so that
/// no run's prefix is the beginning of another's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunPrefix(String);

/// The folder of all runs; the functions' roles may write nowhere else.
const RUNS: &str = "runs/";

impl RunPrefix {
    /// Builds the prefix of a run. Empty parts of the result path (doubled, leading and trailing slashes) are dropped.
    ///
    /// # Errors
    /// [`InvalidName`] for a path without parts, with `.` or `..`, or with a character that S3's page
    /// "Naming Amazon S3 objects" does not call safe (a space is allowed besides).
    pub fn new(result_path: &str, id: &RunId) -> Result<Self, InvalidName> {
        let refuse = |rule| InvalidName { value: result_path.to_owned(), what: "a result path", rule };
        let parts: Vec<&str> = result_path.split('/').filter(|part| !part.is_empty()).collect();
        if parts.is_empty() {
            return Err(refuse("name at least one folder, such as `scaling/first`"));
        }
        if parts.iter().any(|part| *part == "." || *part == "..") {
            return Err(refuse("a part must not be `.` or `..`"));
        }
        let is_safe = |c: char| c.is_ascii_alphanumeric() || "!-_.*'() =".contains(c);
        if !parts.iter().all(|part| part.chars().all(is_safe)) {
            return Err(refuse("use letters, digits, spaces and `! - _ . * ' ( ) =` between slashes"));
        }
        Ok(Self(format!("{RUNS}{}/{id}/", parts.join("/"))))
    }

    /// Returns the folder below `runs/`, without its slash at the end.
    pub fn folder(&self) -> &str {
        self.0.strip_prefix(RUNS).and_then(|rest| rest.strip_suffix('/')).unwrap_or(&self.0)
    }

    /// Returns the text, with its slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RunPrefix {
    type Error = InvalidName;

    fn try_from(value: String) -> Result<Self, InvalidName> {
        let refuse = |rule| InvalidName { value: value.clone(), what: "the prefix of a run", rule };
        let inner = value
            .strip_prefix(RUNS)
            .and_then(|rest| rest.strip_suffix('/'))
            .ok_or_else(|| refuse("it starts with `runs/` and ends with `/`"))?;
        if inner.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
            return Err(refuse("a part must not be empty, `.` or `..`"));
        }
        Ok(Self(value))
    }
}

impl From<RunPrefix> for String {
    fn from(value: RunPrefix) -> Self {
        value.0
    }
}

impl fmt::Display for RunPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl JsonSchema for RunPrefix {
    fn schema_name() -> Cow<'static, str> {
        "RunPrefix".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^runs/.+/$",
            "description": "The prefix of everything that the run writes.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_path_becomes_a_prefix() {
        let id = RunId::new("demo-1").unwrap();
        let prefix = RunPrefix::new("scaling/result-partition-100MB/9GB/2", &id).unwrap();
        assert_eq!(prefix.as_str(), "runs/scaling/result-partition-100MB/9GB/2/demo-1/");
        assert_eq!(prefix.folder(), "scaling/result-partition-100MB/9GB/2/demo-1");
        assert_eq!(RunPrefix::try_from(prefix.as_str().to_owned()).unwrap(), prefix);
    }

    #[test]
    fn empty_parts_are_dropped_and_climbing_is_refused() {
        let id = RunId::new("x").unwrap();
        assert_eq!(RunPrefix::new("//a///b/", &id).unwrap().as_str(), "runs/a/b/x/");
        for path in ["", "/", "a/../b", "..", "a/./b", "a\\b", "a\u{0}", "a?b", "é"] {
            assert!(RunPrefix::new(path, &id).is_err(), "{path}");
        }
        for prefix in ["runs/", "runs//", "other/a/", "runs/a", "runs/../a/", ""] {
            assert!(RunPrefix::try_from(prefix.to_owned()).is_err(), "{prefix}");
        }
    }

    #[test]
    fn execution_names_are_checked() {
        for name in ["a", "0-_Z", &"x".repeat(80)] {
            assert!(RunId::new(name).is_ok(), "{name}");
        }
        for name in ["", "a/b", "a b", "..", &"x".repeat(81), "é"] {
            assert!(RunId::new(name).is_err(), "{name}");
        }
    }
}
