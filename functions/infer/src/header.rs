//! The header of a safetensors partition, read by a range and held to the tensor contract before any data is.

use std::collections::BTreeMap;

use contract::PartitionObject;
use object_io::{ObjectError, Store};
use safetensors::tensor::Metadata;

use crate::{BatchContract, InferError};

/// The first read: every header of a partition written here fits several times.
const FIRST_READ: u64 = 16 * 1024;

/// A header larger than this is no partition's.
const LARGEST_HEADER: u64 = 4 * 1024 * 1024;

/// The bytes in front of the header, which hold its length (the safetensors format).
const LENGTH_BYTES: usize = 8;

/// Where a partition's tensors are. They are of the contract's types, with equally many rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The object's entity tag.
    pub etag: String,
    /// The number of rows, at least 1.
    pub rows: u64,
    /// The offset in the object of each of the contract's tensors, in bytes, by name.
    pub offsets: BTreeMap<String, u64>,
}

/// Reads the header of a partition and holds it to the contract. Nothing is reshaped: what differs is refused.
///
/// # Errors
/// [`InferError::TensorMismatch`] with every difference; [`InferError::MalformedPartition`] for another kind of file.
pub async fn read_header(
    store: &Store,
    bucket: &str,
    object: &PartitionObject,
    contract: &BatchContract,
) -> Result<Header, InferError> {
    let key = &object.key;
    let name = format!("s3://{bucket}/{key}");
    let malformed = |reason: String| InferError::MalformedPartition { object: name.clone(), reason };

    if object.bytes == 0 {
        return Err(malformed("it is empty".to_owned()));
    }
    let first = store.read_range(bucket, key, 0..FIRST_READ, None).await?;
    if first.object_bytes != object.bytes {
        return Err(ObjectError::Changed { bucket: bucket.to_owned(), key: key.clone() }.into());
    }
    let length = first
        .bytes
        .first_chunk::<LENGTH_BYTES>()
        .map(|bytes| u64::from_le_bytes(*bytes))
        .ok_or_else(|| malformed(format!("it holds only {} bytes", first.bytes.len())))?;
    let start = LENGTH_BYTES as u64;
    if length > LARGEST_HEADER || start + length > object.bytes {
        return Err(malformed(format!("its first 8 bytes announce a header of {length} bytes")));
    }
    let end = start + length;
    let json = if end <= first.bytes.len() as u64 {
        first.bytes.slice(LENGTH_BYTES..usize::try_from(end).unwrap_or(usize::MAX))
    } else {
        store.read_range(bucket, key, start..end, Some(&first.etag)).await?.bytes
    };

    let metadata: Metadata = serde_json::from_slice(&json)
        .map_err(|error| malformed(format!("its header does not parse: {error}")))?;
    let expected = end + metadata.data_len() as u64;
    if expected != object.bytes {
        return Err(malformed(format!("its header describes {expected} bytes, it has {}", object.bytes)));
    }
    let tensors: BTreeMap<String, _> = metadata.tensors().into_iter().collect();
    let found = tensors
        .iter()
        .map(|(name, info)| {
            let shape = info.shape.iter().map(|&size| size as u64).collect();
            (name.clone(), (info.dtype.to_string(), shape))
        })
        .collect();
    let symbols = contract
        .tensors()
        .check_partition(&found)
        .map_err(|mismatches| InferError::TensorMismatch { object: name.clone(), mismatches })?;
    let rows = symbols.get(contract.batch_symbol()).copied().unwrap_or(0);
    if rows == 0 {
        return Err(malformed("it holds no rows".to_owned()));
    }
    let offsets =
        tensors.iter().map(|(name, info)| (name.clone(), end + info.data_offsets.0 as u64)).collect();
    Ok(Header { etag: first.etag, rows, offsets })
}
