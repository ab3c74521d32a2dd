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

pub(crate) fn queue(id: &str) -> LogicalId {
    LogicalId::from_words([id, "Queue"])
}

pub(crate) fn dead_letter_queue(id: &str) -> LogicalId {
    LogicalId::from_words([id, "DeadLetterQueue"])
}

pub(crate) fn queue_policy(id: &str) -> LogicalId {
    LogicalId::from_words([id, "QueuePolicy"])
}

pub(crate) fn dead_letter_queue_policy(id: &str) -> LogicalId {
    LogicalId::from_words([id, "DeadLetterQueuePolicy"])
}

pub(crate) fn queue_alarm(id: &str) -> LogicalId {
    LogicalId::from_words([id, "DeadLettersAlarm"])
}

pub(crate) fn topic_policy(id: &str) -> LogicalId {
    LogicalId::from_words([id, "TopicPolicy"])
}

pub(crate) fn encryption_key() -> LogicalId {
    LogicalId::from_words(["EncryptionKey"])
}

/// The bucket that access logs of another go to.
pub(crate) fn access_logs_bucket(id: &str) -> LogicalId {
    LogicalId::from_words([id, "AccessLogsBucket"])
}

pub(crate) fn access_logs_bucket_policy(id: &str) -> LogicalId {
    LogicalId::from_words([id, "AccessLogsBucketPolicy"])
}

pub(crate) fn trigger(id: &str) -> LogicalId {
    LogicalId::from_words([id, "Trigger"])
}

pub(crate) fn trigger_role(id: &str) -> LogicalId {
    LogicalId::from_words([id, "TriggerRole"])
}

pub(crate) fn topic(id: &str) -> LogicalId {
    LogicalId::from_words([id, "Topic"])
}

pub(crate) fn table(id: &str) -> LogicalId {
    LogicalId::from_words([id, "Table"])
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

/// The layer with this content: another digest is another resource.
pub(crate) fn layer(name: &str, digest: &str) -> LogicalId {
    LogicalId::from_words([name, "Layer", &digest[..12]])
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

/// The policy of the executions of itself that the machine runs.
pub(crate) fn distributed_map_policy() -> LogicalId {
    LogicalId::from_words(["StateMachineDistributedMapPolicy"])
}

/// The policy of the HTTPS APIs that the machine may call.
pub(crate) fn endpoints_policy() -> LogicalId {
    LogicalId::from_words(["StateMachineEndpointsPolicy"])
}

/// The output of the machine's ARN.
pub(crate) fn state_machine_arn() -> LogicalId {
    LogicalId::from_words(["StateMachineArn"])
}

/// The version of the machine with this digest of its properties.
pub(crate) fn state_machine_version(digest: &str) -> LogicalId {
    LogicalId::from_words(["StateMachineVersion", digest])
}

pub(crate) fn state_machine_alias() -> LogicalId {
    LogicalId::from_words(["StateMachineAlias"])
}

/// The output of the ARN of the machine's alias.
pub(crate) fn state_machine_alias_arn() -> LogicalId {
    LogicalId::from_words(["StateMachineAliasArn"])
}

pub(crate) fn machine_alarm(metric: &str) -> LogicalId {
    LogicalId::from_words(["StateMachine", metric, "Alarm"])
}

pub(crate) fn function_alarm(function: &str, metric: &str) -> LogicalId {
    LogicalId::from_words([function, metric, "Alarm"])
}

pub(crate) fn scalable_target(function: &str) -> LogicalId {
    LogicalId::from_words([function, "ScalableTarget"])
}

pub(crate) fn scaling_policy(function: &str) -> LogicalId {
    LogicalId::from_words([function, "ScalingPolicy"])
}

pub(crate) fn on_failure(function: &str) -> LogicalId {
    LogicalId::from_words([function, "OnFailure"])
}

pub(crate) fn dashboard() -> LogicalId {
    LogicalId::from_words(["Dashboard"])
}
