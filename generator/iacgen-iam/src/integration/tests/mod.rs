//! From the arguments of Tasks to what their machine may do.

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};
use serde_json::{Value, json};

use super::{AslArguments, Call, IntegrationName, ObjectUse, Underivable, statements};
use crate::evaluate::{Permissions, Request};
use crate::{PolicyDocument, Resolution, Statement};

mod beside;
mod http;
mod jobs;

fn machine() -> ResourceArn {
    ResourceArn::ByRef { id: LogicalId::new("Nested").unwrap(), suffix: ArnSuffix::None }
}

fn derived(text: &str, arguments: &Value, stated: &[&str]) -> Result<Vec<Statement>, Underivable> {
    granted_to(text, arguments, stated, &[])
}

fn granted_to(
    text: &str,
    arguments: &Value,
    stated: &[&str],
    objects: &[ObjectUse],
) -> Result<Vec<Statement>, Underivable> {
    let substitution = |name: &str| (name == "Nested").then(machine);
    let stated: Vec<ResourceArn> = stated.iter().map(|arn| ResourceArn::Literal((*arn).to_owned())).collect();
    let arguments = AslArguments { value: arguments, substitution: &substitution };
    let own = ResourceArn::ByRef { id: LogicalId::new("Own").unwrap(), suffix: ArnSuffix::None };
    let call = Call { arguments: &arguments, stated: &stated, objects, machine: &own };
    statements(&IntegrationName::parse(text).unwrap(), &call)
}

fn permissions(text: &str, arguments: &Value, stated: &[&str]) -> Permissions {
    let resource = |id: &str, attribute: Option<&str>| match attribute {
        Some(_) => format!("{id}-x"),
        None => format!("arn:aws:states:r:1:stateMachine:{id}-x"),
    };
    let mut permissions = Permissions::default();
    permissions.add_policy(
        &PolicyDocument::new(derived(text, arguments, stated).unwrap()),
        &Resolution { partition: "aws", region: "r", account: "1", stack: "s", resource: &resource },
    );
    permissions
}

fn may(permissions: &Permissions, action: &'static str, resource: &str) -> bool {
    permissions.check(&Request::new(action, resource)).is_ok()
}

#[test]
fn calls_are_allowed_on_what_they_name_and_nothing_else() {
    for (text, arguments, action, named, other) in [
        (
            "dynamodb:putItem",
            json!({ "TableName": "t" }),
            "dynamodb:PutItem",
            "arn:aws:dynamodb:r:1:table/t",
            "arn:aws:dynamodb:r:1:table/tt",
        ),
        (
            "aws-sdk:dynamodb:query",
            json!({ "TableName": "t", "IndexName": "i" }),
            "dynamodb:Query",
            "arn:aws:dynamodb:r:1:table/t/index/i",
            "arn:aws:dynamodb:r:1:table/t",
        ),
        (
            "sqs:sendMessage",
            json!({ "QueueUrl": "https://sqs.r.amazonaws.com/123456789012/q" }),
            "sqs:SendMessage",
            "arn:aws:sqs:r:123456789012:q",
            "arn:aws:sqs:r:123456789012:p",
        ),
        (
            "sns:publish",
            json!({ "TopicArn": "arn:aws:sns:r:1:t" }),
            "sns:Publish",
            "arn:aws:sns:r:1:t",
            "arn:aws:sns:r:1:u",
        ),
        (
            "events:putEvents",
            json!({ "Entries": [{ "Detail": {} }] }),
            "events:PutEvents",
            "arn:aws:events:r:1:event-bus/default",
            "arn:aws:events:r:1:event-bus/x",
        ),
        (
            "aws-sdk:s3:headObject",
            json!({ "Bucket": "b", "Key.$": "States.Format('runs/{}', $.id)" }),
            "s3:GetObject",
            "arn:aws:s3:::b/runs/1",
            "arn:aws:s3:::b/other",
        ),
        (
            "aws-sdk:s3:getObject",
            json!({ "Bucket": "b", "Key": "k", "VersionId.$": "$.v" }),
            "s3:GetObjectVersion",
            "arn:aws:s3:::b/k",
            "arn:aws:s3:::b/kk",
        ),
        (
            "lambda:invoke",
            json!({ "FunctionName": "f", "Qualifier": "live" }),
            "lambda:InvokeFunction",
            "arn:aws:lambda:r:1:function:f:live",
            "arn:aws:lambda:r:1:function:f",
        ),
        (
            "bedrock:invokeModel",
            json!({ "ModelId": "a.m" }),
            "bedrock:InvokeModel",
            "arn:aws:bedrock:r::foundation-model/a.m",
            "arn:aws:bedrock:r::foundation-model/a.n",
        ),
        (
            "glue:startJobRun.sync",
            json!({ "JobName": "j" }),
            "glue:GetJobRun",
            "arn:aws:glue:r:1:job/j",
            "arn:aws:glue:r:1:job/jj",
        ),
    ] {
        let permissions = permissions(text, &arguments, &[]);
        assert!(may(&permissions, action, named), "{text}: {named}");
        assert!(!may(&permissions, action, other), "{text}: {other}");
    }
}

#[test]
fn a_nested_execution_is_started_followed_and_stopped() {
    let permissions =
        permissions("states:startExecution.sync:2", &json!({ "StateMachineArn": "${Nested}" }), &[]);
    assert!(may(&permissions, "states:StartExecution", "arn:aws:states:r:1:stateMachine:Nested-x"));
    assert!(may(&permissions, "states:StopExecution", "arn:aws:states:r:1:execution:Nested-x:e"));
    assert!(!may(&permissions, "states:StopExecution", "arn:aws:states:r:1:execution:Other:e"));
    assert!(may(
        &permissions,
        "events:PutRule",
        "arn:aws:events:r:1:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
    ));
}

#[test]
fn an_alias_is_started_and_the_machine_alone_is_not() {
    let arguments = json!({ "StateMachineArn": "arn:aws:states:r:1:stateMachine:m:live" });
    let permissions = permissions("states:startExecution", &arguments, &[]);
    let start = Request::new("states:StartExecution", "arn:aws:states:r:1:stateMachine:m");
    assert!(permissions.check(&start).is_err());
    assert!(permissions.check(&start.with("states:StateMachineQualifier", "live")).is_ok());
}

#[test]
fn a_task_of_ecs_runs_in_its_cluster_with_its_roles() {
    let arguments = json!({ "TaskDefinition": "train", "Cluster": "c", "LaunchType": "FARGATE" });
    let missing = derived("ecs:runTask.sync", &arguments, &[]).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "what `ecs:runTask.sync` touches does not follow from `Overrides.TaskRoleArn` and \
         `Overrides.ExecutionRoleArn`; name it in `resources`, for `iam:PassRole`"
    );
    let permissions = permissions("ecs:runTask.sync", &arguments, &["arn:aws:iam::1:role/task"]);
    let run = Request::new("ecs:RunTask", "arn:aws:ecs:r:1:task-definition/train:7");
    assert!(permissions.check(&run.clone().with("ecs:cluster", "arn:aws:ecs:r:1:cluster/c")).is_ok());
    assert!(permissions.check(&run.with("ecs:cluster", "arn:aws:ecs:r:1:cluster/d")).is_err());
    assert!(may(&permissions, "ecs:StopTask", "arn:aws:ecs:r:1:task/c/1"));
    assert!(!may(&permissions, "ecs:StopTask", "arn:aws:ecs:r:1:task/d/1"));
    let pass = Request::new("iam:PassRole", "arn:aws:iam::1:role/task");
    assert!(permissions.check(&pass.clone().with("iam:PassedToService", "ecs-tasks.amazonaws.com")).is_ok());
    assert!(permissions.check(&pass.with("iam:PassedToService", "ec2.amazonaws.com")).is_err());
}

#[test]
fn what_is_not_known_must_be_stated_and_only_that() {
    let missing = derived("sqs:sendMessage", &json!({ "QueueUrl.$": "$.queue" }), &[]).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "what `sqs:sendMessage` touches does not follow from `QueueUrl`; name it in `resources`, for `sqs:SendMessage`"
    );
    let stated = permissions("sqs:sendMessage", &json!({ "QueueUrl.$": "$.queue" }), &["arn:aws:sqs:r:1:q"]);
    assert!(may(&stated, "sqs:SendMessage", "arn:aws:sqs:r:1:q"));
    let wrong = derived("sqs:sendMessage", &json!({ "QueueUrl.$": "$.queue" }), &["arn:aws:sns:r:1:t"]);
    assert!(wrong.is_err());
    let more = derived("dynamodb:getItem", &json!({ "TableName": "t" }), &["arn:aws:sqs:r:1:q"]).unwrap_err();
    assert_eq!(more.to_string(), "`dynamodb:getItem` touches no such resource as `arn:aws:sqs:r:1:q`");
    let unlimited = derived("aws-sdk:rekognition:detectLabels", &json!({}), &[]).unwrap_err();
    assert_eq!(
        unlimited.to_string(),
        "what `aws-sdk:rekognition:detectLabels` touches does not follow from its arguments; name it in `resources` as \
         `*`, for `rekognition:DetectLabels`"
    );
    let collection = "arn:aws:rekognition:r:1:collection/c";
    let known = permissions("aws-sdk:rekognition:searchFacesByImage", &json!({}), &[collection]);
    assert!(may(&known, "rekognition:SearchFacesByImage", collection));
    let open = permissions("aws-sdk:rekognition:detectFaces", &json!({}), &["*"]);
    assert!(may(&open, "rekognition:DetectFaces", "arn:aws:rekognition:r:1:y"));
}

#[test]
fn everything_is_stated_only_for_what_cannot_be_limited() {
    for (text, arguments) in [
        ("aws-sdk:rekognition:searchFacesByImage", json!({})),
        ("dynamodb:getItem", json!({ "TableName.$": "$.t" })),
        ("dynamodb:getItem", json!({ "TableName": "t" })),
        ("http:invoke", json!({})),
        ("apigateway:invoke", json!({ "ApiEndpoint.$": "$.host", "AuthType": "IAM_ROLE" })),
    ] {
        let error = derived(text, &arguments, &["*"]).unwrap_err();
        assert!(matches!(error, Underivable::Everything { .. }), "{text}: {error}");
    }
    let error = derived("aws-sdk:rekognition:searchFacesByImage", &json!({}), &["*"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`*` is every resource of the account, and `rekognition:SearchFacesByImage` can be limited; name ARNs, or \
         patterns such as `arn:aws:rekognition:*:*:...`"
    );
}
