//! `AWS::KMS::Key`.

use serde::{Serialize, Serializer};

use super::Tag;
use crate::policy::Document;

/// A symmetric key whose material KMS replaces every year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// What it encrypts.
    pub description: String,
    /// Who may use and administer it. A key without an administrator is lost, so the account's root stands in it.
    pub policy: Document,
    /// Tags.
    pub tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Properties<'a> {
    description: &'a str,
    enable_key_rotation: bool,
    key_policy: &'a Document,
    #[serde(skip_serializing_if = "<[Tag]>::is_empty")]
    tags: &'a [Tag],
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Properties {
            description: &self.description,
            enable_key_rotation: true,
            key_policy: &self.policy,
            tags: &self.tags,
        }
        .serialize(serializer)
    }
}
