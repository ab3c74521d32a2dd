//! The least policy of the principal that deploys a stack.
//!
//! CloudFormation calls each resource's handlers with the rights of whoever deploys, so the policy is made of the handlers'
//! permissions, each on the ARNs that the resource can have. Names that CloudFormation makes begin with the stack's name or
//! the resource's logical id, so that patterns can be said before anything exists.
//!
//! Pages: "Control access with AWS Identity and Access Management" of the CloudFormation user guide, "Resource type
//! schema", `handlers`.

mod conditions;
mod handlers;
mod names;
mod split;

use std::collections::{BTreeMap, BTreeSet};

use iacgen_aws_types::{ResourceArn, StackName};

use conditions::{attached, boundary, by_cloudformation, passed, service_linked};
pub use names::{Place, arn_patterns};
pub use split::{MANAGED_POLICY_LIMIT, size, split};

use crate::pattern::exactly;
use crate::{Action, Condition, ConditionOperator, ConditionValue, PolicyDocument, Statement};

const WITHOUT_RESOURCE: &str = include_str!("without_resource.txt");

/// A stack, as far as the policy needs it.
#[derive(Debug, Clone)]
pub struct Deployment<'a> {
    /// Where it stands.
    pub place: Place<'a>,
    /// Its name.
    pub stack: &'a StackName,
    /// The bucket of its artifacts, and under which prefix they lie.
    pub artifacts: Option<(&'a str, &'a str)>,
    /// Its resources.
    pub resources: Vec<DeployedResource>,
    /// The boundary that each of its roles has.
    pub permissions_boundary: Option<&'a str>,
}

/// A resource of the stack.
#[derive(Debug, Clone)]
pub struct DeployedResource {
    /// Its type: `AWS::SQS::Queue`.
    pub type_name: String,
    /// What its handlers call, to create, read, update and delete one.
    pub permissions: Vec<String>,
    /// The ARNs that it can have ([`arn_patterns`]). Without any, what it calls is on the stack's other resources of the
    /// called service, as a policy's on its role.
    pub arns: Vec<String>,
    /// The ARNs of what its properties name, of the stack or not: a role, a key, a layer.
    pub used: Vec<String>,
}

/// The policy, and what it does not allow although a handler names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployerPolicy {
    /// The policy.
    pub document: PolicyDocument,
    /// What was left out, sorted.
    pub left_out: Vec<LeftOut>,
}

/// A handler's permission that was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The resource's type.
    pub type_name: String,
    /// The permission.
    pub permission: String,
    /// Why.
    pub reason: Reason,
}

/// Why a permission was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is a pattern of actions or no action at all.
    NotAnAction,
    /// Nothing of its service is in the stack or used by it: it is for a property that is not set.
    NothingToTouch,
    /// It reaches what is stored: objects, a table's items.
    OnContents,
    /// It would take the boundary off a role.
    LiftsBoundary,
}

/// What statements are gathered by: their conditions and resources.
type Key = (Vec<Condition>, Vec<String>);

/// Returns the least policy of whoever deploys, in ARNs of the place.
pub fn policy(deployment: &Deployment<'_>) -> DeployerPolicy {
    let mut gathered: BTreeMap<Key, BTreeSet<Action>> = BTreeMap::new();
    let mut left_out = BTreeSet::new();
    for resource in &deployment.resources {
        for permission in &resource.permissions {
            match allowed(deployment, resource, permission) {
                Ok((action, conditions, resources)) => {
                    gathered.entry((conditions, resources)).or_default().insert(action);
                }
                Err(reason) => {
                    left_out.insert(LeftOut {
                        type_name: resource.type_name.clone(),
                        permission: permission.clone(),
                        reason,
                    });
                }
            }
        }
    }
    let mut statements = stack(deployment);
    statements.extend(artifacts(deployment));
    statements.extend(joined(gathered));
    DeployerPolicy { document: PolicyDocument::new(statements), left_out: left_out.into_iter().collect() }
}

/// Makes one statement of those that differ in their resources only: what it allows is what they allow together.
fn joined(gathered: BTreeMap<Key, BTreeSet<Action>>) -> Vec<Statement> {
    let mut joined: BTreeMap<(Vec<Condition>, BTreeSet<Action>), BTreeSet<String>> = BTreeMap::new();
    for ((conditions, resources), actions) in gathered {
        joined.entry((conditions, actions)).or_default().extend(resources);
    }
    let statement =
        |((conditions, actions), resources): ((Vec<Condition>, BTreeSet<Action>), BTreeSet<String>)| {
            let mut services: Vec<&str> = actions.iter().map(Action::service).collect();
            services.dedup();
            let sid = iacgen_aws_types::LogicalId::from_words(["Handle"].into_iter().chain(services));
            let resources: Vec<ResourceArn> = resources.into_iter().map(literal).collect();
            let mut statement =
                Statement::allow(sid.as_str(), actions.into_iter().collect::<Vec<_>>(), resources);
            statement.conditions = conditions;
            statement
        };
    joined.into_iter().map(statement).collect()
}

fn literal(arn: String) -> ResourceArn {
    if arn == "*" { ResourceArn::Any } else { ResourceArn::Literal(arn) }
}

/// Change sets, and watching the stack. Page: "Actions, resources, and condition keys for AWS CloudFormation".
fn stack(deployment: &Deployment<'_>) -> Vec<Statement> {
    const STACK: [Action; 13] = [
        Action::new("cloudformation:ContinueUpdateRollback"),
        Action::new("cloudformation:CreateChangeSet"),
        Action::new("cloudformation:DeleteChangeSet"),
        Action::new("cloudformation:DeleteStack"),
        Action::new("cloudformation:DescribeChangeSet"),
        Action::new("cloudformation:DescribeStackEvents"),
        Action::new("cloudformation:DescribeStackResources"),
        Action::new("cloudformation:DescribeStacks"),
        Action::new("cloudformation:ExecuteChangeSet"),
        Action::new("cloudformation:GetTemplate"),
        Action::new("cloudformation:ListStackResources"),
        Action::new("cloudformation:TagResource"),
        Action::new("cloudformation:UntagResource"),
    ];
    let arn = deployment.place.arn("cloudformation", &format!("stack/{}/*", deployment.stack));
    vec![Statement::allow("ChangeStack", STACK, [literal(arn)])]
}

/// Uploads, and the reading of what was uploaded, by the deployer and by CloudFormation for it.
fn artifacts(deployment: &Deployment<'_>) -> Vec<Statement> {
    let Some((bucket, prefix)) = deployment.artifacts else {
        return Vec::new();
    };
    let own = format!("arn:{}:s3:::{bucket}", deployment.place.partition);
    let prefix = exactly(prefix);
    let mut list = Statement::allow("ListArtifacts", [Action::new("s3:ListBucket")], [literal(own.clone())]);
    if !prefix.is_empty() {
        list.conditions.push(Condition {
            operator: ConditionOperator::StringLike,
            key: "s3:prefix",
            values: vec![ConditionValue::Text(format!("{prefix}*"))],
        });
    }
    let objects = literal(format!("{own}/{prefix}*"));
    let actions = [Action::new("s3:GetObject"), Action::new("s3:PutObject")];
    vec![list, Statement::allow("UploadArtifacts", actions, [objects])]
}

/// Returns what one permission of a handler becomes.
fn allowed(
    deployment: &Deployment<'_>,
    resource: &DeployedResource,
    permission: &str,
) -> Result<(Action, Vec<Condition>, Vec<String>), Reason> {
    let action = Action::parse(permission).map_err(|_| Reason::NotAnAction)?;
    if handlers::is_no_action(permission) {
        return Err(Reason::NotAnAction);
    }
    if handlers::is_on_contents(permission) {
        return Err(Reason::OnContents);
    }
    if let Some(kind) = handlers::other_kind(permission) {
        let used = resource.used.iter().filter(|arn| arn.contains(kind) && arn.contains(action.service()));
        let used: Vec<String> = used.cloned().collect();
        return if used.is_empty() { Err(Reason::NothingToTouch) } else { Ok((action, Vec::new(), used)) };
    }
    let own_service = names::service(&resource.type_name);
    match permission {
        "iam:PassRole" => return passed(resource, action),
        "iam:AttachRolePolicy" | "iam:DetachRolePolicy" if resource.type_name == "AWS::IAM::Role" => {
            return attached(deployment, resource, action);
        }
        "iam:CreateServiceLinkedRole" => return service_linked(deployment, resource, action),
        "iam:DeleteRolePermissionsBoundary" if deployment.permissions_boundary.is_some() => {
            return Err(Reason::LiftsBoundary);
        }
        "s3:GetObject" | "s3:GetObjectVersion" if own_service != Some("s3") => {
            let (bucket, prefix) = deployment.artifacts.ok_or(Reason::NothingToTouch)?;
            let prefix = exactly(prefix);
            let objects = format!("arn:{}:s3:::{bucket}/{prefix}*", deployment.place.partition);
            return Ok((action, Vec::new(), vec![objects]));
        }
        _ => {}
    }
    let service = action.service().to_owned();
    let resources = of_service(deployment, resource, &service);
    if takes_no_resource(permission) {
        // Of another service it is needed only if something of it is there.
        return if own_service == Some(service.as_str()) || !resources.is_empty() {
            let conditions = by_cloudformation(&service, "*").into_iter().collect();
            Ok((action, conditions, vec!["*".to_owned()]))
        } else {
            Err(Reason::NothingToTouch)
        };
    }
    if resources.is_empty() {
        return Err(Reason::NothingToTouch);
    }
    let mut conditions = boundary(deployment, permission);
    conditions.extend(resources.iter().find_map(|arn| by_cloudformation(&service, arn)));
    Ok((action, conditions, resources))
}

/// Returns the resource's own ARNs of a service, or those of the stack and of what it uses.
fn of_service(deployment: &Deployment<'_>, resource: &DeployedResource, service: &str) -> Vec<String> {
    let is_of = |arn: &&String| arn.split(':').nth(2) == Some(service);
    let mut own: Vec<String> = resource.arns.iter().filter(is_of).cloned().collect();
    if own.is_empty() {
        // What it names; roles and policies only for what makes them, as another type's handler must not change them.
        if service != "iam" || names::service(&resource.type_name) == Some("iam") {
            own = resource.used.iter().filter(is_of).cloned().collect();
        }
        if own.is_empty() && names::service(&resource.type_name) == Some(service) {
            let of_stack = deployment.resources.iter().flat_map(|resource| &resource.arns);
            own = of_stack.filter(is_of).cloned().collect();
        }
    }
    own.sort();
    own.dedup();
    own
}

fn takes_no_resource(permission: &str) -> bool {
    let permission = permission.to_ascii_lowercase();
    WITHOUT_RESOURCE.lines().any(|line| line == permission)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Resolution;
    use crate::evaluate::{Permissions, Request};

    const PLACE: Place<'_> = Place { partition: "aws", region: "us-east-1", account: "123456789012" };

    fn resource(type_name: &str, id: &str, permissions: &[&str]) -> DeployedResource {
        let stack = StackName::new("cosmic-prod").unwrap();
        DeployedResource {
            type_name: type_name.to_owned(),
            permissions: permissions.iter().map(ToString::to_string).collect(),
            arns: arn_patterns(PLACE, &stack, type_name, id, None),
            used: if type_name == "AWS::Lambda::Function" {
                arn_patterns(PLACE, &stack, "AWS::IAM::Role", "InferRole", None)
            } else {
                Vec::new()
            },
        }
    }

    fn made(boundary: Option<&str>, resources: Vec<DeployedResource>) -> DeployerPolicy {
        let stack = StackName::new("cosmic-prod").unwrap();
        policy(&Deployment {
            place: PLACE,
            stack: &stack,
            artifacts: Some(("artifacts", "iacgen/")),
            resources,
            permissions_boundary: boundary,
        })
    }

    fn permissions(policy: &DeployerPolicy) -> Permissions {
        let resource = |id: &str, _: Option<&str>| id.to_owned();
        let mut permissions = Permissions::default();
        permissions.add_policy(
            &policy.document,
            &Resolution {
                partition: "aws",
                region: "us-east-1",
                account: "123456789012",
                stack: "s",
                resource: &resource,
            },
        );
        permissions
    }

    fn cosmic() -> Vec<DeployedResource> {
        vec![
            resource(
                "AWS::IAM::Role",
                "InferRole",
                &["iam:CreateRole", "iam:GetRole", "iam:DeleteRolePermissionsBoundary"],
            ),
            resource(
                "AWS::Lambda::Function",
                "Infer",
                &[
                    "lambda:CreateFunction",
                    "iam:PassRole",
                    "s3:GetObject",
                    "kms:Decrypt",
                    "ec2:DescribeSubnets",
                    "kms:*",
                ],
            ),
            resource("AWS::Lambda::Version", "InferVersion", &["lambda:PublishVersion"]),
        ]
    }

    #[test]
    fn handlers_act_on_the_stacks_own_names_only() {
        let policy = made(None, cosmic());
        let permissions = permissions(&policy);
        let may = |action: &'static str, arn: &str| permissions.check(&Request::new(action, arn)).is_ok();
        let function = "arn:aws:lambda:us-east-1:123456789012:function:cosmic-prod-Infer-AbC";
        assert!(may("lambda:CreateFunction", function));
        // A version has no name of its own: it is of the function.
        assert!(may("lambda:PublishVersion", function));
        assert!(!may("lambda:CreateFunction", "arn:aws:lambda:us-east-1:123456789012:function:other"));
        assert!(may("iam:CreateRole", "arn:aws:iam::123456789012:role/cosmic-prod-InferRole-x"));
        assert!(!may("iam:CreateRole", "arn:aws:iam::123456789012:role/admin"));
        assert!(may("s3:GetObject", "arn:aws:s3:::artifacts/iacgen/a.zip"));
        assert!(!may("s3:GetObject", "arn:aws:s3:::artifacts/other"));
        assert!(may(
            "cloudformation:ExecuteChangeSet",
            "arn:aws:cloudformation:us-east-1:123456789012:stack/cosmic-prod/1"
        ));
        assert!(!may(
            "cloudformation:ExecuteChangeSet",
            "arn:aws:cloudformation:us-east-1:123456789012:stack/cosmic-production/1"
        ));
    }

    #[test]
    fn roles_are_passed_to_their_service_only() {
        let policy = made(None, cosmic());
        let permissions = permissions(&policy);
        let role = "arn:aws:iam::123456789012:role/cosmic-prod-InferRole-x";
        let pass = |role: &str, service: &str| {
            permissions
                .check(&Request::new("iam:PassRole", role.to_owned()).with("iam:PassedToService", service))
                .is_ok()
        };
        assert!(pass(role, "lambda.amazonaws.com"));
        assert!(!pass(role, "ec2.amazonaws.com"));
        assert!(!pass("arn:aws:iam::123456789012:role/admin", "lambda.amazonaws.com"));
    }

    #[test]
    fn what_is_not_used_is_left_out_and_told() {
        let policy = made(None, cosmic());
        let left_out: Vec<(&str, Reason)> =
            policy.left_out.iter().map(|left| (left.permission.as_str(), left.reason)).collect();
        assert_eq!(
            left_out,
            [
                ("ec2:DescribeSubnets", Reason::NothingToTouch),
                ("kms:*", Reason::NotAnAction),
                ("kms:Decrypt", Reason::NothingToTouch),
            ]
        );
    }

    #[test]
    fn roles_are_made_with_the_boundary_and_keep_it() {
        let boundary = "arn:aws:iam::123456789012:policy/limit";
        let policy = made(Some(boundary), cosmic());
        let permissions = permissions(&policy);
        let create = Request::new("iam:CreateRole", "arn:aws:iam::123456789012:role/cosmic-prod-InferRole-x");
        assert!(permissions.check(&create).is_err());
        assert!(permissions.check(&create.with("iam:PermissionsBoundary", boundary)).is_ok());
        assert!(policy.left_out.iter().any(|left| left.reason == Reason::LiftsBoundary));
    }

    #[test]
    fn everything_stands_only_where_the_action_takes_no_resource() {
        let policy =
            made(None, vec![resource("AWS::SQS::Queue", "Jobs", &["sqs:CreateQueue", "sqs:ListQueues"])]);
        for statement in policy.document.statements() {
            if statement.resources.contains(&ResourceArn::Any) {
                assert!(statement.actions.iter().all(|action| takes_no_resource(action.as_str())));
            }
        }
        assert!(
            !permissions(&policy)
                .allow_in_some_case("sqs:CreateQueue", "arn:aws:sqs:us-east-1:123456789012:x")
        );
    }
}
