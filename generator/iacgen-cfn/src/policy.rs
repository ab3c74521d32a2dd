//! Policy documents as they stand in a template: IAM's JSON with intrinsics for what is not known yet.
//!
//! Page: "IAM JSON policy elements reference".

use std::borrow::Cow;

use iacgen_aws_types::ResourceArn;
use iacgen_iam::{
    Allowance, Condition, ConditionValue, Denial, PolicyDocument, Principal as Allowed, ResourcePolicy,
    Statement, TrustPolicy,
};
use indexmap::IndexMap;
use serde::Serialize;

use crate::{Expr, Pseudo};

/// A policy document in IAM's JSON. Made from any of the three kinds of policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    version: &'static str,
    statement: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Principal>,
    action: OneOrMany<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<OneOrMany<Expr>>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    condition: IndexMap<&'static str, IndexMap<&'static str, OneOrMany<Expr>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Principal {
    Everyone(&'static str),
    Service {
        #[serde(rename = "Service")]
        service: Expr,
    },
    Account {
        #[serde(rename = "AWS")]
        aws: Expr,
    },
}

/// A single value stands alone and several as a list, as IAM itself writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> FromIterator<T> for OneOrMany<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut values: Vec<T> = values.into_iter().collect();
        match (values.pop(), values.is_empty()) {
            (Some(only), true) => Self::One(only),
            (last, _) => {
                values.extend(last);
                Self::Many(values)
            }
        }
    }
}

impl From<&PolicyDocument> for Document {
    fn from(document: &PolicyDocument) -> Self {
        Self::of(document.statements().iter().map(allowance))
    }
}

impl From<&TrustPolicy> for Document {
    fn from(policy: &TrustPolicy) -> Self {
        Self::of([Entry {
            sid: None,
            effect: "Allow",
            principal: Some(Principal::Service { service: Expr::from(policy.service.as_str()) }),
            action: OneOrMany::One(Cow::Borrowed("sts:AssumeRole")),
            resource: None,
            condition: conditions(&policy.conditions),
        }])
    }
}

impl From<&ResourcePolicy> for Document {
    fn from(policy: &ResourcePolicy) -> Self {
        Self::of(policy.allowances.iter().map(resource_allowance).chain(policy.denials.iter().map(denial)))
    }
}

impl Document {
    fn of(statement: impl IntoIterator<Item = Entry>) -> Self {
        Self { version: PolicyDocument::VERSION, statement: statement.into_iter().collect() }
    }
}

fn allowance(statement: &Statement) -> Entry {
    Entry {
        sid: Some(statement.sid.clone()),
        effect: statement.effect.as_str(),
        principal: None,
        action: statement.actions.iter().map(|action| action.clone().into_name()).collect(),
        resource: Some(statement.resources.iter().map(Expr::from).collect()),
        condition: conditions(&statement.conditions),
    }
}

fn resource_allowance(allowance: &Allowance) -> Entry {
    let sub = |text: &str| Expr::from(&ResourceArn::Sub(text.to_owned()));
    Entry {
        sid: Some(allowance.sid.to_owned()),
        effect: "Allow",
        principal: Some(match allowance.principal {
            Allowed::Account => {
                Principal::Account { aws: sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root") }
            }
            Allowed::Service(service) => Principal::Service { service: Expr::from(service.as_str()) },
            Allowed::LogsOfRegion => Principal::Service { service: sub("logs.${AWS::Region}.amazonaws.com") },
        }),
        action: allowance.actions.iter().map(|action| action.clone().into_name()).collect(),
        resource: Some(allowance.resources.iter().map(Expr::from).collect()),
        condition: conditions(&allowance.conditions),
    }
}

fn denial(denial: &Denial) -> Entry {
    Entry {
        sid: Some(denial.sid.to_owned()),
        effect: "Deny",
        principal: Some(Principal::Everyone("*")),
        action: denial.service.denied_actions().iter().map(|&action| Cow::Borrowed(action)).collect(),
        resource: Some(denial.resources.iter().map(Expr::from).collect()),
        condition: conditions(&denial.conditions),
    }
}

fn conditions(conditions: &[Condition]) -> IndexMap<&'static str, IndexMap<&'static str, OneOrMany<Expr>>> {
    let mut block: IndexMap<_, IndexMap<_, _>> = IndexMap::new();
    for condition in conditions {
        let values = condition.values.iter().map(|value| match value {
            ConditionValue::Text(text) => Expr::Text(text.clone()),
            ConditionValue::Sub(text) => Expr::from(&ResourceArn::Sub(text.clone())),
            ConditionValue::Account => Expr::Pseudo(Pseudo::AccountId),
            ConditionValue::Arn(arn) => Expr::from(arn),
        });
        block.entry(condition.operator.as_str()).or_default().insert(condition.key, values.collect());
    }
    block
}

#[cfg(test)]
mod tests {
    use iacgen_aws_types::{BucketName, LogicalId};
    use iacgen_iam::grants::s3::{Bucket, GrantedBucket, list_objects, require_tls};
    use serde_json::{Value, json};

    use super::*;

    fn written(document: impl Into<Document>) -> Value {
        serde_json::to_value(document.into()).unwrap()
    }

    #[test]
    fn a_role_policy_has_its_conditions() {
        let bucket = GrantedBucket {
            label: "data".to_owned(),
            bucket: Bucket::Existing(BucketName::new("cosmicai-data").unwrap()),
        };
        assert_eq!(
            written(&PolicyDocument::new(list_objects(&bucket, "100MB/"))),
            json!({"Version": "2012-10-17", "Statement": [{
                "Sid": "ListData100MB",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": {"Fn::Sub": "arn:${AWS::Partition}:s3:::cosmicai-data"},
                "Condition": {"StringLike": {"s3:prefix": "100MB/*"}},
            }]})
        );
    }

    #[test]
    fn a_trust_policy_names_service_account_and_machines() {
        assert_eq!(
            written(&iacgen_iam::trust::states()),
            json!({"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow",
                "Principal": {"Service": "states.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
                    "ArnLike": {"aws:SourceArn": {"Fn::Sub":
                        "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:*"}},
                },
            }]})
        );
    }

    #[test]
    fn a_bucket_policy_denies_everyone() {
        assert_eq!(
            written(&require_tls(&LogicalId::new("ResultsBucket").unwrap())),
            json!({"Version": "2012-10-17", "Statement": [{
                "Sid": "DenyPlainHttp",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [
                    {"Fn::GetAtt": ["ResultsBucket", "Arn"]},
                    {"Fn::Sub": "${ResultsBucket.Arn}/*"},
                ],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }]})
        );
    }
}
