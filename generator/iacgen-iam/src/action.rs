//! The name of one action.

use std::fmt;

/// One action of one service, such as `s3:GetObject`. Never a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Action(&'static str);

impl Action {
    /// Takes a name, meant for constants so that a wrong one does not compile.
    ///
    /// # Panics
    /// When the name is a pattern or lacks its service.
    pub const fn new(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        let mut has_service = false;
        let mut at = 0;
        while at < bytes.len() {
            assert!(bytes[at] != b'*' && bytes[at] != b'?', "an action must be named in full");
            has_service |= bytes[at] == b':' && at > 0;
            at += 1;
        }
        assert!(has_service, "an action is written `service:Name`");
        Self(name)
    }

    /// Returns the name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_refused() {
        for bad in ["*", "s3:*", "s3:Get*", "s3:GetObjec?", "GetObject", ":GetObject"] {
            assert!(std::panic::catch_unwind(|| Action::new(bad)).is_err(), "{bad}");
        }
        assert_eq!(Action::new("s3:GetObject").to_string(), "s3:GetObject");
    }
}
