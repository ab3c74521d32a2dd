//! Ids of what a VPC holds.

use std::fmt;

use crate::Invalid;

/// Tells whether an id is a prefix with 8 or 17 hexadecimal digits behind it. Page: "Longer EC2 and EBS resource IDs".
fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        matches!(digits.len(), 8 | 17)
            && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

/// A subnet: `subnet-` and 8 or 17 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubnetId(String);

impl SubnetId {
    /// Accepts a subnet's id.
    ///
    /// # Errors
    /// [`Invalid`] otherwise.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if is_id(text, "subnet-") {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(text, "a subnet", "it looks like `subnet-0123456789abcdef0`"))
        }
    }

    /// Returns the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubnetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A security group: `sg-` and 8 or 17 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecurityGroupId(String);

impl SecurityGroupId {
    /// Accepts a security group's id.
    ///
    /// # Errors
    /// [`Invalid`] otherwise.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if is_id(text, "sg-") {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(text, "a security group", "it looks like `sg-0123456789abcdef0`"))
        }
    }

    /// Returns the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecurityGroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_a_prefix_and_digits() {
        assert!(
            SubnetId::new("subnet-0123456789abcdef0").is_ok() && SubnetId::new("subnet-01234567").is_ok()
        );
        assert!(SecurityGroupId::new("sg-0123456789abcdef0").is_ok());
        for bad in ["", "subnet-", "subnet-0123456789ABCDEF0", "subnet-012345678", "sg-0123456789abcdef0"] {
            assert!(SubnetId::new(bad).is_err(), "{bad}");
        }
        assert!(SecurityGroupId::new("subnet-0123456789abcdef0").is_err());
    }
}
