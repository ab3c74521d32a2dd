//! What it takes to follow a job to its end and to stop it with the execution: the patterns `.sync` and `.sync:2`.
//!
//! Pages: "IAM policies for calling ..." of each service, in the Step Functions developer guide.

use super::Kind;
use super::needs::{On, Permission, actions, named};

/// Returns what following a job and stopping it needs.
pub(super) fn followed(service: &str, operation: &str) -> Vec<Permission> {
    let rule = |name| Permission {
        actions: actions(&["events:DescribeRule", "events:PutRule", "events:PutTargets"]),
        on: On::ManagedRule(name),
    };
    match (service, operation) {
        // Page: "IAM policies for calling Amazon ECS/AWS Fargate". It says `*`; both actions take tasks.
        ("ecs", _) => vec![
            Permission { actions: actions(&["ecs:DescribeTasks", "ecs:StopTask"]), on: On::Tasks },
            rule("StepFunctionsGetEventsForECSTaskRule"),
        ],
        // Page: "IAM policies for calling AWS Batch". It says `*`; ending a job takes jobs.
        ("batch", _) => vec![
            Permission {
                actions: actions(&["batch:DescribeJobs"]),
                on: On::Anything { page: "Actions, resources, and condition keys for AWS Batch" },
            },
            Permission {
                actions: actions(&["batch:TerminateJob"]),
                on: On::Jobs { service: "batch", pattern: "job/*" },
            },
            rule("StepFunctionsGetEventsForBatchJobsRule"),
        ],
        // Page: "IAM policies for calling AWS Step Functions workflows". It says `*` for both.
        ("states", _) => vec![
            Permission {
                actions: actions(&["states:DescribeExecution", "states:StopExecution"]),
                on: On::Executions,
            },
            rule("StepFunctionsGetEventsForStepFunctionsExecutionRule"),
        ],
        // Page: "IAM policies for calling AWS Glue". It says `*`; all take jobs.
        ("glue", _) => vec![Permission {
            actions: actions(&["glue:BatchStopJobRun", "glue:GetJobRun", "glue:GetJobRuns"]),
            on: named(Kind::GlueJob, &[&["JobName"]]),
        }],
        ("codebuild", "startBuild") => vec![
            Permission {
                actions: actions(&["codebuild:BatchGetBuilds", "codebuild:StopBuild"]),
                on: named(Kind::Project, &[&["ProjectName"]]),
            },
            rule("StepFunctionsGetEventForCodeBuildStartBuildRule"),
        ],
        ("codebuild", _) => vec![
            Permission {
                actions: actions(&["codebuild:BatchGetBuildBatches", "codebuild:StopBuildBatch"]),
                on: named(Kind::Project, &[&["ProjectName"]]),
            },
            rule("StepFunctionsGetEventForCodeBuildStartBuildBatchRule"),
        ],
        _ => other_job(service, operation).map_or_else(Vec::new, |(names, managed)| {
            let followed = Permission { actions: actions(names), on: On::Stated };
            std::iter::once(followed).chain(managed.map(rule)).collect()
        }),
    }
}

/// The jobs whose resources only the spec can state. Pages: "IAM policies for calling ..." of each service.
fn other_job(service: &str, operation: &str) -> Option<(&'static [&'static str], Option<&'static str>)> {
    Some(match (service, operation) {
        ("athena", _) => (&["athena:GetQueryExecution", "athena:StopQueryExecution"], None),
        ("bedrock", _) => (&["bedrock:GetModelCustomizationJob", "bedrock:StopModelCustomizationJob"], None),
        ("databrew", _) => (&["databrew:ListJobRuns", "databrew:StopJobRun"], None),
        ("eks", "runJob") => return None,
        ("eks", "createFargateProfile" | "deleteFargateProfile") => (&["eks:DescribeFargateProfile"], None),
        ("eks", "createNodegroup" | "deleteNodegroup") => (&["eks:DescribeNodegroup"], None),
        ("eks", _) => (&["eks:DescribeCluster"], None),
        ("elasticmapreduce", "addStep") => (
            &["elasticmapreduce:CancelSteps", "elasticmapreduce:DescribeStep"],
            Some("StepFunctionsGetEventForEMRAddJobFlowStepsRule"),
        ),
        ("elasticmapreduce", "createCluster") => (
            &["elasticmapreduce:DescribeCluster", "elasticmapreduce:TerminateJobFlows"],
            Some("StepFunctionsGetEventForEMRRunJobFlowRule"),
        ),
        ("elasticmapreduce", _) => {
            (&["elasticmapreduce:DescribeCluster"], Some("StepFunctionsGetEventForEMRTerminateJobFlowsRule"))
        }
        ("emr-containers", "startJobRun") => {
            (&["emr-containers:CancelJobRun", "emr-containers:DescribeJobRun"], None)
        }
        ("emr-containers", _) => (&["emr-containers:DescribeVirtualCluster"], None),
        ("emr-serverless", "startJobRun" | "cancelJobRun") => (
            &["emr-serverless:CancelJobRun", "emr-serverless:GetJobRun"],
            Some("StepFunctionsGetEventsForEMRServerlessJobRule"),
        ),
        ("emr-serverless", _) => (
            &["emr-serverless:GetApplication"],
            Some("StepFunctionsGetEventsForEMRServerlessApplicationRule"),
        ),
        ("mediaconvert", _) => (
            &["mediaconvert:CancelJob", "mediaconvert:GetJob"],
            Some("StepFunctionsGetEventsForMediaConvertJobRule"),
        ),
        ("sagemaker", "createTrainingJob") => (
            &["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"],
            Some("StepFunctionsGetEventsForSageMakerTrainingJobsRule"),
        ),
        ("sagemaker", "createTransformJob") => (
            &["sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob"],
            Some("StepFunctionsGetEventsForSageMakerTransformJobsRule"),
        ),
        ("sagemaker", "createProcessingJob") => (
            &["sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob"],
            Some("StepFunctionsGetEventsForSageMakerProcessingJobsRule"),
        ),
        ("sagemaker", "createHyperParameterTuningJob") => (
            &["sagemaker:DescribeHyperParameterTuningJob", "sagemaker:StopHyperParameterTuningJob"],
            Some("StepFunctionsGetEventsForSageMakerTuningJobsRule"),
        ),
        ("sagemaker", "createLabelingJob") => (
            &["sagemaker:DescribeLabelingJob", "sagemaker:StopLabelingJob"],
            Some("StepFunctionsGetEventsForSageMakerLabelingJobsRule"),
        ),
        _ => return None,
    })
}
