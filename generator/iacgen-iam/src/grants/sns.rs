//! Grants on topics, and the policies of the topics themselves.

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};

use super::sqs::plain_http;
use crate::trust::{same_account, source, sources as from_arns};
use crate::{
    Action, Allowance, ConditionOperator, Principal, ResourcePolicy, Service, ServicePrincipal, Statement,
};

const PUBLISH: Action = Action::new("sns:Publish");

/// Returns the ARN of a topic that the stack makes, which is its `Ref`.
pub fn managed(id: &LogicalId) -> ResourceArn {
    ResourceArn::ByRef { id: id.clone(), suffix: ArnSuffix::None }
}

/// Allows to publish on a topic.
pub fn publish(label: &str, topic: &ResourceArn) -> Vec<Statement> {
    let sid = LogicalId::from_words(["Publish", label]).as_str().to_owned();
    vec![Statement::allow(sid, [PUBLISH], [topic.clone()])]
}

/// Who publishes on a topic without a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopicSource {
    /// The alarms of CloudWatch in this account and region. Page: "Notifying users on alarm changes", "Permissions required
    /// for Amazon SNS".
    Alarms,
    /// A rule of EventBridge.
    Rule(ResourceArn),
}

/// Returns the policy of a topic: nothing is published over plain HTTP, and these sources publish.
pub fn topic_policy(topic: &LogicalId, sources: &[TopicSource]) -> ResourcePolicy {
    let of_topic = vec![managed(topic)];
    let allow = |sid, service, by| Allowance {
        sid,
        principal: Principal::Service(service),
        actions: vec![PUBLISH],
        resources: of_topic.clone(),
        conditions: vec![same_account(), by],
    };
    let mut allowances = Vec::new();
    if sources.contains(&TopicSource::Alarms) {
        let alarms = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*";
        let by = source(ConditionOperator::ArnLike, ResourceArn::Sub(alarms.to_owned()));
        allowances.push(allow("AllowAlarms", ServicePrincipal::CloudWatch, by));
    }
    let rules: Vec<ResourceArn> = sources
        .iter()
        .filter_map(|from| match from {
            TopicSource::Rule(arn) => Some(arn.clone()),
            TopicSource::Alarms => None,
        })
        .collect();
    if !rules.is_empty() {
        let by = from_arns(ConditionOperator::ArnEquals, rules);
        allowances.push(allow("AllowRules", ServicePrincipal::Events, by));
    }
    ResourcePolicy { allowances, denials: vec![plain_http(Service::Sns, of_topic)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_of_the_account_publish() {
        let id = LogicalId::new("Done").unwrap();
        let policy = topic_policy(&id, &[TopicSource::Alarms]);
        assert_eq!(policy.allowances[0].principal, Principal::Service(ServicePrincipal::CloudWatch));
        assert_eq!(policy.allowances[0].conditions.len(), 2);
        assert_eq!(policy.denials[0].service.denied_actions(), ["sns:Publish"]);
        assert_eq!(publish("done", &managed(&id))[0].resources, [managed(&id)]);
    }
}
