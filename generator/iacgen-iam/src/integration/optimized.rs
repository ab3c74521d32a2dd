//! The optimized integrations and their patterns.
//!
//! Page: "Integrating optimized services with Step Functions", its table and the page of each service behind it.

use super::name::Pattern;
use super::sdk;

/// An optimized integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Optimized {
    service: &'static str,
    operation: &'static str,
    beyond: Beyond,
}

/// What an integration supports besides request and response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beyond {
    Nothing,
    Job,
    Token,
    JobAndToken,
    /// Also `.sync:2`.
    Execution,
}

impl Optimized {
    #[cfg(test)]
    pub(super) fn name(self, pattern: Pattern) -> String {
        format!("{}:{}{}", self.service, self.operation, pattern.suffix())
    }

    pub(super) fn patterns(&self) -> Vec<Pattern> {
        use Pattern::{RequestResponse, RunJob, RunJobJsonOutput, WaitForTaskToken};
        match self.beyond {
            Beyond::Nothing => vec![RequestResponse],
            Beyond::Job => vec![RequestResponse, RunJob],
            Beyond::Token => vec![RequestResponse, WaitForTaskToken],
            Beyond::JobAndToken => vec![RequestResponse, RunJob, WaitForTaskToken],
            Beyond::Execution => vec![RequestResponse, RunJob, RunJobJsonOutput, WaitForTaskToken],
        }
    }
}

/// Each service with its operations.
const TABLE: &[(&str, &[(&str, Beyond)])] = &[
    ("apigateway", &[("invoke", Beyond::Token)]),
    (
        "athena",
        &[
            ("getQueryExecution", Beyond::Nothing),
            ("getQueryResults", Beyond::Nothing),
            ("startQueryExecution", Beyond::Job),
            ("stopQueryExecution", Beyond::Nothing),
        ],
    ),
    ("batch", &[("submitJob", Beyond::Job)]),
    ("bedrock", &[("createModelCustomizationJob", Beyond::Job), ("invokeModel", Beyond::Token)]),
    (
        "codebuild",
        &[
            ("batchDeleteBuilds", Beyond::Nothing),
            ("batchGetReports", Beyond::Nothing),
            ("startBuild", Beyond::Job),
            ("startBuildBatch", Beyond::Job),
            ("stopBuild", Beyond::Nothing),
            ("stopBuildBatch", Beyond::Nothing),
            ("deleteBuildBatch", Beyond::Nothing),
            ("retryBuildBatch", Beyond::Job),
            ("batchGetBuildBatches", Beyond::Nothing),
        ],
    ),
    ("databrew", &[("startJobRun", Beyond::Job)]),
    (
        "dynamodb",
        &[
            ("deleteItem", Beyond::Nothing),
            ("getItem", Beyond::Nothing),
            ("putItem", Beyond::Nothing),
            ("updateItem", Beyond::Nothing),
        ],
    ),
    ("ecs", &[("runTask", Beyond::JobAndToken)]),
    (
        "eks",
        &[
            ("call", Beyond::Token),
            ("createCluster", Beyond::Job),
            ("createFargateProfile", Beyond::Job),
            ("createNodegroup", Beyond::Job),
            ("deleteCluster", Beyond::Job),
            ("deleteFargateProfile", Beyond::Job),
            ("deleteNodegroup", Beyond::Job),
            ("runJob", Beyond::JobAndToken),
        ],
    ),
    (
        "elasticmapreduce",
        &[
            ("addStep", Beyond::Job),
            ("cancelStep", Beyond::Nothing),
            ("createCluster", Beyond::Job),
            ("modifyInstanceFleetByName", Beyond::Nothing),
            ("modifyInstanceGroupByName", Beyond::Nothing),
            ("setClusterTerminationProtection", Beyond::Nothing),
            ("terminateCluster", Beyond::Job),
        ],
    ),
    (
        "emr-containers",
        &[
            ("createVirtualCluster", Beyond::Nothing),
            ("deleteVirtualCluster", Beyond::Job),
            ("startJobRun", Beyond::Job),
        ],
    ),
    (
        "emr-serverless",
        &[
            ("cancelJobRun", Beyond::Job),
            ("createApplication", Beyond::Job),
            ("deleteApplication", Beyond::Job),
            ("startApplication", Beyond::Job),
            ("startJobRun", Beyond::Job),
            ("stopApplication", Beyond::Job),
        ],
    ),
    ("events", &[("putEvents", Beyond::Token)]),
    ("glue", &[("startJobRun", Beyond::Job)]),
    // Page: "Call HTTPS APIs in Step Functions workflows".
    ("http", &[("invoke", Beyond::Nothing)]),
    ("lambda", &[("invoke", Beyond::Token)]),
    ("mediaconvert", &[("createJob", Beyond::Job)]),
    (
        "sagemaker",
        &[
            ("createEndpoint", Beyond::Nothing),
            ("createEndpointConfig", Beyond::Nothing),
            ("createHyperParameterTuningJob", Beyond::Job),
            ("createLabelingJob", Beyond::Job),
            ("createModel", Beyond::Nothing),
            ("createProcessingJob", Beyond::Job),
            ("createTrainingJob", Beyond::Job),
            ("createTransformJob", Beyond::Job),
            ("updateEndpoint", Beyond::Nothing),
        ],
    ),
    ("sns", &[("publish", Beyond::Token)]),
    ("sqs", &[("sendMessage", Beyond::Token)]),
    ("states", &[("startExecution", Beyond::Execution)]),
];

/// Returns all of them, in order.
pub(super) fn all() -> impl Iterator<Item = Optimized> {
    TABLE.iter().flat_map(|&(service, operations)| {
        operations.iter().map(move |&(operation, beyond)| Optimized { service, operation, beyond })
    })
}

pub(super) fn find(service: &str, operation: &str) -> Option<Optimized> {
    all().find(|known| known.service == service && known.operation == operation)
}

/// Returns what may have been meant: a call of another spelling, or the SDK's where the optimized service has no such
/// operation.
pub(super) fn nearest(name: &str) -> Option<String> {
    let names: Vec<String> = all().map(|known| format!("{}:{}", known.service, known.operation)).collect();
    if let Some(near) = sdk::closest(name, names.iter().map(String::as_str)) {
        return Some(near.to_owned());
    }
    let (service, operation) = name.split_once(':')?;
    let small = operation.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    (small && sdk::prefix(service).is_some()).then(|| format!("aws-sdk:{name}"))
}
