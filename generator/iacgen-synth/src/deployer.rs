//! What the principal that deploys the stack needs.

use std::collections::{BTreeMap, BTreeSet};

use iacgen_aws_types::{LogicalId, StackName};
use iacgen_cfn::{Resource, schemas};
use iacgen_iam::deployer::{
    DeployedResource, Deployment, LeftOut, MANAGED_POLICY_LIMIT, Place, arn_patterns, policy, size, split,
};
use iacgen_iam::{PolicyDocument, Resolution};
use iacgen_spec::model::Workflow;
use serde_json::{Map, Value};

use crate::code::Packages;
use crate::error::SynthesisError;
use crate::{Lowered, ids, lower};

/// The least policy of whoever deploys a stack.
#[derive(Debug, Clone)]
pub struct Deployer {
    /// The stack.
    pub stack: StackName,
    /// The policy in IAM's JSON, in as many documents as managed policies need. Page: "IAM and AWS STS quotas".
    pub documents: Vec<Value>,
    /// The characters of each document as IAM counts them, without white space.
    pub sizes: Vec<usize>,
    /// Permissions of CloudFormation's handlers that the policy lacks, with the reasons.
    pub left_out: Vec<LeftOut>,
    /// Resources of which the policy may say too little.
    pub gaps: Vec<Gap>,
    /// Whether functions are packaged into a bucket that nobody named: the policy says nothing of it.
    pub lacks_artifacts: bool,
}

/// A resource of which the policy may say too little.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Its logical id.
    pub id: LogicalId,
    /// Its type.
    pub type_name: String,
    /// Why.
    pub reason: GapReason,
}

/// Why the policy may say too little of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapReason {
    /// Its type's schema does not say what the handlers call.
    NoPermissions,
    /// Its name is computed from what exists only after the deployment.
    ComputedName,
}

/// Returns the least policy of whoever deploys the workflow's stack with these `packages`, which lie in the bucket `artifacts`.
///
/// # Errors
/// [`SynthesisError`] for what no template can be made of.
pub fn deployer_policy(
    workflow: &Workflow,
    packages: &Packages,
    artifacts: Option<&str>,
) -> Result<Deployer, SynthesisError> {
    let Lowered { stack, template, .. } = lower(workflow, packages)?;
    let settings = &workflow.settings;
    let place = Place {
        partition: settings.region.partition().as_str(),
        region: settings.region.as_str(),
        account: settings.account.as_str(),
    };
    let mut gaps = Vec::new();
    let mut arns: BTreeMap<&LogicalId, Vec<String>> = BTreeMap::new();
    let properties: Vec<(&LogicalId, &Resource, Map<String, Value>)> =
        template.resources().iter().map(|(id, resource)| (id, resource, properties(resource))).collect();
    for (id, resource, properties) in &properties {
        let type_name = resource.type_name();
        let name = match name_property(type_name).and_then(|property| properties.get(property)) {
            Some(value) => {
                let name = known_text(value, place, &stack);
                if name.is_none() {
                    gaps.push(Gap {
                        id: (*id).clone(),
                        type_name: type_name.to_owned(),
                        reason: GapReason::ComputedName,
                    });
                }
                name
            }
            None => None,
        };
        arns.insert(id, arn_patterns(place, &stack, type_name, id.as_str(), name.as_deref()));
    }
    let mut resources = Vec::new();
    for (id, resource, properties) in &properties {
        let permissions = permissions(resource.type_name());
        if permissions.is_empty() {
            gaps.push(Gap {
                id: (*id).clone(),
                type_name: resource.type_name().to_owned(),
                reason: GapReason::NoPermissions,
            });
        }
        let mut used = used(properties, &arns, place, &stack);
        if resource.type_name() == "AWS::ApplicationAutoScaling::ScalableTarget" {
            used.extend(tracking_alarms(&used));
        }
        resources.push(DeployedResource {
            type_name: resource.type_name().to_owned(),
            permissions,
            arns: arns.get(id).cloned().unwrap_or_default(),
            used,
        });
    }
    let made = policy(&Deployment {
        place,
        stack: &stack,
        artifacts: artifacts.map(|bucket| (bucket, "")),
        resources,
        permissions_boundary: settings.permissions_boundary.as_ref().map(|boundary| boundary.value.as_str()),
    });
    let resource = |id: &str, _: Option<&str>| id.to_owned();
    let resolution = Resolution {
        partition: place.partition,
        region: place.region,
        account: place.account,
        stack: stack.as_str(),
        resource: &resource,
    };
    let documents: Vec<PolicyDocument> = split(&made.document, &resolution, MANAGED_POLICY_LIMIT);
    Ok(Deployer {
        sizes: documents.iter().map(|document| size(document, &resolution)).collect(),
        documents: documents.iter().map(|document| resolution.document(document)).collect(),
        left_out: made.left_out,
        gaps,
        lacks_artifacts: artifacts.is_none() && template.parameters().contains_key(&ids::artifact_bucket()),
        stack,
    })
}

fn properties(resource: &Resource) -> Map<String, Value> {
    match serde_json::to_value(resource.properties()) {
        Ok(Value::Object(properties)) => properties,
        _ => Map::new(),
    }
}

/// Returns what the handlers of a type call, once each.
fn permissions(type_name: &str) -> Vec<String> {
    let schemas::Permissions { create, read, update, delete } =
        schemas::permissions(type_name).unwrap_or_default();
    let called: BTreeSet<&str> = [create, read, update, delete].into_iter().flatten().collect();
    called.into_iter().map(str::to_owned).collect()
}

/// Returns the property that gives a type's name, for the types whose ARNs hold it.
fn name_property(type_name: &str) -> Option<&'static str> {
    Some(match type_name {
        "AWS::CloudWatch::Alarm" | "AWS::CloudWatch::CompositeAlarm" => "AlarmName",
        "AWS::CloudWatch::Dashboard" => "DashboardName",
        "AWS::DynamoDB::Table" => "TableName",
        "AWS::Events::EventBus"
        | "AWS::Events::Rule"
        | "AWS::Scheduler::Schedule"
        | "AWS::SecretsManager::Secret"
        | "AWS::StepFunctions::Activity" => "Name",
        "AWS::IAM::ManagedPolicy" => "ManagedPolicyName",
        "AWS::IAM::Role" => "RoleName",
        "AWS::Lambda::Function" => "FunctionName",
        "AWS::Lambda::LayerVersion" => "LayerName",
        "AWS::Logs::LogGroup" => "LogGroupName",
        "AWS::S3::Bucket" => "BucketName",
        "AWS::SNS::Topic" => "TopicName",
        "AWS::SQS::Queue" => "QueueName",
        "AWS::StepFunctions::StateMachine" => "StateMachineName",
        _ => return None,
    })
}

/// Returns a text that is known before the deployment: a literal, or one of pseudo parameters.
fn known_text(value: &Value, place: Place<'_>, stack: &StackName) -> Option<String> {
    let pseudo = |name: &str| match name {
        "AWS::AccountId" => Some(place.account),
        "AWS::Partition" => Some(place.partition),
        "AWS::Region" => Some(place.region),
        "AWS::StackName" => Some(stack.as_str()),
        _ => None,
    };
    if let Value::String(text) = value {
        return Some(text.clone());
    }
    if let Some(name) = value.get("Ref").and_then(Value::as_str) {
        return pseudo(name).map(str::to_owned);
    }
    let mut rest = value.get("Fn::Sub")?.as_str()?;
    let mut known = String::new();
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        known.push_str(before);
        match name.strip_prefix('!') {
            Some(literal) => known.extend(["${", literal, "}"]),
            None => known.push_str(pseudo(name)?),
        }
        rest = after;
    }
    known.push_str(rest);
    Some(known)
}

/// Returns the ARNs that properties name: of the stack's resources, and of others.
fn used(
    properties: &Map<String, Value>,
    arns: &BTreeMap<&LogicalId, Vec<String>>,
    place: Place<'_>,
    stack: &StackName,
) -> Vec<String> {
    let mut used: BTreeSet<String> = schemas::references(properties)
        .into_iter()
        .filter_map(|reference| arns.get(&LogicalId::new(&reference.target).ok()?))
        .flatten()
        .cloned()
        .collect();
    for (name, value) in properties {
        // What policies and definitions name is for whoever has them, not for whoever makes them.
        let is_of_others = name.contains("Polic") || name.starts_with("Definition");
        if !is_of_others {
            literal_arns(value, place, stack, &mut used);
        }
    }
    used.into_iter().collect()
}

/// Returns the alarms that Application Auto Scaling makes, for whoever scales a function. Page: "Application Auto Scaling
/// identity-based policy examples"; the names are those that it gives.
fn tracking_alarms(used: &[String]) -> Vec<String> {
    let functions = used.iter().filter(|arn| arn.contains(":lambda:"));
    let alarm = |arn: &String| {
        arn.replacen(":lambda:", ":cloudwatch:", 1).replacen(
            ":function:",
            ":alarm:TargetTracking-function:",
            1,
        )
    };
    functions.map(alarm).collect()
}

fn literal_arns(value: &Value, place: Place<'_>, stack: &StackName, used: &mut BTreeSet<String>) {
    if let Some(text) = known_text(value, place, stack) {
        let Place { partition, region, account } = place;
        if text.starts_with("arn:") {
            used.insert(text);
        } else if text.starts_with("subnet-") {
            used.insert(format!("arn:{partition}:ec2:{region}:{account}:subnet/{text}"));
        } else if text.starts_with("sg-") {
            used.insert(format!("arn:{partition}:ec2:{region}:{account}:security-group/{text}"));
        }
        return;
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|value| literal_arns(value, place, stack, used)),
        Value::Array(items) => items.iter().for_each(|value| literal_arns(value, place, stack, used)),
        _ => {}
    }
}
