//! Names of stacks, environments, buckets and architectures.

use std::fmt;

use crate::Invalid;

/// The instruction set of a function. Page: "Selecting and configuring an instruction set architecture".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Architecture {
    /// 64-bit x86.
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit Arm (Graviton).
    #[serde(rename = "arm64")]
    Arm64,
}

impl Architecture {
    /// Returns Lambda's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    /// Reads Lambda's word for it.
    ///
    /// # Errors
    /// [`Invalid`] for any other word.
    pub fn new(value: &str) -> Result<Self, Invalid> {
        match value {
            "x86_64" => Ok(Self::X86_64),
            "arm64" => Ok(Self::Arm64),
            _ => Err(Invalid::new(value, "an architecture", "write `x86_64` or `arm64`")),
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of an S3 bucket. Page: "General purpose bucket naming rules".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BucketName(String);

impl BucketName {
    /// Accepts 3 to 63 lower-case letters, digits, dots and hyphens that begin and end with a letter or digit.
    ///
    /// # Errors
    /// [`Invalid`] otherwise, also for names that look like an IP address or use a reserved prefix or suffix.
    pub fn new(value: &str) -> Result<Self, Invalid> {
        let invalid = |rule: &str| Err(Invalid::new(value, "a bucket name", rule));
        let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !(3..=63).contains(&value.len()) {
            return invalid("it must have 3 to 63 characters");
        }
        if !value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.') {
            return invalid("it may hold lower-case letters, digits, dots and hyphens");
        }
        if !edge(value.bytes().next()) || !edge(value.bytes().last()) || value.contains("..") {
            return invalid("it must begin and end with a letter or digit and have no two dots in a row");
        }
        if value.split('.').count() == 4 && value.split('.').all(|part| part.parse::<u8>().is_ok()) {
            return invalid("it must not look like an IP address");
        }
        if ["xn--", "sthree-", "amzn-s3-demo-"].iter().any(|p| value.starts_with(p))
            || ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|s| value.ends_with(s))
        {
            return invalid("its prefix or suffix is reserved by S3");
        }
        Ok(Self(value.to_owned()))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of an environment such as `prod`: 1 to 20 lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Environment(String);

impl Environment {
    /// Accepts a name that can stand in a file name and in a stack name.
    ///
    /// # Errors
    /// [`Invalid`] otherwise.
    pub fn new(value: &str) -> Result<Self, Invalid> {
        let first = value.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        if !first
            || value.len() > 20
            || !value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            return Err(Invalid::new(
                value,
                "an environment's name",
                "it must begin with a letter and have 1 to 20 lower-case letters, digits and hyphens",
            ));
        }
        Ok(Self(value.to_owned()))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a CloudFormation stack: `[A-Za-z][A-Za-z0-9-]{0,127}`. Page: "CreateStack".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StackName(String);

impl StackName {
    /// Accepts a valid stack name.
    ///
    /// # Errors
    /// [`Invalid`] otherwise.
    pub fn new(value: &str) -> Result<Self, Invalid> {
        let first = value.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        if !first || value.len() > 128 || !value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(Invalid::new(
                value,
                "a stack name",
                "it must begin with a letter and have 1 to 128 letters, digits and hyphens",
            ));
        }
        Ok(Self(value.to_owned()))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names_follow_the_rules() {
        for good in ["cosmicai-data", "a.b.c", "123"] {
            assert!(BucketName::new(good).is_ok(), "{good}");
        }
        for bad in ["ab", "Data", "-data", "data-", "a..b", "192.168.0.1", "xn--data", "data--x-s3", "a_b"] {
            assert!(BucketName::new(bad).is_err(), "{bad}");
        }
    }
}
