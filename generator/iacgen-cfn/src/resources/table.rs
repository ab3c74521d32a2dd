//! `AWS::DynamoDB::Table`.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::Tag;
use crate::Expr;

/// A table that bills by request and can be restored to any second of the last 35 days. Its name is CloudFormation's to
/// choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The partition key.
    pub key: KeyAttribute,
    /// The sort key.
    pub sort: Option<KeyAttribute>,
    /// The attribute that holds when an item expires, in seconds since 1970.
    pub expires: Option<String>,
    /// The key that it is encrypted with; one that DynamoDB owns where absent.
    pub kms_key: Option<Expr>,
    /// Whether a call can delete it.
    pub deletion: TableDeletion,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// An attribute of a table's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAttribute {
    /// Its name.
    pub name: String,
    /// The type of its values.
    pub attribute_type: AttributeType,
}

/// The type of a key's values. Page: "Constraints in Amazon DynamoDB", section on data types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum AttributeType {
    /// Texts.
    #[serde(rename = "S")]
    Text,
    /// Numbers.
    #[serde(rename = "N")]
    Number,
    /// Bytes.
    #[serde(rename = "B")]
    Binary,
}

/// Whether a call can delete a table. Page: "Using deletion protection to protect your table".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableDeletion {
    /// Whoever may, can.
    Allowed,
    /// Only after the protection was taken off.
    Protected,
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = [(Some(&self.key), "HASH"), (self.sort.as_ref(), "RANGE")];
        let keys = || keys.iter().filter_map(|(key, role)| Some(((*key)?, *role)));
        let attributes: Vec<_> = keys()
            .map(|(key, _)| json!({"AttributeName": key.name, "AttributeType": key.attribute_type}))
            .collect();
        let schema: Vec<_> =
            keys().map(|(key, role)| json!({"AttributeName": key.name, "KeyType": role})).collect();

        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("BillingMode", "PAY_PER_REQUEST")?;
        map.serialize_entry("AttributeDefinitions", &attributes)?;
        map.serialize_entry("KeySchema", &schema)?;
        map.serialize_entry(
            "PointInTimeRecoverySpecification",
            &json!({"PointInTimeRecoveryEnabled": true}),
        )?;
        if let Some(attribute) = &self.expires {
            map.serialize_entry(
                "TimeToLiveSpecification",
                &json!({"AttributeName": attribute, "Enabled": true}),
            )?;
        }
        if let Some(key) = &self.kms_key {
            map.serialize_entry(
                "SSESpecification",
                &json!({"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": key}),
            )?;
        }
        if self.deletion == TableDeletion::Protected {
            map.serialize_entry("DeletionProtectionEnabled", &true)?;
        }
        if !self.tags.is_empty() {
            map.serialize_entry("Tags", &self.tags)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_declared_once_and_used_once() {
        let attribute = |name: &str, attribute_type| KeyAttribute { name: name.to_owned(), attribute_type };
        let table = Table {
            key: attribute("id", AttributeType::Text),
            sort: Some(attribute("at", AttributeType::Number)),
            expires: Some("gone".to_owned()),
            kms_key: Some("key".into()),
            deletion: TableDeletion::Protected,
            tags: Vec::new(),
        };
        assert_eq!(
            json!(table),
            json!({
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": "id", "AttributeType": "S"},
                    {"AttributeName": "at", "AttributeType": "N"},
                ],
                "KeySchema": [
                    {"AttributeName": "id", "KeyType": "HASH"},
                    {"AttributeName": "at", "KeyType": "RANGE"},
                ],
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true},
                "TimeToLiveSpecification": {"AttributeName": "gone", "Enabled": true},
                "SSESpecification": {"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "key"},
                "DeletionProtectionEnabled": true,
            })
        );
    }
}
