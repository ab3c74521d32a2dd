//! `AWS::S3::Bucket`.

use iacgen_aws_types::BucketName;
use serde::{Serialize, Serializer};

use super::Tag;

/// A bucket that is private, owned by its account alone and encrypted by S3. There is no way to have another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name; CloudFormation chooses one where absent.
    pub name: Option<BucketName>,
    /// Whether objects keep their former versions, and for how long.
    pub versioning: Versioning,
    /// Days after which the parts of an unfinished multipart upload are deleted.
    pub abort_multipart_days: u32,
    /// What else is deleted after a time.
    pub expire: Vec<Expiry>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// Whether objects keep their former versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versioning {
    /// They do not.
    Off,
    /// They do for a time.
    On {
        /// Days after which a former version is deleted.
        noncurrent_days: u32,
    },
}

/// Deletes objects after a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiry {
    /// The prefix of the keys; empty for all.
    pub prefix: String,
    /// The age in days.
    pub days: u32,
}

impl Serialize for Bucket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Properties {
            bucket_name: self.name.as_ref(),
            bucket_encryption: Encryption {
                server_side_encryption_configuration: [EncryptionRule {
                    server_side_encryption_by_default: DefaultEncryption { algorithm: "AES256" },
                }],
            },
            lifecycle_configuration: Lifecycle { rules: self.rules() },
            ownership_controls: Ownership {
                rules: [OwnershipRule { object_ownership: "BucketOwnerEnforced" }],
            },
            public_access_block_configuration: PublicAccessBlock {
                block_public_acls: true,
                block_public_policy: true,
                ignore_public_acls: true,
                restrict_public_buckets: true,
            },
            tags: &self.tags,
            versioning_configuration: match self.versioning {
                Versioning::Off => None,
                Versioning::On { .. } => Some(VersioningStatus { status: "Enabled" }),
            },
        }
        .serialize(serializer)
    }
}

impl Bucket {
    fn rules(&self) -> Vec<Rule<'_>> {
        let mut rules = vec![Rule {
            abort_incomplete_multipart_upload: Some(AbortMultipart {
                days_after_initiation: self.abort_multipart_days,
            }),
            ..Rule::new("abort-incomplete-multipart-uploads".to_owned())
        }];
        if let Versioning::On { noncurrent_days } = self.versioning {
            rules.push(Rule {
                noncurrent_version_expiration: Some(NoncurrentExpiration { noncurrent_days }),
                // What is left of a deleted object once its versions are gone.
                expired_object_delete_marker: Some(true),
                ..Rule::new("expire-noncurrent-versions".to_owned())
            });
        }
        // Rule names are at most 255 characters and unique; a prefix can be longer, so the rules are numbered.
        rules.extend(self.expire.iter().zip(1..).map(|(expiry, number): (_, u32)| Rule {
            prefix: (!expiry.prefix.is_empty()).then_some(expiry.prefix.as_str()),
            expiration_in_days: Some(expiry.days),
            ..Rule::new(format!("expire-{number}"))
        }));
        rules
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket_name: Option<&'a BucketName>,
    bucket_encryption: Encryption,
    lifecycle_configuration: Lifecycle<'a>,
    ownership_controls: Ownership,
    public_access_block_configuration: PublicAccessBlock,
    #[serde(skip_serializing_if = "<[Tag]>::is_empty")]
    tags: &'a [Tag],
    #[serde(skip_serializing_if = "Option::is_none")]
    versioning_configuration: Option<VersioningStatus>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Encryption {
    server_side_encryption_configuration: [EncryptionRule; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EncryptionRule {
    server_side_encryption_by_default: DefaultEncryption,
}

#[derive(Serialize)]
struct DefaultEncryption {
    #[serde(rename = "SSEAlgorithm")]
    algorithm: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Lifecycle<'a> {
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "PascalCase")]
struct Rule<'a> {
    id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_in_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    noncurrent_version_expiration: Option<NoncurrentExpiration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_object_delete_marker: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    abort_incomplete_multipart_upload: Option<AbortMultipart>,
}

impl Rule<'_> {
    fn new(id: String) -> Self {
        Self { id, status: "Enabled", ..Self::default() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NoncurrentExpiration {
    noncurrent_days: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AbortMultipart {
    days_after_initiation: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Ownership {
    rules: [OwnershipRule; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipRule {
    object_ownership: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the shape is CloudFormation's")]
struct PublicAccessBlock {
    block_public_acls: bool,
    block_public_policy: bool,
    ignore_public_acls: bool,
    restrict_public_buckets: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VersioningStatus {
    status: &'static str,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(versioning: Versioning, expire: Vec<Expiry>) -> Value {
        let bucket = Bucket { name: None, versioning, abort_multipart_days: 7, expire, tags: Vec::new() };
        serde_json::to_value(bucket).unwrap()
    }

    #[test]
    fn every_bucket_is_private_and_encrypted() {
        let bucket = written(Versioning::Off, Vec::new());
        assert_eq!(
            bucket["PublicAccessBlockConfiguration"],
            json!({"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true})
        );
        assert_eq!(
            bucket["OwnershipControls"],
            json!({"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
        );
        assert_eq!(
            bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"],
            json!({"SSEAlgorithm": "AES256"})
        );
        assert_eq!(bucket.get("VersioningConfiguration"), None);
    }

    #[test]
    fn lifecycle_rules_follow_from_versioning_and_expiries() {
        let expire = vec![
            Expiry { prefix: "runs/".to_owned(), days: 90 },
            Expiry { prefix: String::new(), days: 400 },
        ];
        let bucket = written(Versioning::On { noncurrent_days: 30 }, expire);
        assert_eq!(bucket["VersioningConfiguration"], json!({"Status": "Enabled"}));
        assert_eq!(
            bucket["LifecycleConfiguration"]["Rules"],
            json!([
                {"Id": "abort-incomplete-multipart-uploads", "Status": "Enabled",
                 "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
                {"Id": "expire-noncurrent-versions", "Status": "Enabled",
                 "NoncurrentVersionExpiration": {"NoncurrentDays": 30}, "ExpiredObjectDeleteMarker": true},
                {"Id": "expire-1", "Status": "Enabled", "Prefix": "runs/", "ExpirationInDays": 90},
                {"Id": "expire-2", "Status": "Enabled", "ExpirationInDays": 400},
            ])
        );
    }
}
