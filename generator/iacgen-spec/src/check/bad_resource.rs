//! IAC115 `bad-resource`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::{Located, Place, Work};
use crate::suggest;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC115",
    name: "bad-resource",
    explanation: r#"A task names nothing that Step Functions can call.

## Why
A task calls an optimised integration (`dynamodb:putItem`), any action of an AWS SDK (`aws-sdk:s3:headObject`, the action in
lower camel case), a Lambda function or an activity by its ARN. Anything else is refused at deployment. Page: "Integrating
services with Step Functions".

## What to write instead
| task | what it is |
|---|---|
| `dynamodb:putItem`, `sqs:sendMessage`, `ecs:runTask` | request and response |
| `ecs:runTask.sync`, `states:startExecution.sync:2` | waits until the job ends |
| `sqs:sendMessage.waitForTaskToken` | waits until the token comes back |
| `aws-sdk:s3:headObject` | any action of an AWS SDK |
| `arn:aws:lambda:...:function:NAME`, `arn:aws:states:...:activity:NAME` | a function, an activity |
"#,
};

/// The optimised integrations and their actions. Page: "Integrating optimized services with Step Functions".
const OPTIMISED: [(&str, &[&str]); 21] = [
    ("apigateway", &["invoke"]),
    ("athena", &["startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"]),
    ("batch", &["submitJob"]),
    ("bedrock", &["invokeModel", "createModelCustomizationJob"]),
    (
        "codebuild",
        &[
            "startBuild",
            "stopBuild",
            "batchDeleteBuilds",
            "batchGetReports",
            "startBuildBatch",
            "stopBuildBatch",
            "retryBuildBatch",
            "deleteBuildBatch",
        ],
    ),
    ("databrew", &["startJobRun"]),
    ("dynamodb", &["getItem", "putItem", "deleteItem", "updateItem"]),
    ("ecs", &["runTask"]),
    (
        "eks",
        &[
            "call",
            "createCluster",
            "createFargateProfile",
            "createNodegroup",
            "deleteCluster",
            "deleteFargateProfile",
            "deleteNodegroup",
            "runJob",
        ],
    ),
    (
        "elasticmapreduce",
        &[
            "createCluster",
            "terminateCluster",
            "setClusterTerminationProtection",
            "addStep",
            "cancelStep",
            "modifyInstanceFleetByName",
            "modifyInstanceGroupByName",
        ],
    ),
    ("emr-containers", &["createVirtualCluster", "deleteVirtualCluster", "startJobRun"]),
    (
        "emr-serverless",
        &[
            "createApplication",
            "startApplication",
            "stopApplication",
            "deleteApplication",
            "startJobRun",
            "cancelJobRun",
        ],
    ),
    ("events", &["putEvents"]),
    ("glue", &["startJobRun"]),
    ("http", &["invoke"]),
    ("lambda", &["invoke"]),
    ("mediaconvert", &["createJob"]),
    (
        "sagemaker",
        &[
            "createEndpoint",
            "createEndpointConfig",
            "createHyperParameterTuningJob",
            "createLabelingJob",
            "createModel",
            "createProcessingJob",
            "createTrainingJob",
            "createTransformJob",
            "updateEndpoint",
        ],
    ),
    ("sns", &["publish"]),
    ("sqs", &["sendMessage"]),
    ("states", &["startExecution"]),
];

/// Reads what a task calls.
pub(crate) fn check(resource: &Spanned<String>, sink: &Sink) -> Option<Work> {
    let text = resource.value.as_str();
    let place = Place::written(resource.span).holding(text);
    let work = |value: &str| Located { value: value.to_owned(), place };
    if let Some(rest) = text.strip_prefix("arn:") {
        let parts: Vec<&str> = rest.splitn(5, ':').collect();
        return match parts[..] {
            [_, "states", "", "", service] => {
                service_of(service, place, sink).map(|()| Work::Service(work(service)))
            }
            [_, "lambda", _, _, function] if function.starts_with("function:") => Some(Work::Arn(work(text))),
            [_, "states", _, _, activity] if activity.starts_with("activity:") => Some(Work::Arn(work(text))),
            _ => {
                let finding = Diagnostic::error(&CODE, format!("a task cannot call `{text}`"));
                let finding = place.on(finding, "this is the ARN of neither a function nor an activity");
                sink.push(
                    finding.help("call the service's action: `aws-sdk:s3:headObject`, `ecs:runTask.sync`"),
                );
                None
            }
        };
    }
    service_of(text, place, sink).map(|()| Work::Service(work(text)))
}

/// Judges `service:action`, with or without how it waits.
fn service_of(text: &str, place: Place, sink: &Sink) -> Option<()> {
    let refuse = |message: String, help: String| {
        sink.push(place.on(Diagnostic::error(&CODE, message), "").help(help));
        None
    };
    let (call, waits) = match text.split_once('.') {
        Some((call, waits)) => (call, Some(waits)),
        None => (text, None),
    };
    if let Some(waits) = waits.filter(|waits| !["sync", "sync:2", "waitForTaskToken"].contains(waits)) {
        let help = match suggest::nearest(waits, ["sync", "waitForTaskToken"]) {
            Some(near) => format!("did you mean `{call}.{near}`?"),
            None => {
                "write `.sync`, `.sync:2` or `.waitForTaskToken` behind the action, or nothing".to_owned()
            }
        };
        return refuse(format!("no task waits with `.{waits}`"), help);
    }
    match call.split(':').collect::<Vec<_>>()[..] {
        ["aws-sdk", service, action] if is_word(service) && is_word(action) => {
            if waits.is_some_and(|waits| waits != "waitForTaskToken") {
                let help = format!("write `{call}`; a job's end is known of optimised integrations only");
                return refuse("an action of an AWS SDK does not wait for a job's end".to_owned(), help);
            }
            if action.starts_with(|c: char| c.is_ascii_uppercase()) {
                let mut action: Vec<char> = action.chars().collect();
                action[0].make_ascii_lowercase();
                let action: String = action.into_iter().collect();
                let help = format!("write `aws-sdk:{service}:{action}`");
                return refuse(format!("`{call}` names its action in upper case"), help);
            }
            Some(())
        }
        [service, action] => {
            let Some((_, actions)) = OPTIMISED.iter().find(|(known, _)| *known == service) else {
                let help = match suggest::nearest(service, OPTIMISED.map(|(service, _)| service)) {
                    Some(near) => format!("did you mean `{near}:{action}`?"),
                    None => format!("write `aws-sdk:{service}:{action}` for an action of an AWS SDK"),
                };
                return refuse(format!("`{service}` is no optimised integration"), help);
            };
            if actions.contains(&action) {
                return Some(());
            }
            let help = match suggest::nearest(action, actions.iter().copied()) {
                Some(near) => format!("did you mean `{service}:{near}`?"),
                None => format!(
                    "it has {}; write `aws-sdk:{service}:{action}` for another action",
                    suggest::list(actions)
                ),
            };
            refuse(format!("the optimised integration of `{service}` has no action `{action}`"), help)
        }
        _ => refuse(
            format!("`{text}` is nothing that a task can call"),
            "write `service:action`, `aws-sdk:service:action`, or the ARN of a function or an activity"
                .to_owned(),
        ),
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}
