//! What goes wrong with an object, by what can be done about it.

use std::error::Error as _;
use std::fmt;

use contract::{ErrorType, Failure};

/// What was asked of S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// List objects.
    List,
    /// Read an object or a part of it.
    Read,
    /// Write an object.
    Write,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

/// What went wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// It is not there.
    #[error("cannot {operation} s3://{bucket}/{key}: it does not exist")]
    NotFound {
        /// What was asked.
        operation: Operation,
        /// The bucket.
        bucket: String,
        /// The key, or the prefix of a listing.
        key: String,
    },
    /// The function may not.
    #[error(
        "S3 refused to {operation} s3://{bucket}/{key}{}: {reason}; grant it to the function (`access` in workflow.yaml)",
        perhaps_absent(*operation)
    )]
    Denied {
        /// What was asked.
        operation: Operation,
        /// The bucket.
        bucket: String,
        /// The key, or the prefix of a listing.
        key: String,
        /// What S3 said.
        reason: String,
    },
    /// Another version came in between.
    #[error("s3://{bucket}/{key} changed while it was read: run the workflow again on data that rests")]
    Changed {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
    /// S3 failed, after retries.
    #[error("S3 could not {operation} s3://{bucket}/{key}: {reason}")]
    Unavailable {
        /// What was asked.
        operation: Operation,
        /// The bucket.
        bucket: String,
        /// The key, or the prefix of a listing.
        key: String,
        /// What the client said.
        reason: String,
    },
    /// The key or the content cannot be used.
    #[error("s3://{bucket}/{key} cannot be used: {reason}")]
    Malformed {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
        /// Why.
        reason: String,
    },
}

impl Failure for ObjectError {
    fn error_type(&self) -> ErrorType {
        match self {
            Self::NotFound { .. } => ErrorType::S3NotFound,
            Self::Denied { .. } => ErrorType::S3Denied,
            Self::Changed { .. } => ErrorType::S3ObjectChanged,
            Self::Unavailable { .. } => ErrorType::S3Unavailable,
            Self::Malformed { .. } => ErrorType::S3Malformed,
        }
    }
}

impl ObjectError {
    pub(crate) fn classify(
        error: &object_store::Error,
        operation: Operation,
        bucket: &str,
        key: &str,
    ) -> Self {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        let reason = innermost(error);
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound { operation, bucket, key },
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                Self::Denied { operation, bucket, key, reason: summary(&reason) }
            }
            object_store::Error::Precondition { .. } => Self::Changed { bucket, key },
            object_store::Error::InvalidPath { .. } => Self::Malformed { bucket, key, reason },
            // The client's listing does not look at the status, so S3's own code decides.
            _ => match element(&reason, "Code") {
                Some("NoSuchBucket" | "NoSuchKey") => Self::NotFound { operation, bucket, key },
                Some("AccessDenied" | "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken") => {
                    Self::Denied { operation, bucket, key, reason: summary(&reason) }
                }
                // The range begins behind the object's end (API page "GetObject"): it is shorter than was thought.
                Some("InvalidRange") => Self::Malformed {
                    bucket,
                    key,
                    reason: "it is shorter than what was to be read".to_owned(),
                },
                _ => Self::Unavailable { operation, bucket, key, reason: summary(&reason) },
            },
        }
    }
}

/// Names the other cause of a refusal to read: without `s3:ListBucket`, an object that does not exist is 403 as well
/// (API page "GetObject").
const fn perhaps_absent(operation: Operation) -> &'static str {
    match operation {
        Operation::Read => ", or it does not exist",
        Operation::List | Operation::Write => "",
    }
}

/// Returns what the last error of the chain says; those above it repeat it.
fn innermost(error: &object_store::Error) -> String {
    let mut source = error.source();
    let mut text = error.to_string();
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    text.trim().to_owned()
}

/// Shortens a reply of S3 to its code and message (page "Error responses" of the S3 API reference); leaves any other
/// text as it is.
fn summary(text: &str) -> String {
    match (element(text, "Code"), element(text, "Message")) {
        (Some(code), Some(message)) => format!("{code} ({})", unescaped(message)),
        (Some(code), None) => code.to_owned(),
        _ => text.to_owned(),
    }
}

/// Replaces XML's five named entities.
fn unescaped(text: &str) -> String {
    let entities = [("&quot;", "\""), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

/// Returns the content of the first XML element of that name.
fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(content, _)| content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_shortened() {
        let reply = "Server returned non-2xx status code: 403 Forbidden: <?xml version=\"1.0\"?><Error>\
            <Code>AccessDenied</Code><Message>no s3:PutObject on &quot;a&amp;lt;b&quot;</Message></Error>";
        assert_eq!(summary(reply), "AccessDenied (no s3:PutObject on \"a&lt;b\")");
        assert_eq!(summary("connection refused"), "connection refused");
    }
}
