//! Buckets as folders: each a folder below one root, or one that exists already and is mapped for as long as the
//! target lives. Mappings are kept in memory, so that two runs at once may map one bucket to two folders.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};

/// A folder whose files are served as a bucket's objects, without copying them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketMapping {
    /// The bucket's name.
    pub bucket: String,
    /// The folder. What functions write to the bucket is written there.
    pub folder: Utf8PathBuf,
}

/// Why a bucket cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// S3's rules. Page: "General purpose bucket naming rules".
    #[error(
        "`{name}` is not a bucket name: 3 to 63 lowercase letters, digits, hyphens and dots, beginning and ending with a letter or digit"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// The folder of a mapping is missing.
    #[error("the folder {folder} that stands for bucket {bucket} cannot be used")]
    Folder {
        /// The bucket.
        bucket: String,
        /// The folder.
        folder: Utf8PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The bucket has contents of its own from an earlier run.
    #[error(
        "bucket {bucket} is mapped to a folder, but {path} holds objects of its own already: move them away"
    )]
    Occupied {
        /// The bucket.
        bucket: String,
        /// Where they are.
        path: Utf8PathBuf,
    },
}

/// The buckets of a target. Clones are the same buckets.
#[derive(Clone, Debug)]
pub struct Buckets {
    root: Utf8PathBuf,
    mapped: Arc<RwLock<BTreeMap<String, Utf8PathBuf>>>,
}

impl Buckets {
    /// Opens a root folder, making it if it is missing.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn open(root: &Utf8Path) -> io::Result<Self> {
        std::fs::create_dir_all(root)?;
        Ok(Self { root: root.canonicalize_utf8()?, mapped: Arc::default() })
    }

    /// Makes a bucket, or keeps it with its objects.
    ///
    /// # Errors
    /// [`BucketError::Name`] and [`BucketError::Folder`].
    pub fn create(&self, bucket: &str) -> Result<(), BucketError> {
        check_name(bucket)?;
        let folder = self.root.join(bucket);
        std::fs::create_dir_all(&folder).map_err(|source| BucketError::Folder {
            bucket: bucket.to_owned(),
            folder,
            source,
        })
    }

    /// Serves an existing folder as a bucket.
    ///
    /// # Errors
    /// [`BucketError`].
    pub fn map(&self, mapping: &BucketMapping) -> Result<(), BucketError> {
        let BucketMapping { bucket, folder } = mapping;
        check_name(bucket)?;
        let bad = |source| BucketError::Folder { bucket: bucket.clone(), folder: folder.clone(), source };
        let target = folder.canonicalize_utf8().map_err(bad)?;
        if !target.is_dir() {
            return Err(bad(io::ErrorKind::NotADirectory.into()));
        }
        let own = self.root.join(bucket);
        let occupied = || BucketError::Occupied { bucket: bucket.clone(), path: own.clone() };
        match own.read_dir_utf8().map(|mut entries| entries.next().is_some()) {
            Ok(true) => return Err(occupied()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(bad(error)),
            _ => {}
        }
        self.mapped.write().unwrap_or_else(PoisonError::into_inner).insert(bucket.clone(), target);
        Ok(())
    }

    /// Returns where a bucket's objects are or would be.
    fn place(&self, bucket: &str) -> Utf8PathBuf {
        let mapped = self.mapped.read().unwrap_or_else(PoisonError::into_inner);
        mapped.get(bucket).cloned().unwrap_or_else(|| self.root.join(bucket))
    }

    /// Returns the folder of a bucket, if it exists.
    pub fn folder(&self, bucket: &str) -> Option<Utf8PathBuf> {
        let folder = self.place(bucket);
        (check_name(bucket).is_ok() && folder.is_dir()).then_some(folder)
    }

    /// Returns where an object is or would be, or `None` for a key that no file can have.
    pub fn object(&self, bucket: &str, key: &str) -> Option<Utf8PathBuf> {
        let mut segments = key.strip_suffix('/').unwrap_or(key).split('/');
        let good = |segment: &str| {
            !matches!(segment, "" | "." | "..") && segment.len() <= 255 && !segment.contains('\0')
        };
        segments.all(good).then(|| self.place(bucket).join(key))
    }

    /// Returns the buckets' names in order.
    pub(crate) fn names(&self) -> io::Result<Vec<String>> {
        let mut names: BTreeSet<String> =
            self.mapped.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect();
        for entry in self.root.read_dir_utf8()? {
            names.insert(entry?.file_name().to_owned());
        }
        Ok(names.into_iter().filter(|name| self.folder(name).is_some()).collect())
    }

    pub(crate) fn root(&self) -> &Utf8Path {
        &self.root
    }
}

fn check_name(name: &str) -> Result<(), BucketError> {
    if s3s::path::check_bucket_name(name) { Ok(()) } else { Err(BucketError::Name { name: name.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets() -> (tempfile::TempDir, Utf8PathBuf, Buckets) {
        let guard = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(guard.path().to_owned()).unwrap();
        let buckets = Buckets::open(&path.join("s3")).unwrap();
        (guard, path, buckets)
    }

    #[test]
    fn a_mapping_serves_the_folder_itself_and_ends_with_the_target() {
        let (_guard, path, buckets) = buckets();
        std::fs::create_dir(path.join("data")).unwrap();
        let mapping = BucketMapping { bucket: "the-data".to_owned(), folder: path.join("data") };
        buckets.create("the-data").unwrap();
        buckets.map(&mapping).unwrap();
        std::fs::write(path.join("data/a"), "x").unwrap();
        assert!(buckets.object("the-data", "a").unwrap().is_file());
        assert_eq!(buckets.names().unwrap(), ["the-data"]);
        let again = Buckets::open(&path.join("s3")).unwrap();
        assert!(!again.object("the-data", "a").unwrap().exists(), "another target has mappings of its own");
        assert!(path.join("data/a").is_file());
    }

    #[test]
    fn a_bucket_with_objects_is_not_hidden_by_a_mapping() {
        let (_guard, path, buckets) = buckets();
        buckets.create("results").unwrap();
        std::fs::write(path.join("s3/results/a"), "x").unwrap();
        let mapping = BucketMapping { bucket: "results".to_owned(), folder: path.clone() };
        assert!(matches!(buckets.map(&mapping), Err(BucketError::Occupied { .. })));
        let missing = BucketMapping { bucket: "results".to_owned(), folder: path.join("no") };
        assert!(matches!(buckets.map(&missing), Err(BucketError::Folder { .. })));
    }

    #[test]
    fn keys_stay_inside_their_bucket() {
        let (_guard, _path, buckets) = buckets();
        for bad in ["", "/a", "a//b", "../b", "a/../b", "a/.", "a\0"] {
            assert_eq!(buckets.object("bucket", bad), None, "{bad:?}");
        }
        assert!(buckets.object("bucket", "runs/..hidden/x").is_some());
        assert!(matches!(buckets.create("Results"), Err(BucketError::Name { .. })));
    }
}
