//! Grants on buckets and their objects.
//!
//! A prefix is S3's: the beginning of a key, taken as it is. `runs/` covers `runs/a`, and `runs` covers `runs2` too.

use iacgen_aws_types::{ArnSuffix, BucketName, LogicalId, ResourceArn};

use crate::pattern::{exactly, in_sub};
use crate::trust::{same_account, sources};
use crate::{
    Action, Allowance, Condition, ConditionOperator, ConditionValue, Denial, Principal, ResourcePolicy,
    Service, ServicePrincipal, Statement,
};

const ABORT_MULTIPART_UPLOAD: Action = Action::new("s3:AbortMultipartUpload");
const GET_OBJECT: Action = Action::new("s3:GetObject");
const GET_OBJECT_VERSION: Action = Action::new("s3:GetObjectVersion");
const LIST_BUCKET: Action = Action::new("s3:ListBucket");
const LIST_MULTIPART_UPLOAD_PARTS: Action = Action::new("s3:ListMultipartUploadParts");
const PUT_OBJECT: Action = Action::new("s3:PutObject");

/// A bucket in a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedBucket {
    /// What it is called in the `Sid`.
    pub label: String,
    /// Which bucket it is.
    pub bucket: Bucket,
}

/// Which bucket is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bucket {
    /// One that exists already.
    Existing(BucketName),
    /// The `AWS::S3::Bucket` resource of the template.
    Managed(LogicalId),
}

impl Bucket {
    /// Returns the ARN of the bucket, followed by a pattern.
    fn arn(&self, pattern: String) -> ResourceArn {
        match self {
            Self::Existing(name) => {
                ResourceArn::Sub(format!("arn:${{AWS::Partition}}:s3:::{name}{}", in_sub(&pattern)))
            }
            Self::Managed(id) => ResourceArn::OfResource {
                id: id.clone(),
                attribute: "Arn",
                suffix: if pattern.is_empty() { ArnSuffix::None } else { ArnSuffix::Text(pattern) },
            },
        }
    }

    /// Returns the bucket's own ARN.
    pub fn itself(&self) -> ResourceArn {
        self.arn(String::new())
    }

    /// Returns the pattern of the objects under a prefix.
    pub fn objects(&self, prefix: &str) -> ResourceArn {
        self.arn(format!("/{}*", exactly(prefix)))
    }

    /// Returns the one object of a key.
    pub fn object(&self, key: &str) -> ResourceArn {
        self.arn(format!("/{}", exactly(key)))
    }
}

/// Allows to list the keys under a prefix; with an empty one, all.
pub fn list_objects(bucket: &GrantedBucket, prefix: &str) -> Vec<Statement> {
    let mut statement =
        Statement::allow(sid("List", bucket, prefix), [LIST_BUCKET], [bucket.bucket.itself()]);
    if !prefix.is_empty() {
        statement.conditions.push(Condition {
            operator: ConditionOperator::StringLike,
            key: "s3:prefix",
            values: vec![ConditionValue::Text(format!("{}*", exactly(prefix)))],
        });
    }
    vec![statement]
}

/// Allows to read the objects under a prefix.
pub fn read_objects(bucket: &GrantedBucket, prefix: &str) -> Vec<Statement> {
    vec![Statement::allow(sid("Read", bucket, prefix), [GET_OBJECT], [bucket.bucket.objects(prefix)])]
}

/// Allows to write objects under a prefix, in one part or several: `s3:PutObject` is the permission of every step of
/// a multipart upload but its abortion, which is left to the bucket's lifecycle. Page: "Multipart upload API and
/// permissions".
pub fn write_objects(bucket: &GrantedBucket, prefix: &str) -> Vec<Statement> {
    vec![Statement::allow(sid("Write", bucket, prefix), [PUT_OBJECT], [bucket.bucket.objects(prefix)])]
}

/// Which object a Distributed Map reads, as far as it is known before the machine runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemsKey {
    /// The one with this key.
    Exactly(String),
    /// One whose key begins so; with an empty beginning, any.
    Beginning(String),
}

/// What of a bucket a Distributed Map reads. Page: "IAM policies for using Distributed Map states", "Reading data from a
/// dataset in Amazon S3".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MapItems {
    /// An object with the items.
    Object {
        /// The key.
        key: ItemsKey,
        /// Whether `VersionId` names a version of it, which is another permission.
        versioned: bool,
    },
    /// The names of the objects under a prefix. Without a prefix, it is known only when the machine runs, or it is all.
    Listing {
        /// `Prefix`.
        prefix: ItemsKey,
        /// Whether the map loads the objects too (`Transformation: LOAD_AND_FLATTEN`).
        loads: bool,
    },
    /// A manifest, and the files that it names, which lie in the bucket of the second field under a prefix.
    Manifest {
        /// The manifest's key.
        key: ItemsKey,
        /// Where the files are; the manifest's own bucket when nothing stands here.
        files: Option<GrantedBucket>,
        /// Under which prefix; anywhere in that bucket when nothing stands here.
        prefix: Option<String>,
    },
}

/// Allows a machine to read the items of a Distributed Map.
pub fn read_map_items(bucket: &GrantedBucket, items: &MapItems) -> Vec<Statement> {
    let read = |verb: &str, action: Action, key: &ItemsKey| {
        let (text, resource) = match key {
            ItemsKey::Exactly(key) => (key, bucket.bucket.object(key)),
            ItemsKey::Beginning(prefix) => (prefix, bucket.bucket.objects(prefix)),
        };
        Statement::allow(sid(verb, bucket, text), [action], [resource])
    };
    match items {
        MapItems::Object { key, versioned: false } => vec![read("ReadItems", GET_OBJECT, key)],
        MapItems::Object { key, versioned: true } => {
            vec![read("ReadItems", GET_OBJECT_VERSION, key)]
        }
        MapItems::Listing { prefix, loads } => {
            // The map lists this prefix and no other, or one that begins so.
            let (text, operator, pattern) = match prefix {
                ItemsKey::Exactly(prefix) => (prefix, ConditionOperator::StringEquals, exactly(prefix)),
                ItemsKey::Beginning(prefix) => {
                    (prefix, ConditionOperator::StringLike, format!("{}*", exactly(prefix)))
                }
            };
            let mut statement =
                Statement::allow(sid("ListItems", bucket, text), [LIST_BUCKET], [bucket.bucket.itself()]);
            if !text.is_empty() {
                let values = vec![ConditionValue::Text(pattern)];
                statement.conditions.push(Condition { operator, key: "s3:prefix", values });
            }
            let mut statements = vec![statement];
            if *loads {
                statements.extend(read_objects(bucket, text));
            }
            statements
        }
        MapItems::Manifest { key, files, prefix } => {
            let mut statements = vec![read("ReadManifest", GET_OBJECT, key)];
            statements.extend(read_objects(
                files.as_ref().unwrap_or(bucket),
                prefix.as_deref().unwrap_or_default(),
            ));
            statements
        }
    }
}

/// Allows a machine to write the results of a Distributed Map under `Prefix`, which Step Functions takes as a folder. Page:
/// "IAM policies for using Distributed Map states", "Writing data to an Amazon S3 bucket".
pub fn write_map_results(bucket: &GrantedBucket, prefix: &str) -> Vec<Statement> {
    let folder =
        if prefix.is_empty() || prefix.ends_with('/') { prefix.to_owned() } else { format!("{prefix}/") };
    let actions = [ABORT_MULTIPART_UPLOAD, GET_OBJECT, LIST_MULTIPART_UPLOAD_PARTS, PUT_OBJECT];
    vec![Statement::allow(sid("WriteResults", bucket, prefix), actions, [bucket.bucket.objects(&folder)])]
}

/// Allows S3 to write the access logs of a bucket into another. Page: "Enabling Amazon S3 server access logging", "Grant
/// permissions to the logging service principal using a bucket policy".
pub fn receive_access_logs(logs: &LogicalId, logged: &[LogicalId]) -> Vec<Allowance> {
    if logged.is_empty() {
        return Vec::new();
    }
    let of = |id: &LogicalId| Bucket::Managed(id.clone());
    vec![Allowance {
        sid: "AllowAccessLogs",
        principal: Principal::Service(ServicePrincipal::S3Logging),
        actions: vec![PUT_OBJECT],
        resources: vec![of(logs).objects("")],
        conditions: vec![
            same_account(),
            sources(ConditionOperator::ArnEquals, logged.iter().map(|id| of(id).itself())),
        ],
    }]
}

/// Denies everyone every request over plain HTTP. Page: "Security best practices for Amazon S3", "Enforce encryption of
/// data in transit".
pub fn require_tls(bucket: &LogicalId) -> ResourcePolicy {
    let bucket = Bucket::Managed(bucket.clone());
    ResourcePolicy {
        allowances: Vec::new(),
        denials: vec![Denial {
            sid: "DenyPlainHttp",
            service: Service::S3,
            resources: vec![bucket.itself(), bucket.objects("")],
            conditions: vec![Condition {
                operator: ConditionOperator::Bool,
                key: "aws:SecureTransport",
                values: vec![ConditionValue::Text("false".to_owned())],
            }],
        }],
    }
}

fn sid(verb: &str, bucket: &GrantedBucket, prefix: &str) -> String {
    LogicalId::from_words([verb, &bucket.label, prefix]).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn existing() -> GrantedBucket {
        GrantedBucket {
            label: "data".to_owned(),
            bucket: Bucket::Existing(BucketName::new("cosmicai-data").unwrap()),
        }
    }

    fn managed() -> GrantedBucket {
        GrantedBucket {
            label: "results".to_owned(),
            bucket: Bucket::Managed(LogicalId::new("ResultsBucket").unwrap()),
        }
    }

    fn of_results(suffix: &str) -> ResourceArn {
        ResourceArn::OfResource {
            id: LogicalId::new("ResultsBucket").unwrap(),
            attribute: "Arn",
            suffix: ArnSuffix::Text(suffix.to_owned()),
        }
    }

    #[test]
    fn reading_is_one_action_on_the_objects_under_the_prefix() {
        let expected = Statement::allow(
            "ReadData100MB",
            [GET_OBJECT],
            [ResourceArn::Sub("arn:${AWS::Partition}:s3:::cosmicai-data/100MB/*".to_owned())],
        );
        assert_eq!(read_objects(&existing(), "100MB/"), [expected]);
    }

    #[test]
    fn writing_is_one_action_on_the_objects_under_the_prefix() {
        let expected = Statement::allow("WriteResultsRuns", [PUT_OBJECT], [of_results("/runs/*")]);
        assert_eq!(write_objects(&managed(), "runs/"), [expected]);
        let expected = Statement::allow("WriteResults", [PUT_OBJECT], [of_results("/*")]);
        assert_eq!(write_objects(&managed(), ""), [expected]);
    }

    #[test]
    fn listing_is_on_the_bucket_under_a_condition() {
        let [statement] = <[Statement; 1]>::try_from(list_objects(&existing(), "100MB/")).unwrap();
        assert_eq!(statement.actions, [LIST_BUCKET]);
        assert_eq!(
            statement.resources,
            [ResourceArn::Sub("arn:${AWS::Partition}:s3:::cosmicai-data".to_owned())]
        );
        assert_eq!(
            statement.conditions,
            [Condition {
                operator: ConditionOperator::StringLike,
                key: "s3:prefix",
                values: vec![ConditionValue::Text("100MB/*".to_owned())],
            }]
        );
        assert!(list_objects(&existing(), "")[0].conditions.is_empty());
    }

    #[test]
    fn a_prefix_with_special_characters_grants_no_more_than_itself() {
        assert_eq!(
            read_objects(&existing(), "a*/")[0].resources,
            [ResourceArn::Sub("arn:${AWS::Partition}:s3:::cosmicai-data/a${!*}/*".to_owned())]
        );
        assert_eq!(read_objects(&managed(), "a*/")[0].resources, [of_results("/a${*}/*")]);
    }

    #[test]
    fn plain_http_is_denied_on_the_bucket_and_its_objects() {
        let policy = require_tls(&LogicalId::new("ResultsBucket").unwrap());
        assert_eq!(policy.denials.len(), 1);
        assert_eq!(policy.denials[0].resources, [managed().bucket.itself(), of_results("/*")]);
        assert_eq!(policy.denials[0].conditions[0].key, "aws:SecureTransport");
    }

    #[test]
    fn a_map_reads_one_key_or_lists_one_prefix() {
        let key = ItemsKey::Exactly("in/items.json".to_owned());
        let [statement] = <[Statement; 1]>::try_from(read_map_items(
            &existing(),
            &MapItems::Object { key: key.clone(), versioned: false },
        ))
        .unwrap();
        assert_eq!(statement.actions, [GET_OBJECT]);
        assert_eq!(
            statement.resources,
            [ResourceArn::Sub("arn:${AWS::Partition}:s3:::cosmicai-data/in/items.json".to_owned())]
        );
        let listing = MapItems::Listing { prefix: ItemsKey::Exactly("in/".to_owned()), loads: false };
        let [statement] = <[Statement; 1]>::try_from(read_map_items(&existing(), &listing)).unwrap();
        assert_eq!(statement.actions, [LIST_BUCKET]);
        assert_eq!(statement.conditions[0].operator, ConditionOperator::StringEquals);
        assert_eq!(statement.conditions[0].values, [ConditionValue::Text("in/".to_owned())]);
        let beginning = MapItems::Listing { prefix: ItemsKey::Beginning("in/".to_owned()), loads: false };
        let [statement] = <[Statement; 1]>::try_from(read_map_items(&existing(), &beginning)).unwrap();
        assert_eq!(statement.conditions[0].operator, ConditionOperator::StringLike);
        assert_eq!(statement.conditions[0].values, [ConditionValue::Text("in/*".to_owned())]);
        let loading = MapItems::Listing { prefix: ItemsKey::Exactly("in/".to_owned()), loads: true };
        assert_eq!(read_map_items(&existing(), &loading).len(), 2);
        let manifest = MapItems::Manifest { key, files: Some(managed()), prefix: Some("data/".to_owned()) };
        assert_eq!(read_map_items(&existing(), &manifest)[1].resources, [of_results("/data/*")]);
    }

    #[test]
    fn a_key_that_is_known_in_part_grants_that_part() {
        for (beginning, expected) in [("runs/", "/runs/*"), ("", "/*")] {
            let key = ItemsKey::Beginning(beginning.to_owned());
            let items = MapItems::Object { key, versioned: false };
            let [statement] = <[Statement; 1]>::try_from(read_map_items(&managed(), &items)).unwrap();
            assert_eq!(
                (statement.actions, statement.resources),
                (vec![GET_OBJECT], vec![of_results(expected)])
            );
        }
    }

    #[test]
    fn a_map_writes_into_its_folder() {
        for prefix in ["runs", "runs/"] {
            let [statement] = <[Statement; 1]>::try_from(write_map_results(&managed(), prefix)).unwrap();
            assert_eq!(statement.actions.len(), 4);
            assert_eq!(statement.resources, [of_results("/runs/*")]);
        }
        assert_eq!(write_map_results(&managed(), "")[0].resources, [of_results("/*")]);
    }

    #[test]
    fn access_logs_come_from_their_bucket_only() {
        let id = |name: &str| LogicalId::new(name).unwrap();
        let [allowance] =
            <[Allowance; 1]>::try_from(receive_access_logs(&id("Logs"), &[id("ResultsBucket")])).unwrap();
        assert_eq!(allowance.conditions[1].values, [ConditionValue::Arn(managed().bucket.itself())]);
    }
}
