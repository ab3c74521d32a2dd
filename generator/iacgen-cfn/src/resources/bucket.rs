//! `AWS::S3::Bucket`.

use iacgen_aws_types::BucketName;
use serde::{Serialize, Serializer};

use super::Tag;
use crate::Expr;

/// A bucket that is private, owned by its account alone and encrypted by S3. There is no way to have another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name; CloudFormation chooses one where absent.
    pub name: Option<BucketName>,
    /// What its objects are encrypted with.
    pub encryption: BucketEncryption,
    /// Whether EventBridge is told of what happens to its objects.
    pub events: BucketEvents,
    /// Where requests to it are logged; nowhere where absent.
    pub access_logs: Option<AccessLogs>,
    /// Whether objects keep their former versions, and for how long.
    pub versioning: Versioning,
    /// Days after which the parts of an unfinished multipart upload are deleted.
    pub abort_multipart_days: u32,
    /// What else is deleted after a time.
    pub expire: Vec<Expiry>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// What objects are encrypted with. A bucket that receives access logs must have S3's keys. Page: "Enabling Amazon S3
/// server access logging".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketEncryption {
    /// S3's own keys.
    S3,
    /// A key of KMS, with a bucket key, which spares most calls to KMS.
    Kms(Expr),
}

/// Whether EventBridge is told of what happens to objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketEvents {
    /// It is not.
    Untold,
    /// It is.
    ToEventBridge,
}

/// Where requests to a bucket are logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLogs {
    /// The name of the bucket for the logs.
    pub bucket: Expr,
    /// What their keys begin with.
    pub prefix: String,
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
                    server_side_encryption_by_default: match &self.encryption {
                        BucketEncryption::S3 => DefaultEncryption { algorithm: "AES256", key: None },
                        BucketEncryption::Kms(key) => {
                            DefaultEncryption { algorithm: "aws:kms", key: Some(key) }
                        }
                    },
                    bucket_key_enabled: matches!(self.encryption, BucketEncryption::Kms(_)).then_some(true),
                }],
            },
            lifecycle_configuration: Lifecycle { rules: self.rules() },
            logging_configuration: self.access_logs.as_ref().map(|logs| LoggingTarget {
                destination_bucket_name: &logs.bucket,
                log_file_prefix: &logs.prefix,
            }),
            notification_configuration: match self.events {
                BucketEvents::Untold => None,
                BucketEvents::ToEventBridge => Some(Notification {
                    event_bridge_configuration: ToEventBridge { event_bridge_enabled: true },
                }),
            },
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
    bucket_encryption: Encryption<'a>,
    lifecycle_configuration: Lifecycle<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logging_configuration: Option<LoggingTarget<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_configuration: Option<Notification>,
    ownership_controls: Ownership,
    public_access_block_configuration: PublicAccessBlock,
    #[serde(skip_serializing_if = "<[Tag]>::is_empty")]
    tags: &'a [Tag],
    #[serde(skip_serializing_if = "Option::is_none")]
    versioning_configuration: Option<VersioningStatus>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Encryption<'a> {
    server_side_encryption_configuration: [EncryptionRule<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EncryptionRule<'a> {
    server_side_encryption_by_default: DefaultEncryption<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket_key_enabled: Option<bool>,
}

#[derive(Serialize)]
struct DefaultEncryption<'a> {
    #[serde(rename = "SSEAlgorithm")]
    algorithm: &'static str,
    #[serde(rename = "KMSMasterKeyID", skip_serializing_if = "Option::is_none")]
    key: Option<&'a Expr>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct LoggingTarget<'a> {
    destination_bucket_name: &'a Expr,
    log_file_prefix: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Notification {
    event_bridge_configuration: ToEventBridge,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ToEventBridge {
    event_bridge_enabled: bool,
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

    fn plain() -> Bucket {
        Bucket {
            name: None,
            encryption: BucketEncryption::S3,
            events: BucketEvents::Untold,
            access_logs: None,
            versioning: Versioning::Off,
            abort_multipart_days: 7,
            expire: Vec::new(),
            tags: Vec::new(),
        }
    }

    fn written(versioning: Versioning, expire: Vec<Expiry>) -> Value {
        json!(Bucket { versioning, expire, ..plain() })
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
    fn keys_logs_and_events_are_what_they_are_set_to() {
        let bucket = json!(Bucket {
            encryption: BucketEncryption::Kms("key".into()),
            events: BucketEvents::ToEventBridge,
            access_logs: Some(AccessLogs { bucket: "logs".into(), prefix: "data/".to_owned() }),
            ..plain()
        });
        assert_eq!(
            bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"],
            json!([{
                "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key"},
                "BucketKeyEnabled": true,
            }])
        );
        assert_eq!(
            bucket["LoggingConfiguration"],
            json!({"DestinationBucketName": "logs", "LogFilePrefix": "data/"})
        );
        assert_eq!(
            bucket["NotificationConfiguration"],
            json!({"EventBridgeConfiguration": {"EventBridgeEnabled": true}})
        );
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
