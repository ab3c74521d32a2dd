//! Whole seconds, the unit of Lambda's and Step Functions' timeouts.

use std::fmt;

use crate::Invalid;

/// A positive number of whole seconds, written `30s`, `5m`, `1h` or `90d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(u32);

impl Seconds {
    /// One minute.
    pub const MINUTE: Self = Self(60);
    /// Five minutes.
    pub const FIVE_MINUTES: Self = Self(300);

    /// Accepts one second and more.
    ///
    /// # Errors
    /// [`Invalid`] for zero.
    pub fn new(value: u32) -> Result<Self, Invalid> {
        if value == 0 {
            Err(Invalid::new(value.to_string(), "a duration", "it must be at least 1s"))
        } else {
            Ok(Self(value))
        }
    }

    /// Reads `30s`, `5m`, `1h` or `90d`.
    ///
    /// # Errors
    /// [`Invalid`] when the unit is missing, the number is not whole, or the result does not fit.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bad = || {
            Invalid::new(text, "a duration", "write a whole number and a unit: `30s`, `5m`, `1h` or `90d`")
        };
        let unit = text.chars().last().ok_or_else(bad)?;
        let factor = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return Err(bad()),
        };
        let number = &text[..text.len() - unit.len_utf8()];
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        let number: u32 = number.parse().map_err(|_| bad())?;
        Self::new(number.checked_mul(factor).ok_or_else(bad)?)
    }

    /// Adds seconds; what does not fit stays at the most that does.
    #[must_use]
    pub const fn saturating_add(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Returns the number of seconds.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Returns the number of whole days, rounded up: the unit of S3's lifecycle rules.
    pub const fn days(self) -> u32 {
        self.0.div_ceil(86_400)
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            n if n % 86_400 == 0 => write!(f, "{}d", n / 86_400),
            n if n % 3_600 == 0 => write!(f, "{}h", n / 3_600),
            n if n % 60 == 0 => write!(f, "{}m", n / 60),
            n => write!(f, "{n}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_and_print() {
        for (text, seconds) in [("1s", 1), ("90s", 90), ("2m", 120), ("1h", 3_600), ("90d", 7_776_000)] {
            assert_eq!(Seconds::parse(text).unwrap().get(), seconds);
        }
        assert_eq!(Seconds::parse("120s").unwrap().to_string(), "2m");
        for bad in ["", "s", "0s", "1.5h", "-1s", "10", "1 h", "99999999d", "5é"] {
            assert!(Seconds::parse(bad).is_err(), "{bad}");
        }
    }
}
