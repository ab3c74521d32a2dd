//! The fields of the input that are accepted and not used.

use contract::{ExecutionInput, UnusedField};

const CODE: &str = "it named code to download and run; the code is the deployed package";

/// Lists those that the input gives, each with the reason.
pub(crate) fn fields(input: &ExecutionInput) -> Vec<UnusedField> {
    [
        ("bucket", &input.bucket, "it named the bucket of the code; data comes from `data_bucket`"),
        ("object_type", &input.object_type, CODE),
        ("S3_object_name", &input.s3_object_name, CODE),
        ("script", &input.script, CODE),
    ]
    .into_iter()
    .filter(|(_, value, _)| value.is_some())
    .map(|(field, _, reason)| UnusedField { field: field.to_owned(), reason: reason.to_owned() })
    .collect()
}
