//! Who may do what: each request of a function is held to its role's own policies.
//!
//! The permission of each operation is from the page "Required permissions for Amazon S3 API operations". An
//! operation that is not named here is denied to a role. Two are decided more simply than on AWS: `DeleteObjects` is
//! denied as a whole if one of its keys is, and the initiator of a multipart upload needs
//! `s3:AbortMultipartUpload` and `s3:ListMultipartUploadParts` although a bucket's owner may let it do without.

use std::collections::BTreeMap;
use std::sync::Arc;

use iacgen_aws_types::Partition;
use s3s::access::{S3Access, S3AccessContext};
use s3s::dto::{CopyObjectInput, CopySource, DeleteObjectsInput, ListObjectsInput, ListObjectsV2Input};
use s3s::path::S3Path;
use s3s::{S3Request, S3Result, s3_error};

use super::buckets::Buckets;
use iacgen_iam::evaluate::{Denied, Permissions, Request};

/// What the owner of a key pair may do.
#[derive(Clone, Debug)]
pub enum Access {
    /// Everything.
    Unrestricted,
    /// What a role's own policies allow.
    Role(RoleAccess),
}

/// A role as it asks S3.
#[derive(Clone, Debug)]
pub struct RoleAccess {
    /// The ARN of the assumed role's session, which a denial names.
    pub caller: String,
    /// The partition of the buckets' ARNs.
    pub partition: Partition,
    /// What the role may do.
    pub permissions: Arc<Permissions>,
}

impl RoleAccess {
    fn bucket(&self, bucket: &str) -> String {
        format!("arn:{}:s3:::{bucket}", self.partition.as_str())
    }

    fn object(&self, bucket: &str, key: &str) -> String {
        format!("{}/{key}", self.bucket(bucket))
    }

    fn check(&self, request: &Request) -> S3Result<()> {
        self.permissions.check(request).map_err(|denied| self.denial(&denied))
    }

    fn denial(&self, denied: &Denied) -> s3s::S3Error {
        tracing::debug!(caller = self.caller, %denied, "access denied");
        s3_error!(AccessDenied, "User: {} {denied}", self.caller)
    }

    pub(super) fn check_get(&self, buckets: &Buckets, bucket: &str, key: &str) -> S3Result<()> {
        self.check(&Request::new("s3:GetObject", self.object(bucket, key)))?;
        self.check_missing(buckets, bucket, key)
    }

    pub(super) fn check_put(&self, bucket: &str, key: &str) -> S3Result<()> {
        self.check(&Request::new("s3:PutObject", self.object(bucket, key)))
    }

    pub(super) fn check_list(&self, bucket: &str, prefix: Option<&str>) -> S3Result<()> {
        let request = Request::new("s3:ListBucket", self.bucket(bucket));
        self.check(&match prefix {
            Some(prefix) => request.with("s3:prefix", prefix),
            None => request,
        })
    }

    /// Who may not list a bucket is not told that an object is missing. Page: "GetObject", "Permissions". A
    /// permission to list under a condition is taken as one here: the page does not say.
    fn check_missing(&self, buckets: &Buckets, bucket: &str, key: &str) -> S3Result<()> {
        let is_there = buckets.object(bucket, key).is_some_and(|path| path.exists());
        if is_there || self.permissions.allow_in_some_case("s3:ListBucket", &self.bucket(bucket)) {
            return Ok(());
        }
        self.check_list(bucket, None)
    }
}

/// The check in front of every operation.
#[derive(Debug)]
pub(super) struct AccessCheck {
    buckets: Buckets,
    by_access_key: BTreeMap<String, Access>,
}

impl AccessCheck {
    pub(super) fn new(buckets: Buckets, by_access_key: BTreeMap<String, Access>) -> Self {
        Self { buckets, by_access_key }
    }

    /// Returns the role behind a key, or nothing if it may do everything.
    fn role(&self, credentials: Option<&s3s::auth::Credentials>) -> S3Result<Option<&RoleAccess>> {
        let access = credentials.and_then(|credentials| self.by_access_key.get(&credentials.access_key));
        match access {
            Some(Access::Unrestricted) => Ok(None),
            Some(Access::Role(role)) => Ok(Some(role)),
            None => Err(s3_error!(AccessDenied, "Signature is required")),
        }
    }
}

#[async_trait::async_trait]
impl S3Access for AccessCheck {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let Some(role) = self.role(context.credentials())? else {
            return Ok(());
        };
        let operation = context.s3_op().name();
        match (operation, context.s3_path()) {
            // Decided below, by what is in the request.
            ("ListObjects" | "ListObjectsV2" | "DeleteObjects" | "CopyObject", _) => Ok(()),
            ("ListBuckets", S3Path::Root) => role.check(&Request::new("s3:ListAllMyBuckets", "*")),
            ("HeadBucket", S3Path::Bucket { bucket }) => role.check_list(bucket, None),
            (_, S3Path::Object { bucket, key }) => {
                let action = match operation {
                    "GetObject" | "HeadObject" => "s3:GetObject",
                    "PutObject" | "CreateMultipartUpload" | "UploadPart" | "CompleteMultipartUpload" => {
                        "s3:PutObject"
                    }
                    "AbortMultipartUpload" => "s3:AbortMultipartUpload",
                    "ListParts" => "s3:ListMultipartUploadParts",
                    "DeleteObject" => "s3:DeleteObject",
                    _ => return Err(unknown(operation)),
                };
                role.check(&Request::new(action, role.object(bucket, key)))?;
                if action == "s3:GetObject" {
                    role.check_missing(&self.buckets, bucket, key)?;
                }
                Ok(())
            }
            _ => Err(unknown(operation)),
        }
    }

    async fn list_objects(&self, request: &mut S3Request<ListObjectsInput>) -> S3Result<()> {
        let input = &request.input;
        match self.role(request.credentials.as_ref())? {
            Some(role) => role.check_list(&input.bucket, input.prefix.as_deref()),
            None => Ok(()),
        }
    }

    async fn list_objects_v2(&self, request: &mut S3Request<ListObjectsV2Input>) -> S3Result<()> {
        let input = &request.input;
        match self.role(request.credentials.as_ref())? {
            Some(role) => role.check_list(&input.bucket, input.prefix.as_deref()),
            None => Ok(()),
        }
    }

    async fn delete_objects(&self, request: &mut S3Request<DeleteObjectsInput>) -> S3Result<()> {
        let Some(role) = self.role(request.credentials.as_ref())? else {
            return Ok(());
        };
        let DeleteObjectsInput { bucket, delete, .. } = &request.input;
        let check = |key: &str| role.check(&Request::new("s3:DeleteObject", role.object(bucket, key)));
        delete.objects.iter().try_for_each(|object| check(&object.key))
    }

    async fn copy_object(&self, request: &mut S3Request<CopyObjectInput>) -> S3Result<()> {
        let Some(role) = self.role(request.credentials.as_ref())? else {
            return Ok(());
        };
        let CopyObjectInput { bucket, key, copy_source, .. } = &request.input;
        let CopySource::Bucket { bucket: from_bucket, key: from_key, .. } = copy_source else {
            return Err(unknown("CopyObject"));
        };
        role.check_get(&self.buckets, from_bucket, from_key)?;
        role.check_put(bucket, key)
    }
}

fn unknown(operation: &str) -> s3s::S3Error {
    s3_error!(AccessDenied, "the local S3 knows no permission for {operation}, so no role may do it")
}
