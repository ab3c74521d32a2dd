//! Functions and what they may touch.

use camino::Utf8PathBuf;
use iacgen_aws_types::{Architecture, Arn, EphemeralStorage, MemorySize, Seconds};
use iacgen_shapes::Shape;
use iacgen_tensors::TensorContract;
use indexmap::IndexMap;

use super::{Located, Place, Provisioning};

/// A Lambda function that the stack makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// The name that the spec gives it: `[a-z][a-z0-9-]{0,39}`.
    pub id: String,
    /// Where its name stands.
    pub place: Place,
    /// The handler's crate, relative to the project.
    pub handler: Utf8PathBuf,
    /// What it does, shown in the console.
    pub description: Option<String>,
    /// Memory, and with it the share of vCPUs.
    pub memory: MemorySize,
    /// At most 900 s.
    pub timeout: Located<Seconds>,
    /// The instruction set.
    pub architecture: Architecture,
    /// The size of `/tmp`, where it is set.
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// Environment variables written in the spec. Those of grants, model and tensors are derived by synth.
    pub environment: IndexMap<String, String>,
    /// The model that it runs.
    pub model: Option<Model>,
    /// Versions of layers, at most 5, in the order in which Lambda merges them.
    pub layers: Vec<Located<Arn>>,
    /// Concurrency that is kept for it and that it cannot exceed; 0 stops it.
    pub reserved: Option<Located<u32>>,
    /// Environments kept initialised on its alias.
    pub provisioned: Option<Provisioning>,
    /// Whether it runs in the workflow's network, where there is one.
    pub in_network: bool,
    /// Where failed asynchronous invocations are told.
    pub on_failure: Option<OnFailure>,
    /// How many of its former versions stay invokable.
    pub keep_versions: u32,
    /// What it may touch, in the file's order.
    pub access: Vec<Access>,
    /// The types that its handler takes and gives; `None` where it declares none.
    pub contract: Option<Contract>,
}

/// A function that somebody else deploys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingFunction {
    /// The name that the spec gives it.
    pub id: String,
    /// Where its name stands.
    pub place: Place,
    /// Its ARN, with a version or an alias where one is written.
    pub arn: Located<Arn>,
}

/// The types of a handler, from the `contract.json` beside its `Cargo.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// The file, relative to the project.
    pub path: Utf8PathBuf,
    /// What it takes.
    pub input: Shape,
    /// What it gives.
    pub output: Shape,
}

/// A model and the tensors that it takes and gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The `.onnx` file, relative to the project.
    pub path: Utf8PathBuf,
    /// When its graph is optimised ahead of time.
    pub optimize: ModelOptimization,
    /// The contract that the graph was checked against.
    pub tensors: TensorContract,
}

/// When a model's graph is optimised while it is packaged, instead of at every start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ModelOptimization {
    /// Where it is large and the machine can, and the numbers stay the same.
    #[default]
    Auto,
    /// Always; where that cannot be, packaging fails.
    Always,
    /// Never: the file is packaged as it is.
    Never,
}

/// Where failed asynchronous invocations are told: `OnFailure` of the alias's `DestinationConfig`. Invocations by
/// states are synchronous and never go there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnFailure {
    /// A queue of the spec.
    Queue(String),
    /// A topic of the spec.
    Topic(String),
}

/// A grant by intent. What it names stands in the spec.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Objects of a bucket.
    Objects {
        /// What for.
        kind: AccessKind,
        /// The bucket.
        bucket: String,
        /// The prefix of the keys, without a leading slash. Empty for the whole bucket.
        prefix: String,
    },
    /// `send`: put messages into a queue.
    Send {
        /// The queue.
        queue: String,
    },
    /// `receive`: take messages out of a queue.
    Receive {
        /// The queue.
        queue: String,
    },
    /// `publish`: tell a topic.
    Publish {
        /// The topic.
        topic: String,
    },
    /// `query`: read items of a table.
    Query {
        /// The table.
        table: String,
    },
    /// `put`: write items of a table.
    Put {
        /// The table.
        table: String,
    },
}

/// What a grant of objects is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessKind {
    /// List the keys under the prefix.
    List,
    /// Read objects under the prefix.
    Read,
    /// Write objects under the prefix.
    Write,
}
