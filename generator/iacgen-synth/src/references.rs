//! What stands in the definition for something that the workflow names.

use std::collections::BTreeMap;

use iacgen_aws_types::{AccountId, Arn, LogicalId, Partition, Region};
use iacgen_cfn::Expr;
use iacgen_spec::model::{
    BucketOrigin, QueueOrigin, Reference, ReferenceKind, TableOrigin, TopicOrigin, Workflow,
};

use crate::ids;

/// Returns the physical name of what exists already: it is written into the definition as it is.
pub(crate) fn known(workflow: &Workflow, reference: &Reference) -> Option<String> {
    let id = &reference.id;
    match reference.kind {
        ReferenceKind::Bucket => match &workflow.buckets.get(id)?.origin {
            BucketOrigin::Existing(name) => Some(name.as_str().to_owned()),
            BucketOrigin::Managed { .. } => None,
        },
        ReferenceKind::Queue => match &workflow.queues.get(id)?.origin {
            QueueOrigin::Existing(arn) => Some(url(&arn.value)),
            QueueOrigin::Managed { .. } => None,
        },
        ReferenceKind::Topic => match &workflow.topics.get(id)?.origin {
            TopicOrigin::Existing(arn) => Some(arn.value.as_str().to_owned()),
            TopicOrigin::Managed { .. } => None,
        },
        ReferenceKind::Table => match &workflow.tables.get(id)?.origin {
            TableOrigin::Existing(name) => Some(name.value.clone()),
            TableOrigin::Managed { .. } => None,
        },
        ReferenceKind::Function => Some(workflow.existing_functions.get(id)?.arn.value.as_str().to_owned()),
        ReferenceKind::Resource => None,
    }
}

/// Returns a queue's URL. Page: "Amazon SQS queue and message identifiers".
fn url(arn: &Arn) -> String {
    let suffix = if arn.partition() == Partition::AwsCn { "amazonaws.com.cn" } else { "amazonaws.com" };
    let region = arn.region().map(Region::as_str).unwrap_or_default();
    let account = arn.account().map(AccountId::as_str).unwrap_or_default();
    format!("https://sqs.{region}.{suffix}/{account}/{}", arn.resource())
}

/// Returns the key of the substitution: the logical id of what it stands for.
pub(crate) fn substitution(reference: &Reference) -> LogicalId {
    let id = reference.id.as_str();
    match reference.kind {
        ReferenceKind::Bucket => ids::bucket(id),
        ReferenceKind::Function => ids::alias(id),
        ReferenceKind::Queue => ids::queue(id),
        ReferenceKind::Topic => ids::topic(id),
        ReferenceKind::Table => ids::table(id),
        ReferenceKind::Resource => LogicalId::from_words([id]),
    }
}

/// Returns the names that the spec gives to what the definition's `${Substitutions}` stand for, by the substitution's key.
pub fn substitutions(workflow: &Workflow) -> BTreeMap<String, String> {
    let functions = workflow.functions.keys().map(|id| (ReferenceKind::Function, id));
    let buckets = workflow.buckets.keys().map(|id| (ReferenceKind::Bucket, id));
    let queues = workflow.queues.keys().map(|id| (ReferenceKind::Queue, id));
    let topics = workflow.topics.keys().map(|id| (ReferenceKind::Topic, id));
    let tables = workflow.tables.keys().map(|id| (ReferenceKind::Table, id));
    let resources = workflow.resources.keys().map(|id| (ReferenceKind::Resource, id));
    let all = functions.chain(buckets).chain(queues).chain(topics).chain(tables).chain(resources);
    all.map(|(kind, id)| {
        let reference = Reference { kind, id: id.clone() };
        (substitution(&reference).as_str().to_owned(), reference.id)
    })
    .collect()
}

/// Returns the substitution's value, or `None` for what is written into the definition as it is.
pub(crate) fn value(workflow: &Workflow, reference: &Reference) -> Option<Expr> {
    // `Ref` gives the name of a bucket or a table, the URL of a queue, the ARN of a topic or an alias.
    known(workflow, reference).is_none().then(|| Expr::Ref(substitution(reference)))
}

/// Returns what stands for it in the template.
pub(crate) fn anywhere(workflow: &Workflow, reference: &Reference) -> Expr {
    match known(workflow, reference) {
        Some(name) => Expr::Text(name),
        None => Expr::Ref(substitution(reference)),
    }
}
