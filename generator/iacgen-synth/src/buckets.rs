//! Buckets that the stack makes. Existing ones are named in grants and never touched.

use iacgen_cfn::policy::Document;
use iacgen_cfn::resources::{self, Tag, Versioning};
use iacgen_cfn::{DeletionPolicy, Expr, Resource};
use iacgen_iam::grants::s3;
use iacgen_spec::model::{Bucket, BucketOrigin};

use crate::ids;

/// Days after which the parts of an upload that nobody finished are deleted. They cost, and no listing shows them.
const ABORT_MULTIPART_DAYS: u32 = 7;
/// Days for which a versioned bucket keeps former versions.
const NONCURRENT_DAYS: u32 = 30;

/// The resources of a bucket.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) bucket: Resource,
    pub(crate) policy: Resource,
}

/// Returns the resources of a bucket, or `None` when it exists already.
pub(crate) fn lower(bucket: &Bucket, tags: Vec<Tag>) -> Option<Lowered> {
    let BucketOrigin::Managed { name, retain, expire } = &bucket.origin else {
        return None;
    };
    let (versioning, when_removed) = if *retain {
        (Versioning::On { noncurrent_days: NONCURRENT_DAYS }, DeletionPolicy::Retain)
    } else {
        (Versioning::Off, DeletionPolicy::Delete)
    };
    let properties = resources::Bucket {
        name: name.clone(),
        versioning,
        abort_multipart_days: ABORT_MULTIPART_DAYS,
        expire: expire
            .iter()
            .map(|expiry| resources::Expiry { prefix: expiry.prefix.clone(), days: expiry.after_days })
            .collect(),
        tags,
    };
    let id = ids::bucket(&bucket.id);
    let policy = resources::BucketPolicy {
        bucket: Expr::from(&id),
        policy_document: Document::from(&s3::require_tls(&id)),
    };
    Some(Lowered {
        bucket: Resource::from(properties).when_removed(when_removed),
        // It stays with its bucket: a bucket that outlives the stack goes on refusing plain HTTP.
        policy: Resource::from(policy).when_removed(when_removed),
    })
}
