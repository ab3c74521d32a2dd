//! The objects that item readers and result writers use.

use futures::future::BoxFuture;
use jiff::Timestamp;

/// An object store as a Distributed Map sees it.
pub trait Objects: Send + Sync {
    /// An object's bytes.
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<Vec<u8>, ObjectError>>;

    /// All objects under a prefix, by key.
    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<ObjectSummary>, ObjectError>>;

    /// Writes an object.
    fn put<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        bytes: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), ObjectError>>;
}

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectSummary {
    /// The key.
    pub key: String,
    /// The size in bytes.
    pub size: u64,
    /// The entity tag, quotes included.
    pub etag: String,
    /// When it was written.
    pub last_modified: Timestamp,
}

/// An object that cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// There is no such object.
    #[error("there is no object {key} in the bucket {bucket}")]
    NotFound {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
    /// The store failed.
    #[error("cannot reach {key} in the bucket {bucket}: {message}")]
    Failed {
        /// The bucket.
        bucket: String,
        /// The key or prefix.
        key: String,
        /// What went wrong.
        message: String,
    },
}
