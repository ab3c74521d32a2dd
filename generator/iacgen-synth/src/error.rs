//! Why a workflow has no assembly.

use iacgen_asl::{InvalidPath, InvalidStateName};
use iacgen_aws_types::Invalid;
use iacgen_cfn::DuplicateLogicalId;
use iacgen_cfn::limits::LimitExceeded;

/// Why a workflow has no assembly.
#[derive(Debug, thiserror::Error)]
pub enum SynthesisError {
    /// Two names of the spec become one logical id.
    #[error("{0}: rename one of the functions or buckets that are called alike")]
    LogicalId(#[from] DuplicateLogicalId),
    /// CloudFormation would refuse the template.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
    /// A name cannot be used.
    #[error(transparent)]
    Name(#[from] Invalid),
    /// A state's name cannot be used.
    #[error("the state `{state}` has a name that Step Functions refuses")]
    StateName {
        /// The name.
        state: String,
        /// Why.
        source: InvalidStateName,
    },
    /// A path cannot be used.
    #[error("the state `{state}` has a path that Step Functions refuses")]
    Path {
        /// The state.
        state: String,
        /// Why.
        source: InvalidPath,
    },
    /// A path stands where Step Functions takes an object.
    #[error("the state `{state}` gives a path where Step Functions takes an object of named values")]
    PathIsNoObject {
        /// The state.
        state: String,
    },
    /// A list mixes paths with objects, which no call can make.
    #[error(
        "the state `{state}` has a list of paths and objects: make the objects in a Pass state before it"
    )]
    PathBesideObject {
        /// The state.
        state: String,
    },
    /// A text is no JSONata expression.
    #[error("the state `{state}` has `{text}` where a JSONata expression stands")]
    Expression {
        /// The state.
        state: String,
        /// The text.
        text: String,
    },
    /// The permissions of a call do not follow from it.
    #[error("the state `{state}`: {why}")]
    Underivable {
        /// The state.
        state: String,
        /// Why.
        why: String,
    },
    /// Something names what the workflow does not have.
    #[error("{by} names the {what} `{name}`, which the workflow does not have")]
    Unknown {
        /// What is named: a bucket, a function.
        what: &'static str,
        /// Its name.
        name: String,
        /// Who names it.
        by: String,
    },
    /// A variable of the spec has a name that iacgen sets itself.
    #[error("the function `{function}` sets `{variable}`, which iacgen sets: give the variable another name")]
    VariableTaken {
        /// The function.
        function: String,
        /// The variable.
        variable: String,
    },
    /// A function's variables are too large. Page: "Lambda quotas".
    #[error(
        "the variables of the function `{function}` take {bytes} bytes, and Lambda takes {limit} at most"
    )]
    EnvironmentTooLarge {
        /// The function.
        function: String,
        /// Names and values together, in bytes.
        bytes: usize,
        /// What Lambda takes, in bytes.
        limit: usize,
    },
}
