//! On what conditions handlers call, and roles are passed, made and changed.

use std::collections::BTreeSet;

use super::{DeployedResource, Deployment, Place, Reason, names, of_service};
use crate::{Action, Condition, ConditionOperator, ConditionValue};

/// What an action is allowed on, and when; or why it is not.
type Allowed = Result<(Action, Vec<Condition>, Vec<String>), Reason>;

/// The roles that a resource names are passed to the service that it hands them to, and to no other. Page: "Granting a
/// user permissions to pass a role to an AWS service".
pub(super) fn passed(resource: &DeployedResource, action: Action) -> Allowed {
    let service = names::receives_role(&resource.type_name).ok_or(Reason::NothingToTouch)?;
    let is_role = |arn: &&String| arn.split(':').nth(2) == Some("iam") && arn.contains(":role/");
    let roles: BTreeSet<String> = resource.used.iter().filter(is_role).cloned().collect();
    if roles.is_empty() {
        return Err(Reason::NothingToTouch);
    }
    let condition = text_equals("iam:PassedToService", service);
    Ok((action, vec![condition], roles.into_iter().collect()))
}

/// Of a role only the managed policies that its properties name are attached and detached, the boundary being none of them. Page:
/// "Actions, resources, and condition keys for AWS Identity and Access Management", `iam:PolicyARN`.
pub(super) fn attached(deployment: &Deployment<'_>, resource: &DeployedResource, action: Action) -> Allowed {
    let is_attached = |arn: &&String| {
        arn.split(':').nth(2) == Some("iam")
            && arn.contains(":policy/")
            && deployment.permissions_boundary != Some(arn.as_str())
    };
    let policies: BTreeSet<&String> = resource.used.iter().filter(is_attached).collect();
    let roles = of_service(deployment, resource, "iam");
    if policies.is_empty() || roles.is_empty() {
        return Err(Reason::NothingToTouch);
    }
    let named = Condition {
        operator: ConditionOperator::ArnLike,
        key: "iam:PolicyARN",
        values: policies.into_iter().map(|arn| ConditionValue::Text(arn.clone())).collect(),
    };
    let mut conditions = boundary(deployment, action.as_str());
    conditions.push(named);
    Ok((action, conditions, roles))
}

/// A key's ARN holds a random id, so that no pattern tells the stack's own from others. An alias or a tag tells it no sooner than
/// CloudFormation has set one, and makes its calls before. What remains is that CloudFormation calls, for the deployer. Page: "AWS
/// global condition context keys", `aws:CalledVia`.
pub(super) fn by_cloudformation(service: &str, arn: &str) -> Option<Condition> {
    let is_any = arn == "*" || arn.ends_with(":key/*");
    (service == "kms" && is_any).then(|| Condition {
        operator: ConditionOperator::ForAnyValueStringEquals,
        key: "aws:CalledVia",
        values: vec![ConditionValue::Text("cloudformation.amazonaws.com".to_owned())],
    })
}

/// Page: "Using service-linked roles", "Service-linked role permissions".
pub(super) fn service_linked(
    deployment: &Deployment<'_>,
    resource: &DeployedResource,
    action: Action,
) -> Allowed {
    let service = names::service_linked(&resource.type_name).ok_or(Reason::NothingToTouch)?;
    let Place { partition, account, .. } = deployment.place;
    let role = format!("arn:{partition}:iam::{account}:role/aws-service-role/{service}/*");
    Ok((action, vec![text_equals("iam:AWSServiceName", service)], vec![role]))
}

/// The actions that have the condition key `iam:PermissionsBoundary`. Page: "Actions, resources, and condition keys for AWS
/// Identity and Access Management".
const BOUND: [&str; 6] = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
];

pub(super) fn boundary(deployment: &Deployment<'_>, permission: &str) -> Vec<Condition> {
    match deployment.permissions_boundary {
        Some(arn) if BOUND.contains(&permission) => vec![text_equals("iam:PermissionsBoundary", arn)],
        _ => Vec::new(),
    }
}

fn text_equals(key: &'static str, value: &str) -> Condition {
    Condition {
        operator: ConditionOperator::StringEquals,
        key,
        values: vec![ConditionValue::Text(value.to_owned())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iacgen_aws_types::StackName;

    const ROLE: &str = "arn:aws:iam::1:role/s-R-*";
    const BOUNDARY: &str = "arn:aws:iam::1:policy/limit";

    fn allowed(used: &[&str], permission: &str) -> Allowed {
        let stack = StackName::new("s").unwrap();
        let role = DeployedResource {
            type_name: "AWS::IAM::Role".to_owned(),
            permissions: Vec::new(),
            arns: vec![ROLE.to_owned()],
            used: used.iter().map(ToString::to_string).collect(),
        };
        let deployment = Deployment {
            place: Place { partition: "aws", region: "r", account: "1" },
            stack: &stack,
            artifacts: None,
            resources: Vec::new(),
            permissions_boundary: Some(BOUNDARY),
        };
        attached(&deployment, &role, Action::parse(permission).unwrap())
    }

    #[test]
    fn policies_are_attached_only_where_a_role_names_them() {
        assert_eq!(allowed(&[], "iam:AttachRolePolicy"), Err(Reason::NothingToTouch));
        assert_eq!(allowed(&[BOUNDARY], "iam:AttachRolePolicy"), Err(Reason::NothingToTouch));
        let managed = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";
        let (_, conditions, roles) = allowed(&[BOUNDARY, managed], "iam:AttachRolePolicy").unwrap();
        assert_eq!(roles, [ROLE]);
        let named = conditions.iter().find(|condition| condition.key == "iam:PolicyARN").unwrap();
        assert_eq!(named.values, [ConditionValue::Text(managed.to_owned())]);
    }

    #[test]
    fn keys_without_a_name_are_touched_by_cloudformation_only() {
        assert!(by_cloudformation("kms", "arn:aws:kms:r:1:key/*").is_some());
        assert!(by_cloudformation("kms", "arn:aws:kms:r:1:key/11111111-1111").is_none());
        assert!(by_cloudformation("iam", "*").is_none());
    }
}
