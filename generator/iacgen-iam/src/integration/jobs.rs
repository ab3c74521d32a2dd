//! What it takes to follow a job to its end and to stop it with the execution: the patterns `.sync` and `.sync:2`.
//!
//! Pages: "IAM policies for calling ..." of each service, in the Step Functions developer guide.

use super::needs::{On, Permission, actions, forms, named};
use super::{Kind, athena, eks, emr, learning};

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
                // A build that is tried again is named by itself.
                on: named(
                    Kind::Project,
                    if operation == "retryBuildBatch" { &[] } else { &[&["ProjectName"]] },
                ),
            },
            rule("StepFunctionsGetEventForCodeBuildStartBuildBatchRule"),
        ],
        ("athena", _) => vec![Permission {
            actions: actions(&["athena:GetQueryExecution", "athena:StopQueryExecution"]),
            on: forms("athena", athena::WORK_GROUP),
        }],
        ("bedrock", _) => vec![Permission {
            actions: actions(&["bedrock:GetModelCustomizationJob", "bedrock:StopModelCustomizationJob"]),
            on: forms("bedrock", &["model-customization-job/*"]),
        }],
        // Page: "IAM policies for calling AWS Glue DataBrew". It says every job.
        ("databrew", _) => vec![Permission {
            actions: actions(&["databrew:ListJobRuns", "databrew:StopJobRun"]),
            on: forms("databrew", &["job/{Name}"]),
        }],
        ("eks", _) => eks::followed(operation),
        ("mediaconvert", _) => vec![
            Permission {
                actions: actions(&["mediaconvert:CancelJob", "mediaconvert:GetJob"]),
                on: On::Jobs { service: "mediaconvert", pattern: "jobs/*" },
            },
            rule("StepFunctionsGetEventsForMediaConvertJobRule"),
        ],
        ("sagemaker", _) => match learning::followed(operation) {
            Some((permissions, managed)) => permissions.into_iter().chain([rule(managed)]).collect(),
            None => Vec::new(),
        },
        _ => match emr::followed(service, operation) {
            Some((permissions, managed)) => permissions.into_iter().chain(managed.map(rule)).collect(),
            None => Vec::new(),
        },
    }
}
