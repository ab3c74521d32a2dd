//! Queues that the stack makes, each with the queue for what nobody could handle.

use iacgen_aws_types::LogicalId;
use iacgen_cfn::policy::Document;
use iacgen_cfn::resources::{self, QueueOrder, QueuePolicy, RedrivePolicy, Tag};
use iacgen_cfn::{DeletionPolicy, Expr, Resource};
use iacgen_iam::grants::sqs;
use iacgen_spec::model::{Order, Queue, QueueOrigin, Workflow};

use crate::{encryption, exceptions, ids};

/// Seconds for which a message that nobody could handle is kept: 14 days, the longest. Page: "Amazon SQS message quotas".
const DEAD_LETTER_DAYS: u32 = 14;

/// Returns the resources of a queue; none when it exists already.
pub(crate) fn lower(workflow: &Workflow, queue: &Queue, tags: &[Tag]) -> Vec<(LogicalId, Resource)> {
    let QueueOrigin::Managed { order, visibility, retain, dead_letters } = &queue.origin else {
        return Vec::new();
    };
    let order = match order {
        Order::Standard => QueueOrder::Standard,
        Order::Fifo => QueueOrder::Fifo,
    };
    let id = ids::queue(&queue.id);
    let dead = ids::dead_letter_queue(&queue.id);
    let kms_key = encryption::key(workflow);
    let mut resources = Vec::new();
    let redrive = dead_letters.map(|count| RedrivePolicy {
        dead_letter_target_arn: Expr::get_att(&dead, "Arn"),
        max_receive_count: u16::try_from(count).unwrap_or(u16::MAX),
    });
    if redrive.is_some() {
        let letters = resources::Queue {
            order,
            visibility_timeout: None,
            message_retention: iacgen_aws_types::Seconds::new(DEAD_LETTER_DAYS * 86_400).ok(),
            redrive: None,
            kms_key: kms_key.clone(),
            tags: tags.to_vec(),
        };
        let letters = Resource::from(letters).when_removed(DeletionPolicy::Delete);
        resources.push((dead.clone(), exceptions::of_queue(workflow, letters)));
        resources.push((ids::dead_letter_queue_policy(&queue.id), policy(&dead)));
    }
    let properties = resources::Queue {
        order,
        visibility_timeout: Some(visibility.value),
        message_retention: Some(retain.value),
        redrive,
        kms_key,
        tags: tags.to_vec(),
    };
    let resource = Resource::from(properties).when_removed(DeletionPolicy::Delete);
    resources.push((id.clone(), exceptions::of_queue(workflow, resource)));
    resources.push((ids::queue_policy(&queue.id), policy(&id)));
    resources
}

fn policy(queue: &LogicalId) -> Resource {
    Resource::from(QueuePolicy {
        queues: vec![Expr::from(queue)],
        policy_document: Document::from(&sqs::queue_policy(queue, &[])),
    })
}
