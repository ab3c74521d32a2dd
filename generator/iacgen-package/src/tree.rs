//! Files of the tree: which count, and one digest over many.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use camino::{Utf8Path, Utf8PathBuf};

use crate::digest::FileDigests;
use crate::error::PackageError;
use crate::workspace::Sources;
use iacgen_assembly::Sha256;

/// Folders of a crate that no program is built from.
const NOT_BUILT: [&str; 4] = ["target", "tests", "benches", "examples"];

/// Lists the files of a crate that its build may read, sorted.
pub(crate) fn source_files(
    folder: &Utf8Path,
    sources: &Sources,
    outputs: &[Utf8PathBuf],
) -> Result<Vec<Utf8PathBuf>, PackageError> {
    let mut files = BTreeSet::from([folder.join("Cargo.toml")]);
    match sources {
        Sources::WholeCrate => walk(folder, &NOT_BUILT, outputs, &mut files)?,
        Sources::Folders(folders) => {
            for folder in folders {
                walk(folder, &[], outputs, &mut files)?;
            }
        }
    }
    Ok(files.into_iter().collect())
}

/// Adds the files below `folder`, but for hidden ones, editors' backups, what packaging writes, and the folders in
/// `without`.
fn walk(
    folder: &Utf8Path,
    without: &[&str],
    outputs: &[Utf8PathBuf],
    files: &mut BTreeSet<Utf8PathBuf>,
) -> Result<(), PackageError> {
    let read_error = |source| PackageError::Read { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(read_error)? {
        let path = entry.map_err(read_error)?.path();
        let path = Utf8PathBuf::from_path_buf(path)
            .map_err(|path| PackageError::NotUtf8 { path: path.display().to_string() })?;
        let name = path.file_name().unwrap_or_default();
        if name.starts_with('.') || name.ends_with('~') || outputs.contains(&path) {
            continue;
        }
        // A symlink counts as what it points to; one that points nowhere is not read by a compiler that succeeds.
        match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() && without.contains(&name) => {}
            Ok(metadata) if metadata.is_dir() => walk(&path, &[], outputs, files)?,
            Ok(_) => {
                files.insert(path);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(source) => return Err(PackageError::Read { path, source }),
        }
    }
    Ok(())
}

/// Returns one digest over files and their names, as seen from `folder`.
pub(crate) fn digest(
    folder: &Utf8Path,
    files: &[Utf8PathBuf],
    digests: &mut FileDigests,
) -> Result<Sha256, PackageError> {
    let mut text = String::new();
    for file in files {
        text.extend([&digests.of(file)?.to_string(), " ", relative(folder, file).as_str(), "\n"]);
    }
    Ok(Sha256::of(text.as_bytes()))
}

/// Returns `path` as seen from `base`, with `..` where it is outside. Both are absolute.
pub(crate) fn relative(base: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let shared = base.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = base.components().skip(shared).map(|_| "..");
    let down = path.components().skip(shared).map(|component| component.as_str());
    let relative: Utf8PathBuf = up.chain(down).collect();
    if relative.as_str().is_empty() { ".".into() } else { relative }
}

/// Returns the digest of a file, or one over all files of a folder. `None` if nothing is there.
pub(crate) fn digest_at(
    path: &Utf8Path,
    outputs: &[Utf8PathBuf],
    digests: &mut FileDigests,
) -> Result<Option<Sha256>, PackageError> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let mut files = BTreeSet::new();
            walk(path, &[], outputs, &mut files)?;
            digest(path, &files.into_iter().collect::<Vec<_>>(), digests).map(Some)
        }
        Ok(_) => digests.of(path).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(PackageError::Read { path: path.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_counts_with_all_its_files_but_not_with_what_packaging_writes() {
        let temporary = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(temporary.path()).unwrap();
        let outputs = [root.join("schemas/out")];
        let digest = || digest_at(&root.join("schemas"), &outputs, &mut FileDigests::default()).unwrap();
        assert_eq!(digest(), None);
        fs::create_dir_all(root.join("schemas/out")).unwrap();
        fs::write(root.join("schemas/a.json"), "{}").unwrap();
        let one = digest();
        fs::write(root.join("schemas/out/x.zip"), "zip").unwrap();
        assert_eq!(digest(), one);
        fs::write(root.join("schemas/b.json"), "{}").unwrap();
        assert_ne!(digest(), one);
    }

    #[test]
    fn paths_are_told_from_the_project() {
        let base = Utf8Path::new("/a/project");
        assert_eq!(relative(base, Utf8Path::new("/a/project/x/y")), "x/y");
        assert_eq!(relative(base, Utf8Path::new("/a/shared/lib.rs")), "../shared/lib.rs");
        assert_eq!(relative(base, base), ".");
    }
}
