//! Physical names and ARNs.

use iacgen_aws_types::{AccountId, Partition, Region, StackName};

/// Where a stack is, and what it is called.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The partition.
    pub partition: Partition,
    /// The region.
    pub region: Region,
    /// The account.
    pub account: AccountId,
    /// The stack's name.
    pub stack: StackName,
}

impl Identity {
    /// Makes an ARN of a regional resource: `arn:aws:SERVICE:REGION:ACCOUNT:REST`.
    pub(super) fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{rest}", self.partition.as_str(), self.region, self.account)
    }

    /// Makes the name that CloudFormation would generate, without its random end: runs are to be repeatable.
    pub(super) fn generated_name(&self, kind: &str, id: &str) -> String {
        let name = format!("{}-{id}", self.stack);
        match kind {
            // Bucket names are lowercase, and at most 63 characters.
            "AWS::S3::Bucket" => {
                let mut name = name.to_ascii_lowercase();
                name.truncate(63);
                name.trim_end_matches(['-', '.']).to_owned()
            }
            _ => name,
        }
    }
}

/// The property that sets a resource's name, by type.
pub(super) fn name_property(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "AWS::Lambda::Function" => "FunctionName",
        "AWS::Lambda::LayerVersion" => "LayerName",
        "AWS::S3::Bucket" => "BucketName",
        "AWS::StepFunctions::StateMachine" => "StateMachineName",
        "AWS::IAM::Role" => "RoleName",
        "AWS::Logs::LogGroup" => "LogGroupName",
        _ => return None,
    })
}
