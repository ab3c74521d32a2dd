//! Functions and what they may touch.

use camino::Utf8PathBuf;
use iacgen_aws_types::{Architecture, EphemeralStorage, MemorySize, Provisioned, Seconds};
use iacgen_tensors::TensorContract;
use indexmap::IndexMap;

/// A Lambda function.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// The name that the spec gives it: `[a-z][a-z0-9-]{0,39}`.
    pub id: String,
    /// The handler's crate, relative to the project.
    pub handler: Utf8PathBuf,
    /// What it does, shown in the console.
    pub description: Option<String>,
    /// Memory, and with it the share of vCPUs.
    pub memory: MemorySize,
    /// At most 900 s.
    pub timeout: Seconds,
    /// The instruction set.
    pub architecture: Architecture,
    /// The size of `/tmp`, where it is set.
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// Environment variables written in the spec. Those of buckets, model and tensors are derived by synth.
    pub environment: IndexMap<String, String>,
    /// The model that it runs.
    pub model: Option<Model>,
    /// Environments kept initialised on its alias.
    pub provisioned: Option<Provisioned>,
    /// What it may touch, in the file's order.
    pub access: Vec<Access>,
}

/// A model and the tensors that it takes and gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The `.onnx` file, relative to the project.
    pub path: Utf8PathBuf,
    /// The contract that the graph was checked against.
    pub tensors: TensorContract,
}

/// A grant by intent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// What for.
    pub kind: AccessKind,
    /// The bucket's name in the spec.
    pub bucket: String,
    /// The prefix of the keys, without a leading slash. Empty for the whole bucket.
    pub prefix: String,
}

/// What a grant is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessKind {
    /// List the keys under the prefix.
    List,
    /// Read objects under the prefix.
    Read,
    /// Write objects under the prefix.
    Write,
}
