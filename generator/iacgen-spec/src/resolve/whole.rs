//! What several parts of a workflow decide together.

use iacgen_aws_types::{Region, VARIABLES_SIZE_LIMIT};

use super::Context;
use crate::check::{
    latest_version, map_over_concurrency, on_failure_unused, provisioned_latest, provisioned_over_account,
    provisioned_over_account::ConcurrencyLimit, reserved_over_account, timeout_out_of_reach,
    unqualified_function, variables_too_large, visibility_too_short,
};
use crate::model::{
    Access, BucketOrigin, Function, QueueOrigin, ReferenceKind, TableOrigin, TopicOrigin, Workflow,
};
use crate::raw::find;

/// The longest name of a bucket that CloudFormation chooses. Page: "General purpose bucket naming rules".
const BUCKET_NAME: usize = 63;
/// The longest name of a queue. Page: "Amazon SQS queues quotas".
const QUEUE_NAME: usize = 80;
/// The longest name of a topic. Page: "CreateTopic".
const TOPIC_NAME: usize = 256;
/// The longest name of a table. Page: "Naming rules" of the DynamoDB guide.
const TABLE_NAME: usize = 255;
/// The digits of an account.
const ACCOUNT: usize = 12;

/// Judges a workflow. What the environment decides goes to its own sink.
pub(super) fn check(context: &Context<'_>, workflow: &Workflow, limit: &ConcurrencyLimit) {
    concurrency(context, workflow, limit);
    map_over_concurrency::check(workflow, limit, context.here);
    latest_version::check(workflow, context.here);
    unqualified_function::check(workflow, context.here);
    provisioned_latest::check(workflow, context.here);
    if let Some(timeout) = &context.workflow.timeout {
        timeout_out_of_reach::check(workflow, timeout.span(), context.dialect, context.here);
    }
    for function in workflow.functions.values() {
        receives(context, workflow, function);
        destination(context, workflow, function);
        variables(context, workflow, function);
    }
}

fn concurrency(context: &Context<'_>, workflow: &Workflow, limit: &ConcurrencyLimit) {
    let functions = || workflow.functions.values();
    let reserved: Vec<_> = functions().filter_map(|function| function.reserved).collect();
    reserved_over_account::check(&reserved, limit, context.here);
    let most = |function: &Function| function.provisioned.as_ref().map(crate::model::Provisioning::most);
    let provisioned: Vec<_> = functions().filter_map(most).collect();
    // What a function provisions is a part of what it reserves.
    let besides = functions().filter_map(|function| {
        let reserved = function.reserved?.value;
        Some(u64::from(reserved.saturating_sub(most(function).map_or(0, |most| most.value))))
    });
    provisioned_over_account::check(&provisioned, besides.sum(), limit, context.here);
}

/// Compares the queues that a function receives from with its timeout.
fn receives(context: &Context<'_>, workflow: &Workflow, function: &Function) {
    for access in &function.access {
        if let Access::Receive { queue: id } = access
            && let Some(queue) = workflow.queues.get(id)
            && let QueueOrigin::Managed { visibility, .. } = &queue.origin
        {
            visibility_too_short::check(id, *visibility, &function.id, function.timeout, context.here);
        }
    }
}

/// Judges a destination of failed invocations, which only asynchronous ones have.
fn destination(context: &Context<'_>, workflow: &Workflow, function: &Function) {
    if function.on_failure.is_none() {
        return;
    }
    let names = |kind, id: &str| kind == ReferenceKind::Function && id == function.id;
    let in_states = workflow.states.references().iter().any(|reference| names(reference.kind, &reference.id));
    let mut in_resources = false;
    for properties in workflow.resources.values().filter_map(|resource| resource.properties.as_ref()) {
        properties.references(&mut |reference, _| in_resources |= names(reference.kind, &reference.id));
    }
    if in_states || in_resources {
        return;
    }
    let raw = find(&context.workflow.functions, &function.id);
    if let Some((id, destination)) = raw.and_then(|(id, raw)| Some((id, raw.on_failure.as_ref()?))) {
        context.here.push(on_failure_unused::finding(destination, &function.id, id.span));
    }
}

/// Judges the size of all variables; of names that CloudFormation chooses with the most that they can have.
fn variables(context: &Context<'_>, workflow: &Workflow, function: &Function) {
    let own: usize = function.environment.iter().map(|(name, value)| name.len() + value.len()).sum();
    // Those alone that are too much are another rule's.
    if own > VARIABLES_SIZE_LIMIT {
        return;
    }
    let mut granted: Vec<(String, usize)> = Vec::new();
    for access in &function.access {
        let (word, id, size) = match access {
            Access::Objects { bucket, .. } => ("BUCKET", bucket, bucket_name(workflow, bucket)),
            Access::Send { queue } | Access::Receive { queue } => {
                ("QUEUE", queue, queue_url(workflow, queue))
            }
            Access::Publish { topic } => ("TOPIC", topic, topic_arn(workflow, topic)),
            Access::Query { table } | Access::Put { table } => ("TABLE", table, table_name(workflow, table)),
        };
        let name = format!("{word}_{id}");
        if !granted.iter().any(|(known, _)| *known == name) {
            granted.push((name, size));
        }
    }
    let model = function.model.as_ref().map_or(0, |model| {
        let tensors = serde_json::to_string(&model.tensors).map_or(0, |text| text.len());
        "MODEL".len() + "model.onnx".len() + "TENSORS".len() + tensors
    });
    let derived = model + granted.iter().map(|(name, size)| name.len() + size).sum::<usize>();
    if own + derived > VARIABLES_SIZE_LIMIT {
        context.here.push(variables_too_large::finding(function.place.at(), &function.id, own, derived));
    }
}

fn bucket_name(workflow: &Workflow, id: &str) -> usize {
    match workflow.buckets.get(id).map(|bucket| &bucket.origin) {
        Some(BucketOrigin::Existing(name) | BucketOrigin::Managed { name: Some(name), .. }) => {
            name.as_str().len()
        }
        _ => BUCKET_NAME,
    }
}

fn queue_url(workflow: &Workflow, id: &str) -> usize {
    let name = match workflow.queues.get(id).map(|queue| &queue.origin) {
        Some(QueueOrigin::Existing(arn)) => arn.value.resource().len(),
        _ => QUEUE_NAME,
    };
    let region: &Region = &workflow.settings.region;
    format!("https://sqs.{region}.amazonaws.com.cn//").len() + ACCOUNT + name
}

fn topic_arn(workflow: &Workflow, id: &str) -> usize {
    if let Some(TopicOrigin::Existing(arn)) = workflow.topics.get(id).map(|topic| &topic.origin) {
        return arn.value.as_str().len();
    }
    let region = &workflow.settings.region;
    let partition = region.partition().as_str();
    format!("arn:{partition}:sns:{region}::").len() + ACCOUNT + TOPIC_NAME
}

fn table_name(workflow: &Workflow, id: &str) -> usize {
    match workflow.tables.get(id).map(|table| &table.origin) {
        Some(TableOrigin::Existing(name)) => name.value.len(),
        _ => TABLE_NAME,
    }
}
