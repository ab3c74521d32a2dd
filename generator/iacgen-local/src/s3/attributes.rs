//! What is known of an object beyond its bytes, and the conditions that look at it.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::sync::{Mutex, PoisonError};

use camino::Utf8PathBuf;
use iacgen_assembly::Sha256;
use s3s::dto::{ETag, ETagCondition, HeadObjectOutput, Timestamp};
use s3s::{S3Result, s3_error};
use serde::{Deserialize, Serialize};

/// The attributes that S3 returns beside an object's bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Attributes {
    pub(super) etag: String,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) checksum_crc32: Option<String>,
    pub(super) checksum_crc32c: Option<String>,
    pub(super) checksum_crc64nvme: Option<String>,
    pub(super) checksum_sha1: Option<String>,
    pub(super) checksum_sha256: Option<String>,
}

impl Attributes {
    /// What a file alone tells: an ETag that changes with the file and costs no reading of it.
    pub(super) fn of_file(metadata: &Metadata) -> Self {
        let digest = Sha256::of(format!("{:?}", FileState::of(metadata))).to_string();
        // The form of a multipart upload's ETag, which clients know to be no MD5.
        Self { etag: format!("{}-1", &digest[..32]), ..Self::default() }
    }

    pub(super) fn of_head(head: HeadObjectOutput) -> Self {
        Self {
            etag: head.e_tag.map(ETag::into_value).unwrap_or_default(),
            metadata: head.metadata.unwrap_or_default().into_iter().collect(),
            cache_control: head.cache_control,
            content_disposition: head.content_disposition,
            content_encoding: head.content_encoding,
            content_language: head.content_language,
            content_type: head.content_type,
            checksum_crc32: head.checksum_crc32,
            checksum_crc32c: head.checksum_crc32c,
            checksum_crc64nvme: head.checksum_crc64nvme,
            checksum_sha1: head.checksum_sha1,
            checksum_sha256: head.checksum_sha256,
        }
    }

    pub(super) fn etag(&self) -> ETag {
        ETag::Strong(self.etag.clone())
    }
}

/// What tells one state of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FileState {
    bytes: u64,
    inode: u64,
    modified: (i64, i64),
}

impl FileState {
    fn of(metadata: &Metadata) -> Self {
        let modified = (metadata.mtime(), metadata.mtime_nsec());
        Self { bytes: metadata.len(), inode: metadata.ino(), modified }
    }
}

/// The attributes of the objects that were written through the server, each valid for one state of its file:
/// a file that was changed or replaced behind the server's back has those of a file alone.
#[derive(Debug)]
pub(crate) struct AttributeStore {
    folder: Utf8PathBuf,
    read: Mutex<BTreeMap<String, Kept>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    of: FileState,
    attributes: Attributes,
}

impl AttributeStore {
    /// Keeps attributes in a folder, a file for each object.
    pub(super) fn open(folder: Utf8PathBuf) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, read: Mutex::default() })
    }

    pub(super) fn get(&self, bucket: &str, key: &str, metadata: &Metadata) -> Attributes {
        let name = object_name(bucket, key);
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if !read.contains_key(&name)
            && let Ok(text) = std::fs::read(self.folder.join(&name))
            && let Ok(kept) = serde_json::from_slice(&text)
        {
            read.insert(name.clone(), kept);
        }
        match read.get(&name) {
            Some(kept) if kept.of == FileState::of(metadata) => kept.attributes.clone(),
            _ => Attributes::of_file(metadata),
        }
    }

    pub(super) fn set(
        &self,
        bucket: &str,
        key: &str,
        metadata: &Metadata,
        attributes: Attributes,
    ) -> io::Result<()> {
        let name = object_name(bucket, key);
        let kept = Kept { of: FileState::of(metadata), attributes };
        std::fs::write(self.folder.join(&name), serde_json::to_vec(&kept)?)?;
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(name, kept);
        Ok(())
    }

    pub(super) fn forget(&self, bucket: &str, key: &str) {
        let name = object_name(bucket, key);
        self.read.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
        // There may be none.
        let _ = std::fs::remove_file(self.folder.join(name));
    }
}

/// Returns a file name of fixed length for an object.
pub(super) fn object_name(bucket: &str, key: &str) -> String {
    Sha256::of(format!("{bucket}/{key}")).to_string()
}

/// The conditions of a GET or HEAD. Page: "GetObject", "Overview of conditional requests": the ETag's
/// conditions come before the date's.
#[expect(clippy::struct_field_names, reason = "the headers are called so")]
pub(crate) struct ReadConditions {
    pub(super) if_match: Option<ETagCondition>,
    pub(super) if_none_match: Option<ETagCondition>,
    pub(super) if_modified_since: Option<Timestamp>,
    pub(super) if_unmodified_since: Option<Timestamp>,
}

impl ReadConditions {
    pub(super) fn check(&self, etag: &ETag, modified: &Timestamp) -> S3Result<()> {
        match (&self.if_match, &self.if_unmodified_since) {
            (Some(condition), _) if !strongly_matches(condition, Some(etag)) => {
                return Err(s3_error!(PreconditionFailed));
            }
            (None, Some(since)) if modified > since => return Err(s3_error!(PreconditionFailed)),
            _ => {}
        }
        match (&self.if_none_match, &self.if_modified_since) {
            (Some(ETagCondition::Any), _) => Err(s3_error!(NotModified)),
            (Some(ETagCondition::ETag(given)), _) if etag.weak_cmp(given) => Err(s3_error!(NotModified)),
            (None, Some(since)) if modified <= since => Err(s3_error!(NotModified)),
            _ => Ok(()),
        }
    }
}

/// The conditions of a PUT on an object that exists (with its ETag) or does not. Page: "How to prevent object
/// overwrites with conditional writes".
pub(crate) fn check_write(
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
    existing: Option<&ETag>,
) -> S3Result<()> {
    if if_none_match.is_some_and(ETagCondition::is_any) && existing.is_some() {
        return Err(s3_error!(
            PreconditionFailed,
            "At least one of the pre-conditions you specified did not hold"
        ));
    }
    match if_match {
        Some(_) if existing.is_none() => Err(s3_error!(NoSuchKey)),
        Some(condition) if !strongly_matches(condition, existing) => Err(s3_error!(
            PreconditionFailed,
            "At least one of the pre-conditions you specified did not hold"
        )),
        _ => Ok(()),
    }
}

fn strongly_matches(condition: &ETagCondition, etag: Option<&ETag>) -> bool {
    match condition {
        ETagCondition::Any => etag.is_some(),
        ETagCondition::ETag(given) => etag.is_some_and(|etag| etag.strong_cmp(given)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use s3s::S3ErrorCode;

    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn read_conditions_answer_304_and_412() {
        let etag = ETag::Strong("e".to_owned());
        let other = ETag::Strong("o".to_owned());
        let check = |if_match: Option<&ETag>,
                     if_none_match: Option<&ETag>,
                     since: Option<u64>,
                     unmodified: Option<u64>| {
            let conditions = ReadConditions {
                if_match: if_match.cloned().map(ETagCondition::ETag),
                if_none_match: if_none_match.cloned().map(ETagCondition::ETag),
                if_modified_since: since.map(at),
                if_unmodified_since: unmodified.map(at),
            };
            conditions.check(&etag, &at(10)).err().map(|error| error.code().clone())
        };
        assert_eq!(check(None, None, None, None), None);
        assert_eq!(check(Some(&etag), None, None, Some(5)), None, "If-Match comes first");
        assert_eq!(check(Some(&other), None, None, None), Some(S3ErrorCode::PreconditionFailed));
        assert_eq!(check(None, Some(&etag), None, None), Some(S3ErrorCode::NotModified));
        assert_eq!(check(None, Some(&other), Some(20), None), None, "If-None-Match comes first");
        assert_eq!(check(None, None, Some(10), None), Some(S3ErrorCode::NotModified));
        assert_eq!(check(None, None, None, Some(9)), Some(S3ErrorCode::PreconditionFailed));
    }

    #[test]
    fn write_conditions_look_at_what_exists() {
        let etag = ETag::Strong("e".to_owned());
        let code = |result: S3Result<()>| result.err().map(|error| error.code().clone());
        let matching = ETagCondition::ETag(etag.clone());
        assert_eq!(code(check_write(None, Some(&ETagCondition::Any), None)), None);
        assert_eq!(
            code(check_write(None, Some(&ETagCondition::Any), Some(&etag))),
            Some(S3ErrorCode::PreconditionFailed)
        );
        assert_eq!(code(check_write(Some(&matching), None, Some(&etag))), None);
        assert_eq!(code(check_write(Some(&matching), None, None)), Some(S3ErrorCode::NoSuchKey));
    }
}
