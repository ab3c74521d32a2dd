//! What an environment settles.

use iacgen_aws_types::{AccountId, Arn, Environment, Region};
use indexmap::IndexMap;

use super::Located;

/// Where an assembly goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An AWS account.
    Aws,
    /// This machine.
    Local,
}

/// An environment's own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its name, which is the file's name in `environments/`.
    pub environment: Environment,
    /// Where the assembly goes.
    pub target: Target,
    /// The region.
    pub region: Region,
    /// The account; deploying with other credentials is refused.
    pub account: AccountId,
    /// Tags put on every resource that takes tags, in the file's order.
    pub tags: IndexMap<String, String>,
    /// The policy that bounds every role.
    pub permissions_boundary: Option<Located<Arn>>,
    /// The account's concurrent executions of functions in the region; 1,000 where the environment does not say.
    pub concurrency_limit: u32,
}
