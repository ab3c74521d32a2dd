//! Resources that are written as CloudFormation has them.

use super::{Located, LocatedJson, Place};

/// A resource of the section `resources`.
#[derive(Debug, Clone, PartialEq)]
pub struct RawResource {
    /// Its logical id, which is its name in the spec.
    pub id: String,
    /// Where its name stands.
    pub place: Place,
    /// `Type`: `AWS::SNS::Subscription`.
    pub kind: Located<String>,
    /// `Properties`, an object. `None` where there are none.
    pub properties: Option<LocatedJson>,
    /// `DependsOn`: logical ids, those of this section and those that the stack's own resources have.
    pub depends_on: Vec<Located<String>>,
    /// `DeletionPolicy`.
    pub deletion_policy: Option<Located<ResourcePolicy>>,
    /// `UpdateReplacePolicy`.
    pub update_replace_policy: Option<Located<ResourcePolicy>>,
}

/// What becomes of a resource that the stack no longer has. Page: "`DeletionPolicy` attribute".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourcePolicy {
    /// It goes.
    Delete,
    /// It stays.
    Retain,
    /// It stays, unless the stack's creation failed.
    RetainExceptOnCreate,
    /// It goes, and a snapshot stays.
    Snapshot,
}
