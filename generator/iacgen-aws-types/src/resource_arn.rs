//! ARNs that stay symbolic until a template is emitted.

use crate::LogicalId;

/// What follows a resource's own ARN.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArnSuffix {
    /// Nothing: the resource itself.
    None,
    /// Text right behind the ARN: `:*`, `/runs/*`.
    Text(String),
}

/// An ARN in a policy or a property. Only `iacgen-cfn` turns it into `Fn::GetAtt` or `Fn::Sub`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceArn {
    /// `*`, where AWS accepts nothing else.
    Any,
    /// A full ARN, or a pattern, known at synthesis.
    Literal(String),
    /// The ARN that CloudFormation's `Fn::GetAtt` gives for the resource, with a suffix.
    OfResource {
        /// The resource in the template.
        id: LogicalId,
        /// The attribute that holds the ARN, mostly `Arn`.
        attribute: &'static str,
        /// What follows.
        suffix: ArnSuffix,
    },
    /// The ARN that CloudFormation's `Ref` gives for the resource (aliases, versions, state machines), with a suffix.
    ByRef {
        /// The resource in the template.
        id: LogicalId,
        /// What follows.
        suffix: ArnSuffix,
    },
    /// An ARN of pseudo parameters and attributes, in the syntax of `Fn::Sub`:
    /// `arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Machine.Name}:*`.
    Sub(String),
}
