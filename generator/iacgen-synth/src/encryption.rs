//! The key that encrypts what the stack makes.

use iacgen_aws_types::{LogicalId, ResourceArn};
use iacgen_cfn::policy::Document;
use iacgen_cfn::resources::{Key, Tag};
use iacgen_cfn::{DeletionPolicy, Expr, Resource};
use iacgen_iam::grants::kms::{self, KeyUser};
use iacgen_spec::model::{Encryption, LogLevel, Workflow};

use crate::{ids, topics};

/// Returns the ARN of the key; `None` where keys of AWS's own encrypt.
pub(crate) fn key(workflow: &Workflow) -> Option<Expr> {
    match &workflow.encryption {
        Encryption::Aws => None,
        Encryption::Managed(_) => Some(Expr::get_att(&ids::encryption_key(), "Arn")),
        Encryption::Key(arn) => Some(Expr::from(arn.value.as_str())),
    }
}

/// Returns the key as grants name it.
pub(crate) fn granted(workflow: &Workflow) -> Option<ResourceArn> {
    match &workflow.encryption {
        Encryption::Aws => None,
        Encryption::Managed(_) => Some(kms::managed(&ids::encryption_key())),
        Encryption::Key(arn) => Some(ResourceArn::Literal(arn.value.as_str().to_owned())),
    }
}

/// Returns the key that the stack makes. It outlives the stack: what it encrypted would be lost with it.
pub(crate) fn lower(workflow: &Workflow, tags: &[Tag]) -> Option<(LogicalId, Resource)> {
    let Encryption::Managed(_) = workflow.encryption else {
        return None;
    };
    let key = Key {
        description: format!("Encrypts what the workflow {} keeps.", workflow.name),
        policy: Document::from(&kms::key_policy(&users(workflow))),
        tags: tags.to_vec(),
    };
    Some((ids::encryption_key(), Resource::from(key).when_removed(DeletionPolicy::Retain)))
}

/// Returns the services that use the key for the stack.
fn users(workflow: &Workflow) -> Vec<KeyUser> {
    let mut users = vec![KeyUser::Logs];
    if workflow.logs.level != LogLevel::Off {
        users.push(KeyUser::LogDelivery);
    }
    if workflow.topics.values().any(|topic| topics::is_notified(workflow, topic)) {
        users.push(KeyUser::Alarms);
    }
    users
}
