//! Reading, writing and listing objects.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{GetOptions, GetResult, ObjectStore, ObjectStoreExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::{Connection, NoConnection, ObjectError, Operation};

/// Objects in any bucket that the connection reaches.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    buckets: Mutex<BTreeMap<String, AmazonS3>>,
}

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A part of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The bytes, which are fewer than asked for where the object ends.
    pub bytes: Bytes,
    /// The object's entity tag.
    pub etag: String,
    /// The size of the whole object in bytes.
    pub object_bytes: u64,
}

/// An object that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The SHA-256 of its bytes, in lowercase hexadecimal. S3 has checked it.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Store {
    /// Makes a store. It connects at its first request.
    pub fn new(connection: Connection) -> Self {
        Self { connection, buckets: Mutex::default() }
    }

    /// Makes a store from the process's environment.
    ///
    /// # Errors
    /// [`NoConnection`] for a variable that is missing or an endpoint that is no URL.
    pub fn from_env() -> Result<Self, NoConnection> {
        Connection::from_variables(|name| std::env::var(name).ok()).map(Self::new)
    }

    /// Lists the objects below a folder: those whose key starts with `prefix` and a slash, however many. An empty
    /// folder is an empty list.
    pub async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<Listed>, ObjectError> {
        let failed = |error: &_| ObjectError::classify(error, Operation::List, bucket, prefix);
        let client = self.client(bucket).map_err(|error| failed(&error))?;
        let path = Path::parse(prefix).map_err(|error| failed(&error.into()))?;
        client
            .list(Some(&path))
            .map_ok(|meta| Listed { key: meta.location.to_string(), bytes: meta.size })
            .try_collect()
            .await
            .map_err(|error| failed(&error))
    }

    /// Reads a whole object.
    pub async fn read(&self, bucket: &str, key: &str) -> Result<Bytes, ObjectError> {
        let result = self.get(bucket, key, GetOptions::new()).await?;
        result.bytes().await.map_err(|error| ObjectError::classify(&error, Operation::Read, bucket, key))
    }

    /// Reads a range of bytes. With an entity tag, an object that has another one is refused.
    pub async fn read_range(
        &self,
        bucket: &str,
        key: &str,
        range: std::ops::Range<u64>,
        etag: Option<&str>,
    ) -> Result<Range, ObjectError> {
        let options = GetOptions::new().with_range(Some(range)).with_if_match(etag);
        let result = self.get(bucket, key, options).await?;
        let found = result.meta.e_tag.clone().unwrap_or_default();
        // Not every endpoint honours If-Match on a read.
        if etag.is_some_and(|etag| etag != found) {
            return Err(ObjectError::Changed { bucket: bucket.to_owned(), key: key.to_owned() });
        }
        let object_bytes = result.meta.size;
        let bytes = result
            .bytes()
            .await
            .map_err(|error| ObjectError::classify(&error, Operation::Read, bucket, key))?;
        Ok(Range { bytes, etag: found, object_bytes })
    }

    /// Reads an object as JSON.
    pub async fn read_json<T: DeserializeOwned>(&self, bucket: &str, key: &str) -> Result<T, ObjectError> {
        let bytes = self.read(bucket, key).await?;
        serde_json::from_slice(&bytes).map_err(|error| ObjectError::Malformed {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            reason: error.to_string(),
        })
    }

    /// Writes an object, or replaces it. S3 checks the bytes against their SHA-256.
    pub async fn write(&self, bucket: &str, key: &str, bytes: Bytes) -> Result<Stored, ObjectError> {
        let failed = |error: &_| ObjectError::classify(error, Operation::Write, bucket, key);
        let client = self.client(bucket).map_err(|error| failed(&error))?;
        let path = Path::parse(key).map_err(|error| failed(&error.into()))?;
        let stored = Stored { sha256: sha256(&bytes), bytes: bytes.len() as u64 };
        client.put(&path, bytes.into()).await.map_err(|error| failed(&error))?;
        Ok(stored)
    }

    /// Writes a value as indented JSON.
    pub async fn write_json<T: Serialize + Sync>(
        &self,
        bucket: &str,
        key: &str,
        value: &T,
    ) -> Result<Stored, ObjectError> {
        let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| ObjectError::Malformed {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            reason: error.to_string(),
        })?;
        bytes.push(b'\n');
        self.write(bucket, key, bytes.into()).await
    }

    async fn get(&self, bucket: &str, key: &str, options: GetOptions) -> Result<GetResult, ObjectError> {
        let failed = |error: &_| ObjectError::classify(error, Operation::Read, bucket, key);
        let client = self.client(bucket).map_err(|error| failed(&error))?;
        let path = Path::parse(key).map_err(|error| failed(&error.into()))?;
        client.get_opts(&path, options).await.map_err(|error| failed(&error))
    }

    fn client(&self, bucket: &str) -> object_store::Result<AmazonS3> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = buckets.get(bucket) {
            return Ok(client.clone());
        }
        let client = self.connection.bucket(bucket)?;
        buckets.insert(bucket.to_owned(), client.clone());
        Ok(client)
    }
}

/// Returns the SHA-256 of some bytes, in lowercase hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
