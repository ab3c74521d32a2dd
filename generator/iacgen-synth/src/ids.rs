//! Logical ids: every resource's, from the names of the spec.
//!
//! An id is part of what a deployed stack is: changing one here replaces the resource everywhere.

use iacgen_aws_types::LogicalId;

/// The parameter that names the bucket of packages.
pub(crate) fn artifact_bucket() -> LogicalId {
    LogicalId::from_words(["ArtifactBucket"])
}

pub(crate) fn bucket(id: &str) -> LogicalId {
    LogicalId::from_words([id, "Bucket"])
}

pub(crate) fn bucket_policy(id: &str) -> LogicalId {
    LogicalId::from_words([id, "BucketPolicy"])
}

/// The output of a bucket's name.
pub(crate) fn bucket_name(id: &str) -> LogicalId {
    LogicalId::from_words([id, "BucketName"])
}

pub(crate) fn log_group(function: &str) -> LogicalId {
    LogicalId::from_words([function, "LogGroup"])
}

pub(crate) fn role(function: &str) -> LogicalId {
    LogicalId::from_words([function, "Role"])
}

pub(crate) fn function(function: &str) -> LogicalId {
    LogicalId::from_words([function, "Function"])
}

/// The version with this digest of code and configuration: another digest is another resource.
pub(crate) fn version(function: &str, digest: &str) -> LogicalId {
    LogicalId::from_words([function, "Version", digest])
}

pub(crate) fn alias(function: &str) -> LogicalId {
    LogicalId::from_words([function, "Alias"])
}

/// The output of an alias's ARN.
pub(crate) fn alias_arn(function: &str) -> LogicalId {
    LogicalId::from_words([function, "AliasArn"])
}

pub(crate) fn state_machine() -> LogicalId {
    LogicalId::from_words(["StateMachine"])
}

pub(crate) fn state_machine_role() -> LogicalId {
    LogicalId::from_words(["StateMachineRole"])
}

pub(crate) fn state_machine_log_group() -> LogicalId {
    LogicalId::from_words(["StateMachineLogGroup"])
}

/// The policy of what the machine may do to itself.
pub(crate) fn distributed_map_policy() -> LogicalId {
    LogicalId::from_words(["StateMachineDistributedMapPolicy"])
}

/// The output of the machine's ARN.
pub(crate) fn state_machine_arn() -> LogicalId {
    LogicalId::from_words(["StateMachineArn"])
}
