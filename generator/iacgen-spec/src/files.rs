//! The project's files, as a port: this crate does no input or output of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

/// An open file.
pub trait SeekableFile: io::Read + io::Seek {}

impl<T: io::Read + io::Seek> SeekableFile for T {}

/// Reads a project's files. Paths are relative to the project's folder.
pub trait ProjectFiles {
    /// Returns a file's bytes.
    ///
    /// # Errors
    /// As reading the file gives them; [`io::ErrorKind::NotFound`] when there is none.
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>>;

    /// Opens a file, for one of which only a little is needed.
    ///
    /// # Errors
    /// As opening the file gives them; [`io::ErrorKind::NotFound`] when there is none.
    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn SeekableFile>> {
        Ok(Box::new(io::Cursor::new(self.read(path)?)))
    }

    /// Returns the paths of the files and folders right in a folder, in any order.
    ///
    /// # Errors
    /// As listing the folder gives them; [`io::ErrorKind::NotFound`] when there is none.
    fn list(&self, folder: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>>;

    /// Tells whether a file is there, without reading it.
    fn is_file(&self, path: &Utf8Path) -> bool;

    /// Tells whether a folder is there.
    fn is_dir(&self, path: &Utf8Path) -> bool;
}

/// A project in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles(BTreeMap<Utf8PathBuf, Vec<u8>>);

impl MemoryFiles {
    /// Adds a file, or replaces it. Its folders come with it.
    #[must_use]
    pub fn with(mut self, path: impl Into<Utf8PathBuf>, content: impl Into<Vec<u8>>) -> Self {
        self.0.insert(path.into(), content.into());
        self
    }
}

impl ProjectFiles for MemoryFiles {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>> {
        let inside: BTreeSet<Utf8PathBuf> = self
            .0
            .keys()
            .filter_map(|path| {
                path.strip_prefix(folder).ok()?.components().next().map(|first| folder.join(first))
            })
            .collect();
        if inside.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(inside.into_iter().collect()) }
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.0.contains_key(path)
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.0.keys().any(|file| file != path && file.starts_with(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_with_their_files() {
        let files = MemoryFiles::default().with("a/b/c", "1").with("a/d", "2");
        assert_eq!(files.list("a".into()).unwrap(), ["a/b", "a/d"]);
        assert!(files.is_dir("a/b".into()) && !files.is_dir("a/d".into()) && files.is_file("a/d".into()));
        assert_eq!(files.read("a".into()).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
