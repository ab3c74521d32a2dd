//! Grants on keys, and the policy of the stack's own key.

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};

use crate::trust::{same_account, source};
use crate::{
    Action, Allowance, Condition, ConditionOperator, ConditionValue, Principal, ResourcePolicy,
    ServicePrincipal, Statement,
};

const CREATE_GRANT: Action = Action::new("kms:CreateGrant");
const DECRYPT: Action = Action::new("kms:Decrypt");
const DESCRIBE_KEY: Action = Action::new("kms:DescribeKey");
const ENCRYPT: Action = Action::new("kms:Encrypt");
const GENERATE_DATA_KEY: Action = Action::new("kms:GenerateDataKey");
const RE_ENCRYPT_FROM: Action = Action::new("kms:ReEncryptFrom");
const RE_ENCRYPT_TO: Action = Action::new("kms:ReEncryptTo");

/// What the account may do with its key: all that there is for a symmetric key, action by action. Page: "Actions, resources,
/// and condition keys for AWS Key Management Service".
const OF_ACCOUNT: [Action; 29] = [
    Action::new("kms:CancelKeyDeletion"),
    Action::new("kms:CreateAlias"),
    CREATE_GRANT,
    DECRYPT,
    Action::new("kms:DeleteAlias"),
    DESCRIBE_KEY,
    Action::new("kms:DisableKey"),
    Action::new("kms:DisableKeyRotation"),
    Action::new("kms:EnableKey"),
    Action::new("kms:EnableKeyRotation"),
    ENCRYPT,
    GENERATE_DATA_KEY,
    Action::new("kms:GenerateDataKeyWithoutPlaintext"),
    Action::new("kms:GetKeyPolicy"),
    Action::new("kms:GetKeyRotationStatus"),
    Action::new("kms:ListGrants"),
    Action::new("kms:ListKeyPolicies"),
    Action::new("kms:ListKeyRotations"),
    Action::new("kms:ListResourceTags"),
    Action::new("kms:PutKeyPolicy"),
    RE_ENCRYPT_FROM,
    RE_ENCRYPT_TO,
    Action::new("kms:RetireGrant"),
    Action::new("kms:RevokeGrant"),
    Action::new("kms:RotateKeyOnDemand"),
    Action::new("kms:ScheduleKeyDeletion"),
    Action::new("kms:TagResource"),
    Action::new("kms:UntagResource"),
    Action::new("kms:UpdateKeyDescription"),
];

/// Returns the ARN of a key that the stack makes.
pub fn managed(id: &LogicalId) -> ResourceArn {
    ResourceArn::OfResource { id: id.clone(), attribute: "Arn", suffix: ArnSuffix::None }
}

/// What is done with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyUse {
    /// What was encrypted is read.
    Read,
    /// Something is written: the data key is made and, for the parts of an upload or a batch of messages, read again.
    Write,
}

/// Through whom a key is used. Page: "AWS KMS condition keys", `kms:ViaService`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Via {
    /// DynamoDB.
    DynamoDb,
    /// S3.
    S3,
    /// SNS.
    Sns,
    /// SQS.
    Sqs,
}

impl Via {
    const fn host(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb.${AWS::Region}.amazonaws.com",
            Self::S3 => "s3.${AWS::Region}.amazonaws.com",
            Self::Sns => "sns.${AWS::Region}.amazonaws.com",
            Self::Sqs => "sqs.${AWS::Region}.amazonaws.com",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::DynamoDb => "Tables",
            Self::S3 => "Objects",
            Self::Sns => "Topics",
            Self::Sqs => "Queues",
        }
    }
}

/// Allows to use a key, through a service and not by itself. Pages: "Using server-side encryption with AWS KMS keys
/// (SSE-KMS)", "Key management" of the SQS and the SNS developer guides.
pub fn use_key(key: &ResourceArn, how: KeyUse, via: Via) -> Vec<Statement> {
    let (verb, actions) = match how {
        KeyUse::Read => ("Decrypt", vec![DECRYPT]),
        KeyUse::Write => ("Encrypt", vec![DECRYPT, GENERATE_DATA_KEY]),
    };
    let mut statement = Statement::allow(format!("{verb}{}", via.word()), actions, [key.clone()]);
    statement.conditions.push(Condition {
        operator: ConditionOperator::StringEquals,
        key: "kms:ViaService",
        values: vec![ConditionValue::Sub(via.host().to_owned())],
    });
    vec![statement]
}

/// Allows a function's role to read its variables. Page: "Securing Lambda environment variables", "Security at rest".
pub fn read_variables(key: &ResourceArn) -> Vec<Statement> {
    vec![Statement::allow("DecryptVariables", [DECRYPT], [key.clone()])]
}

/// Allows a machine to read its definition and to keep its executions' history under a key. Page: "Data at rest encryption
/// in Step Functions". The machine's ARN, which the page adds as a condition, is not known before the role.
pub fn keep_executions(key: &ResourceArn) -> Vec<Statement> {
    vec![Statement::allow("EncryptExecutions", [DECRYPT, GENERATE_DATA_KEY], [key.clone()])]
}

/// A service that uses the stack's key with no role of the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyUser {
    /// CloudWatch's alarms, which publish on an encrypted topic. Page: "Encrypting Amazon SNS topics", "Enable compatibility
    /// between event sources from AWS services and encrypted topics".
    Alarms,
    /// EventBridge's rules, which send to an encrypted queue or topic. Page: "Configuring KMS permissions for AWS services"
    /// of the SQS developer guide.
    Events,
    /// CloudWatch Logs, for the log groups of this account. Page: "Encrypt log data in CloudWatch Logs using AWS Key
    /// Management Service".
    Logs,
    /// The delivery of the log of a machine whose executions are encrypted. Page: "Data at rest encryption in Step
    /// Functions", "CloudWatch Logs".
    LogDelivery,
    /// SNS, which sends to an encrypted queue.
    Topics,
}

/// Returns the policy of the stack's key: the account may do everything by its own policies, and these services use it.
///
/// On `*`, which in the policy of a key is the key itself. Page: "Key policies in AWS KMS", "Elements in a key policy".
pub fn key_policy(users: &[KeyUser]) -> ResourcePolicy {
    let account = Allowance {
        sid: "AllowAccount",
        principal: Principal::Account,
        actions: OF_ACCOUNT.to_vec(),
        resources: vec![ResourceArn::Any],
        conditions: Vec::new(),
    };
    let mut users = users.to_vec();
    users.sort_unstable();
    users.dedup();
    ResourcePolicy {
        allowances: std::iter::once(account).chain(users.into_iter().map(allow_user)).collect(),
        denials: Vec::new(),
    }
}

fn allow_user(user: KeyUser) -> Allowance {
    let of_account = |pattern: &str| {
        ResourceArn::Sub(format!(
            "arn:${{AWS::Partition}}:{}",
            pattern.replace(":::", ":${AWS::Region}:${AWS::AccountId}:")
        ))
    };
    let to_send = || vec![DECRYPT, GENERATE_DATA_KEY];
    let by = |pattern: &str| vec![same_account(), source(ConditionOperator::ArnLike, of_account(pattern))];
    let (sid, principal, actions, conditions) = match user {
        KeyUser::Alarms => (
            "AllowAlarms",
            Principal::Service(ServicePrincipal::CloudWatch),
            to_send(),
            by("cloudwatch:::alarm:*"),
        ),
        KeyUser::Events => {
            ("AllowEvents", Principal::Service(ServicePrincipal::Events), to_send(), by("events:::rule/*"))
        }
        KeyUser::Logs => (
            "AllowLogs",
            Principal::LogsOfRegion,
            vec![DECRYPT, DESCRIBE_KEY, ENCRYPT, GENERATE_DATA_KEY, RE_ENCRYPT_FROM, RE_ENCRYPT_TO],
            vec![Condition {
                operator: ConditionOperator::ArnLike,
                key: "kms:EncryptionContext:aws:logs:arn",
                values: vec![ConditionValue::Arn(of_account("logs:::log-group:*"))],
            }],
        ),
        KeyUser::LogDelivery => (
            "AllowLogDelivery",
            Principal::Service(ServicePrincipal::LogDelivery),
            vec![DECRYPT],
            by("logs:::*"),
        ),
        KeyUser::Topics => {
            ("AllowTopics", Principal::Service(ServicePrincipal::Sns), to_send(), by("sns:::*"))
        }
    };
    Allowance { sid, principal, actions, resources: vec![ResourceArn::Any], conditions }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_used_through_a_service_only() {
        let key = managed(&LogicalId::new("Key").unwrap());
        let [read] = <[Statement; 1]>::try_from(use_key(&key, KeyUse::Read, Via::Sqs)).unwrap();
        assert_eq!((read.sid.as_str(), read.actions.as_slice()), ("DecryptQueues", [DECRYPT].as_slice()));
        assert_eq!(
            read.conditions[0].values,
            [ConditionValue::Sub("sqs.${AWS::Region}.amazonaws.com".to_owned())]
        );
        assert_eq!(use_key(&key, KeyUse::Write, Via::S3)[0].actions, [DECRYPT, GENERATE_DATA_KEY]);
    }

    #[test]
    fn the_keys_policy_has_the_account_and_each_user_once() {
        let policy = key_policy(&[KeyUser::Logs, KeyUser::Alarms, KeyUser::Logs]);
        let sids: Vec<&str> = policy.allowances.iter().map(|allowance| allowance.sid).collect();
        assert_eq!(sids, ["AllowAccount", "AllowAlarms", "AllowLogs"]);
        // Without it nobody could change the key's policy again, and KMS refuses to make the key.
        assert!(policy.allowances[0].actions.contains(&Action::new("kms:PutKeyPolicy")));
        assert!(policy.allowances[1..].iter().all(|allowance| !allowance.conditions.is_empty()));
        assert_eq!(
            policy.allowances[2].conditions[0].values,
            [ConditionValue::Arn(ResourceArn::Sub(
                "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*".to_owned()
            ))]
        );
    }
}
