//! Grants on buckets and their objects.
//!
//! A prefix is S3's: the beginning of a key, taken as it is. `runs/` covers `runs/a`, and `runs` covers `runs2` too.

use iacgen_aws_types::{ArnSuffix, BucketName, LogicalId, ResourceArn};

use crate::pattern::{exactly, in_sub};
use crate::{
    Action, Condition, ConditionOperator, ConditionValue, Denial, ResourcePolicy, Service, Statement,
};

const GET_OBJECT: Action = Action::new("s3:GetObject");
const LIST_BUCKET: Action = Action::new("s3:ListBucket");
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

/// Denies everyone every request over plain HTTP. Page: "Security best practices for Amazon S3", "Enforce encryption of
/// data in transit".
pub fn require_tls(bucket: &LogicalId) -> ResourcePolicy {
    let bucket = Bucket::Managed(bucket.clone());
    ResourcePolicy {
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
}
