//! `manifest.json`.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use iacgen_aws_types::{AccountId, Environment, LogicalId, Region, StackName};
use serde::{Deserialize, Serialize};

use crate::Sha256;

/// The format of `manifest.json` and `assets.json` that this version reads and writes.
pub const FORMAT: u32 = 1;

/// What an assembly is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The workflow's name.
    pub project: String,
    /// The environment.
    pub environment: Environment,
    /// Where it goes.
    pub target: Target,
    /// The region.
    pub region: Region,
    /// The account.
    pub account: AccountId,
    /// The stack's name.
    pub stack: StackName,
    /// The logical id of the state machine in the template.
    pub state_machine: LogicalId,
    /// Whether every function's package was known, so that the template can be deployed.
    pub packaged: bool,
    /// Every other file with its digest.
    pub files: BTreeMap<Utf8PathBuf, Sha256>,
}

/// What a manifest says besides digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The workflow's name.
    pub project: String,
    /// The environment.
    pub environment: Environment,
    /// Where it goes.
    pub target: Target,
    /// The region.
    pub region: Region,
    /// The account.
    pub account: AccountId,
    /// The stack's name.
    pub stack: StackName,
    /// The logical id of the state machine in the template.
    pub state_machine: LogicalId,
    /// Whether every function's package was known.
    pub packaged: bool,
}

impl Manifest {
    /// Makes a manifest of files.
    pub fn new(identity: Identity, files: &BTreeMap<Utf8PathBuf, String>) -> Self {
        let Identity { project, environment, target, region, account, stack, state_machine, packaged } =
            identity;
        let files = files.iter().map(|(path, text)| (path.clone(), Sha256::of(text))).collect();
        Self {
            format: FORMAT,
            project,
            environment,
            target,
            region,
            account,
            stack,
            state_machine,
            packaged,
            files,
        }
    }
}

/// Where an assembly goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// An AWS account.
    Aws,
    /// This machine.
    Local,
}
