//! What must hold for a statement to apply.

use iacgen_aws_types::ResourceArn;

/// One line of a `Condition` block.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// How the values are compared.
    pub operator: ConditionOperator,
    /// The key, such as `aws:SourceAccount`. Page: "AWS global condition context keys".
    pub key: &'static str,
    /// The values, of which one must match.
    pub values: Vec<ConditionValue>,
}

/// The operators in use. Page: "IAM JSON policy elements: Condition operators".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConditionOperator {
    /// ARNs, with `*` and `?` inside each part, as `ArnLike` has them.
    ArnEquals,
    /// ARNs, with `*` and `?` inside each part.
    ArnLike,
    /// `true` or `false`.
    Bool,
    /// Texts, exactly: one of the request's several values is one of these.
    ForAnyValueStringEquals,
    /// Texts, exactly.
    StringEquals,
    /// Texts, with `*` and `?`.
    StringLike,
}

impl ConditionOperator {
    /// Returns IAM's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ArnEquals => "ArnEquals",
            Self::ArnLike => "ArnLike",
            Self::Bool => "Bool",
            Self::ForAnyValueStringEquals => "ForAnyValue:StringEquals",
            Self::StringEquals => "StringEquals",
            Self::StringLike => "StringLike",
        }
    }
}

/// A value that a condition compares with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConditionValue {
    /// A text.
    Text(String),
    /// A text of pseudo parameters and attributes, in the syntax of `Fn::Sub`.
    Sub(String),
    /// The account that the template is deployed to.
    Account,
    /// An ARN.
    Arn(ResourceArn),
}
