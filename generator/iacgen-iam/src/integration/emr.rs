//! Clusters of EMR, virtual clusters of EMR on EKS, applications of EMR Serverless.
//!
//! Pages: "IAM policies for calling Amazon EMR", "... Amazon EMR on EKS", "... Amazon EMR Serverless" of the Step Functions
//! developer guide.

use super::needs::{Demand, On, Permission, actions, forms, passed};
use crate::Action;

const CLUSTER: &[&str] = &["cluster/{ClusterId}"];
const VIRTUAL: &[&str] = &["/virtualclusters/{VirtualClusterId}"];
const VIRTUAL_BY_ID: &[&str] = &["/virtualclusters/{Id}"];
const APPLICATION: &[&str] = &["/applications/{ApplicationId}"];
const RUN: &[&str] = &["/applications/{ApplicationId}/jobruns/{JobRunId}"];

/// Returns what an operation of `elasticmapreduce` needs.
pub(super) fn cluster(operation: &str, of_call: Vec<Action>) -> Vec<Permission> {
    if operation != "createCluster" {
        return vec![Permission { actions: of_call, on: forms("elasticmapreduce", CLUSTER) }];
    }
    vec![
        Permission {
            actions: of_call,
            on: On::Anything { page: "Actions, resources, and condition keys for Amazon Elastic MapReduce" },
        },
        passed(&[&["ServiceRole"]], &["elasticmapreduce.amazonaws.com"], Demand::Always),
        // It names an instance profile, which is called as its role unless somebody made it otherwise.
        passed(&[&["JobFlowRole"]], &["ec2.amazonaws.com"], Demand::IfWritten),
        passed(&[&["AutoScalingRole"]], &["application-autoscaling.amazonaws.com"], Demand::IfWritten),
    ]
}

/// Returns what an operation of `emr-containers` needs.
pub(super) fn virtual_cluster(operation: &str, of_call: Vec<Action>) -> Vec<Permission> {
    let on = match operation {
        "createVirtualCluster" => {
            let page = "Actions, resources, and condition keys for Amazon EMR on EKS (EMR Containers)";
            return vec![
                Permission { actions: of_call, on: On::Anything { page } },
                linked("emr-containers.amazonaws.com"),
            ];
        }
        "deleteVirtualCluster" => forms("emr-containers", VIRTUAL_BY_ID),
        // The role of the job is no role that is passed, but a condition.
        "startJobRun" => On::Formed {
            service: "emr-containers",
            forms: VIRTUAL,
            optional: false,
            within: Some(("emr-containers:ExecutionRoleArn", &["ExecutionRoleArn"])),
        },
        _ => On::Stated,
    };
    vec![Permission { actions: of_call, on }]
}

/// Returns what an operation of `emr-serverless` needs.
pub(super) fn application(operation: &str, of_call: Vec<Action>) -> Vec<Permission> {
    let service = "emr-serverless";
    match operation {
        "createApplication" => vec![
            Permission { actions: of_call, on: forms(service, &["/*"]) },
            linked("ops.emr-serverless.amazonaws.com"),
        ],
        "startJobRun" => vec![
            Permission { actions: of_call, on: forms(service, APPLICATION) },
            passed(&[&["ExecutionRoleArn"]], &["emr-serverless.amazonaws.com"], Demand::Always),
        ],
        "cancelJobRun" => vec![Permission { actions: of_call, on: forms(service, RUN) }],
        _ => vec![Permission { actions: of_call, on: forms(service, APPLICATION) }],
    }
}

/// The first application or virtual cluster of an account makes a role that its service has; the spec states it.
fn linked(service: &'static str) -> Permission {
    Permission { actions: actions(&["iam:CreateServiceLinkedRole"]), on: On::ServiceLinkedRole { service } }
}

/// Returns what following a job needs, and the rule that tells of its end.
pub(super) fn followed(service: &str, operation: &str) -> Option<(Vec<Permission>, Option<&'static str>)> {
    let one = |names: &[&'static str], service, of: &'static [&'static str]| {
        vec![Permission { actions: actions(names), on: forms(service, of) }]
    };
    let (emr, containers, serverless) = ("elasticmapreduce", "emr-containers", "emr-serverless");
    let of_application = Some("StepFunctionsGetEventsForEMRServerlessApplicationRule");
    let of_run = Some("StepFunctionsGetEventsForEMRServerlessJobRule");
    Some(match (service, operation) {
        ("elasticmapreduce", "addStep") => (
            one(&["elasticmapreduce:CancelSteps", "elasticmapreduce:DescribeStep"], emr, CLUSTER),
            Some("StepFunctionsGetEventForEMRAddJobFlowStepsRule"),
        ),
        // The page says `*`; both take clusters.
        ("elasticmapreduce", "createCluster") => (
            one(
                &["elasticmapreduce:DescribeCluster", "elasticmapreduce:TerminateJobFlows"],
                emr,
                &["cluster/*"],
            ),
            Some("StepFunctionsGetEventForEMRRunJobFlowRule"),
        ),
        ("elasticmapreduce", _) => (
            one(&["elasticmapreduce:DescribeCluster"], emr, CLUSTER),
            Some("StepFunctionsGetEventForEMRTerminateJobFlowsRule"),
        ),
        ("emr-containers", "startJobRun") => (
            one(
                &["emr-containers:CancelJobRun", "emr-containers:DescribeJobRun"],
                containers,
                &["/virtualclusters/{VirtualClusterId}/jobruns/*"],
            ),
            None,
        ),
        ("emr-containers", _) => {
            (one(&["emr-containers:DescribeVirtualCluster"], containers, VIRTUAL_BY_ID), None)
        }
        ("emr-serverless", "startJobRun") => (
            one(
                &["emr-serverless:CancelJobRun", "emr-serverless:GetJobRun"],
                serverless,
                &["/applications/{ApplicationId}/jobruns/*"],
            ),
            of_run,
        ),
        ("emr-serverless", "cancelJobRun") => (one(&["emr-serverless:GetJobRun"], serverless, RUN), of_run),
        ("emr-serverless", "createApplication") => (
            one(
                &["emr-serverless:DeleteApplication", "emr-serverless:GetApplication"],
                serverless,
                &["/applications/*"],
            ),
            of_application,
        ),
        ("emr-serverless", "startApplication") => (
            one(
                &["emr-serverless:GetApplication", "emr-serverless:StopApplication"],
                serverless,
                APPLICATION,
            ),
            of_application,
        ),
        ("emr-serverless", _) => {
            (one(&["emr-serverless:GetApplication"], serverless, APPLICATION), of_application)
        }
        _ => return None,
    })
}
