//! Objects as files: where they are, what is known of them, how they get into place.

use std::fs::Metadata;
use std::io;
use std::sync::Arc;

use axum::http::{Extensions, HeaderMap, Method, Uri};
use camino::{Utf8Path, Utf8PathBuf};
use s3s::dto::{ETagCondition, HeadObjectInput};
use s3s::{S3, S3Request, S3Result, s3_error};
use s3s_fs::FileSystem;

use super::attributes::{AttributeStore, Attributes, check_write, object_name};
use super::buckets::Buckets;

/// Where an object is written before it gets its place. No bucket can have this name.
pub(super) const INCOMING: &str = ".incoming";
const ATTRIBUTES: &str = ".attributes";
/// How many writes can be under way whose keys are told apart.
const WRITE_LOCKS: usize = 64;

/// The objects of a target. Clones are the same store.
#[derive(Clone, Debug)]
pub(crate) struct FolderStore(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    buckets: Buckets,
    writer: FileSystem,
    attributes: AttributeStore,
    write_locks: Vec<tokio::sync::Mutex<()>>,
}

/// An object that exists.
pub(super) struct Found {
    pub(super) path: Utf8PathBuf,
    pub(super) metadata: Metadata,
    pub(super) attributes: Attributes,
}

impl FolderStore {
    pub(crate) fn open(buckets: Buckets) -> io::Result<Self> {
        let root = buckets.root();
        std::fs::create_dir_all(root.join(INCOMING))?;
        let attributes = AttributeStore::open(root.join(ATTRIBUTES))?;
        let writer = FileSystem::new(root).map_err(|error| io::Error::other(format!("{error:?}")))?;
        let write_locks = (0..WRITE_LOCKS).map(|_| tokio::sync::Mutex::default()).collect();
        Ok(Self(Arc::new(Inner { buckets, writer, attributes, write_locks })))
    }

    pub(super) fn buckets(&self) -> &Buckets {
        &self.0.buckets
    }

    /// Returns s3s-fs over the same root, for what is written to [`INCOMING`].
    pub(super) fn writer(&self) -> &FileSystem {
        &self.0.writer
    }

    /// Returns where the key's object is or would be.
    pub(super) fn path(&self, bucket: &str, key: &str) -> S3Result<Utf8PathBuf> {
        if self.0.buckets.folder(bucket).is_none() {
            return Err(s3_error!(NoSuchBucket, "The specified bucket does not exist"));
        }
        self.0.buckets.object(bucket, key).ok_or_else(|| {
            s3_error!(InvalidArgument, "the local S3 keeps objects as files: `{key}` cannot be one")
        })
    }

    pub(super) fn find(&self, bucket: &str, key: &str) -> S3Result<Option<Found>> {
        let path = self.path(bucket, key)?;
        let metadata = match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => metadata,
            Ok(_) => return Ok(None),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(s3_error!(error, InternalError, "cannot read {path}")),
        };
        let attributes = self.attributes(bucket, key, &metadata);
        Ok(Some(Found { path, metadata, attributes }))
    }

    pub(super) fn attributes(&self, bucket: &str, key: &str, metadata: &Metadata) -> Attributes {
        self.0.attributes.get(bucket, key, metadata)
    }

    /// A write holds the lock that its key falls to, so that a condition holds until the object is in place.
    pub(super) async fn write_lock(&self, bucket: &str, key: &str) -> tokio::sync::MutexGuard<'_, ()> {
        let bytes = bucket.bytes().chain(key.bytes());
        let hash = bytes.fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        self.0.write_locks[hash % WRITE_LOCKS].lock().await
    }

    /// Checks the conditions of a write whose lock is held.
    pub(super) fn check_conditions(
        &self,
        bucket: &str,
        key: &str,
        if_match: Option<&ETagCondition>,
        if_none_match: Option<&ETagCondition>,
    ) -> S3Result<()> {
        let existing = self.find(bucket, key)?.map(|found| found.attributes.etag());
        check_write(if_match, if_none_match, existing.as_ref())
    }

    /// Moves what s3s-fs has written to [`INCOMING`] under the object's name into its place.
    pub(super) async fn place_written(&self, bucket: &str, key: &str) -> S3Result<()> {
        let name = object_name(bucket, key);
        let input =
            HeadObjectInput { bucket: INCOMING.to_owned(), key: name.clone(), ..HeadObjectInput::default() };
        let head = self.writer().head_object(bare(input)).await?.output;
        let incoming = self.incoming(&name);
        self.place(&incoming, bucket, key, Attributes::of_head(head))
    }

    /// Moves a file into an object's place.
    pub(super) fn place(
        &self,
        file: &Utf8Path,
        bucket: &str,
        key: &str,
        attributes: Attributes,
    ) -> S3Result<()> {
        let path = self.path(bucket, key)?;
        let failed = |error: io::Error| s3_error!(error, InternalError, "cannot write {path}");
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        match std::fs::rename(file, &path) {
            // A mapped folder may be on another file system.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                std::fs::copy(file, &path).and_then(|_| std::fs::remove_file(file)).map_err(failed)?;
            }
            renamed => renamed.map_err(failed)?,
        }
        let metadata = std::fs::metadata(&path).map_err(failed)?;
        self.0.attributes.set(bucket, key, &metadata, attributes).map_err(failed)
    }

    /// Removes an object, and the folders that were only there for it. One that is not there is removed already.
    pub(super) fn remove(&self, bucket: &str, key: &str) -> S3Result<()> {
        let path = self.path(bucket, key)?;
        self.0.attributes.forget(bucket, key);
        if path.is_dir() {
            return Ok(());
        }
        match std::fs::remove_file(&path) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Err(s3_error!(error, InternalError, "cannot remove {path}"));
            }
            _ => {}
        }
        for _ in key.matches('/') {
            let Some(folder) = path.ancestors().skip(1).find(|folder| folder.exists()) else {
                break;
            };
            // Only an empty folder can be removed.
            if self.0.buckets.folder(bucket).is_some_and(|root| root == folder)
                || std::fs::remove_dir(folder).is_err()
            {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn incoming(&self, name: &str) -> Utf8PathBuf {
        self.0.buckets.root().join(INCOMING).join(name)
    }
}

/// Wraps an input in a request that nobody sent.
pub(super) fn bare<T>(input: T) -> S3Request<T> {
    S3Request {
        input,
        method: Method::GET,
        uri: Uri::default(),
        headers: HeaderMap::default(),
        extensions: Extensions::default(),
        credentials: None,
        region: None,
        service: None,
        trailing_headers: None,
    }
}
