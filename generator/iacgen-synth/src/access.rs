//! What a function needs of buckets: from the access that the spec declares to grants and variables.

use iacgen_cfn::Expr;
use iacgen_iam::grants::s3::{self, GrantedBucket};
use iacgen_iam::{PolicyDocument, Statement};
use iacgen_spec::model::{AccessKind, Bucket, BucketOrigin, Function, Workflow};
use indexmap::IndexMap;

use crate::error::SynthesisError;
use crate::ids;

/// Returns what a function may do to objects.
pub(crate) fn grants(workflow: &Workflow, function: &Function) -> Result<PolicyDocument, SynthesisError> {
    let mut statements: Vec<Statement> = Vec::new();
    for access in &function.access {
        let bucket = granted(find(workflow, function, &access.bucket)?);
        let grant = match access.kind {
            AccessKind::List => s3::list_objects,
            AccessKind::Read => s3::read_objects,
            AccessKind::Write => s3::write_objects,
        };
        statements.extend(grant(&bucket, &access.prefix));
    }
    Ok(PolicyDocument::new(statements))
}

/// Returns the variables that tell a function the names of its buckets: `BUCKET_<ID>`.
pub(crate) fn variables(
    workflow: &Workflow,
    function: &Function,
) -> Result<IndexMap<String, Expr>, SynthesisError> {
    let mut variables = IndexMap::new();
    for access in &function.access {
        let bucket = find(workflow, function, &access.bucket)?;
        variables.insert(variable(&bucket.id), name(bucket));
    }
    Ok(variables)
}

/// Returns a bucket's name.
pub(crate) fn name(bucket: &Bucket) -> Expr {
    match &bucket.origin {
        BucketOrigin::Existing(name) => Expr::from(name.as_str()),
        BucketOrigin::Managed { .. } => Expr::Ref(ids::bucket(&bucket.id)),
    }
}

/// Returns what a value is known to become: the name of a managed bucket that declares one, every other value as it is.
pub(crate) fn resolved(workflow: &Workflow, value: &Expr) -> Expr {
    let declared = workflow.buckets.values().find_map(|bucket| match &bucket.origin {
        BucketOrigin::Managed { name: Some(declared), .. } if name(bucket) == *value => Some(declared),
        _ => None,
    });
    declared.map_or_else(|| value.clone(), |declared| Expr::from(declared.as_str()))
}

fn variable(bucket: &str) -> String {
    format!("BUCKET_{}", bucket.replace('-', "_").to_ascii_uppercase())
}

fn granted(bucket: &Bucket) -> GrantedBucket {
    GrantedBucket {
        label: bucket.id.clone(),
        bucket: match &bucket.origin {
            BucketOrigin::Existing(name) => s3::Bucket::Existing(name.clone()),
            BucketOrigin::Managed { .. } => s3::Bucket::Managed(ids::bucket(&bucket.id)),
        },
    }
}

fn find<'a>(workflow: &'a Workflow, function: &Function, id: &str) -> Result<&'a Bucket, SynthesisError> {
    workflow.buckets.get(id).ok_or_else(|| SynthesisError::Unknown {
        what: "bucket",
        name: id.to_owned(),
        by: format!("the function `{}`", function.id),
    })
}
