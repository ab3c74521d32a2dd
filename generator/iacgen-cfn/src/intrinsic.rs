//! Values that CloudFormation computes. Page: "Intrinsic function reference".
//!
//! **Invariant:** the names `Ref` and `Fn::...` are spelled here and nowhere else.

use std::borrow::Cow;

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

/// A text, or how CloudFormation finds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expr {
    /// The text itself.
    Text(String),
    /// `Ref`: a parameter's value, or what a resource gives for its reference.
    Ref(LogicalId),
    /// `Ref` of a pseudo parameter.
    Pseudo(Pseudo),
    /// `Fn::GetAtt`.
    GetAtt {
        /// The resource.
        id: LogicalId,
        /// Its attribute.
        attribute: Cow<'static, str>,
    },
    /// `Fn::Sub` of a text with `${...}`.
    Sub(String),
}

/// A pseudo parameter. Page: "Get AWS values using pseudo parameters".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pseudo {
    /// The account that the stack is in.
    AccountId,
    /// The partition of its region, such as `aws`.
    Partition,
    /// Its region.
    Region,
    /// Its name.
    StackName,
}

impl Pseudo {
    /// Returns its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccountId => "AWS::AccountId",
            Self::Partition => "AWS::Partition",
            Self::Region => "AWS::Region",
            Self::StackName => "AWS::StackName",
        }
    }
}

impl Expr {
    /// Returns `Fn::GetAtt` of an attribute.
    pub fn get_att(id: &LogicalId, attribute: impl Into<Cow<'static, str>>) -> Self {
        Self::GetAtt { id: id.clone(), attribute: attribute.into() }
    }

    /// Returns what stands for the value inside a text of `Fn::Sub`. Page: "Fn::Sub".
    pub(crate) fn in_sub_syntax(&self) -> String {
        match self {
            Self::Text(text) => text.replace("${", "${!"),
            Self::Ref(id) => format!("${{{id}}}"),
            Self::Pseudo(pseudo) => format!("${{{}}}", pseudo.as_str()),
            Self::GetAtt { id, attribute } => format!("${{{id}.{attribute}}}"),
            Self::Sub(text) => text.clone(),
        }
    }

    /// Returns a text in the syntax of `Fn::Sub` as what it is: without a reference in it, a text.
    pub(crate) fn from_sub_syntax(text: &str) -> Self {
        let literal = text.replace("${!", "");
        if literal.contains("${") {
            Self::Sub(text.to_owned())
        } else {
            Self::Text(text.replace("${!", "${"))
        }
    }
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&LogicalId> for Expr {
    fn from(id: &LogicalId) -> Self {
        Self::Ref(id.clone())
    }
}

impl From<&ResourceArn> for Expr {
    fn from(arn: &ResourceArn) -> Self {
        // Only the suffix is escaped: the rest has the syntax of `Fn::Sub` by definition.
        let followed_by = |head: String, suffix: &str| Self::Sub(head + &suffix.replace("${", "${!"));
        match arn {
            ResourceArn::Any => Self::from("*"),
            ResourceArn::Literal(text) => Self::Text(text.clone()),
            ResourceArn::OfResource { id, attribute, suffix: ArnSuffix::None } => {
                Self::get_att(id, *attribute)
            }
            ResourceArn::OfResource { id, attribute, suffix: ArnSuffix::Text(suffix) } => {
                followed_by(format!("${{{id}.{attribute}}}"), suffix)
            }
            ResourceArn::ByRef { id, suffix: ArnSuffix::None } => Self::from(id),
            ResourceArn::ByRef { id, suffix: ArnSuffix::Text(suffix) } => {
                followed_by(format!("${{{id}}}"), suffix)
            }
            ResourceArn::Sub(text) => Self::Sub(text.clone()),
        }
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Ref(id) => call(serializer, "Ref", id.as_str()),
            Self::Pseudo(pseudo) => call(serializer, "Ref", pseudo.as_str()),
            Self::GetAtt { id, attribute } => {
                call(serializer, "Fn::GetAtt", &[id.as_str(), attribute.as_ref()])
            }
            Self::Sub(text) => call(serializer, "Fn::Sub", text),
        }
    }
}

fn call<S: Serializer>(
    serializer: S,
    function: &str,
    argument: &(impl Serialize + ?Sized),
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(function, argument)?;
    map.end()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spelled(arn: &ResourceArn) -> serde_json::Value {
        serde_json::to_value(Expr::from(arn)).unwrap()
    }

    #[test]
    fn arns_become_intrinsics() {
        let id = LogicalId::new("ResultsBucket").unwrap();
        let suffix = |text: &str| ArnSuffix::Text(text.to_owned());
        let of = |suffix| ResourceArn::OfResource { id: id.clone(), attribute: "Arn", suffix };
        let by_ref = |suffix| ResourceArn::ByRef { id: id.clone(), suffix };
        assert_eq!(spelled(&of(ArnSuffix::None)), json!({"Fn::GetAtt": ["ResultsBucket", "Arn"]}));
        assert_eq!(spelled(&of(suffix("/runs/*"))), json!({"Fn::Sub": "${ResultsBucket.Arn}/runs/*"}));
        assert_eq!(spelled(&of(suffix("/a${*}/*"))), json!({"Fn::Sub": "${ResultsBucket.Arn}/a${!*}/*"}));
        assert_eq!(spelled(&by_ref(ArnSuffix::None)), json!({"Ref": "ResultsBucket"}));
        assert_eq!(spelled(&by_ref(suffix(":1"))), json!({"Fn::Sub": "${ResultsBucket}:1"}));
        assert_eq!(spelled(&ResourceArn::Any), json!("*"));
        assert_eq!(spelled(&ResourceArn::Literal("arn:x:${y}".to_owned())), json!("arn:x:${y}"));
        assert_eq!(
            spelled(&ResourceArn::Sub("${AWS::Region}".to_owned())),
            json!({"Fn::Sub": "${AWS::Region}"})
        );
    }

    #[test]
    fn a_pseudo_parameter_is_a_reference() {
        assert_eq!(
            serde_json::to_value(Expr::Pseudo(Pseudo::AccountId)).unwrap(),
            json!({"Ref": "AWS::AccountId"})
        );
    }
}
