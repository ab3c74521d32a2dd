//! The tree of a revision, read through `git` without a checkout.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::process::{Command, Output};

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_spec::ProjectFiles;

use crate::error::CommandError;

/// A project as it stands in a commit.
#[derive(Debug)]
pub(super) struct Tree {
    root: Utf8PathBuf,
    /// Blobs by their paths within the project.
    blobs: BTreeMap<Utf8PathBuf, String>,
    folders: BTreeSet<Utf8PathBuf>,
}

impl Tree {
    /// Opens the tree of a revision; `None` when there is no such revision or no repository.
    pub(super) fn open(root: &Utf8Path, revision: &str) -> Result<Option<Self>, CommandError> {
        let failed = || CommandError::new(format!("cannot read {revision} through git"));
        let commit = git(
            root,
            &["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")],
        )
        .map_err(|error| failed().because(error).help("is `git` installed?"))?;
        if !commit.status.success() {
            return Ok(None);
        }
        let commit = String::from_utf8_lossy(&commit.stdout).trim().to_owned();
        // In a folder of a repository, paths are listed relative to it.
        let listed = git(root, &["ls-tree", "-r", "-z", &commit])
            .and_then(succeeded)
            .map_err(|error| failed().because(error))?;
        let listed = String::from_utf8(listed).map_err(|error| failed().because(error))?;
        let mut tree = Self { root: root.to_owned(), blobs: BTreeMap::new(), folders: BTreeSet::new() };
        for entry in listed.split('\0') {
            // `100644 blob 5d4f… \tfile`; a submodule is a commit and has no content here.
            let Some((head, path)) = entry.split_once('\t') else { continue };
            let mut words = head.split(' ').skip(1);
            if let (Some("blob"), Some(blob)) = (words.next(), words.next()) {
                let path = Utf8PathBuf::from(path);
                tree.folders.extend(path.ancestors().skip(1).map(Utf8Path::to_owned));
                tree.blobs.insert(path, blob.to_owned());
            }
        }
        Ok(Some(tree))
    }
}

impl ProjectFiles for Tree {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        let blob = self.blobs.get(&plain(path)).ok_or(io::ErrorKind::NotFound)?;
        git(&self.root, &["cat-file", "blob", blob]).and_then(succeeded)
    }

    fn list(&self, folder: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>> {
        let folder = plain(folder);
        if !self.folders.contains(&folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let is_in = |path: &&Utf8PathBuf| path.parent() == Some(&folder);
        Ok(self.blobs.keys().chain(&self.folders).filter(is_in).cloned().collect())
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.blobs.contains_key(&plain(path))
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.folders.contains(&plain(path))
    }
}

/// A path without `.` and `..`, as git has them.
fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let mut plain = Utf8PathBuf::new();
    for part in path.components() {
        match part {
            camino::Utf8Component::ParentDir => {
                plain.pop();
            }
            camino::Utf8Component::Normal(name) => plain.push(name),
            _ => {}
        }
    }
    plain
}

/// Returns where a folder lies in its repository, with `/` at the end; empty at its root and without one.
pub(super) fn prefix(root: &Utf8Path) -> String {
    let prefix = git(root, &["rev-parse", "--show-prefix"]).and_then(succeeded).unwrap_or_default();
    String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned()
}

fn git(root: &Utf8Path, arguments: &[&str]) -> io::Result<Output> {
    // Nothing is refreshed or locked: this only reads.
    Command::new("git").arg("-C").arg(root).args(arguments).env("GIT_OPTIONAL_LOCKS", "0").output()
}

fn succeeded(output: Output) -> io::Result<Vec<u8>> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_as_git_has_them() {
        for (path, expected) in [("a/b", "a/b"), ("./a/../b/", "b"), ("", ""), ("a/./b", "a/b")] {
            assert_eq!(plain(Utf8Path::new(path)), expected, "{path}");
        }
    }
}
