//! SHA-256 of bytes and files, and the memory that saves reading an unchanged file again.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::time::{SystemTime, UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::error::PackageError;

/// A SHA-256 digest, written as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256([u8; 32]);

/// The text is not a SHA-256 digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a SHA-256 digest: 64 hexadecimal digits are expected")]
pub struct NotADigest {
    /// The text.
    pub text: String,
}

impl Sha256 {
    /// Returns the digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`NotADigest`] for anything else.
    pub fn from_hex(text: &str) -> Result<Self, NotADigest> {
        let not_a_digest = || NotADigest {
            text: text.to_owned(),
        };
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(not_a_digest());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| not_a_digest())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| not_a_digest())?;
        }
        Ok(Self(bytes))
    }

    /// Returns the digest in base64, as Lambda reports a function's `CodeSha256`. API page: "FunctionConfiguration".
    pub fn to_base64(self) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::with_capacity(44);
        for group in self.0.chunks(3) {
            let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for position in 0..4 {
                if position > group.len() {
                    text.push('=');
                } else {
                    text.push(char::from(ALPHABET[(bits >> (18 - 6 * position) & 63) as usize]));
                }
            }
        }
        text
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl From<Sha256> for String {
    fn from(digest: Sha256) -> Self {
        digest.to_string()
    }
}

impl TryFrom<String> for Sha256 {
    type Error = NotADigest;

    fn try_from(text: String) -> Result<Self, NotADigest> {
        Self::from_hex(&text)
    }
}

/// What tells that a file is the one that was read: none of it survives a change of content, short of a file system
/// that loses the change time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    size: u64,
    inode: u64,
    modified_ns: i64,
    changed_ns: i64,
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> Self {
        let ns = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
        Self {
            size: metadata.size(),
            inode: metadata.ino(),
            modified_ns: ns(metadata.mtime(), metadata.mtime_nsec()),
            changed_ns: ns(metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// A file changed within the clock's last tick before it was read could change again without a trace in its times.
    fn settled_before(self, now_ns: i64) -> bool {
        const TICK_NS: i64 = 1_000_000_000;
        self.modified_ns.max(self.changed_ns).saturating_add(TICK_NS) < now_ns
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Remembered {
    stamp: Stamp,
    digest: Sha256,
}

/// Digests of files, remembered between runs by size, inode and times.
#[derive(Debug, Default)]
pub(crate) struct FileDigests {
    remembered: BTreeMap<Utf8PathBuf, Remembered>,
    used: BTreeMap<Utf8PathBuf, Remembered>,
    file: Option<Utf8PathBuf>,
}

impl FileDigests {
    /// Opens the memory in `folder`. One that is missing or unreadable is an empty one.
    pub(crate) fn open(folder: &Utf8Path) -> Self {
        let file = folder.join("file-digests.json");
        let remembered = fs::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        Self {
            remembered,
            used: BTreeMap::new(),
            file: Some(file),
        }
    }

    /// Returns the digest of the file's content; a symlink is followed.
    pub(crate) fn of(&mut self, path: &Utf8Path) -> Result<Sha256, PackageError> {
        let read_error = |source| PackageError::Read {
            path: path.to_owned(),
            source,
        };
        let now_ns = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| i64::try_from(d.as_nanos()).unwrap_or(0));
        let stamp = Stamp::of(&fs::metadata(path).map_err(read_error)?);
        if let Some(known) = self.used.get(path).or_else(|| self.remembered.get(path))
            && known.stamp == stamp
        {
            let known = *known;
            self.used.insert(path.to_owned(), known);
            return Ok(known.digest);
        }
        let digest = Sha256::of(&fs::read(path).map_err(read_error)?);
        self.used.remove(path);
        if stamp.settled_before(now_ns) {
            self.used.insert(path.to_owned(), Remembered { stamp, digest });
        }
        Ok(digest)
    }

    /// Keeps what was asked for in this run, and only that. A memory that cannot be kept costs time and nothing else.
    pub(crate) fn keep(&self) {
        let unchanged = self.used.len() == self.remembered.len()
            && self.used.iter().all(|(path, new)| {
                self.remembered
                    .get(path)
                    .is_some_and(|old| old.stamp == new.stamp && old.digest == new.digest)
            });
        if let Some(file) = &self.file
            && !unchanged
            && let Ok(text) = serde_json::to_vec(&self.used)
        {
            let _ = write_atomically(file, &text);
        }
    }
}

/// Writes through a temporary file in the same folder, which is made if need be. The file's mode is 0644.
pub(crate) fn write_atomically(path: &Utf8Path, bytes: &[u8]) -> Result<(), PackageError> {
    use std::os::unix::fs::PermissionsExt as _;

    let write_error = |source| PackageError::Write {
        path: path.to_owned(),
        source,
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_str().is_empty() => folder,
        _ => Utf8Path::new("."),
    };
    fs::create_dir_all(folder).map_err(write_error)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(write_error)?;
    file.write_all(bytes).map_err(write_error)?;
    file.as_file()
        .set_permissions(fs::Permissions::from_mode(0o644))
        .map_err(write_error)?;
    file.persist(path).map_err(|error| write_error(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn writes_hex_and_base64() {
        let digest = Sha256::of(b"abc"); // FIPS 180-2, appendix B.1
        assert_eq!(
            digest.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(digest.to_base64(), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        assert_eq!(Sha256::from_hex(&digest.to_string()), Ok(digest));
    }

    #[test]
    fn refuses_what_is_no_digest() {
        for text in ["", "abc", &"g".repeat(64), &"+1".repeat(32), &"\u{e9}".repeat(32)] {
            assert!(Sha256::from_hex(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_settled_file_is_not_read_again_and_a_changed_one_is() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let path = folder.join("a");
        fs::write(&path, "one").unwrap();
        let mut digests = FileDigests::open(folder);
        let stamp = Stamp::of(&fs::metadata(&path).unwrap());
        let planted = Sha256::of(b"planted");
        digests.used.insert(
            path.clone(),
            Remembered {
                stamp,
                digest: planted,
            },
        );
        assert_eq!(digests.of(&path).unwrap(), planted);
        digests.keep();

        let mut reopened = FileDigests::open(folder);
        assert_eq!(reopened.of(&path).unwrap(), planted);
        let old = fs::File::open(&path).unwrap();
        old.set_modified(SystemTime::now() - Duration::from_secs(100))
            .unwrap();
        assert_eq!(reopened.of(&path).unwrap(), Sha256::of(b"one"));
    }

    #[test]
    fn a_file_just_written_is_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let path = folder.join("a");
        fs::write(&path, "one").unwrap();
        let mut digests = FileDigests::open(folder);
        digests.of(&path).unwrap();
        assert!(digests.used.is_empty());
    }
}
