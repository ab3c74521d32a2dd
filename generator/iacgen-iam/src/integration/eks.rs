//! Clusters, node groups and Fargate profiles of EKS.
//!
//! Page: "IAM policies for calling Amazon EKS" of the Step Functions developer guide, and "Actions, resources, and condition
//! keys for Amazon Elastic Kubernetes Service".

use super::Kind;
use super::needs::{Demand, On, Permission, actions, forms, named, passed};
use crate::Action;

const SERVICE: &str = "eks.amazonaws.com";
const CLUSTER: &[&str] = &["cluster/{Name}"];
const NODES: &[&str] = &["nodegroup/{ClusterName}/{NodegroupName}/*"];
const PROFILE: &[&str] = &["fargateprofile/{ClusterName}/{FargateProfileName}/*"];

/// Returns what an operation needs.
pub(super) fn needs(operation: &str, of_call: &[Action]) -> Vec<Permission> {
    let of = |on| Permission { actions: of_call.to_vec(), on };
    match operation {
        // They speak to Kubernetes, which has permissions of its own. Page: "Create and manage Amazon EKS clusters with Step
        // Functions", "Permissions".
        "call" | "runJob" => Vec::new(),
        "createCluster" => vec![
            of(On::Anything {
                page: "Actions, resources, and condition keys for Amazon Elastic Kubernetes Service",
            }),
            passed(&[&["RoleArn"]], &[SERVICE], Demand::Always),
        ],
        "createNodegroup" => vec![
            of(forms("eks", &["cluster/{ClusterName}"])),
            Permission {
                actions: actions(&["ec2:DescribeSubnets"]),
                on: On::Anything { page: "Actions, resources, and condition keys for Amazon EC2" },
            },
            Permission {
                actions: actions(&["iam:GetRole", "iam:ListAttachedRolePolicies"]),
                on: named(Kind::Role, &[&["NodeRole"]]),
            },
            passed(&[&["NodeRole"]], &[SERVICE], Demand::Always),
        ],
        "createFargateProfile" => vec![
            of(forms("eks", &["cluster/{ClusterName}"])),
            passed(&[&["PodExecutionRoleArn"]], &[SERVICE, "eks-fargate-pods.amazonaws.com"], Demand::Always),
        ],
        "deleteCluster" => vec![of(forms("eks", CLUSTER))],
        "deleteFargateProfile" => vec![of(forms("eks", PROFILE))],
        "deleteNodegroup" => vec![of(forms("eks", NODES))],
        _ => vec![of(On::Stated)],
    }
}

/// Returns what following a job needs.
pub(super) fn followed(operation: &str) -> Vec<Permission> {
    let (action, of) = match operation {
        "call" | "runJob" => return Vec::new(),
        "createFargateProfile" | "deleteFargateProfile" => ("eks:DescribeFargateProfile", PROFILE),
        "createNodegroup" | "deleteNodegroup" => ("eks:DescribeNodegroup", NODES),
        _ => ("eks:DescribeCluster", CLUSTER),
    };
    vec![Permission { actions: actions(&[action]), on: forms("eks", of) }]
}
