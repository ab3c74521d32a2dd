//! Packages unzipped, once each: a folder named by the zip's SHA-256. Layers are merged into one folder.
//!
//! Files get the modes that AWS gives them in `/var/task`: nobody may write. Folders stay writable for their
//! owner, so that the work folder can be deleted with `rm -r`; where functions are isolated, the mount is read-only.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Sha256;

/// The limit of an unzipped package with its layers, in bytes: 250 MB. Page: "Lambda quotas".
const UNZIPPED_LIMIT: u64 = 262_144_000;

/// Why a package cannot run.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The zip cannot be read, or its contents cannot be written.
    #[error("failed to unpack {path}")]
    Io {
        /// The zip, or the file that was being written.
        path: Utf8PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is no zip that can be read.
    #[error("{path} is not a readable zip")]
    Zip {
        /// The zip.
        path: Utf8PathBuf,
        /// What is wrong with it.
        source: zip::result::ZipError,
    },
    /// The name of the zip is not the digest of its bytes.
    #[error("{path} does not hold what its name says: its SHA-256 is {actual}; package it again")]
    Digest {
        /// The zip.
        path: Utf8PathBuf,
        /// The digest found.
        actual: String,
    },
    /// An entry would be written outside the package's folder, or is a symbolic link.
    #[error("the entry {entry} of {path} is not a file or folder inside the package")]
    Entry {
        /// The zip.
        path: Utf8PathBuf,
        /// The entry's name.
        entry: String,
    },
    /// AWS's limit.
    #[error("{path} holds more than {UNZIPPED_LIMIT} bytes unzipped, Lambda's limit")]
    TooLarge {
        /// The zip.
        path: Utf8PathBuf,
    },
    /// AWS's limit.
    #[error("the package and its layers hold {bytes} bytes unzipped, and Lambda's limit is {UNZIPPED_LIMIT}")]
    TogetherTooLarge {
        /// What they hold.
        bytes: u64,
    },
    /// AWS answers `Runtime.InvalidEntrypoint`.
    #[error("{path} has no executable file `bootstrap` at its top: Lambda could not start it")]
    NoBootstrap {
        /// The zip.
        path: Utf8PathBuf,
    },
}

/// Returns the folder that holds the package's files, unzipping it if it is not there yet.
///
/// `zip` is named `<sha256>.zip`; the bytes are checked against the name when they are unzipped.
pub(crate) fn unpack(zip: &Utf8Path, packages: &Utf8Path) -> Result<Utf8PathBuf, PackageError> {
    let digest = zip.file_stem().unwrap_or_default();
    let folder = packages.join(digest);
    if !folder.exists() {
        unpack_into(&[zip], packages, &folder)?;
    }
    let bootstrap = folder.join("bootstrap");
    match fs::metadata(&bootstrap) {
        Ok(metadata) if metadata.is_file() && metadata.permissions().mode() & 0o111 != 0 => Ok(folder),
        _ => Err(PackageError::NoBootstrap { path: zip.to_owned() }),
    }
}

/// Returns the folder that holds the files of a function's layers, merged in their order: of two files at one path the later
/// layer's counts. Page: "Managing Lambda dependencies with layers".
///
/// Each zip is named `<sha256>.zip`; the bytes are checked against the names when they are unzipped.
pub(crate) fn merge_layers(zips: &[Utf8PathBuf], packages: &Utf8Path) -> Result<Utf8PathBuf, PackageError> {
    let digests: Vec<&str> = zips.iter().filter_map(|zip| zip.file_stem()).collect();
    let folder = packages.join(format!("layers-{}", Sha256::of(digests.join("\n").as_bytes())));
    if !folder.exists() {
        let zips: Vec<&Utf8Path> = zips.iter().map(Utf8PathBuf::as_path).collect();
        unpack_into(&zips, packages, &folder)?;
    }
    Ok(folder)
}

/// Holds what is unzipped of a function to Lambda's limit.
pub(crate) fn check_together(package: &Utf8Path, layers: &Utf8Path) -> Result<(), PackageError> {
    let bytes = |folder: &Utf8Path| {
        folder_bytes(folder).map_err(|source| PackageError::Io { path: folder.to_owned(), source })
    };
    let bytes = bytes(package)? + bytes(layers)?;
    if bytes <= UNZIPPED_LIMIT { Ok(()) } else { Err(PackageError::TogetherTooLarge { bytes }) }
}

fn folder_bytes(folder: &Utf8Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in folder.read_dir_utf8()? {
        let entry = entry?;
        bytes +=
            if entry.file_type()?.is_dir() { folder_bytes(entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

/// Unzips beside the folder and renames, so that a folder that exists is whole.
fn unpack_into(zips: &[&Utf8Path], packages: &Utf8Path, folder: &Utf8Path) -> Result<(), PackageError> {
    let io = |path: &Utf8Path| {
        let path = path.to_owned();
        move |source| PackageError::Io { path, source }
    };
    fs::create_dir_all(packages).map_err(io(packages))?;
    let partial = tempfile::Builder::new().prefix(".unzip-").tempdir_in(packages).map_err(io(packages))?;
    let root = Utf8Path::from_path(partial.path()).ok_or_else(|| PackageError::Io {
        path: packages.to_owned(),
        source: io::Error::new(io::ErrorKind::InvalidData, "the path is not UTF-8"),
    })?;
    let mut left = UNZIPPED_LIMIT;
    for zip in zips {
        check_digest(zip)?;
        unzip(zip, root, &mut left)?;
    }
    match fs::rename(root, folder) {
        // Another run may have unzipped the same package meanwhile: its folder holds the same bytes.
        Err(_) if folder.exists() => Ok(()),
        Err(source) => Err(PackageError::Io { path: folder.to_owned(), source }),
        Ok(()) => {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).map_err(io(folder))?;
            Ok(())
        }
    }
}

/// Unzips into a folder, over what is there, as long as there are bytes left.
fn unzip(zip: &Utf8Path, root: &Utf8Path, left: &mut u64) -> Result<(), PackageError> {
    let io = |path: &Utf8Path| {
        let path = path.to_owned();
        move |source| PackageError::Io { path, source }
    };
    let file = File::open(zip).map_err(io(zip))?;
    let bad_zip = |source| PackageError::Zip { path: zip.to_owned(), source };
    let mut archive = zip::ZipArchive::new(file).map_err(bad_zip)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(bad_zip)?;
        let name = entry.name().map_err(bad_zip)?.into_owned();
        let bad_entry = || PackageError::Entry { path: zip.to_owned(), entry: name.clone() };
        let inside = entry.enclosed_name().filter(|_| !entry.is_symlink()).ok_or_else(bad_entry)?;
        let target = root.join(Utf8PathBuf::from_path_buf(inside).map_err(|_| bad_entry())?);
        if entry.is_dir() {
            fs::create_dir_all(&target).map_err(io(&target))?;
            continue;
        }
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(io(parent))?;
        }
        // An earlier layer's file cannot be written to.
        match fs::remove_file(&target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(&target)(error)),
            _ => {}
        }
        let mut out = File::create(&target).map_err(io(&target))?;
        // The declared size is not trusted: the copy itself stops one byte over the limit.
        let executable = entry.unix_mode().is_none_or(|mode| mode & 0o111 != 0);
        let copied = io::copy(&mut (&mut entry).take(*left + 1), &mut out).map_err(io(&target))?;
        *left = left.checked_sub(copied).ok_or_else(|| PackageError::TooLarge { path: zip.to_owned() })?;
        let mode = if executable { 0o555 } else { 0o444 };
        fs::set_permissions(&target, fs::Permissions::from_mode(mode)).map_err(io(&target))?;
    }
    Ok(())
}

fn check_digest(zip: &Utf8Path) -> Result<(), PackageError> {
    let digest = zip.file_stem().unwrap_or_default();
    let io = |source| PackageError::Io { path: zip.to_owned(), source };
    let actual = Sha256::of(fs::read(zip).map_err(io)?).to_string();
    if actual == digest { Ok(()) } else { Err(PackageError::Digest { path: zip.to_owned(), actual }) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn package(entries: &[(&str, u32, &[u8])], folder: &Utf8Path) -> Utf8PathBuf {
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, mode, bytes) in entries {
            let options = SimpleFileOptions::default()
                .compression_method(zip::CompressionMethod::Deflated)
                .unix_permissions(*mode);
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        let path = folder.join(format!("{}.zip", Sha256::of(&bytes)));
        fs::write(&path, bytes).unwrap();
        path
    }

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        (folder, path)
    }

    #[test]
    fn modes_are_read_only_and_the_second_time_reads_no_zip() {
        let (_guard, root) = folder();
        let zip = package(&[("bootstrap", 0o755, b"#!/bin/sh\n"), ("lib/model.onnx", 0o644, b"m")], &root);
        let unpacked = unpack(&zip, &root.join("packages")).unwrap();
        let mode = |name| fs::metadata(unpacked.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("bootstrap"), mode("lib/model.onnx")), (0o555, 0o444));
        fs::remove_file(&zip).unwrap();
        assert_eq!(unpack(&zip, &root.join("packages")).unwrap(), unpacked);
    }

    #[test]
    fn a_package_without_a_bootstrap_or_an_honest_name_is_refused() {
        let (_guard, root) = folder();
        let packages = root.join("packages");
        let zip = package(&[("main", 0o755, b"")], &root);
        assert!(matches!(unpack(&zip, &packages), Err(PackageError::NoBootstrap { .. })));
        let zip = package(&[("bootstrap", 0o644, b"")], &root);
        assert!(matches!(unpack(&zip, &packages), Err(PackageError::NoBootstrap { .. })));
        let liar = root.join("0000.zip");
        fs::copy(&zip, &liar).unwrap();
        assert!(matches!(unpack(&liar, &packages), Err(PackageError::Digest { .. })));
    }

    #[test]
    fn of_two_layers_the_later_ones_file_counts() {
        let (_guard, root) = folder();
        let packages = root.join("packages");
        let first = package(&[("lib/a.so", 0o644, b"first"), ("lib/b.so", 0o644, b"b")], &root);
        let second = package(&[("lib/a.so", 0o644, b"second")], &root);
        let merged = merge_layers(&[first.clone(), second.clone()], &packages).unwrap();
        let read = |folder: &Utf8Path, name| fs::read_to_string(folder.join(name)).unwrap();
        assert_eq!((read(&merged, "lib/a.so"), read(&merged, "lib/b.so")), ("second".into(), "b".into()));
        let other_way = merge_layers(&[second, first], &packages).unwrap();
        assert_eq!(read(&other_way, "lib/a.so"), "first");
        assert_eq!(folder_bytes(&merged).unwrap(), 7);
        check_together(&merged, &other_way).unwrap();
        File::create(merged.join("large")).unwrap().set_len(UNZIPPED_LIMIT).unwrap();
        let error = check_together(&merged, &other_way).unwrap_err();
        assert!(matches!(error, PackageError::TogetherTooLarge { bytes } if bytes == UNZIPPED_LIMIT + 13));
    }

    #[test]
    fn an_entry_outside_the_package_is_refused() {
        let (_guard, root) = folder();
        let zip = package(&[("bootstrap", 0o755, b""), ("../outside", 0o644, b"x")], &root);
        assert!(matches!(unpack(&zip, &root.join("packages")), Err(PackageError::Entry { .. })));
        assert!(!root.join("outside").exists());
    }
}
