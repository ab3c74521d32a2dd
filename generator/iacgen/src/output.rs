//! The one writer of files.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::CommandError;

/// A file that is not as it should be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The file, relative to the folder.
    pub(crate) path: Utf8PathBuf,
    /// What is wrong with it.
    pub(crate) kind: DifferenceKind,
}

/// What is wrong with a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DifferenceKind {
    /// It is not there.
    Missing,
    /// It has other content; the first line that differs, from 1.
    Changed { line: usize },
    /// It is there and should not be.
    Stale,
}

/// Compares a folder with the files that it should hold. `owned` tells which other files may be called stale.
pub(crate) fn compare(
    folder: &Utf8Path,
    files: &BTreeMap<Utf8PathBuf, String>,
    owned: &[Utf8PathBuf],
) -> Result<Vec<Difference>, CommandError> {
    if let Some(file) = folder.ancestors().find(|part| part.is_file()) {
        return Err(CommandError::new(format!("{file} is a file, and a folder is needed")));
    }
    let mut differences = Vec::new();
    for (path, content) in files {
        let kind = match std::fs::read_to_string(folder.join(path)) {
            Ok(found) if found == *content => continue,
            Ok(found) => {
                let same = found.lines().zip(content.lines()).take_while(|(a, b)| a == b).count();
                DifferenceKind::Changed { line: same + 1 }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => DifferenceKind::Missing,
            Err(error) => return Err(failed("read", &folder.join(path), error)),
        };
        differences.push(Difference { path: path.clone(), kind });
    }
    for path in owned {
        if !files.contains_key(path) && folder.join(path).exists() {
            differences.push(Difference { path: path.clone(), kind: DifferenceKind::Stale });
        }
    }
    Ok(differences)
}

/// Writes the files that differ, each whole or not at all, `last` behind all others, and removes the stale ones.
/// Returns how many files were touched.
pub(crate) fn write(
    folder: &Utf8Path,
    files: &BTreeMap<Utf8PathBuf, String>,
    owned: &[Utf8PathBuf],
    last: &Utf8Path,
) -> Result<usize, CommandError> {
    let mut differences = compare(folder, files, owned)?;
    differences.sort_by_key(|difference| difference.path == last);
    let mut made = BTreeSet::new();
    for difference in &differences {
        let path = folder.join(&difference.path);
        match (&difference.kind, files.get(&difference.path)) {
            (DifferenceKind::Missing | DifferenceKind::Changed { .. }, Some(content)) => {
                // Asked once for each folder: a project has thousands of files in few folders.
                if made.insert(difference.path.parent()) {
                    make_folder(folder_of(&path))?;
                }
                replace(&path, content.as_bytes())?;
            }
            _ => std::fs::remove_file(&path).map_err(|error| failed("remove", &path, error))?,
        }
    }
    Ok(differences.len())
}

/// Writes one file whole or not at all, and makes its folder.
pub(crate) fn write_file(path: &Utf8Path, content: &[u8]) -> Result<(), CommandError> {
    make_folder(folder_of(path))?;
    replace(path, content)
}

/// Writes one file of an existing folder whole or not at all.
fn replace(path: &Utf8Path, content: &[u8]) -> Result<(), CommandError> {
    let attempt = || -> io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(".iacgen-")
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .tempfile_in(folder_of(path))?;
        io::Write::write_all(&mut file, content)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    attempt().map_err(|error| failed("write", path, error))
}

fn folder_of(path: &Utf8Path) -> &Utf8Path {
    path.parent().filter(|folder| !folder.as_str().is_empty()).unwrap_or(Utf8Path::new("."))
}

fn make_folder(folder: &Utf8Path) -> Result<(), CommandError> {
    std::fs::create_dir_all(folder).map_err(|error| failed("create", folder, error))
}

fn failed(verb: &str, path: &Utf8Path, error: io::Error) -> CommandError {
    CommandError::new(format!("cannot {verb} {path}")).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> BTreeMap<Utf8PathBuf, String> {
        entries.iter().map(|(path, text)| (Utf8PathBuf::from(path), (*text).to_owned())).collect()
    }

    #[test]
    fn only_what_differs_is_written_and_only_what_is_owned_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(dir.path()).unwrap();
        let last = Utf8Path::new("manifest.json");
        let first = files(&[("a.json", "1\n2\n"), ("policies/b.json", "x"), ("manifest.json", "m")]);
        assert_eq!(write(folder, &first, &[], last).unwrap(), 3);
        assert_eq!(write(folder, &first, &[], last).unwrap(), 0);
        std::fs::write(folder.join("mine.txt"), "keep").unwrap();

        let second = files(&[("a.json", "1\n3\n"), ("manifest.json", "m")]);
        let owned: Vec<Utf8PathBuf> = first.keys().cloned().collect();
        assert_eq!(
            compare(folder, &second, &owned).unwrap(),
            [
                Difference { path: "a.json".into(), kind: DifferenceKind::Changed { line: 2 } },
                Difference { path: "policies/b.json".into(), kind: DifferenceKind::Stale },
            ]
        );
        assert_eq!(write(folder, &second, &owned, last).unwrap(), 2);
        assert!(!folder.join("policies/b.json").exists());
        assert_eq!(std::fs::read_to_string(folder.join("mine.txt")).unwrap(), "keep");
    }
}
