//! A resource of any type, as the spec's section `resources:` gives it.

use iacgen_aws_types::LogicalId;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// A resource that has no type of ours. [`crate::schemas::check`] tells what is wrong with its properties.
#[derive(Debug, Clone, PartialEq)]
pub struct RawResource {
    /// Its type, such as `AWS::SNS::Subscription`.
    pub type_name: String,
    /// Its properties, with intrinsics as they stand in a template.
    pub properties: Map<String, Value>,
    /// Resources that are made before it.
    pub depends_on: Vec<LogicalId>,
    /// What becomes of it when it leaves the template.
    pub deletion_policy: Option<RawDeletionPolicy>,
    /// What becomes of the old one when it is replaced.
    pub update_replace_policy: Option<RawReplacementPolicy>,
}

/// Page: "DeletionPolicy attribute".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RawDeletionPolicy {
    /// It is deleted.
    Delete,
    /// It stays.
    Retain,
    /// It stays, unless the operation that made it is rolled back.
    RetainExceptOnCreate,
    /// It is deleted, and a snapshot stays.
    Snapshot,
}

/// Page: "UpdateReplacePolicy attribute".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RawReplacementPolicy {
    /// It is deleted.
    Delete,
    /// It stays.
    Retain,
    /// It is deleted, and a snapshot stays.
    Snapshot,
}

impl RawDeletionPolicy {
    /// Returns CloudFormation's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::RetainExceptOnCreate => "RetainExceptOnCreate",
            Self::Snapshot => "Snapshot",
        }
    }
}

impl RawReplacementPolicy {
    /// Returns CloudFormation's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::Snapshot => "Snapshot",
        }
    }
}

impl Serialize for RawResource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.properties.serialize(serializer)
    }
}
