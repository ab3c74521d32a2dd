//! What a function needs besides its code: from the access that the spec declares to grants and variables.

use iacgen_aws_types::ResourceArn;
use iacgen_cfn::Expr;
use iacgen_iam::grants::kms::{KeyUse, Via};
use iacgen_iam::grants::s3::{self, GrantedBucket};
use iacgen_iam::grants::{dynamodb, sns, sqs};
use iacgen_iam::{PolicyDocument, Statement};
use iacgen_spec::model::{
    Access, AccessKind, Bucket, BucketOrigin, Function, QueueOrigin, Reference, ReferenceKind, TableOrigin,
    TopicOrigin, Workflow,
};
use indexmap::IndexMap;

use crate::error::SynthesisError;
use crate::{ids, references};

/// Returns what a function may do to objects.
pub(crate) fn objects(workflow: &Workflow, function: &Function) -> Result<PolicyDocument, SynthesisError> {
    let mut statements: Vec<Statement> = Vec::new();
    for access in &function.access {
        let Access::Objects { kind, bucket, prefix } = access else { continue };
        let bucket = granted(find(workflow, bucket, function)?);
        let grant = match kind {
            AccessKind::List => s3::list_objects,
            AccessKind::Read => s3::read_objects,
            AccessKind::Write => s3::write_objects,
        };
        statements.extend(grant(&bucket, prefix));
    }
    Ok(PolicyDocument::new(statements))
}

/// Returns what a function may do to queues, topics and tables.
pub(crate) fn messages(workflow: &Workflow, function: &Function) -> Result<PolicyDocument, SynthesisError> {
    let mut statements: Vec<Statement> = Vec::new();
    for access in &function.access {
        statements.extend(besides_objects(workflow, access)?);
    }
    Ok(PolicyDocument::new(statements))
}

/// Returns what a grant on a queue, a topic or a table allows; nothing of objects.
pub(crate) fn besides_objects(
    workflow: &Workflow,
    access: &Access,
) -> Result<Vec<Statement>, SynthesisError> {
    Ok(match access {
        Access::Objects { .. } => Vec::new(),
        Access::Send { queue } => sqs::send(queue, &queue_arn(workflow, queue)?),
        Access::Receive { queue } => sqs::receive(queue, &queue_arn(workflow, queue)?),
        Access::Publish { topic } => sns::publish(topic, &topic_arn(workflow, topic)?),
        Access::Query { table } => dynamodb::query(table, &table_arn(workflow, table)?),
        Access::Put { table } => dynamodb::put(table, &table_arn(workflow, table)?),
    })
}

/// Returns how a grant uses the stack's key, where the key encrypts what is granted.
pub(crate) fn encrypted(workflow: &Workflow, access: &Access) -> Option<(Via, KeyUse)> {
    let ours_bucket = |id: &String| {
        let bucket = workflow.buckets.get(id);
        bucket.is_some_and(|bucket| matches!(bucket.origin, BucketOrigin::Managed { .. }))
    };
    let (is_ours, via, how) = match access {
        Access::Objects { kind: AccessKind::List, .. } => return None,
        Access::Objects { kind: AccessKind::Read, bucket, .. } => {
            (ours_bucket(bucket), Via::S3, KeyUse::Read)
        }
        Access::Objects { kind: AccessKind::Write, bucket, .. } => {
            (ours_bucket(bucket), Via::S3, KeyUse::Write)
        }
        Access::Send { queue } => (ours_queue(workflow, queue), Via::Sqs, KeyUse::Write),
        Access::Receive { queue } => (ours_queue(workflow, queue), Via::Sqs, KeyUse::Read),
        Access::Publish { topic } => (ours_topic(workflow, topic), Via::Sns, KeyUse::Write),
        Access::Query { table } => (ours_table(workflow, table), Via::DynamoDb, KeyUse::Read),
        Access::Put { table } => (ours_table(workflow, table), Via::DynamoDb, KeyUse::Write),
    };
    is_ours.then_some((via, how))
}

/// Tells whether the stack makes a queue.
pub(crate) fn ours_queue(workflow: &Workflow, id: &str) -> bool {
    workflow.queues.get(id).is_some_and(|queue| matches!(queue.origin, QueueOrigin::Managed { .. }))
}

/// Tells whether the stack makes a topic.
pub(crate) fn ours_topic(workflow: &Workflow, id: &str) -> bool {
    workflow.topics.get(id).is_some_and(|topic| matches!(topic.origin, TopicOrigin::Managed { .. }))
}

fn ours_table(workflow: &Workflow, id: &str) -> bool {
    workflow.tables.get(id).is_some_and(|table| matches!(table.origin, TableOrigin::Managed { .. }))
}

/// Returns the variables that tell a function the names of what it may touch: `BUCKET_<ID>`, `QUEUE_<ID>` (its URL),
/// `TOPIC_<ID>` (its ARN), `TABLE_<ID>`.
pub(crate) fn variables(
    workflow: &Workflow,
    function: &Function,
) -> Result<IndexMap<String, Expr>, SynthesisError> {
    let mut variables = IndexMap::new();
    for access in &function.access {
        let (kind, id, known) = match access {
            Access::Objects { bucket, .. } => {
                (ReferenceKind::Bucket, bucket, workflow.buckets.contains_key(bucket))
            }
            Access::Send { queue } | Access::Receive { queue } => {
                (ReferenceKind::Queue, queue, workflow.queues.contains_key(queue))
            }
            Access::Publish { topic } => (ReferenceKind::Topic, topic, workflow.topics.contains_key(topic)),
            Access::Query { table } | Access::Put { table } => {
                (ReferenceKind::Table, table, workflow.tables.contains_key(table))
            }
        };
        if !known {
            return Err(unknown(kind.word(), id, function));
        }
        let name = format!("{}_{}", kind.word(), id.replace('-', "_")).to_ascii_uppercase();
        variables.insert(name, references::anywhere(workflow, &Reference { kind, id: id.clone() }));
    }
    Ok(variables)
}

/// Returns a bucket's name.
pub(crate) fn name(bucket: &Bucket) -> Expr {
    match &bucket.origin {
        BucketOrigin::Existing(name) => Expr::from(name.as_str()),
        BucketOrigin::Managed { .. } => Expr::Ref(ids::bucket(&bucket.id)),
    }
}

/// Returns a bucket as grants name it.
pub(crate) fn granted(bucket: &Bucket) -> GrantedBucket {
    GrantedBucket {
        label: bucket.id.clone(),
        bucket: match &bucket.origin {
            BucketOrigin::Existing(name) => s3::Bucket::Existing(name.clone()),
            BucketOrigin::Managed { .. } => s3::Bucket::Managed(ids::bucket(&bucket.id)),
        },
    }
}

/// Returns a queue's ARN.
pub(crate) fn queue_arn(workflow: &Workflow, id: &str) -> Result<ResourceArn, SynthesisError> {
    Ok(match &workflow.queues.get(id).ok_or_else(|| absent("queue", id))?.origin {
        QueueOrigin::Existing(arn) => ResourceArn::Literal(arn.value.as_str().to_owned()),
        QueueOrigin::Managed { .. } => sqs::managed(&ids::queue(id)),
    })
}

/// Returns a topic's ARN.
pub(crate) fn topic_arn(workflow: &Workflow, id: &str) -> Result<ResourceArn, SynthesisError> {
    Ok(match &workflow.topics.get(id).ok_or_else(|| absent("topic", id))?.origin {
        TopicOrigin::Existing(arn) => ResourceArn::Literal(arn.value.as_str().to_owned()),
        TopicOrigin::Managed { .. } => sns::managed(&ids::topic(id)),
    })
}

/// Returns a table's ARN.
pub(crate) fn table_arn(workflow: &Workflow, id: &str) -> Result<ResourceArn, SynthesisError> {
    Ok(match &workflow.tables.get(id).ok_or_else(|| absent("table", id))?.origin {
        TableOrigin::Existing(name) => dynamodb::existing(&name.value),
        TableOrigin::Managed { .. } => dynamodb::managed(&ids::table(id)),
    })
}

/// Returns what a value is known to become: the name of a managed bucket that declares one, every other value as it is.
pub(crate) fn resolved(workflow: &Workflow, value: &Expr) -> Expr {
    let declared = workflow.buckets.values().find_map(|bucket| match &bucket.origin {
        BucketOrigin::Managed { name: Some(declared), .. } if name(bucket) == *value => Some(declared),
        _ => None,
    });
    declared.map_or_else(|| value.clone(), |declared| Expr::from(declared.as_str()))
}

fn find<'a>(workflow: &'a Workflow, id: &str, function: &Function) -> Result<&'a Bucket, SynthesisError> {
    workflow.buckets.get(id).ok_or_else(|| unknown("bucket", id, function))
}

fn unknown(what: &'static str, name: &str, function: &Function) -> SynthesisError {
    SynthesisError::Unknown { what, name: name.to_owned(), by: format!("the function `{}`", function.id) }
}

fn absent(what: &'static str, name: &str) -> SynthesisError {
    SynthesisError::Unknown { what, name: name.to_owned(), by: "the workflow".to_owned() }
}
