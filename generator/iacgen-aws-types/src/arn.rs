//! Where a resource lives: partition, region, account.

use std::fmt;

use crate::Invalid;

/// An AWS partition. Page: "Amazon Resource Names (ARNs)".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Partition {
    /// `aws`, the commercial regions.
    Aws,
    /// `aws-cn`, the regions in China.
    AwsCn,
    /// `aws-us-gov`, the GovCloud regions.
    AwsUsGov,
}

impl Partition {
    /// Returns the partition's name as it stands in an ARN.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
        }
    }
}

/// A region's code such as `us-east-1`. Page: "AWS Regions".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region(String);

impl Region {
    /// Accepts `area-direction-number`, two or three words and a number.
    ///
    /// # Errors
    /// [`Invalid`] when the text has another form. Whether AWS has opened such a region is not known here.
    pub fn new(value: &str) -> Result<Self, Invalid> {
        let mut parts: Vec<&str> = value.split('-').collect();
        let number = parts.pop().unwrap_or_default();
        let words = parts.len() >= 2
            && parts.len() <= 3
            && parts.iter().all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()));
        if words && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(value.to_owned()))
        } else {
            Err(Invalid::new(value, "a region", "it must look like `us-east-1`"))
        }
    }

    /// Returns the code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the partition that the region belongs to.
    pub fn partition(&self) -> Partition {
        if self.0.starts_with("cn-") {
            Partition::AwsCn
        } else if self.0.starts_with("us-gov-") {
            Partition::AwsUsGov
        } else {
            Partition::Aws
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An account's number: 12 digits. Page: "View AWS account identifiers".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId(String);

impl AccountId {
    /// Accepts exactly twelve digits.
    ///
    /// # Errors
    /// [`Invalid`] otherwise; a leading zero lost by writing a YAML number is the usual cause.
    pub fn new(value: &str) -> Result<Self, Invalid> {
        if value.len() == 12 && value.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(value.to_owned()))
        } else {
            Err(Invalid::new(value, "an account id", "it must be 12 digits, in quotes"))
        }
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_words_and_a_number() {
        for good in ["us-east-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1"] {
            assert!(Region::new(good).is_ok(), "{good}");
        }
        for bad in ["", "us", "us-east", "us-east-", "US-EAST-1", "us_east_1", "us-east-1a", "-east-1"] {
            assert!(Region::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Region::new("us-gov-west-1").unwrap().partition(), Partition::AwsUsGov);
    }

    #[test]
    fn account_ids_are_twelve_digits() {
        assert!(AccountId::new("012345678901").is_ok());
        assert!(AccountId::new("12345678901").is_err());
        assert!(AccountId::new("12345678901a").is_err());
    }
}
