//! Memory, storage and concurrency, each within Lambda's bounds. Page: "Lambda quotas".

use crate::Invalid;

/// Splits `1769MB` or `2GB` into megabytes.
fn megabytes(text: &str, what: &'static str) -> Result<u32, Invalid> {
    let bad = || Invalid::new(text, what, "write a whole number and a unit: `512MB` or `2GB`");
    let (number, factor) = if let Some(number) = text.strip_suffix("MB") {
        (number, 1)
    } else if let Some(number) = text.strip_suffix("GB") {
        (number, 1024)
    } else {
        return Err(bad());
    };
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    number.parse::<u32>().ok().and_then(|n| n.checked_mul(factor)).ok_or_else(bad)
}

/// A function's memory: 128 to 10,240 MB in steps of 1 MB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemorySize(u32);

impl MemorySize {
    /// The memory at which a function has one vCPU, in MB. Page: "Configure Lambda function memory".
    pub const ONE_VCPU: u32 = 1_769;

    /// Accepts megabytes.
    ///
    /// # Errors
    /// [`Invalid`] outside 128 to 10,240 MB.
    pub fn new(megabytes: u32) -> Result<Self, Invalid> {
        if (128..=10_240).contains(&megabytes) {
            Ok(Self(megabytes))
        } else {
            Err(Invalid::new(format!("{megabytes}MB"), "a memory size", "Lambda offers 128MB to 10240MB"))
        }
    }

    /// Reads `512MB` or `2GB`.
    ///
    /// # Errors
    /// [`Invalid`] when the unit is missing or the size is out of bounds.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::new(megabytes(text, "a memory size")?)
    }

    /// Returns the size in MB.
    pub const fn megabytes(self) -> u32 {
        self.0
    }

    /// Returns the share of vCPUs that comes with the memory.
    pub fn vcpus(self) -> f64 {
        f64::from(self.0) / f64::from(Self::ONE_VCPU)
    }
}

/// The size of a function's `/tmp`: 512 to 10,240 MB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EphemeralStorage(u32);

impl EphemeralStorage {
    /// Accepts megabytes.
    ///
    /// # Errors
    /// [`Invalid`] outside 512 to 10,240 MB.
    pub fn new(megabytes: u32) -> Result<Self, Invalid> {
        if (512..=10_240).contains(&megabytes) {
            Ok(Self(megabytes))
        } else {
            Err(Invalid::new(
                format!("{megabytes}MB"),
                "an ephemeral storage size",
                "Lambda offers 512MB to 10240MB",
            ))
        }
    }

    /// Reads `512MB` or `2GB`.
    ///
    /// # Errors
    /// [`Invalid`] when the unit is missing or the size is out of bounds.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::new(megabytes(text, "an ephemeral storage size")?)
    }

    /// Returns the size in MB.
    pub const fn megabytes(self) -> u32 {
        self.0
    }
}

/// A number of execution environments kept initialised: 1 and more. Page: "Configuring provisioned concurrency".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Provisioned(u32);

impl Provisioned {
    /// Accepts one and more; none is `None` of an option, as Lambda has no zero.
    ///
    /// # Errors
    /// [`Invalid`] for zero.
    pub fn new(environments: u32) -> Result<Self, Invalid> {
        if environments == 0 {
            Err(Invalid::new(environments.to_string(), "a provisioned concurrency", "it must be at least 1"))
        } else {
            Ok(Self(environments))
        }
    }

    /// Returns the number of environments.
    pub const fn get(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_128_to_10240() {
        assert_eq!(MemorySize::parse("1769MB").unwrap().megabytes(), 1_769);
        assert_eq!(MemorySize::parse("2GB").unwrap().megabytes(), 2_048);
        for bad in ["127MB", "10241MB", "11GB", "512", "512 MB", "MB", "1.5GB", "512mb", "9999999999GB"] {
            assert!(MemorySize::parse(bad).is_err(), "{bad}");
        }
    }
}
