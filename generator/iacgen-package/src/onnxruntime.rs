//! ONNX Runtime's shared library: a few versions pinned, each fetched once and verified each time.
//!
//! It comes out of the wheel that the project itself publishes on PyPI, through pip, which runs for either architecture
//! on any machine. The pins stand in `onnxruntime.lock.json`; the Python version in it only chooses among wheels that
//! carry the same library.

use std::fs;
use std::io::{Cursor, Read as _};
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Architecture;
use iacgen_tensors::OnnxRuntimeVersion;
use serde::Deserialize;

use crate::children;
use crate::deflate::inflate;
use crate::error::PackageError;
use crate::event::PackageEvent;
use crate::program::{PYTHON, failed};
use crate::provenance::Pinned;
use iacgen_assembly::Sha256;

const LOCK: &str = include_str!("../onnxruntime.lock.json");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    python_version: String,
    versions: Vec<Release>,
}

/// What is pinned of a version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    version: String,
    license: File,
    notices: File,
    builds: Vec<Build>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Build {
    architecture: Architecture,
    platform: String,
    wheel_sha256: Sha256,
    library: File,
}

/// A member of the wheel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    path: String,
    sha256: Sha256,
    /// Its size, so that nothing larger is ever inflated.
    bytes: u64,
}

impl File {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// The pins of a version for one architecture.
#[derive(Debug)]
pub(crate) struct Pin {
    version: String,
    python_version: String,
    architecture: Architecture,
    platform: String,
    wheel_sha256: Sha256,
    library: File,
    license: File,
    notices: File,
}

/// The files of ONNX Runtime that go into a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OnnxRuntime {
    pub(crate) library: Vec<u8>,
    pub(crate) license: Vec<u8>,
    pub(crate) notices: Vec<u8>,
}

impl Pin {
    /// Reads the pins of a version for an architecture.
    pub(crate) fn of(version: OnnxRuntimeVersion, architecture: Architecture) -> Result<Self, PackageError> {
        let lock: Lock =
            serde_json::from_str(LOCK).map_err(|error| PackageError::Pins { problem: error.to_string() })?;
        let missing = || PackageError::Pins { problem: format!("no build of {version} for {architecture}") };
        let release = lock.versions.into_iter().find(|release| release.version == version.as_str());
        let release = release.ok_or_else(missing)?;
        let build = release.builds.into_iter().find(|build| build.architecture == architecture);
        let build = build.ok_or_else(missing)?;
        Ok(Self {
            version: release.version,
            python_version: lock.python_version,
            architecture,
            platform: build.platform,
            wheel_sha256: build.wheel_sha256,
            library: build.library,
            license: release.license,
            notices: release.notices,
        })
    }

    /// Returns where [`Self::provide`] keeps the library.
    pub(crate) fn library_file(&self, cache: &Utf8Path) -> Utf8PathBuf {
        self.folder(cache).join(self.library.name())
    }

    fn folder(&self, cache: &Utf8Path) -> Utf8PathBuf {
        cache.join("onnxruntime").join(&self.version).join(self.architecture.as_str())
    }

    /// Returns what it is, for those who account for it.
    pub(crate) fn pinned(&self) -> Pinned {
        Pinned { version: self.version.clone(), wheel: self.wheel_sha256 }
    }

    /// Returns what identifies it among a package's inputs.
    pub(crate) fn identity(&self) -> String {
        format!("{} {}", self.version, self.library.sha256)
    }

    /// Returns the bytes of its files, unzipped.
    pub(crate) fn bytes(&self) -> u64 {
        self.library.bytes + self.license.bytes + self.notices.bytes
    }

    /// Returns the files, from the cache or, the first time, from the registry.
    ///
    /// Whatever is in the cache but is not what was pinned is fetched again.
    pub(crate) fn provide(
        &self,
        cache: &Utf8Path,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<OnnxRuntime, PackageError> {
        let parent = cache.join("onnxruntime").join(&self.version);
        let folder = self.folder(cache);
        if let Some(found) = self.cached(&folder) {
            return Ok(found);
        }
        observer(PackageEvent::Downloading {
            version: self.version.clone(),
            architecture: self.architecture,
        });
        let write_error = |path: &Utf8Path| {
            let path = path.to_owned();
            move |source| PackageError::Write { path, source }
        };
        fs::create_dir_all(&parent).map_err(write_error(&parent))?;
        let work =
            tempfile::Builder::new().prefix("new-").tempdir_in(&parent).map_err(write_error(&parent))?;
        let work_path = utf8(work.path().to_owned())?;
        let wheel = self.download(&work_path)?;
        let files = self.unpack(&wheel)?;

        let unpacked = work_path.join("files");
        fs::create_dir(&unpacked).map_err(write_error(&unpacked))?;
        for (file, bytes) in [
            (&self.library, &files.library),
            (&self.license, &files.license),
            (&self.notices, &files.notices),
        ] {
            let path = unpacked.join(file.name());
            fs::write(&path, bytes).map_err(write_error(&path))?;
        }
        // A folder with wrong content cannot be replaced by renaming alone. Whoever renames first, wins: the content
        // is the same.
        if folder.exists() && self.cached(&folder).is_none() {
            fs::remove_dir_all(&folder).map_err(write_error(&folder))?;
        }
        if let Err(source) = fs::rename(&unpacked, &folder)
            && self.cached(&folder).is_none()
        {
            return Err(PackageError::Write { path: folder, source });
        }
        Ok(files)
    }

    fn cached(&self, folder: &Utf8Path) -> Option<OnnxRuntime> {
        let read = |file: &File| {
            let bytes = fs::read(folder.join(file.name())).ok()?;
            (Sha256::of(&bytes) == file.sha256).then_some(bytes)
        };
        Some(OnnxRuntime {
            library: read(&self.library)?,
            license: read(&self.license)?,
            notices: read(&self.notices)?,
        })
    }

    /// Downloads the wheel into `folder` with pip, which checks its hash, and returns its path.
    fn download(&self, folder: &Utf8Path) -> Result<Utf8PathBuf, PackageError> {
        let requirements = folder.join("requirements.txt");
        let text = format!("onnxruntime=={} --hash=sha256:{}\n", self.version, self.wheel_sha256);
        fs::write(&requirements, text)
            .map_err(|source| PackageError::Write { path: requirements.clone(), source })?;
        let mut command = Command::new(PYTHON.name);
        command
            .args(["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"])
            .args(["--no-deps", "--only-binary=:all:", "--require-hashes"])
            .args(["--platform", &self.platform, "--python-version", &self.python_version])
            .args(["--dest", folder.as_str(), "--requirement", requirements.as_str()]);
        let output = children::output(&mut command).map_err(|source| PYTHON.not_started(&source))?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            if stderr.contains("No module named pip") {
                return Err(PackageError::ProgramMissing {
                    program: "python3 -m pip".to_owned(),
                    purpose: PYTHON.purpose.to_owned(),
                    install: "python3 -m ensurepip --upgrade` or `apt-get install python3-pip".to_owned(),
                });
            }
            return Err(failed(&command, output.status, &stderr));
        }
        let read_error = |source| PackageError::Read { path: folder.to_owned(), source };
        for entry in folder.read_dir_utf8().map_err(read_error)? {
            let path = entry.map_err(read_error)?.into_path();
            if path.extension() == Some("whl") {
                return Ok(path);
            }
        }
        Err(PackageError::UnexpectedAnswer {
            command: "python3 -m pip download".to_owned(),
            problem: "it left no wheel".to_owned(),
        })
    }

    /// Takes the pinned files out of a wheel.
    fn unpack(&self, wheel: &Utf8Path) -> Result<OnnxRuntime, PackageError> {
        let bytes =
            fs::read(wheel).map_err(|source| PackageError::Read { path: wheel.to_owned(), source })?;
        self.verify("the wheel", Sha256::of(&bytes), self.wheel_sha256)?;
        let unreadable = |problem: String| PackageError::WheelUnreadable { path: wheel.to_owned(), problem };
        let mut archive =
            zip::ZipArchive::new(Cursor::new(&bytes)).map_err(|error| unreadable(error.to_string()))?;
        let mut take = |file: &File| {
            let index = archive
                .index_for_name(&file.path)
                .ok_or_else(|| unreadable(format!("it has no {}", file.path)))?;
            let content = member(&mut archive, index, file.bytes).map_err(unreadable)?;
            self.verify(&file.path, Sha256::of(&content), file.sha256)?;
            Ok::<_, PackageError>(content)
        };
        Ok(OnnxRuntime {
            library: take(&self.library)?,
            license: take(&self.license)?,
            notices: take(&self.notices)?,
        })
    }

    fn verify(&self, file: &str, found: Sha256, expected: Sha256) -> Result<(), PackageError> {
        if found == expected {
            return Ok(());
        }
        let version = self.version.clone();
        Err(PackageError::NotThePinnedFile { file: file.to_owned(), version, found, expected })
    }
}

/// Returns a member's content. The `zip` crate finds it and libdeflate, which is here anyway, inflates it.
pub(crate) fn member(
    archive: &mut zip::ZipArchive<Cursor<&Vec<u8>>>,
    index: usize,
    bytes: u64,
) -> Result<Vec<u8>, String> {
    let mut raw = archive.by_index_raw(index).map_err(|error| error.to_string())?;
    let name = raw.name().map_err(|error| error.to_string())?.into_owned();
    if raw.size() != bytes {
        return Err(format!("{name} has {} bytes, and {bytes} are expected", raw.size()));
    }
    let size = usize::try_from(bytes).map_err(|error| error.to_string())?;
    let stored = raw.compression() == zip::CompressionMethod::Stored;
    let mut data = Vec::new();
    raw.read_to_end(&mut data).map_err(|error| error.to_string())?;
    if stored {
        return Ok(data);
    }
    inflate(&data, size).ok_or_else(|| format!("{name} does not inflate to {size} bytes"))
}

fn utf8(path: std::path::PathBuf) -> Result<Utf8PathBuf, PackageError> {
    Utf8PathBuf::from_path_buf(path)
        .map_err(|path| PackageError::NotUtf8 { path: path.display().to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Member, Mode, write};
    use crate::deflate::{Compression, compress};

    fn wheel(files: &[(&str, &[u8])]) -> Vec<u8> {
        let member = |&(path, bytes): &(&str, &[u8])| Member {
            path: path.to_owned(),
            mode: Mode::Plain,
            content: compress(bytes, Compression::Development).unwrap(),
        };
        write(files.iter().map(member).collect()).unwrap()
    }

    fn pin(wheel: &[u8]) -> Pin {
        let file = |path: &str, bytes: &[u8]| File {
            path: path.to_owned(),
            sha256: Sha256::of(bytes),
            bytes: bytes.len() as u64,
        };
        Pin {
            version: "1.2.3".to_owned(),
            python_version: "311".to_owned(),
            architecture: Architecture::X86_64,
            platform: "manylinux_2_28_x86_64".to_owned(),
            wheel_sha256: Sha256::of(wheel),
            library: file("onnxruntime/capi/lib.so.1", &library()),
            license: file("onnxruntime/LICENSE", b"MIT"),
            notices: file("onnxruntime/Notices.txt", b"notices"),
        }
    }

    fn library() -> Vec<u8> {
        b"machine code ".repeat(1000)
    }

    #[test]
    fn the_lock_pins_each_version_for_both_architectures() {
        let lock: Lock = serde_json::from_str(LOCK).unwrap();
        let locked: Vec<&str> = lock.versions.iter().map(|release| release.version.as_str()).collect();
        assert_eq!(locked, OnnxRuntimeVersion::ALL.map(OnnxRuntimeVersion::as_str));
        let mut digests = std::collections::BTreeSet::new();
        for version in OnnxRuntimeVersion::ALL {
            for architecture in [Architecture::X86_64, Architecture::Arm64] {
                let pin = Pin::of(version, architecture).unwrap();
                assert!(pin.library.path.ends_with(&format!(".so.{version}")), "{pin:?}");
                assert!(pin.library.bytes > 1 << 20);
                let machine = if architecture == Architecture::Arm64 { "aarch64" } else { "x86_64" };
                assert!(pin.platform.ends_with(machine), "{pin:?}");
                digests.insert(pin.wheel_sha256);
                digests.insert(pin.library.sha256);
            }
        }
        assert_eq!(digests.len(), 8, "a digest stands twice");
    }

    #[test]
    fn takes_the_pinned_files_out_of_a_wheel_and_finds_them_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let bytes = wheel(&[
            ("onnxruntime/LICENSE", b"MIT"),
            ("onnxruntime/Notices.txt", b"notices"),
            ("onnxruntime/capi/lib.so.1", &library()),
            ("onnxruntime/other.py", b"import os"),
        ]);
        let path = folder.join("a.whl");
        fs::write(&path, &bytes).unwrap();
        let files = pin(&bytes).unpack(&path).unwrap();
        assert_eq!(files.library, library());
        assert_eq!(files.license, b"MIT");

        fs::write(folder.join("lib.so.1"), &files.library).unwrap();
        fs::write(folder.join("LICENSE"), &files.license).unwrap();
        assert_eq!(pin(&bytes).cached(folder), None);
        fs::write(folder.join("Notices.txt"), &files.notices).unwrap();
        assert_eq!(pin(&bytes).cached(folder), Some(files));
        fs::write(folder.join("lib.so.1"), b"tampered").unwrap();
        assert_eq!(pin(&bytes).cached(folder), None);
    }

    #[test]
    fn a_wheel_with_another_hash_or_another_library_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let bytes = wheel(&[("onnxruntime/capi/lib.so.1", &library().to_ascii_uppercase())]);
        let path = folder.join("a.whl");
        fs::write(&path, &bytes).unwrap();
        let error = pin(b"another wheel").unpack(&path).unwrap_err();
        assert!(
            matches!(error, PackageError::NotThePinnedFile { ref file, .. } if file == "the wheel"),
            "{error}"
        );
        let error = pin(&bytes).unpack(&path).unwrap_err();
        assert!(
            matches!(error, PackageError::NotThePinnedFile { ref file, .. } if file == "onnxruntime/capi/lib.so.1"),
            "{error}"
        );
    }
}
