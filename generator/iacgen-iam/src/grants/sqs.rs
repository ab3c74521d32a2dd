//! Grants on queues, and the policies of the queues themselves.

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};

use crate::trust::{same_account, sources as from_arns};
use crate::{
    Action, Allowance, Condition, ConditionOperator, ConditionValue, Denial, Principal, ResourcePolicy,
    Service, ServicePrincipal, Statement,
};

const CHANGE_MESSAGE_VISIBILITY: Action = Action::new("sqs:ChangeMessageVisibility");
const DELETE_MESSAGE: Action = Action::new("sqs:DeleteMessage");
const GET_QUEUE_ATTRIBUTES: Action = Action::new("sqs:GetQueueAttributes");
const RECEIVE_MESSAGE: Action = Action::new("sqs:ReceiveMessage");
const SEND_MESSAGE: Action = Action::new("sqs:SendMessage");

/// Returns the ARN of a queue that the stack makes.
pub fn managed(id: &LogicalId) -> ResourceArn {
    ResourceArn::OfResource { id: id.clone(), attribute: "Arn", suffix: ArnSuffix::None }
}

/// Allows to send messages to a queue.
pub fn send(label: &str, queue: &ResourceArn) -> Vec<Statement> {
    vec![Statement::allow(sid("Send", label), [SEND_MESSAGE], [queue.clone()])]
}

/// Allows a handler to receive a queue's messages, to keep them longer, and to delete them when they are done.
pub fn receive(label: &str, queue: &ResourceArn) -> Vec<Statement> {
    let actions = [CHANGE_MESSAGE_VISIBILITY, DELETE_MESSAGE, GET_QUEUE_ATTRIBUTES, RECEIVE_MESSAGE];
    vec![Statement::allow(sid("Receive", label), actions, [queue.clone()])]
}

/// Allows Lambda to read a queue for a function. Page: "Using Lambda with Amazon SQS", "Configuring an execution role".
pub fn event_source(label: &str, queue: &ResourceArn) -> Vec<Statement> {
    let actions = [DELETE_MESSAGE, GET_QUEUE_ATTRIBUTES, RECEIVE_MESSAGE];
    vec![Statement::allow(sid("Poll", label), actions, [queue.clone()])]
}

fn sid(verb: &str, label: &str) -> String {
    LogicalId::from_words([verb, label]).as_str().to_owned()
}

/// Who sends to a queue without a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueSource {
    /// A rule of EventBridge. Page: "Using resource-based policies for Amazon EventBridge", "Amazon SQS permissions".
    Rule(ResourceArn),
    /// A topic. Page: "Subscribing an Amazon SQS queue to an Amazon SNS topic".
    Topic(ResourceArn),
}

/// Returns the policy of a queue: nothing over plain HTTP (page "Amazon SQS security best practices"), and messages from
/// these sources.
pub fn queue_policy(queue: &LogicalId, sources: &[QueueSource]) -> ResourcePolicy {
    let of_queue = vec![managed(queue)];
    let mut allowances = Vec::new();
    let rules: Vec<ResourceArn> = arns(sources, |from| match from {
        QueueSource::Rule(arn) => Some(arn),
        QueueSource::Topic(_) => None,
    });
    let topics: Vec<ResourceArn> = arns(sources, |from| match from {
        QueueSource::Topic(arn) => Some(arn),
        QueueSource::Rule(_) => None,
    });
    for (sid, service, arns) in
        [("AllowRules", ServicePrincipal::Events, rules), ("AllowTopics", ServicePrincipal::Sns, topics)]
    {
        if !arns.is_empty() {
            allowances.push(Allowance {
                sid,
                principal: Principal::Service(service),
                actions: vec![SEND_MESSAGE],
                resources: of_queue.clone(),
                conditions: vec![same_account(), from_arns(ConditionOperator::ArnEquals, arns)],
            });
        }
    }
    ResourcePolicy { allowances, denials: vec![plain_http(Service::Sqs, of_queue)] }
}

fn arns(sources: &[QueueSource], of: impl Fn(&QueueSource) -> Option<&ResourceArn>) -> Vec<ResourceArn> {
    sources.iter().filter_map(of).cloned().collect()
}

pub(super) fn plain_http(service: Service, resources: Vec<ResourceArn>) -> Denial {
    Denial {
        sid: "DenyPlainHttp",
        service,
        resources,
        conditions: vec![Condition {
            operator: ConditionOperator::Bool,
            key: "aws:SecureTransport",
            values: vec![ConditionValue::Text("false".to_owned())],
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sending_and_receiving_are_apart() {
        let queue = managed(&LogicalId::new("Jobs").unwrap());
        assert_eq!(send("jobs", &queue)[0].actions, [SEND_MESSAGE]);
        assert!(!receive("jobs", &queue)[0].actions.contains(&SEND_MESSAGE));
        let source = event_source("jobs", &queue);
        assert!(source[0].actions.iter().all(|action| receive("jobs", &queue)[0].actions.contains(action)));
        assert_eq!(source[0].resources, [queue]);
    }

    #[test]
    fn a_queue_takes_messages_of_its_sources_only() {
        let rule = ResourceArn::Literal("arn:aws:events:us-east-1:123456789012:rule/x".to_owned());
        let policy = queue_policy(&LogicalId::new("Jobs").unwrap(), &[QueueSource::Rule(rule.clone())]);
        assert_eq!(policy.allowances.len(), 1);
        assert_eq!(policy.allowances[0].actions, [SEND_MESSAGE]);
        assert_eq!(policy.allowances[0].conditions[1].values, [ConditionValue::Arn(rule)]);
        assert_eq!(policy.denials[0].service.denied_actions(), ["sqs:*"]);
    }
}
