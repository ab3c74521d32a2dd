//! On-demand prices of what a run uses, with the day they were read.
//!
//! Pages: "AWS Lambda pricing", "AWS Step Functions pricing", "Amazon S3 pricing". Tiered discounts
//! and the free tier are left out, so a figure is an upper bound.

use crate::{Architecture, Region};

/// The day on which the prices below were last compared with AWS's pages (ISO 8601).
pub const AS_OF: &str = "2026-11-24";

/// Prices in US dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    /// Lambda, x86_64: per GB-second of billed duration and allocated memory.
    pub lambda_x86_gb_second: f64,
    /// Lambda, arm64: per GB-second of billed duration and allocated memory.
    pub lambda_arm_gb_second: f64,
    /// Lambda: per request.
    pub lambda_request: f64,
    /// Lambda, x86_64: per GB-second for which an environment is kept initialised.
    pub lambda_x86_provisioned_gb_second: f64,
    /// Lambda, arm64: per GB-second for which an environment is kept initialised.
    pub lambda_arm_provisioned_gb_second: f64,
    /// CloudWatch: per alarm on one metric and month. Page: "Amazon CloudWatch pricing".
    pub alarm_month: f64,
    /// CloudWatch: per dashboard and month.
    pub dashboard_month: f64,
    /// KMS: per key and month. Page: "AWS Key Management Service pricing".
    pub key_month: f64,
    /// Step Functions, STANDARD: per state transition.
    pub standard_transition: f64,
    /// Step Functions, EXPRESS: per request.
    pub express_request: f64,
    /// Step Functions, EXPRESS: per GB-second in the first tier; memory counts in steps of 64 MB.
    pub express_gb_second: f64,
}

/// The price list of us-east-1, which most regions share for these services.
pub const US_EAST_1: Prices = Prices {
    lambda_x86_gb_second: 0.000_016_666_7,
    lambda_arm_gb_second: 0.000_013_333_4,
    lambda_request: 0.000_000_2,
    lambda_x86_provisioned_gb_second: 0.000_004_166_7,
    lambda_arm_provisioned_gb_second: 0.000_003_333_4,
    alarm_month: 0.10,
    dashboard_month: 3.00,
    key_month: 1.00,
    standard_transition: 0.000_025,
    express_request: 0.000_001,
    express_gb_second: 0.000_016_67,
};

/// Regions known to share the list of us-east-1 for these services.
const SAME_AS_US_EAST_1: [&str; 4] = ["us-east-1", "us-east-2", "us-west-2", "eu-west-1"];

impl Prices {
    /// Returns the list for a region, or `None` where it is not known here.
    pub fn of(region: &Region) -> Option<&'static Self> {
        SAME_AS_US_EAST_1.contains(&region.as_str()).then_some(&US_EAST_1)
    }

    /// Returns the price of one GB-second of Lambda on the architecture.
    pub fn lambda_gb_second(&self, architecture: Architecture) -> f64 {
        match architecture {
            Architecture::X86_64 => self.lambda_x86_gb_second,
            Architecture::Arm64 => self.lambda_arm_gb_second,
        }
    }

    /// Returns the price of one GB-second of Lambda for which an environment is kept initialised.
    pub fn lambda_provisioned_gb_second(&self, architecture: Architecture) -> f64 {
        match architecture {
            Architecture::X86_64 => self.lambda_x86_provisioned_gb_second,
            Architecture::Arm64 => self.lambda_arm_provisioned_gb_second,
        }
    }
}
