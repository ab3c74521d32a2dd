//! Queries and other jobs that services run.

use serde_json::json;

use super::super::{ObjectAccess, ObjectUse, Underivable};
use super::{derived, granted_to, may, permissions};
use crate::evaluate::{Permissions, Request};
use crate::grants::s3::{Bucket, GrantedBucket};
use crate::{PolicyDocument, Resolution};

fn use_of(access: ObjectAccess, prefix: &str) -> ObjectUse {
    let name = iacgen_aws_types::BucketName::new("given").unwrap();
    let bucket = GrantedBucket { label: "given".to_owned(), bucket: Bucket::Existing(name) };
    ObjectUse { access, bucket, prefix: prefix.to_owned() }
}

#[test]
fn a_query_reads_its_tables_and_writes_its_results() {
    let query = json!({
        "QueryString": "SELECT * FROM stars", "WorkGroup": "sky", "QueryExecutionContext": { "Database": "survey" },
        "ResultConfiguration": { "OutputLocation": "s3://results/athena/" },
    });
    let permissions = permissions("athena:startQueryExecution.sync", &query, &[]);
    for (action, allowed, denied) in [
        ("athena:StartQueryExecution", "athena:r:1:workgroup/sky", "athena:r:1:workgroup/primary"),
        ("athena:GetQueryExecution", "athena:r:1:workgroup/sky", "athena:r:1:workgroup/primary"),
        ("athena:StopQueryExecution", "athena:r:1:workgroup/sky", "athena:r:1:workgroup/primary"),
        ("athena:GetDataCatalog", "athena:r:1:datacatalog/AwsDataCatalog", "athena:r:1:datacatalog/x"),
        ("s3:PutObject", "s3:::results/athena/1.csv", "s3:::results/other"),
        ("s3:GetObject", "s3:::results/athena/1.csv", "s3:::data/x"),
        ("s3:GetBucketLocation", "s3:::results", "s3:::data"),
        ("glue:GetTable", "glue:r:1:table/survey/stars", "glue:r:1:table/other/stars"),
        ("glue:GetTable", "glue:r:1:catalog", "glue:r:1:database/other"),
        ("glue:GetDatabase", "glue:r:1:database/survey", "glue:r:1:database/other"),
        ("glue:GetDatabase", "glue:r:1:database/default", "glue:r:1:database/other"),
    ] {
        assert!(may(&permissions, action, &format!("arn:aws:{allowed}")), "{action} {allowed}");
        assert!(!may(&permissions, action, &format!("arn:aws:{denied}")), "{action} {denied}");
    }
    for action in ["glue:CreateTable", "glue:DeleteTable", "lakeformation:GetDataAccess", "s3:CreateBucket"] {
        assert!(!may(&permissions, action, "arn:aws:glue:r:1:table/survey/stars"), "{action}");
    }
}

#[test]
fn what_a_query_does_not_say_is_stated_and_granted() {
    let query = json!({ "QueryString.$": "$.query" });
    let start = "athena:startQueryExecution";
    let granted = |stated: &[&str], objects: &[ObjectUse]| granted_to(start, &query, stated, objects);
    assert_eq!(
        granted(&[], &[]).unwrap_err().to_string(),
        "which objects `athena:startQueryExecution` writes does not follow from `ResultConfiguration.OutputLocation`; \
         grant them: `access: [{ write: BUCKET }]`"
    );
    let objects = [use_of(ObjectAccess::Write, "athena/"), use_of(ObjectAccess::Read, "sky/")];
    assert!(granted(&[], &objects).unwrap_err().to_string().contains("`QueryExecutionContext.Database`"));
    let statements = granted(&["arn:aws:glue:r:1:table/survey/stars", "*"], &objects).unwrap();
    let mut permissions = Permissions::default();
    let resource = |_: &str, _: Option<&str>| String::new();
    permissions.add_policy(
        &PolicyDocument::new(statements),
        &Resolution { partition: "aws", region: "r", account: "1", stack: "s", resource: &resource },
    );
    for (action, resource, expected) in [
        ("s3:PutObject", "s3:::given/athena/1", true),
        ("s3:PutObject", "s3:::given/sky/1", false),
        ("s3:GetBucketLocation", "s3:::given", true),
        ("s3:GetObject", "s3:::given/sky/1", true),
        // The query may be of any kind.
        ("glue:CreateTable", "glue:r:1:table/survey/stars", true),
        ("glue:CreateTable", "glue:r:1:database/survey", true),
        ("glue:CreateTable", "glue:r:1:catalog", true),
        ("glue:CreateTable", "glue:r:1:table/survey/moons", false),
        ("lakeformation:GetDataAccess", "lakeformation:r:1:x", true),
        ("athena:StartQueryExecution", "athena:r:1:workgroup/primary", true),
    ] {
        assert_eq!(
            may(&permissions, action, &format!("arn:aws:{resource}")),
            expected,
            "{action} {resource}"
        );
    }
    let refused = granted_to("sqs:sendMessage", &json!({ "QueueUrl": "${Nested}" }), &[], &objects);
    assert!(matches!(refused, Err(Underivable::NoObjects { .. })), "{refused:?}");
}

#[test]
fn jobs_are_made_followed_and_stopped_with_their_roles() {
    let role = "arn:aws:iam::1:role/job";
    for (text, arguments, service, allowed, denied) in [
        (
            "sagemaker:createTrainingJob.sync",
            json!({ "TrainingJobName.$": "States.Format('fit-{}', $.x)", "RoleArn": role }),
            Some("sagemaker.amazonaws.com"),
            vec![
                ("sagemaker:CreateTrainingJob", "sagemaker:r:1:training-job/fit-1"),
                ("sagemaker:StopTrainingJob", "sagemaker:r:1:training-job/fit-1"),
                ("sagemaker:AddTags", "sagemaker:r:1:training-job/fit-1"),
                ("events:PutRule", "events:r:1:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"),
            ],
            vec![("sagemaker:CreateTrainingJob", "sagemaker:r:1:training-job/other")],
        ),
        (
            "sagemaker:createEndpoint",
            json!({ "EndpointName": "e", "EndpointConfigName": "c" }),
            None,
            vec![
                ("sagemaker:CreateEndpoint", "sagemaker:r:1:endpoint/e"),
                ("sagemaker:CreateEndpoint", "sagemaker:r:1:endpoint-config/c"),
            ],
            vec![("sagemaker:AddTags", "sagemaker:r:1:endpoint-config/c")],
        ),
        (
            "emr-serverless:startJobRun.sync",
            json!({ "ApplicationId": "a", "ExecutionRoleArn": role }),
            Some("emr-serverless.amazonaws.com"),
            vec![
                ("emr-serverless:StartJobRun", "emr-serverless:r:1:/applications/a"),
                ("emr-serverless:CancelJobRun", "emr-serverless:r:1:/applications/a/jobruns/1"),
            ],
            vec![("emr-serverless:GetJobRun", "emr-serverless:r:1:/applications/b/jobruns/1")],
        ),
        (
            "elasticmapreduce:createCluster.sync",
            json!({ "Name": "n", "ServiceRole": "job", "JobFlowRole": "nodes" }),
            Some("elasticmapreduce.amazonaws.com"),
            vec![
                ("elasticmapreduce:RunJobFlow", "elasticmapreduce:r:1:x"),
                ("elasticmapreduce:TerminateJobFlows", "elasticmapreduce:r:1:cluster/j-1"),
            ],
            vec![("elasticmapreduce:TerminateJobFlows", "elasticmapreduce:r:2:cluster/j-1")],
        ),
        (
            "eks:deleteNodegroup.sync",
            json!({ "ClusterName": "c", "NodegroupName": "n" }),
            None,
            vec![
                ("eks:DeleteNodegroup", "eks:r:1:nodegroup/c/n/1"),
                ("eks:DescribeNodegroup", "eks:r:1:nodegroup/c/n/1"),
            ],
            vec![("eks:DeleteNodegroup", "eks:r:1:nodegroup/c/m/1")],
        ),
        (
            "mediaconvert:createJob.sync",
            json!({ "Role": role, "Queue": "arn:aws:mediaconvert:r:1:queues/q" }),
            Some("mediaconvert.amazonaws.com"),
            vec![
                ("mediaconvert:CreateJob", "mediaconvert:r:1:queues/q"),
                ("mediaconvert:GetJob", "mediaconvert:r:1:jobs/1"),
            ],
            vec![
                ("mediaconvert:CreateJob", "mediaconvert:r:1:queues/Default"),
                ("mediaconvert:CreateJob", "mediaconvert:r:1:presets/p"),
            ],
        ),
        (
            "bedrock:createModelCustomizationJob.sync",
            json!({ "BaseModelIdentifier": "a.m", "RoleArn": role }),
            Some("bedrock.amazonaws.com"),
            vec![
                ("bedrock:CreateModelCustomizationJob", "bedrock:r::foundation-model/a.m"),
                ("bedrock:StopModelCustomizationJob", "bedrock:r:1:model-customization-job/1"),
            ],
            vec![("bedrock:StopModelCustomizationJob", "bedrock:r::foundation-model/a.m")],
        ),
        (
            "bedrock:invokeModel",
            json!({ "ModelId": "a.m", "Input": { "S3Uri": "s3://bucket/in.json" }, "Output": { "S3Uri": "s3://bucket/out" } }),
            None,
            vec![("s3:GetObject", "s3:::bucket/in.json"), ("s3:PutObject", "s3:::bucket/out")],
            vec![
                ("s3:PutObject", "s3:::bucket/in.json"),
                ("bedrock:ApplyGuardrail", "bedrock:r:1:guardrail/g"),
            ],
        ),
    ] {
        let permissions = permissions(text, &arguments, &[]);
        for (action, resource) in allowed {
            assert!(may(&permissions, action, &format!("arn:aws:{resource}")), "{text}: {action} {resource}");
        }
        for (action, resource) in denied {
            assert!(
                !may(&permissions, action, &format!("arn:aws:{resource}")),
                "{text}: {action} {resource}"
            );
        }
        let passed = Request::new("iam:PassRole", role);
        assert!(permissions.check(&passed).is_err(), "{text}");
        if let Some(service) = service {
            assert!(permissions.check(&passed.with("iam:PassedToService", service)).is_ok(), "{text}");
        }
    }
    assert_eq!(derived("eks:runJob.sync", &json!({ "ClusterName": "c" }), &[]), Ok(Vec::new()));
}
