//! A project on disk.

use std::{fs, io};

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_spec::ProjectFiles;

/// A project in a folder.
pub(crate) struct Disk(pub(crate) Utf8PathBuf);

impl ProjectFiles for Disk {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        fs::read(self.0.join(path))
    }

    fn list(&self, folder: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>> {
        let entries = self.0.join(folder).read_dir_utf8()?;
        entries.map(|entry| entry.map(|entry| folder.join(entry.file_name()))).collect()
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.0.join(path).is_file()
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.0.join(path).is_dir()
    }
}
