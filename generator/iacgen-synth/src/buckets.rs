//! Buckets that the stack makes. Existing ones are named in grants and never touched.

use iacgen_aws_types::LogicalId;
use iacgen_cfn::policy::Document;
use iacgen_cfn::resources::{self, AccessLogs, BucketEncryption, BucketEvents, Tag, Versioning};
use iacgen_cfn::{DeletionPolicy, Expr, Resource};
use iacgen_iam::grants::s3;
use iacgen_spec::model::{Bucket, BucketOrigin, TriggerKind, Workflow};

use crate::{encryption, exceptions, ids};

/// Days after which the parts of an upload that nobody finished are deleted. They cost, and no listing shows them.
const ABORT_MULTIPART_DAYS: u32 = 7;
/// Days for which a versioned bucket keeps former versions.
const NONCURRENT_DAYS: u32 = 30;
/// Days for which access logs are kept.
const ACCESS_LOG_DAYS: u32 = 90;

/// Returns the resources of a bucket; none when it exists already.
pub(crate) fn lower(workflow: &Workflow, bucket: &Bucket, tags: &[Tag]) -> Vec<(LogicalId, Resource)> {
    let BucketOrigin::Managed { name, retain, expire, access_logs } = &bucket.origin else {
        return Vec::new();
    };
    let (versioning, when_removed) = if *retain {
        (Versioning::On { noncurrent_days: NONCURRENT_DAYS }, DeletionPolicy::Retain)
    } else {
        (Versioning::Off, DeletionPolicy::Delete)
    };
    let starts = workflow.triggers.values().any(|trigger| match &trigger.kind {
        TriggerKind::Objects { bucket: watched, .. } => watched.value == bucket.id,
        TriggerKind::Schedule { .. } => false,
    });
    let id = ids::bucket(&bucket.id);
    let logs_id = ids::access_logs_bucket(&bucket.id);
    let properties = resources::Bucket {
        name: name.clone(),
        encryption: encryption::key(workflow).map_or(BucketEncryption::S3, BucketEncryption::Kms),
        events: if starts { BucketEvents::ToEventBridge } else { BucketEvents::Untold },
        access_logs: access_logs
            .then(|| AccessLogs { bucket: Expr::from(&logs_id), prefix: format!("{}/", bucket.id) }),
        versioning,
        abort_multipart_days: ABORT_MULTIPART_DAYS,
        expire: expire
            .iter()
            .map(|expiry| resources::Expiry { prefix: expiry.prefix.clone(), days: expiry.after_days })
            .collect(),
        tags: tags.to_vec(),
    };
    let policy = |id: &LogicalId, policy| {
        let policy =
            resources::BucketPolicy { bucket: Expr::from(id), policy_document: Document::from(&policy) };
        // It stays with its bucket: a bucket that outlives the stack goes on refusing plain HTTP.
        Resource::from(policy).when_removed(when_removed)
    };
    let mut resources = Vec::new();
    if *access_logs {
        let logs = resources::Bucket {
            name: None,
            // Access logs cannot be written with a key of KMS. Page: "Enabling Amazon S3 server access logging".
            encryption: BucketEncryption::S3,
            events: BucketEvents::Untold,
            access_logs: None,
            versioning: Versioning::Off,
            abort_multipart_days: ABORT_MULTIPART_DAYS,
            expire: vec![resources::Expiry { prefix: String::new(), days: ACCESS_LOG_DAYS }],
            tags: tags.to_vec(),
        };
        let logs = Resource::from(logs).when_removed(when_removed);
        let mut statements = s3::require_tls(&logs_id);
        statements.allowances.extend(s3::receive_access_logs(&logs_id, std::slice::from_ref(&id)));
        resources.push((logs_id.clone(), exceptions::of_access_logs_bucket(logs)));
        resources.push((ids::access_logs_bucket_policy(&bucket.id), policy(&logs_id, statements)));
    }
    let resource = Resource::from(properties).when_removed(when_removed);
    let resource = exceptions::of_bucket(*retain, *access_logs, resource);
    resources.push((id.clone(), resource));
    resources.push((ids::bucket_policy(&bucket.id), policy(&id, s3::require_tls(&id))));
    resources
}
