//! SHA-256 of files, and the memory that saves reading an unchanged file again.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::time::{SystemTime, UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Sha256;
use serde::{Deserialize, Serialize};

use crate::error::PackageError;

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
        let remembered =
            fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Self { remembered, used: BTreeMap::new(), file: Some(file) }
    }

    /// Returns the digest of the file's content; a symlink is followed.
    pub(crate) fn of(&mut self, path: &Utf8Path) -> Result<Sha256, PackageError> {
        let read_error = |source| PackageError::Read { path: path.to_owned(), source };
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

    let write_error = |source| PackageError::Write { path: path.to_owned(), source };
    let folder = match path.parent() {
        Some(folder) if !folder.as_str().is_empty() => folder,
        _ => Utf8Path::new("."),
    };
    fs::create_dir_all(folder).map_err(write_error)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(write_error)?;
    file.write_all(bytes).map_err(write_error)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(write_error)?;
    file.persist(path).map_err(|error| write_error(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_settled_file_is_not_read_again_and_a_changed_one_is() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let path = folder.join("a");
        fs::write(&path, "one").unwrap();
        let mut digests = FileDigests::open(folder);
        let stamp = Stamp::of(&fs::metadata(&path).unwrap());
        let planted = Sha256::of(b"planted");
        digests.used.insert(path.clone(), Remembered { stamp, digest: planted });
        assert_eq!(digests.of(&path).unwrap(), planted);
        digests.keep();

        let mut reopened = FileDigests::open(folder);
        assert_eq!(reopened.of(&path).unwrap(), planted);
        let old = fs::File::open(&path).unwrap();
        old.set_modified(SystemTime::now() - Duration::from_secs(100)).unwrap();
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
