//! The name of one action.

use std::borrow::Cow;
use std::fmt;

/// One action of one service, such as `s3:GetObject`. Never a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Action(Cow<'static, str>);

impl Action {
    /// Takes a name, meant for constants so that a wrong one does not compile.
    ///
    /// # Panics
    /// When the name is a pattern or lacks its service.
    pub const fn new(name: &'static str) -> Self {
        assert!(is_action(name), "an action is written `service:Name`, in full");
        Self(Cow::Borrowed(name))
    }

    /// Reads a name that is known only when the program runs.
    ///
    /// # Errors
    /// [`NotAnAction`] when it is a pattern or lacks its service or its name.
    pub fn parse(name: &str) -> Result<Self, NotAnAction> {
        if is_action(name) {
            Ok(Self(Cow::Owned(name.to_owned())))
        } else {
            Err(NotAnAction { name: name.to_owned() })
        }
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name, to be kept.
    pub fn into_name(self) -> Cow<'static, str> {
        self.0
    }

    /// Returns the prefix of its service: `s3` of `s3:GetObject`.
    pub fn service(&self) -> &str {
        self.0.split_once(':').map_or("", |(service, _)| service)
    }
}

/// A text that is not the name of one action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not one action: it must read `service:Name`, without `*` and `?`")]
pub struct NotAnAction {
    /// The text.
    pub name: String,
}

/// Whether the text reads `service:Name` in letters, digits and hyphens.
const fn is_action(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut colon = 0;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b':' if colon == 0 => colon = at,
            b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {}
            _ => return false,
        }
        at += 1;
    }
    colon > 0 && colon + 1 < bytes.len()
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_refused() {
        for bad in
            ["*", "s3:*", "s3:Get*", "s3:GetObjec?", "GetObject", ":GetObject", "s3:", "s3:a:b", "s3:a b"]
        {
            assert!(std::panic::catch_unwind(|| Action::new(bad)).is_err(), "{bad}");
            assert_eq!(Action::parse(bad).unwrap_err().name, bad);
        }
        assert_eq!(Action::new("s3:GetObject").to_string(), "s3:GetObject");
        assert_eq!(Action::parse("execute-api:Invoke").unwrap().service(), "execute-api");
        assert_eq!(Action::parse("s3:GetObject").unwrap(), Action::new("s3:GetObject"));
    }
}
