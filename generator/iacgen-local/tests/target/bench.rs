//! A small assembly: its definition, its template, its folders.

use std::collections::BTreeMap;

use camino::Utf8Path;
use iacgen_assembly::{Assembly, Assets, FORMAT, Identity, Target};
use iacgen_aws_types::{AccountId, Environment, LogicalId, Region, StackName};
use iacgen_local::interpreter::Outcome;
use iacgen_local::s3::BucketMapping;
use iacgen_local::{ExecutionResult, LocalError, LocalObserver, LocalOptions, LocalTarget};
use serde_json::{Value, json};

use crate::folder::{Folder, folder};
use crate::package::write_package;

pub(crate) const INVOKE: &str = "arn:aws:states:::lambda:invoke";

/// Work, then a Distributed Map over a file of items, then the first again.
pub(crate) fn definition() -> Value {
    let retry = json!([{
        "ErrorEquals": ["Runtime.ExitError", "Lambda.TooManyRequestsException"],
        "IntervalSeconds": 1, "MaxAttempts": 5, "BackoffRate": 1.0, "JitterStrategy": "FULL"
    }]);
    json!({
        "StartAt": "Initialize",
        "States": {
            "Initialize": {
                "Type": "Task", "Resource": INVOKE, "Retry": retry, "Next": "Distributed Test",
                "Parameters": { "FunctionName": "${Work}", "Payload.$": "$" },
                "ResultSelector": { "payload.$": "$.Payload", "version.$": "$.ExecutedVersion", "status.$": "$.StatusCode" },
            },
            "Distributed Test": {
                "Type": "Map", "Next": "Summarize", "MaxConcurrency": 3, "Label": "Test",
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": { "InputType": "JSON" },
                    "Parameters": { "Bucket": "${Data}", "Key": "items.json" }
                },
                "ItemProcessor": {
                    "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS" },
                    "StartAt": "Inference",
                    "States": { "Inference": {
                        "Type": "Task", "Resource": INVOKE, "Retry": retry, "End": true,
                        "Parameters": { "FunctionName": "${Infer}", "Payload.$": "$" },
                        "OutputPath": "$.Payload.n"
                    } }
                },
                "ResultPath": "$.shards"
            },
            "Summarize": { "Type": "Task", "Resource": "${WorkArn}", "End": true }
        }
    })
}

fn template(package: &Utf8Path, definition: &Value) -> Value {
    let function = |extra: Value| {
        let mut properties = json!({
            "Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": [architecture()],
            "Code": { "S3Bucket": { "Ref": "Artifacts" }, "S3Key": package.file_name() },
            "MemorySize": 256, "Timeout": 20, "Role": { "Fn::GetAtt": ["Role", "Arn"] },
            "Environment": { "Variables": { "RESULTS": { "Ref": "Results" } } },
            "LoggingConfig": { "LogFormat": "JSON", "LogGroup": { "Ref": "Logs" } },
        });
        properties.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({ "Type": "AWS::Lambda::Function", "Properties": properties })
    };
    json!({
        "Parameters": { "Artifacts": { "Type": "String" } },
        "Resources": {
            "Role": { "Type": "AWS::IAM::Role", "Properties": {} },
            "MachineRole": { "Type": "AWS::IAM::Role", "Properties": { "Policies": [{
                "PolicyName": "items", "PolicyDocument": { "Statement": [{
                    "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::the-data/items.json"
                }] }
            }] } },
            "Logs": { "Type": "AWS::Logs::LogGroup", "Properties": { "LogGroupName": { "Fn::Sub": "/w/${AWS::StackName}" } } },
            "Results": { "Type": "AWS::S3::Bucket", "Properties": {} },
            "WorkFunction": function(json!({})),
            "InferFunction": function(json!({})),
            "InferVersion": { "Type": "AWS::Lambda::Version", "Properties": { "FunctionName": { "Ref": "InferFunction" } } },
            "InferAlias": { "Type": "AWS::Lambda::Alias", "Properties": {
                "FunctionName": { "Ref": "InferFunction" }, "Name": "live",
                "FunctionVersion": { "Fn::GetAtt": ["InferVersion", "Version"] },
                "ProvisionedConcurrencyConfig": { "ProvisionedConcurrentExecutions": 1 }
            } },
            "StateMachine": { "Type": "AWS::StepFunctions::StateMachine", "Properties": {
                "RoleArn": { "Fn::GetAtt": ["MachineRole", "Arn"] },
                "DefinitionString": definition.to_string(),
                "DefinitionSubstitutions": {
                    "Work": { "Ref": "WorkFunction" }, "WorkArn": { "Fn::GetAtt": ["WorkFunction", "Arn"] },
                    "Infer": { "Ref": "InferAlias" }, "Data": "the-data", "Results": { "Ref": "Results" }
                }
            } }
        },
        "Outputs": { "Results": { "Value": { "Ref": "Results" } }, "Artifacts": { "Value": { "Ref": "Artifacts" } } }
    })
}

fn architecture() -> &'static str {
    iacgen_local::sandbox::host().unwrap().as_str()
}

pub(crate) fn seal(template: &Value, packaged: bool) -> Assembly {
    let identity = Identity {
        project: "cosmic".to_owned(),
        environment: Environment::new("local").unwrap(),
        target: Target::Local,
        region: Region::new("eu-west-1").unwrap(),
        account: AccountId::new("123456789012").unwrap(),
        stack: StackName::new("cosmic-local").unwrap(),
        state_machine: LogicalId::new("StateMachine").unwrap(),
        packaged,
    };
    let assets = Assets { format: FORMAT, functions: Vec::new(), layers: Vec::new() };
    Assembly::seal(identity, &assets, BTreeMap::from([("template.json".into(), template.to_string())]))
}

/// What a test starts from: packages, a data folder, a work folder.
pub(crate) struct Bench {
    pub(crate) folder: Folder,
    pub(crate) template: Value,
    pub(crate) options: LocalOptions,
}

impl Bench {
    pub(crate) fn new(definition: &Value) -> Self {
        let folder = folder();
        for name in ["assets", "data"] {
            std::fs::create_dir(folder.path.join(name)).unwrap();
        }
        let package = write_package(&folder.path.join("assets"));
        let template = template(&package, definition);
        let mut options = LocalOptions::new(folder.path.join("assets"), folder.path.join("work"));
        options.buckets =
            vec![BucketMapping { bucket: "the-data".to_owned(), folder: folder.path.join("data") }];
        let bench = Self { folder, template, options };
        bench.items(&(0..8).map(|n| json!({ "do": "echo", "n": n })).collect::<Vec<_>>());
        bench
    }

    pub(crate) fn items(&self, items: &[Value]) {
        std::fs::write(self.folder.path.join("data/items.json"), Value::from(items.to_vec()).to_string())
            .unwrap();
    }

    pub(crate) async fn start(&self, observer: LocalObserver) -> LocalTarget {
        LocalTarget::start(&seal(&self.template, true), self.options.clone(), observer).await.unwrap()
    }

    pub(crate) async fn fail_to_start(&self) -> LocalError {
        LocalTarget::start(&seal(&self.template, true), self.options.clone(), LocalObserver::silent())
            .await
            .unwrap_err()
    }

    pub(crate) async fn run(&self, observer: LocalObserver) -> ExecutionResult {
        let target = self.start(observer).await;
        let result = target.execute("run-1", json!({ "do": "echo" })).await.unwrap();
        target.shutdown().await;
        result
    }
}

pub(crate) fn output(result: &ExecutionResult) -> &Value {
    match &result.outcome {
        Outcome::Succeeded { output } => output,
        other => panic!("{other:?}"),
    }
}
