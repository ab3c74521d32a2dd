//! Topics that the stack makes.

use iacgen_aws_types::LogicalId;
use iacgen_cfn::policy::Document;
use iacgen_cfn::resources::{self, FifoTopic, Tag, TopicPolicy};
use iacgen_cfn::{Expr, Resource};
use iacgen_iam::grants::sns::{self, TopicSource};
use iacgen_spec::model::{Alarms, Order, Topic, TopicOrigin, Workflow};

use crate::{encryption, exceptions, ids};

/// Returns the resources of a topic; none when it exists already.
pub(crate) fn lower(workflow: &Workflow, topic: &Topic, tags: &[Tag]) -> Vec<(LogicalId, Resource)> {
    let TopicOrigin::Managed { order } = &topic.origin else {
        return Vec::new();
    };
    let id = ids::topic(&topic.id);
    let is_fifo = *order == Order::Fifo;
    let properties = resources::Topic {
        // SNS wants the suffix in the name, and CloudFormation chooses names without it.
        topic_name: is_fifo.then(|| Expr::Sub(format!("${{AWS::StackName}}-{}.fifo", topic.id))),
        fifo: is_fifo.then_some(FifoTopic::DEDUPLICATED),
        kms_master_key_id: encryption::key(workflow),
        tags: tags.to_vec(),
    };
    let sources: &[TopicSource] = if is_notified(workflow, topic) { &[TopicSource::Alarms] } else { &[] };
    let policy = sns::topic_policy(&id, sources);
    let policy = TopicPolicy { topics: vec![Expr::from(&id)], policy_document: Document::from(&policy) };
    let resource = exceptions::of_topic(workflow, Resource::from(properties));
    vec![(id, resource), (ids::topic_policy(&topic.id), Resource::from(policy))]
}

/// Tells whether the alarms tell a topic.
pub(crate) fn is_notified(workflow: &Workflow, topic: &Topic) -> bool {
    matches!(&workflow.alarms, Alarms::On { notify: Some(notified) } if notified.value == topic.id)
}
