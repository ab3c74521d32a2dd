//! The objects as a Distributed Map's reader and writer see them: the same store, without the way over HTTP. What the Map
//! asks is held to the machine's role, as a function's requests are to its own.
//!
//! Which permission a step needs is from the page "IAM policies for using Distributed Map states". There a writer also
//! lists and aborts multipart uploads, which happens on AWS alone.

use std::time::SystemTime;

use futures::future::BoxFuture;
use futures::{FutureExt, TryStreamExt};
use s3s::dto::{GetObjectInput, PutObjectInput, StreamingBlob};
use s3s::{S3, S3Error, S3ErrorCode, S3Result};

use super::access::{Access, RoleAccess};
use super::folder::{FolderStore, bare};
use super::listing::{Entry, PageRequest, page};

use crate::interpreter::{ObjectError, ObjectSummary, Objects};

/// The local S3's objects for the interpreter.
#[derive(Clone, Debug)]
pub struct FolderObjects {
    store: FolderStore,
    access: Access,
}

impl FolderObjects {
    pub(super) fn new(store: FolderStore, access: Access) -> Self {
        Self { store, access }
    }

    fn check(
        &self,
        bucket: &str,
        key: &str,
        check: impl FnOnce(&RoleAccess) -> S3Result<()>,
    ) -> Result<(), ObjectError> {
        match &self.access {
            Access::Unrestricted => Ok(()),
            Access::Role(role) => check(role).map_err(|error| refused(bucket, key, &error)),
        }
    }
}

impl Objects for FolderObjects {
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        async move {
            self.check(bucket, key, |role| role.check_get(self.store.buckets(), bucket, key))?;
            let input = GetObjectInput {
                bucket: bucket.to_owned(),
                key: key.to_owned(),
                ..GetObjectInput::default()
            };
            let output = self
                .store
                .get_object(bare(input))
                .await
                .map_err(|error| refused(bucket, key, &error))?
                .output;
            let mut bytes = Vec::new();
            if let Some(mut body) = output.body {
                while let Some(chunk) = body.try_next().await.map_err(|error| failed(bucket, key, &error))? {
                    bytes.extend_from_slice(&chunk);
                }
            }
            Ok(bytes)
        }
        .boxed()
    }

    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<ObjectSummary>, ObjectError>> {
        async move {
            self.check(bucket, prefix, |role| role.check_list(bucket, Some(prefix)))?;
            let missing = || failed(bucket, prefix, "The specified bucket does not exist");
            let folder = self.store.buckets().folder(bucket).ok_or_else(missing)?;
            let wanted =
                PageRequest { prefix: prefix.to_owned(), limit: usize::MAX, ..PageRequest::default() };
            let page = tokio::task::spawn_blocking(move || page(&folder, &wanted))
                .await
                .map_err(|error| failed(bucket, prefix, &error))?
                .map_err(|error| failed(bucket, prefix, &error))?;
            let mut objects = Vec::with_capacity(page.entries.len());
            for entry in page.entries {
                // Without a delimiter there are no common prefixes.
                let Entry::Object { key, metadata } = entry else {
                    continue;
                };
                let attributes = self.store.attributes(bucket, &key, &metadata);
                let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                objects.push(ObjectSummary {
                    size: metadata.len(),
                    etag: format!("\"{}\"", attributes.etag),
                    last_modified: jiff::Timestamp::try_from(modified)
                        .map_err(|error| failed(bucket, &key, &error))?,
                    key,
                });
            }
            Ok(objects)
        }
        .boxed()
    }

    fn put<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        bytes: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), ObjectError>> {
        async move {
            self.check(bucket, key, |role| role.check_put(bucket, key))?;
            let once = futures::stream::once(async move { Ok::<_, std::io::Error>(bytes.into()) });
            let input = PutObjectInput {
                bucket: bucket.to_owned(),
                key: key.to_owned(),
                body: Some(StreamingBlob::wrap(once)),
                ..PutObjectInput::default()
            };
            self.store.put_object(bare(input)).await.map(drop).map_err(|error| refused(bucket, key, &error))
        }
        .boxed()
    }
}

fn refused(bucket: &str, key: &str, error: &S3Error) -> ObjectError {
    if *error.code() == S3ErrorCode::NoSuchKey {
        ObjectError::NotFound { bucket: bucket.to_owned(), key: key.to_owned() }
    } else {
        failed(bucket, key, error.message().unwrap_or_else(|| error.code().as_str()))
    }
}

fn failed(bucket: &str, key: &str, message: &(impl ToString + ?Sized)) -> ObjectError {
    ObjectError::Failed { bucket: bucket.to_owned(), key: key.to_owned(), message: message.to_string() }
}
