//! The checked workflow, resolved for one environment.
//!
//! Everything here is valid by construction of `resolve/` and `check/`: names refer to things that exist, every
//! `${env.NAME}` is replaced, states that this environment cannot reach are gone, and so are the functions that
//! nothing invokes any more. No field is optional that cannot be absent.

mod answer;
mod bucket;
mod function;
mod items;
mod json;
mod messaging;
mod place;
mod provisioning;
mod references;
mod release;
mod resource;
mod retry;
mod settings;
mod state;
mod surroundings;
mod table;
mod template;
mod trigger;

pub use answer::Answer;
pub use bucket::{Bucket, BucketOrigin, Expiry};
pub use function::{
    Access, AccessKind, Contract, ExistingFunction, Function, Model, ModelOptimization, OnFailure,
};
pub use items::{BucketName, ItemFormat, ItemReader, ItemSource, Items, ResultWriter};
pub use json::{JsonMember, JsonNode, LocatedJson};
pub use messaging::{Order, Queue, QueueOrigin, Topic, TopicOrigin};
pub use place::{Located, Place};
pub use provisioning::{Provisioning, Scaling, ScheduledCapacity};
pub use release::{Release, Shift, Step};
pub use resource::{RawResource, ResourcePolicy};
pub use retry::RetryPolicy;
pub use settings::{Settings, Target};
pub use state::{
    Batch, Branch, Catcher, Choice, ChoiceRule, Condition, DataFlow, Dynamic, Map, Next, Output, PathSetting,
    State, StateKind, States, Task, Wait, Work,
};
pub use surroundings::{
    Alarms, Encryption, LogLevel, Logs, Network, OnnxRuntime, OnnxRuntimeLibrary, PackagePlace,
};
pub use table::{Attribute, AttributeType, Table, TableOrigin};
pub use template::{Reference, ReferenceKind, Template, TemplateValue};
pub use trigger::{Trigger, TriggerKind};

use iacgen_asl::{ExecutionType, QueryLanguage};
use iacgen_aws_types::Seconds;
use iacgen_shapes::Shape;
use indexmap::IndexMap;

/// A whole workflow in one environment. Maps keep the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    /// Its name: `[a-z][a-z0-9-]{0,39}`. The stack is `NAME-ENVIRONMENT`.
    pub name: String,
    /// The machine's `Comment`.
    pub comment: Option<String>,
    /// Whether executions are STANDARD or EXPRESS.
    pub machine_type: ExecutionType,
    /// The language of paths and expressions where a state does not set its own.
    pub query: QueryLanguage,
    /// The whole execution's `TimeoutSeconds`.
    pub timeout: Option<Seconds>,
    /// The type of an execution's input; `None` for anything.
    pub input: Option<Shape>,
    /// What is logged, and for how long.
    pub logs: Logs,
    /// Whether the machine and its functions are traced.
    pub tracing: bool,
    /// What encrypts.
    pub encryption: Encryption,
    /// The VPC that functions run in; `None` for none.
    pub network: Option<Network>,
    /// Whether there are alarms, and whom they tell.
    pub alarms: Alarms,
    /// Whether there is a dashboard.
    pub dashboard: bool,
    /// How a new definition takes over; `None` where executions use the newest at once.
    pub release: Option<Release>,
    /// How ONNX Runtime and models are packaged.
    pub onnxruntime: OnnxRuntime,
    /// The environment.
    pub settings: Settings,
    /// Buckets by the name that the spec gives them.
    pub buckets: IndexMap<String, Bucket>,
    /// Queues by the name that the spec gives them.
    pub queues: IndexMap<String, Queue>,
    /// Topics by the name that the spec gives them.
    pub topics: IndexMap<String, Topic>,
    /// Tables by the name that the spec gives them.
    pub tables: IndexMap<String, Table>,
    /// What starts executions, by the name that the spec gives it.
    pub triggers: IndexMap<String, Trigger>,
    /// Functions that the stack makes, by the name that the spec gives them.
    pub functions: IndexMap<String, Function>,
    /// Functions that somebody else deploys. No name is in both.
    pub existing_functions: IndexMap<String, ExistingFunction>,
    /// Resources as CloudFormation has them, by logical id.
    pub resources: IndexMap<String, RawResource>,
    /// The states.
    pub states: States,
}
