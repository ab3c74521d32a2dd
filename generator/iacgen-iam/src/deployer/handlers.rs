//! What CloudFormation's lists of handlers' permissions name too much.

/// Names in the lists that are no actions: names of API operations, and misspellings. A test of the repository holds what
/// is left to the service reference that cfn-lint ships. Page: "Service Authorization Reference".
const NO_ACTIONS: [&str; 9] = [
    "lambda:AssociateRuntimeAlias",
    "s3:DeleteBucketAnalyticsConfiguration",
    "s3:DeleteBucketCors",
    "s3:DeleteBucketEncryption",
    "s3:DeleteBucketLifecycle",
    "s3:DeleteBucketMetricsConfiguration",
    "s3:DeleteBucketReplication",
    "s3:PutBucketReplication",
    "s3:PutObjectLockConfiguration",
];

/// Actions on what is stored, which the lists name for imports, replicas and the like.
const ON_CONTENTS: [&str; 10] = [
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:ImportTable",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
    "s3:DeleteObject",
    "s3:PutObjectAcl",
];

/// Actions on another kind of resource than the type's own, with what stands in such a resource's ARN.
const ON_OTHER_KIND: [(&str, &str); 9] = [
    ("iam:DeleteGroupPolicy", ":group/"),
    ("iam:DeleteUserPolicy", ":user/"),
    ("iam:GetGroupPolicy", ":group/"),
    ("iam:GetUserPolicy", ":user/"),
    ("iam:PutGroupPolicy", ":group/"),
    ("iam:PutUserPolicy", ":user/"),
    ("lambda:GetCodeSigningConfig", ":code-signing-config:"),
    ("lambda:GetLayerVersion", ":layer:"),
    ("lambda:PassCapacityProvider", ":capacity-provider:"),
];

pub(super) fn is_no_action(permission: &str) -> bool {
    NO_ACTIONS.contains(&permission)
}

pub(super) fn is_on_contents(permission: &str) -> bool {
    ON_CONTENTS.contains(&permission)
}

/// Returns what the ARN of an action's resource holds, for an action on another kind than the type's own.
pub(super) fn other_kind(permission: &str) -> Option<&'static str> {
    ON_OTHER_KIND.into_iter().find_map(|(action, kind)| (action == permission).then_some(kind))
}
