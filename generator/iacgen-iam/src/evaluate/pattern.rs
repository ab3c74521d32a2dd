//! Texts with wildcards and variables. Pages: "IAM JSON policy elements: Resource", "IAM policy elements: Variables and tags".

use std::borrow::Cow;
use std::fmt;

use super::context::Context;

/// A text where `*` stands for any characters and `?` for one; `${*}`, `${?}` and `${$}` are those characters, and
/// `${aws:username}` is what the request has for that key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pattern(Vec<Part>);

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Any characters.
    Any,
    /// One character.
    One,
    /// This character.
    This(char),
    /// The value of a key of the request, or another text.
    Variable {
        /// The key.
        key: String,
        /// What stands there when the request lacks the key.
        default: Option<String>,
    },
}

/// What `*` and `?` are in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wildcards {
    Meant,
    Characters,
}

impl Pattern {
    /// The pattern of every text.
    pub(crate) fn any() -> Self {
        Self(vec![Part::Any])
    }

    /// Reads a pattern; the error is the variable that is not well written.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        Self::parse(text, Wildcards::Meant)
    }

    /// Reads a text where `*` and `?` are characters. Variables have their meaning all the same.
    pub(crate) fn read_exact(text: &str) -> Result<Self, String> {
        Self::parse(text, Wildcards::Characters)
    }

    fn parse(text: &str, wildcards: Wildcards) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some(variable) = rest.strip_prefix("${") {
                let Some((name, after)) = variable.split_once('}') else {
                    return Err(rest.to_owned());
                };
                match name {
                    "*" | "?" | "$" => parts.extend(name.chars().map(Part::This)),
                    _ => parts.push(Self::variable(name).ok_or_else(|| format!("${{{name}}}"))?),
                }
                rest = after;
                continue;
            }
            parts.push(match first {
                '*' if wildcards == Wildcards::Meant => Part::Any,
                '?' if wildcards == Wildcards::Meant => Part::One,
                other => Part::This(other),
            });
            rest = &rest[first.len_utf8()..];
        }
        Ok(Self(parts))
    }

    /// `aws:username` or `aws:username, 'anonymous'`. Page: "IAM policy elements: Variables and tags", "Specifying default
    /// values".
    fn variable(name: &str) -> Option<Part> {
        let (key, default) = match name.split_once(',') {
            Some((key, default)) => {
                let default = default.trim().strip_prefix('\'')?.strip_suffix('\'')?;
                (key.trim(), Some(default.to_owned()))
            }
            None => (name, None),
        };
        key.contains(':').then(|| Part::Variable { key: key.to_ascii_lowercase(), default })
    }

    /// Returns the parts.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Returns the keys that it takes from the request.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Variable { key, .. } => Some(key.as_str()),
            _ => None,
        })
    }

    /// Puts the request's values in, or returns `None` when it lacks one: such a text matches nothing.
    pub(crate) fn resolved(&self, context: &Context) -> Option<Cow<'_, Self>> {
        if self.variables().next().is_none() {
            return Some(Cow::Borrowed(self));
        }
        let mut parts = Vec::new();
        for part in &self.0 {
            match part {
                // A key with several values cannot be a variable.
                Part::Variable { key, default } => match (context.values(key), default) {
                    ([value], _) => parts.extend(value.chars().map(Part::This)),
                    ([], Some(default)) => parts.extend(default.chars().map(Part::This)),
                    _ => return None,
                },
                other => parts.push(other.clone()),
            }
        }
        Some(Cow::Owned(Self(parts)))
    }

    /// Whether a text has this form. Variables match nothing, so they are resolved before.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut part, mut at) = (0, 0);
        // Where the last `*` stands, and how far it reaches.
        let mut any = None;
        while at < text.len() {
            match self.0.get(part) {
                Some(Part::Any) => {
                    any = Some((part, at));
                    part += 1;
                }
                Some(Part::One) => (part, at) = (part + 1, at + 1),
                Some(Part::This(character)) if *character == text[at] => (part, at) = (part + 1, at + 1),
                _ => match any {
                    Some((star, reach)) => {
                        any = Some((star, reach + 1));
                        (part, at) = (star + 1, reach + 1);
                    }
                    None => return false,
                },
            }
        }
        self.0[part..].iter().all(|part| *part == Part::Any)
    }

    /// Splits it as an ARN into six parts, or returns `None` when it has fewer.
    pub(crate) fn split_as_arn(&self) -> Option<Vec<Self>> {
        let mut split: Vec<Vec<Part>> = vec![Vec::new()];
        for part in &self.0 {
            if *part == Part::This(':') && split.len() < 6 {
                split.push(Vec::new());
            } else if let Some(last) = split.last_mut() {
                last.push(part.clone());
            }
        }
        (split.len() == 6).then(|| split.into_iter().map(Self).collect())
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Any => f.write_str("*")?,
                Part::One => f.write_str("?")?,
                Part::This(character @ ('*' | '?' | '$')) => write!(f, "${{{character}}}")?,
                Part::This(character) => write!(f, "{character}")?,
                Part::Variable { key, default: None } => write!(f, "${{{key}}}")?,
                Part::Variable { key, default: Some(default) } => write!(f, "${{{key}, '{default}'}}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_characters_and_escapes_for_themselves() {
        for (pattern, text, expected) in [
            ("arn:x/*", "arn:x/a/b", true),
            ("arn:x/*", "arn:x/", true),
            ("arn:x/*", "arn:x", false),
            ("*a*b?", "xxaybabc", true),
            ("*a*b?", "xxayb", false),
            ("a${*}/*", "a*/b", true),
            ("a${*}/*", "ab/b", false),
            ("${?}${$}", "?$", true),
            ("", "", true),
            ("", "a", false),
            ("é?", "éü", true),
        ] {
            assert_eq!(Pattern::read(pattern).unwrap().matches(text), expected, "{pattern} {text}");
        }
        assert!(Pattern::read_exact("a*").unwrap().matches("a*"));
        assert!(!Pattern::read_exact("a*").unwrap().matches("ab"));
    }

    #[test]
    fn variables_take_the_requests_values_as_they_are() {
        let mut context = Context::default();
        context.insert("aws:username", "a*".to_owned());
        context.insert("aws:many", "x".to_owned());
        context.insert("aws:many", "y".to_owned());
        let matches = |pattern: &str, text: &str| {
            Pattern::read(pattern).unwrap().resolved(&context).is_some_and(|pattern| pattern.matches(text))
        };
        assert!(matches("home/${AWS:Username}/*", "home/a*/b"));
        assert!(!matches("home/${aws:username}/*", "home/ab/b"));
        assert!(matches("${aws:none, 'all'}", "all"));
        assert!(!matches("${aws:none}", ""));
        assert!(!matches("${aws:many}", "x"));
        assert_eq!(Pattern::read("a/${username}").unwrap_err(), "${username}");
        assert_eq!(Pattern::read("a/${aws:x").unwrap_err(), "${aws:x");
    }
}
