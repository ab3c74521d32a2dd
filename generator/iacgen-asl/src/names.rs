//! Validated words of the language: state names, paths, JSONata expressions, timestamps.

use std::borrow::Borrow;
use std::fmt;

/// The name of a state: 1 to 80 characters, none of them a control character.
///
/// Source: Step Functions developer guide, "State machine structure in Amazon States Language".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateName(String);

/// Why a text is no state name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStateName {
    /// The name has no characters, or more than 80.
    #[error("a state name has 1 to 80 characters, this one has {length}")]
    Length {
        /// Characters found.
        length: usize,
    },
    /// The name holds a control character.
    #[error("a state name must not hold the control character {character:?}")]
    ControlCharacter {
        /// The first one found.
        character: char,
    },
}

impl StateName {
    /// Checks and takes a name.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidStateName> {
        let name = name.into();
        let length = name.chars().count();
        if length == 0 || length > 80 {
            return Err(InvalidStateName::Length { length });
        }
        match name.chars().find(|character| character.is_control()) {
            Some(character) => Err(InvalidStateName::ControlCharacter { character }),
            None => Ok(Self(name)),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for StateName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for StateName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// A path into the state's input (`$.a`), the context object (`$$.Execution.Id`) or a variable
/// (`$count`). A Fail state's `ErrorPath` and `CausePath` may hold an intrinsic function call instead.
///
/// Only the first character is judged here; whoever evaluates a path parses it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(String);

/// A text that is neither a path nor an intrinsic function call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a path: write `$`, `$.field`, `$$.Context` or `$variable`")]
pub struct InvalidPath {
    /// The text found.
    pub text: String,
}

impl Path {
    /// Checks and takes a path.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidPath> {
        let text = text.into();
        if text.starts_with('$') || text.starts_with("States.") {
            Ok(Self(text))
        } else {
            Err(InvalidPath { text })
        }
    }

    /// `$`: the whole input.
    pub fn root() -> Self {
        Self("$".to_owned())
    }

    /// `$.field`, or `$['field']` where the name needs quotes.
    pub fn field(name: &str) -> Self {
        Self::root().child(name)
    }

    /// This path, one field deeper.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let plain = name.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && name.chars().all(|character| character.is_alphanumeric() || character == '_');
        if plain {
            Self(format!("{}.{name}", self.0))
        } else {
            Self(format!("{}['{}']", self.0, name.replace('\\', "\\\\").replace('\'', "\\'")))
        }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A JSONata expression with its delimiters: `{% $states.input %}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expression(String);

impl Expression {
    /// The expression, if the text stands between `{%` and `%}`.
    pub fn recognise(text: &str) -> Option<Self> {
        (text.len() >= 4 && text.starts_with("{%") && text.ends_with("%}")).then(|| Self(text.to_owned()))
    }

    /// The text, delimiters included.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A moment in the profile of RFC 3339 that the language takes: `2016-03-14T01:59:00Z`, with the
/// capital `T`, and a capital `Z` or a numeric offset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(String);

/// A text that is no RFC 3339 timestamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` does not match an RFC 3339 timestamp such as 2016-03-14T01:59:00Z")]
pub struct InvalidTimestamp {
    /// The text found.
    pub text: String,
}

impl Timestamp {
    /// Checks and takes a timestamp.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidTimestamp> {
        let text = text.into();
        if is_rfc3339(&text) { Ok(Self(text)) } else { Err(InvalidTimestamp { text }) }
    }

    /// The timestamp as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_rfc3339(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let (clock, zone_ok) = if let Some(clock) = time.strip_suffix('Z') {
        (clock, true)
    } else if let Some(at) = time.rfind(['+', '-']) {
        (&time[..at], digits(&time[at + 1..], ':', &[(2, 23), (2, 59)]))
    } else {
        return false;
    };
    let (clock, fraction_ok) = match clock.split_once('.') {
        Some((clock, fraction)) => {
            (clock, !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit()))
        }
        None => (clock, true),
    };
    zone_ok
        && fraction_ok
        && digits(date, '-', &[(4, 9999), (2, 12), (2, 31)])
        && digits(clock, ':', &[(2, 23), (2, 59), (2, 60)])
        && !date.contains("-00")
}

/// Whether the text is exactly these groups of digits, each of a width and a greatest value.
fn digits(text: &str, separator: char, groups: &[(usize, u32)]) -> bool {
    let parts: Vec<&str> = text.split(separator).collect();
    parts.len() == groups.len()
        && parts.iter().zip(groups).all(|(part, (width, greatest))| {
            part.len() == *width
                && part.bytes().all(|byte| byte.is_ascii_digit())
                && part.parse::<u32>().is_ok_and(|value| value <= *greatest)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_names_have_1_to_80_characters_and_no_control_character() {
        assert!(StateName::new("Distributed Test").is_ok());
        assert!(StateName::new("é".repeat(80)).is_ok());
        assert_eq!(StateName::new(""), Err(InvalidStateName::Length { length: 0 }));
        assert_eq!(StateName::new("a".repeat(81)), Err(InvalidStateName::Length { length: 81 }));
        assert_eq!(StateName::new("a\nb"), Err(InvalidStateName::ControlCharacter { character: '\n' }));
    }

    #[test]
    fn fields_that_need_quotes_get_them() {
        assert_eq!(Path::field("body").as_str(), "$.body");
        assert_eq!(Path::field("a b").child("c").as_str(), "$['a b'].c");
        assert_eq!(Path::field("it's").as_str(), "$['it\\'s']");
        assert!(Path::new("body").is_err());
    }

    #[test]
    fn timestamps_are_rfc3339_with_t_and_a_zone() {
        for good in ["2016-03-14T01:59:00Z", "2016-03-14T01:59:00.123Z", "2016-03-14T01:59:00+05:30"] {
            assert!(Timestamp::new(good).is_ok(), "{good}");
        }
        for bad in [
            "2016-12-05 21:29:29Z",
            "2016-13-05T21:29:29Z",
            "2016-12-05T25:29:29Z",
            "05-12-2016T21:29:29Z",
            "2016-12-05T21:29:29",
            "{% '2016-03-14T01:59:00Z' %}",
        ] {
            assert!(Timestamp::new(bad).is_err(), "{bad}");
        }
    }
}
