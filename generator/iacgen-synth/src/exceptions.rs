//! What scanners ask for and this stack has not, each with its reason, beside the resource that it is about.
//!
//! A reason follows from what the spec says: whoever wants the thing finds in it what to write.

use iacgen_cfn::{Resource, ScannerException};
use iacgen_spec::model::{Encryption, Function, Workflow};

/// The checks of checkov about functions.
const CONCURRENCY: &str = "CKV_AWS_115";
const DEAD_LETTERS: &str = "CKV_AWS_116";
const NETWORK: &str = "CKV_AWS_117";
const VARIABLES_KEY: &str = "CKV_AWS_173";
/// About log groups.
const LOGS_KEY: &str = "CKV_AWS_158";
/// About queues.
const QUEUE_KEY: &str = "CKV_AWS_27";
/// About topics.
const TOPIC_KEY: &str = "CKV_AWS_26";
/// About tables.
const TABLE_KEY: &str = "CKV_AWS_119";
/// About buckets.
const ACCESS_LOGS: &str = "CKV_AWS_18";
const VERSIONS: &str = "CKV_AWS_21";

/// Adds what a function has not.
pub(crate) fn of_function(workflow: &Workflow, function: &Function, mut resource: Resource) -> Resource {
    let mut except = |id: &'static str, reason: &str| {
        resource = resource.clone().except(ScannerException { id, reason: reason.to_owned() });
    };
    if function.reserved.is_none() {
        except(
            CONCURRENCY,
            "The state machine's MaxConcurrency bounds it; `reserved` in workflow.yaml would take it from the account.",
        );
    }
    if function.on_failure.is_none() {
        except(
            DEAD_LETTERS,
            "Step Functions invokes it synchronously, and a dead-letter queue is for asynchronous invocations alone.",
        );
    } else {
        except(
            DEAD_LETTERS,
            "Its alias has an on-failure destination, which AWS prefers to a dead-letter queue.",
        );
    }
    if workflow.network.is_none() || !function.in_network {
        except(
            NETWORK,
            "It calls public endpoints of AWS alone; `network` in workflow.yaml puts it into a VPC.",
        );
    }
    if workflow.encryption == Encryption::Aws {
        except(
            VARIABLES_KEY,
            "Its variables hold names, no secrets, and Lambda encrypts them; `encryption` in workflow.yaml sets a key.",
        );
    }
    resource
}

/// Adds what a log group has not.
pub(crate) fn of_log_group(workflow: &Workflow, resource: Resource) -> Resource {
    let reason =
        "CloudWatch Logs encrypts it with a key of its own; `encryption` in workflow.yaml sets another.";
    without_key(workflow, LOGS_KEY, reason, resource)
}

/// Adds what a queue has not: a key. It then has the encryption that every new queue has. Page: "Encryption at rest in
/// Amazon SQS".
pub(crate) fn of_queue(workflow: &Workflow, resource: Resource) -> Resource {
    let reason = "SQS encrypts it with a key of its own; `encryption` in workflow.yaml sets another.";
    without_key(workflow, QUEUE_KEY, reason, resource)
}

/// Adds what a topic has not: a key. Page: "Securing Amazon SNS data with server-side encryption".
pub(crate) fn of_topic(workflow: &Workflow, resource: Resource) -> Resource {
    let reason = "Its messages lie unencrypted with SNS until they are delivered; `encryption` in workflow.yaml sets a key.";
    without_key(workflow, TOPIC_KEY, reason, resource)
}

/// Adds what a table has not: a key of the account. Page: "DynamoDB encryption at rest".
pub(crate) fn of_table(workflow: &Workflow, resource: Resource) -> Resource {
    let reason = "DynamoDB encrypts it with a key of its own; `encryption` in workflow.yaml sets another.";
    without_key(workflow, TABLE_KEY, reason, resource)
}

fn without_key(workflow: &Workflow, id: &'static str, reason: &str, resource: Resource) -> Resource {
    if workflow.encryption != Encryption::Aws {
        return resource;
    }
    resource.except(ScannerException { id, reason: reason.to_owned() })
}

/// Adds what a bucket has not.
pub(crate) fn of_bucket(is_versioned: bool, has_access_logs: bool, mut resource: Resource) -> Resource {
    if !has_access_logs {
        let reason =
            "Its readers are roles of this stack; `access_logs: true` in workflow.yaml logs every request.";
        resource = resource.except(ScannerException { id: ACCESS_LOGS, reason: reason.to_owned() });
    }
    if !is_versioned {
        let reason =
            "What it holds goes with the stack; `retain: true` in workflow.yaml keeps it, versions included.";
        resource = resource.except(ScannerException { id: VERSIONS, reason: reason.to_owned() });
    }
    resource
}

/// Adds what the bucket of access logs has not.
pub(crate) fn of_access_logs_bucket(resource: Resource) -> Resource {
    let logs = "It receives access logs: logging its own requests would fill it without end.";
    let versions = "S3 writes each log once and nothing changes it.";
    resource
        .except(ScannerException { id: ACCESS_LOGS, reason: logs.to_owned() })
        .except(ScannerException { id: VERSIONS, reason: versions.to_owned() })
}
