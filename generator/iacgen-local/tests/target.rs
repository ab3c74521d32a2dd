//! A small assembly deployed and executed: the definition through the interpreter, real processes, real S3.

#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "fixture/folder.rs"]
mod folder;
#[path = "fixture/package.rs"]
mod package;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use camino::Utf8Path;
use folder::{Folder, folder};
use iacgen_assembly::{Assembly, Assets, FORMAT, Identity, Target};
use iacgen_aws_types::{AccountId, Environment, LogicalId, Region, StackName};
use iacgen_local::interpreter::{EventKind, Outcome};
use iacgen_local::s3::BucketMapping;
use iacgen_local::sandbox::{FailureKind, LambdaEvent};
use iacgen_local::{ExecutionResult, LocalError, LocalEvent, LocalObserver, LocalOptions, LocalTarget};
use package::{is_running, write_package};
use serde_json::{Value, json};

const INVOKE: &str = "arn:aws:states:::lambda:invoke";

/// Work, then a Distributed Map over a file of items, then the first again.
fn definition() -> Value {
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
                "RoleArn": { "Fn::GetAtt": ["Role", "Arn"] },
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

fn seal(template: &Value, packaged: bool) -> Assembly {
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
    let assets = Assets { format: FORMAT, functions: Vec::new() };
    Assembly::seal(identity, &assets, BTreeMap::from([("template.json".into(), template.to_string())]))
}

/// What a test starts from: packages, a data folder, a work folder.
struct Bench {
    folder: Folder,
    template: Value,
    options: LocalOptions,
}

impl Bench {
    fn new(definition: &Value) -> Self {
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

    fn items(&self, items: &[Value]) {
        std::fs::write(self.folder.path.join("data/items.json"), Value::from(items.to_vec()).to_string())
            .unwrap();
    }

    async fn start(&self, observer: LocalObserver) -> LocalTarget {
        LocalTarget::start(&seal(&self.template, true), self.options.clone(), observer).await.unwrap()
    }

    async fn fail_to_start(&self) -> LocalError {
        LocalTarget::start(&seal(&self.template, true), self.options.clone(), LocalObserver::silent())
            .await
            .unwrap_err()
    }

    async fn run(&self, observer: LocalObserver) -> ExecutionResult {
        let target = self.start(observer).await;
        let result = target.execute("run-1", json!({ "do": "echo" })).await.unwrap();
        target.shutdown().await;
        result
    }
}

fn output(result: &ExecutionResult) -> &Value {
    match &result.outcome {
        Outcome::Succeeded { output } => output,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assembly_runs_from_end_to_end() {
    let bench = Bench::new(&definition());
    let pids = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&pids);
    let observer = LocalObserver::new(move |event| {
        if let LocalEvent::Lambda(LambdaEvent::EnvironmentStarted { pid, .. }) = event {
            seen.lock().unwrap().insert(*pid);
        }
    });
    let target = bench.start(observer).await;
    assert_eq!(target.stack().buckets["Results"], "cosmic-local-results");
    assert_eq!(
        target.stack().outputs,
        BTreeMap::from([("Results".to_owned(), "cosmic-local-results".to_owned())])
    );
    let result = target.execute("run-1", json!({ "do": "echo", "shards": 0 })).await.unwrap();
    assert_eq!(result.arn, "arn:aws:states:eu-west-1:123456789012:execution:cosmic-local-StateMachine:run-1");
    // Summarize is a bare function ARN: its payload is the output.
    let shards = json!([0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(
        output(&result),
        &json!({ "payload": { "do": "echo", "shards": 0 }, "version": "$LATEST", "status": 200, "shards": shards })
    );
    assert_eq!(result.map_runs.len(), 1);
    assert_eq!((result.map_runs[0].counts.succeeded, result.map_runs[0].counts.total), (8, 8));
    let infer: Vec<_> =
        result.invocations.iter().filter(|call| call.function == "cosmic-local-InferFunction").collect();
    assert_eq!(infer.iter().map(|call| call.item).collect::<BTreeSet<_>>(), (0..8).map(Some).collect());
    assert!(
        infer
            .iter()
            .all(|call| call.version == "1" && call.report.memory_size_mb == 256 && call.error.is_none())
    );
    assert_eq!(
        result.billed_ms()["cosmic-local-InferFunction"],
        infer.iter().map(|call| call.report.billed_duration_ms).sum::<u64>()
    );
    assert_eq!(target.environment_counts()["cosmic-local-InferFunction"].provisioned, 1);
    target.shutdown().await;
    let pids = pids.lock().unwrap().clone();
    assert!(!pids.is_empty());
    assert_eq!(pids.iter().filter(|pid| is_running(**pid)).count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_unzips_nothing() {
    let bench = Bench::new(&definition());
    bench.run(LocalObserver::silent()).await;
    std::fs::remove_dir_all(bench.folder.path.join("assets")).unwrap();
    output(&bench.run(LocalObserver::silent()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_in_the_middle_is_retried() {
    let bench = Bench::new(&definition());
    let killed = AtomicBool::new(false);
    let observer = LocalObserver::new(move |event| {
        if let LocalEvent::Lambda(LambdaEvent::InvocationStarted { function, pid, .. }) = event
            && function == "cosmic-local-InferFunction"
            && !killed.swap(true, Ordering::Relaxed)
        {
            let pid = rustix::process::Pid::from_raw(i32::try_from(*pid).unwrap()).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        }
    });
    let result = bench.run(observer).await;
    assert_eq!(output(&result)["shards"].as_array().unwrap().len(), 8);
    let failed: Vec<_> = result.invocations.iter().filter(|call| call.error.is_some()).collect();
    let [failed] = failed.as_slice() else { panic!("{failed:?}") };
    assert_eq!(failed.error.as_ref().unwrap().error_type, "Runtime.ExitError");
    assert_eq!((failed.attempt, failed.state.as_str()), (0, "Inference"));
    let again = result.invocations.iter().find(|call| call.item == failed.item && call.attempt == 1).unwrap();
    assert!(again.error.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_always_fails_fails_the_execution_by_name() {
    let bench = Bench::new(&definition());
    bench.items(&[json!({ "do": "echo", "n": 0 }), json!({ "do": "fail", "n": 1 })]);
    let result = bench.run(LocalObserver::silent()).await;
    let Outcome::Failed { error, child, .. } = &result.outcome else { panic!("{:?}", result.outcome) };
    assert_eq!(error.as_deref(), Some("States.ExceedToleratedFailureThreshold"));
    let child = child.as_ref().unwrap();
    assert_eq!((child.index, child.error.as_deref()), (1, Some("ShardUnreadable")));
    assert!(child.cause.as_ref().unwrap().contains("shard 7 is torn"));
    let failed = result.invocations.iter().find(|call| call.item == Some(1)).unwrap();
    assert_eq!(failed.error.as_ref().unwrap().kind, FailureKind::Handler);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_deleted_between_two_states_is_missed() {
    let bench = Bench::new(&definition());
    let items = bench.folder.path.join("data/items.json");
    let observer = LocalObserver::new(move |event| {
        if let LocalEvent::Execution(event) = event
            && let EventKind::StateExited { name, .. } = &event.kind
            && name.as_str() == "Initialize"
        {
            std::fs::remove_file(&items).unwrap();
        }
    });
    let result = bench.run(observer).await;
    let Outcome::Failed { error, state, .. } = &result.outcome else { panic!("{:?}", result.outcome) };
    assert_eq!(error.as_deref(), Some("States.ItemReaderFailed"));
    assert_eq!(state.as_ref().map(iacgen_asl::StateName::as_str), Some("Distributed Test"));
}

/// A machine of one Task state.
fn only(resource: &str, parameters: &Value) -> Bench {
    let state = json!({ "Type": "Task", "Resource": resource, "Parameters": parameters, "End": true });
    Bench::new(&json!({ "StartAt": "Only", "States": { "Only": state } }))
}

/// Runs a machine that fails and returns its error and cause.
async fn failure_of(bench: Bench) -> (String, String) {
    match bench.run(LocalObserver::silent()).await.outcome {
        Outcome::Failed { error, cause, .. } => (error.unwrap(), cause.unwrap()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_invocations_are_named_as_on_aws() {
    let (error, cause) = failure_of(only(INVOKE, &json!({ "FunctionName": "nobody:live" }))).await;
    assert_eq!(error, "Lambda.ResourceNotFoundException");
    assert!(
        cause.starts_with("Function not found: nobody:live (Service: Lambda, Status Code: 404, Request ID: "),
        "{cause}"
    );
    let (error, cause) = failure_of(only("arn:aws:states:::sqs:sendMessage", &json!({}))).await;
    assert_eq!(error, "States.Runtime");
    assert!(cause.contains("`arn:aws:states:::sqs:sendMessage` of the state `Only`"), "{cause}");
    let garbage = json!({ "FunctionName": "${Infer}", "Payload": { "do": "garbage" } });
    assert_eq!(failure_of(only(INVOKE, &garbage)).await.0, "Lambda.Unknown");
    let crash = json!({ "FunctionName": "${Infer}", "Payload": { "do": "crash" } });
    let (error, cause) = failure_of(only(INVOKE, &crash)).await;
    assert_eq!(error, "Runtime.ExitError");
    assert!(cause.contains("about to crash"), "{cause}");
    let mut bench = only(INVOKE, &json!({ "FunctionName": "${Infer}", "Payload": {} }));
    bench.template["Resources"]["InferFunction"]["Properties"]["ReservedConcurrentExecutions"] = json!(0);
    let (error, cause) = failure_of(bench).await;
    assert_eq!(error, "Lambda.TooManyRequestsException");
    assert!(cause.starts_with("Rate Exceeded. (Service: Lambda, Status Code: 429, Request ID: "), "{cause}");
}

#[tokio::test]
async fn what_cannot_be_deployed_is_named_with_its_property() {
    let mut bench = Bench::new(&definition());
    let good = bench.template.clone();
    for (resource, property, value, message) in [
        (
            "InferFunction",
            "Layers",
            json!(["arn:layer"]),
            "InferFunction.Layers is not supported by the local target: put the files into the package",
        ),
        (
            "InferFunction",
            "Runtime",
            json!("python3.13"),
            "InferFunction.Runtime is `python3.13`, expected `provided.al2023`: the package brings its own bootstrap",
        ),
        ("InferFunction", "Timeout", json!(901), "InferFunction.Timeout is 901, expected 1 to 900 seconds"),
        (
            "InferFunction",
            "MemorySize",
            json!(64),
            "InferFunction.MemorySize is 64, expected Lambda offers 128MB to 10240MB",
        ),
        (
            "InferFunction",
            "Environment",
            json!({ "Variables": { "AWS_REGION": "x" } }),
            "InferFunction.Environment.Variables.AWS_REGION is a name that Lambda reserves, expected another name",
        ),
        (
            "InferFunction",
            "Environment",
            json!({ "Variables": { "A": { "Ref": "Artifacts" } } }),
            "InferFunction.Environment.Variables.A needs the parameter `Artifacts`, which has no default and was not given",
        ),
        (
            "InferFunction",
            "Code",
            json!({ "S3Key": "infer.zip" }),
            "InferFunction.Code.S3Key is `infer.zip`, expected `<sha256>.zip`: package the functions first",
        ),
        (
            "InferAlias",
            "FunctionVersion",
            json!("9"),
            "InferAlias.FunctionVersion is `9`, expected a version in the template",
        ),
        (
            "InferAlias",
            "FunctionVersion",
            json!("$LATEST"),
            "InferAlias.ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions is on `$LATEST`, expected a published version",
        ),
        (
            "StateMachine",
            "DefinitionString",
            json!("${Nothing}"),
            "the definition of StateMachine uses `${Nothing}`, which DefinitionSubstitutions does not have",
        ),
        (
            "StateMachine",
            "DefinitionString",
            json!("{}"),
            "the definition of StateMachine is no state machine",
        ),
        (
            "Results",
            "BucketName",
            json!("Results_1"),
            "`Results_1` is not a bucket name: 3 to 63 lowercase letters, digits, hyphens and dots, beginning and ending with a letter or digit",
        ),
    ] {
        bench.template = good.clone();
        bench.template["Resources"][resource]["Properties"][property] = value;
        assert_eq!(bench.fail_to_start().await.to_string(), message);
    }
    bench.template = good;
    bench.options.buckets[0].folder = bench.folder.path.join("missing");
    assert!(
        bench.fail_to_start().await.to_string().contains("that stands for bucket the-data cannot be used")
    );
    let unpackaged =
        LocalTarget::start(&seal(&bench.template, false), bench.options.clone(), LocalObserver::silent())
            .await;
    assert!(matches!(unpackaged, Err(LocalError::NotPackaged)));
}
