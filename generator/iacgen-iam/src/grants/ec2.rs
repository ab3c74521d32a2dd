//! Grants on network interfaces, which Lambda makes for functions in a VPC.
//!
//! Page: "Giving Lambda functions access to resources in an Amazon VPC", "Required IAM permissions".

use iacgen_aws_types::ResourceArn;

use crate::pattern::{exactly, in_sub};
use crate::{Action, Statement};

const ASSIGN_PRIVATE_IP_ADDRESSES: Action = Action::new("ec2:AssignPrivateIpAddresses");
const CREATE_NETWORK_INTERFACE: Action = Action::new("ec2:CreateNetworkInterface");
const DELETE_NETWORK_INTERFACE: Action = Action::new("ec2:DeleteNetworkInterface");
const DESCRIBE_NETWORK_INTERFACES: Action = Action::new("ec2:DescribeNetworkInterfaces");
const DESCRIBE_SUBNETS: Action = Action::new("ec2:DescribeSubnets");
const UNASSIGN_PRIVATE_IP_ADDRESSES: Action = Action::new("ec2:UnassignPrivateIpAddresses");

/// Allows Lambda to keep the network interfaces of a function in these subnets and security groups.
///
/// Describing stands on `*`: `ec2:DescribeNetworkInterfaces` and `ec2:DescribeSubnets` take no resource. Page: "Actions,
/// resources, and condition keys for Amazon EC2". Making one is on the subnets, the groups and the interface, whose id
/// nobody knows before. Subnets and groups may be shared by another account (page "Share your VPC subnets with other
/// accounts"), so theirs stands open.
pub fn network_interfaces(subnets: &[String], security_groups: &[String]) -> Vec<Statement> {
    let interfaces = in_ec2("${AWS::AccountId}", "network-interface/*");
    let shared = |kind: &str, id: &String| in_ec2("*", &in_sub(&format!("{kind}/{}", exactly(id))));
    let mut joined = vec![interfaces.clone()];
    joined.extend(subnets.iter().map(|id| shared("subnet", id)));
    joined.extend(security_groups.iter().map(|id| shared("security-group", id)));
    vec![
        Statement::allow("JoinNetwork", [CREATE_NETWORK_INTERFACE], joined),
        Statement::allow(
            "KeepNetworkInterfaces",
            [ASSIGN_PRIVATE_IP_ADDRESSES, DELETE_NETWORK_INTERFACE, UNASSIGN_PRIVATE_IP_ADDRESSES],
            [interfaces],
        ),
        Statement::allow(
            "DescribeNetwork",
            [DESCRIBE_NETWORK_INTERFACES, DESCRIBE_SUBNETS],
            [ResourceArn::Any],
        ),
    ]
}

fn in_ec2(account: &str, resource: &str) -> ResourceArn {
    ResourceArn::Sub(format!("arn:${{AWS::Partition}}:ec2:${{AWS::Region}}:{account}:{resource}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_describing_is_on_everything() {
        let statements = network_interfaces(&["subnet-1".to_owned()], &["sg-1".to_owned()]);
        let open: Vec<&Statement> =
            statements.iter().filter(|statement| statement.resources.contains(&ResourceArn::Any)).collect();
        assert_eq!(open.len(), 1);
        assert!(open[0].actions.iter().all(|action| action.as_str().starts_with("ec2:Describe")));
        assert_eq!(statements[0].resources.len(), 3);
        assert_eq!(
            statements[0].resources[1],
            ResourceArn::Sub("arn:${AWS::Partition}:ec2:${AWS::Region}:*:subnet/subnet-1".to_owned())
        );
    }
}
