//! What CloudFormation's resource schemas say: the properties of every public type, its attributes, and the permissions
//! that its handlers need.
//!
//! The schemas stand in a committed digest of those that cfn-lint ships, made by `cargo xtask generate resource-schemas`.
//! Only the part of it that is asked for is read. Page: "CloudFormation resource provider schemas".

mod check;
mod finding;
mod nearest;
mod references;
mod replacement;

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use iacgen_digests::Digest;

pub use check::check;
pub use finding::{JsonKind, Quantity, SchemaFinding, SchemaProblem};
pub use references::{Reference, references};
pub use replacement::{Update, update};

static FILE: &[u8] = include_bytes!("../schemas/resource-schemas.bin");

fn digest() -> &'static Digest<'static> {
    static DIGEST: OnceLock<Digest<'static>> = OnceLock::new();
    DIGEST.get_or_init(|| {
        #[expect(clippy::expect_used, reason = "the file is committed, and a test reads all of it")]
        Digest::open(FILE).expect("the committed digest is whole")
    })
}

fn text(type_name: &str) -> Option<&'static str> {
    #[expect(clippy::expect_used, reason = "the file is committed, and a test reads all of it")]
    digest().text(stored_name(type_name)).expect("the committed digest is whole")
}

/// Custom resources share a schema. Page: "AWS::CloudFormation::CustomResource".
fn stored_name(type_name: &str) -> &str {
    if type_name.starts_with("Custom::") { "AWS::CloudFormation::CustomResource" } else { type_name }
}

fn schema(type_name: &str) -> Option<Value> {
    #[expect(clippy::expect_used, reason = "the file is committed, and a test reads all of it")]
    text(type_name).map(|text| serde_json::from_str(text).expect("the committed digest holds JSON"))
}

/// Returns what the digest was made from: the version of cfn-lint and the date of its schemas.
pub fn source() -> &'static str {
    digest().source()
}

/// Returns the names of the types in their order.
pub fn types() -> impl Iterator<Item = &'static str> {
    digest().names()
}

/// The actions that CloudFormation takes to handle a resource of a type, in the deploying principal's name. A type whose
/// schema says nothing of an operation has none for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Permissions {
    /// To create one.
    #[serde(default, borrow)]
    pub create: Vec<&'static str>,
    /// To read one.
    #[serde(default, borrow)]
    pub read: Vec<&'static str>,
    /// To change one.
    #[serde(default, borrow)]
    pub update: Vec<&'static str>,
    /// To delete one.
    #[serde(default, borrow)]
    pub delete: Vec<&'static str>,
}

/// Returns the permissions that a type's handlers need, or `None` for an unknown type and for one whose schema does not
/// say. Some lists name actions that do not exist or patterns such as `s3:*`; it is for the caller to judge them.
pub fn permissions(type_name: &str) -> Option<Permissions> {
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "'de: 'static"))]
    struct Schema {
        #[serde(default)]
        permissions: Option<Permissions>,
    }
    let schema: Schema = serde_json::from_str(text(type_name)?).ok()?;
    schema.permissions
}

/// What `Fn::GetAtt` gives for a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    names: Vec<&'static str>,
}

impl Attributes {
    /// Returns their names, in which a trailing `*` stands for anything.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Tells whether there is an attribute of a name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| match known.strip_suffix('*') {
            Some(head) => name.len() > head.len() && name.starts_with(head),
            None => name == *known,
        })
    }

    /// Returns the attribute that was probably meant by an unknown name.
    pub fn nearest(&self, name: &str) -> Option<&'static str> {
        nearest::nearest(name, self.names.iter().copied())
    }
}

/// Returns the attributes of a type, or `None` for an unknown type.
pub fn attributes(type_name: &str) -> Option<Attributes> {
    #[derive(Deserialize)]
    struct Schema {
        #[serde(borrow)]
        attributes: Vec<&'static str>,
    }
    let schema: Schema = serde_json::from_str(text(type_name)?).ok()?;
    Some(Attributes { names: schema.attributes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_of_the_digest_can_be_read() {
        assert!(source().starts_with("cfn-lint "));
        let mut count = 0;
        for name in types() {
            let schema = schema(name).unwrap();
            assert!(schema["properties"].is_object(), "{name}");
            assert!(attributes(name).is_some(), "{name}");
            // An escape in a list would make it unreadable without a copy, and lose it.
            assert_eq!(permissions(name).is_some(), schema.get("permissions").is_some(), "{name}");
            count += 1;
        }
        assert!(count > 1_800, "{count}");
    }

    #[test]
    fn attributes_are_those_of_get_att() {
        let queue = attributes("AWS::SQS::Queue").unwrap();
        assert!(queue.has("Arn") && queue.has("QueueName") && !queue.has("Url"));
        assert_eq!(queue.nearest("QueueNaem"), Some("QueueName"));
        let stack = attributes("AWS::CloudFormation::Stack").unwrap();
        assert!(stack.has("Outputs.Bucket") && !stack.has("Outputs."));
        assert!(attributes("Custom::Thing").unwrap().has("Anything"));
        assert_eq!(attributes("AWS::SQS::Kueue"), None);
    }

    #[test]
    fn permissions_are_told_by_operation() {
        let queue = permissions("AWS::SQS::Queue").unwrap();
        assert!(queue.create.contains(&"sqs:CreateQueue") && !queue.read.contains(&"sqs:CreateQueue"));
        assert_eq!(queue.delete, ["sqs:DeleteQueue", "sqs:GetQueueAttributes"]);
        assert_eq!(permissions("AWS::SQS::Kueue"), None);
    }
}
