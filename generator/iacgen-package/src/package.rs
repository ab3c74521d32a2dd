//! The pipeline: requests to zips.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Architecture;

use crate::archive::{self, Member, Mode};
use crate::asset::{Entry, PackageReport, PackagedAsset};
use crate::compile::{Build, Executable};
use crate::deflate::compress_remembered;
use crate::digest::{FileDigests, write_atomically};
use crate::elf::{self, Assumption};
use crate::error::PackageError;
use crate::event::{PackageEvent, StaleReason};
use crate::flags;
use crate::inputs::{self, Collected, Shared};
use crate::limits;
use crate::onnxruntime::Pin;
use crate::request::{PackageOptions, PackageRequest};
use crate::runtime::PROVIDED_AL2023;
use crate::toolchain::{Driver, Toolchain, triple};
use crate::tree;
use crate::workspace::{self, Handler};
use iacgen_assembly::Sha256;

/// Where the program is in a package: the name that OS-only runtimes start. Page: "OS-only runtimes".
pub const BOOTSTRAP_PATH: &str = "bootstrap";
/// Where ONNX Runtime's library is in a package. Lambda's `LD_LIBRARY_PATH` has the code folder's `lib`.
pub const LIBRARY_PATH: &str = "lib/libonnxruntime.so.1";
/// Where the model is in a package, whatever its name in the project.
pub const MODEL_PATH: &str = "model.onnx";
const LICENSE_PATH: &str = "licenses/onnxruntime/LICENSE";
const NOTICES_PATH: &str = "licenses/onnxruntime/ThirdPartyNotices.txt";

/// Builds and zips the handlers of `requests`, or finds that nothing has changed since `options.recorded`.
///
/// All functions of a workflow belong into one call: what cargo builds together shares its dependencies' features, so
/// a part of them may come out different (and is known to: "built together" is among the inputs).
///
/// # Errors
/// The first [`PackageError`]. Zips that were finished before stay; nothing is half written.
pub fn package(
    project: &Utf8Path,
    requests: &[PackageRequest],
    options: &PackageOptions,
    observer: &mut dyn FnMut(PackageEvent),
) -> Result<PackageReport, PackageError> {
    check_unique(requests)?;
    let project = project
        .canonicalize_utf8()
        .map_err(|source| PackageError::Read { path: project.to_owned(), source })?;
    let folders = Folders {
        assets: output_folder(&project, &options.assets)?,
        cache: output_folder(&project, &options.cache)?,
        target: output_folder(&project, &options.target)?,
    };
    let handlers = workspace::handlers(&project, requests)?;
    let toolchain = Toolchain::of(&project)?;
    let mut digests = FileDigests::open(&folders.cache);

    let mut groups = BTreeMap::<(&Utf8Path, Architecture), Vec<(&PackageRequest, &Handler)>>::new();
    for (request, handler) in requests.iter().zip(&handlers) {
        groups.entry((&handler.workspace, request.architecture)).or_default().push((request, handler));
    }
    let mut lock = options.recorded.clone();
    let mut assumed = Assumed::default();
    for ((workspace, architecture), members) in groups {
        let driver = Driver::choose(options.compiler, architecture, &toolchain.host)?;
        let group = Group {
            project: &project,
            folders: &folders,
            options,
            toolchain: &toolchain,
            flags: flags::of_user(workspace, triple(architecture))?,
            driver,
            architecture,
            members,
        };
        for asset in group.package(&mut digests, &mut assumed, observer)? {
            lock.record(asset);
        }
    }
    digests.keep();
    assumed.tell(observer);

    let assets = requests.iter().filter_map(|r| lock.get(&r.name, r.architecture).cloned()).collect();
    Ok(PackageReport { assets, lock })
}

fn check_unique(requests: &[PackageRequest]) -> Result<(), PackageError> {
    let mut seen = BTreeSet::new();
    for request in requests {
        if !seen.insert((&request.name, request.architecture)) {
            return Err(PackageError::RequestedTwice {
                function: request.name.clone(),
                architecture: request.architecture,
            });
        }
    }
    Ok(())
}

/// Makes a folder where it is missing, and returns its path without symlinks: as the compiler will name it.
fn output_folder(project: &Utf8Path, path: &Utf8Path) -> Result<Utf8PathBuf, PackageError> {
    let path = project.join(path);
    let made = fs::create_dir_all(&path).and_then(|()| path.canonicalize_utf8());
    made.map_err(|source| PackageError::Write { path, source })
}

/// What the checks of all functions took for granted, each thing once.
#[derive(Debug, Default)]
struct Assumed(BTreeMap<(String, String), (BTreeSet<String>, BTreeSet<String>)>);

impl Assumed {
    fn note(&mut self, assumption: Assumption, function: &str, file: &str) {
        let (functions, files) = self.0.entry((assumption.library, assumption.note)).or_default();
        functions.insert(function.to_owned());
        files.insert(file.to_owned());
    }

    fn tell(self, observer: &mut dyn FnMut(PackageEvent)) {
        for ((library, note), (functions, files)) in self.0 {
            observer(PackageEvent::Assumed {
                functions: functions.into_iter().collect(),
                files: files.into_iter().collect(),
                library,
                note,
            });
        }
    }
}

/// The folders of a run, absolute and without symlinks.
struct Folders {
    assets: Utf8PathBuf,
    cache: Utf8PathBuf,
    target: Utf8PathBuf,
}

impl Folders {
    /// Where packaging writes, with the lock that its caller writes beside the assets.
    fn all(&self) -> Vec<Utf8PathBuf> {
        let lock = self.assets.parent().map(|parent| parent.join("assets.lock"));
        [&self.assets, &self.cache, &self.target].into_iter().cloned().chain(lock).collect()
    }
}

/// The functions of one workspace and architecture.
struct Group<'a> {
    project: &'a Utf8Path,
    folders: &'a Folders,
    options: &'a PackageOptions,
    toolchain: &'a Toolchain,
    flags: Vec<String>,
    driver: Driver,
    architecture: Architecture,
    members: Vec<(&'a PackageRequest, &'a Handler)>,
}

impl Group<'_> {
    /// Returns the assets of the functions that had to be built.
    fn package(
        &self,
        digests: &mut FileDigests,
        assumed: &mut Assumed,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<Vec<PackagedAsset>, PackageError> {
        let shared = self.shared();
        let mut stale = Vec::new();
        for &(request, handler) in &self.members {
            // Digested before the build: a file saved while the compiler runs is seen the next time.
            let mut collected = inputs::collect(self.project, request, handler, &shared, digests)?;
            let function = request.name.clone();
            let architecture = self.architecture;
            match self.stale_reason(request, &mut collected, digests)? {
                Ok(sha256) => observer(PackageEvent::UpToDate { function, architecture, sha256 }),
                Err(reason) => {
                    observer(PackageEvent::Stale { function, architecture, reason });
                    stale.push((request, handler, collected));
                }
            }
        }
        if stale.is_empty() {
            return Ok(Vec::new());
        }

        let executables = self.compile(observer)?;
        let mut assets = Vec::new();
        for (request, handler, mut collected) in stale {
            let Some(executable) = executables.get(&handler.package_id) else {
                continue;
            };
            let started = Instant::now();
            collected.inputs.also_read.clear();
            collected.also_read(self.project, &executable.read, digests)?;
            let asset = self.assemble(request, executable, collected, assumed, observer)?;
            observer(PackageEvent::Packaged { asset: Box::new(asset.clone()), elapsed: started.elapsed() });
            assets.push(asset);
        }
        Ok(assets)
    }

    fn shared(&self) -> Shared {
        let together: BTreeSet<_> = self
            .members
            .iter()
            .filter_map(|(request, _)| self.project.join(&request.handler).canonicalize_utf8().ok())
            .map(|folder| tree::relative(self.project, &folder).into_string())
            .collect();
        Shared {
            toolchain: self.toolchain.identity.clone(),
            driver: self.driver.identity(),
            flags: self.flags.clone(),
            compression: self.options.compression,
            together: together.into_iter().collect(),
            outputs: self.folders.all(),
        }
    }

    /// Returns the recorded zip's digest, or why it cannot be used.
    fn stale_reason(
        &self,
        request: &PackageRequest,
        collected: &mut Collected,
        digests: &mut FileDigests,
    ) -> Result<Result<Sha256, StaleReason>, PackageError> {
        let Some(recorded) = self.options.recorded.get(&request.name, self.architecture) else {
            return Ok(Err(StaleReason::New));
        };
        collected.as_before(self.project, &recorded.inputs, digests)?;
        let moved = recorded.inputs.moved(&collected.inputs);
        if !moved.is_empty() {
            return Ok(Err(StaleReason::Moved { inputs: moved }));
        }
        let zip = self.folders.assets.join(recorded.file_name());
        match digests.of(&zip) {
            Ok(digest) if digest == recorded.sha256 => Ok(Ok(digest)),
            _ => Ok(Err(StaleReason::ZipMissing)),
        }
    }

    fn compile(
        &self,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<BTreeMap<String, Executable>, PackageError> {
        let functions = self.members.iter().map(|(request, _)| request.name.clone()).collect();
        let started = Instant::now();
        observer(PackageEvent::Compiling { architecture: self.architecture, functions });
        let executables = Build {
            project: self.project,
            target: &self.folders.target,
            architecture: self.architecture,
            toolchain: self.toolchain,
            driver: &self.driver,
            flags: &self.flags,
            handlers: self
                .members
                .iter()
                .map(|&(request, handler)| (request.name.as_str(), handler))
                .collect(),
        }
        .run(observer)?;
        observer(PackageEvent::Compiled { architecture: self.architecture, elapsed: started.elapsed() });
        Ok(executables)
    }

    /// Checks the files, zips them, and writes the zip.
    fn assemble(
        &self,
        request: &PackageRequest,
        executable: &Executable,
        collected: Collected,
        assumed: &mut Assumed,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<PackagedAsset, PackageError> {
        let function = || request.name.clone();
        let read = |path: &Utf8Path| {
            fs::read(path).map_err(|source| PackageError::Read { path: path.to_owned(), source })
        };
        let bootstrap = read(&executable.path)?;
        for path in &executable.machine_paths {
            if contains(&bootstrap, path.as_str().as_bytes()) {
                observer(PackageEvent::MachinePath { function: function(), path: path.to_string() });
            }
        }
        let mut files = vec![(BOOTSTRAP_PATH, Mode::Executable, bootstrap)];
        if let Some(model) = &request.model {
            let runtime = Pin::of(self.architecture)?.provide(&self.folders.cache, observer)?;
            files.push((LIBRARY_PATH, Mode::Plain, runtime.library));
            files.push((LICENSE_PATH, Mode::Plain, runtime.license));
            files.push((NOTICES_PATH, Mode::Plain, runtime.notices));
            files.push((MODEL_PATH, Mode::Plain, read(&self.project.join(model))?));
        }
        self.check_programs(request, &files, assumed)?;

        let remembered = self.folders.cache.join("deflate");
        let mut members = Vec::new();
        for (path, mode, bytes) in files {
            let content = compress_remembered(&bytes, self.options.compression, &remembered)?;
            members.push(Member { path: path.to_owned(), mode, content });
        }
        let mut entries: Vec<_> = members
            .iter()
            .map(|member| Entry {
                path: member.path.clone(),
                bytes: member.content.bytes,
                compressed: member.content.data.len() as u64,
            })
            .collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let zip = archive::write(members)
            .map_err(|source| PackageError::Archive { function: function(), source })?;
        limits::check(&entries, zip.len() as u64, self.options.upload)
            .map_err(|exceeded| PackageError::TooLarge { function: function(), exceeded })?;

        let sha256 = Sha256::of(&zip);
        let asset = PackagedAsset {
            name: function(),
            architecture: self.architecture,
            sha256,
            code_sha256: sha256.to_base64(),
            zip_bytes: zip.len() as u64,
            unzipped_bytes: entries.iter().map(|entry| entry.bytes).sum(),
            entries,
            inputs: collected.inputs,
        };
        write_atomically(&self.folders.assets.join(asset.file_name()), &zip)?;
        Ok(asset)
    }

    /// Reads the program and the libraries as the runtime's loader will.
    fn check_programs(
        &self,
        request: &PackageRequest,
        files: &[(&str, Mode, Vec<u8>)],
        assumed: &mut Assumed,
    ) -> Result<(), PackageError> {
        let is_library = |path: &str| path.starts_with("lib/");
        let file_name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let packaged =
            files.iter().filter(|(path, ..)| is_library(path)).map(|(path, ..)| file_name(path)).collect();
        for (path, _, bytes) in files.iter().filter(|(path, ..)| *path == BOOTSTRAP_PATH || is_library(path))
        {
            let checked = elf::inspect(bytes)
                .and_then(|facts| elf::check(&facts, self.architecture, &packaged, &PROVIDED_AL2023));
            let assumptions = checked.map_err(|problem| PackageError::WillNotRun {
                function: request.name.clone(),
                file: (*path).to_owned(),
                problem: Box::new(problem),
            })?;
            for assumption in assumptions {
                assumed.note(assumption, &request.name, path);
            }
        }
        Ok(())
    }
}

fn contains(bytes: &[u8], path: &[u8]) -> bool {
    bytes.windows(path.len()).any(|window| window == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_function_twice_for_one_architecture_is_refused() {
        let request = |architecture| PackageRequest {
            name: "f".to_owned(),
            handler: "functions/f".into(),
            architecture,
            model: None,
        };
        assert!(check_unique(&[request(Architecture::Arm64), request(Architecture::X86_64)]).is_ok());
        let error = check_unique(&[request(Architecture::Arm64), request(Architecture::Arm64)]).unwrap_err();
        assert_eq!(error.to_string(), "the function `f` is requested twice for arm64");
    }

    #[test]
    fn an_assumption_is_told_once_for_all_functions() {
        let assumption =
            |library: &str| Assumption { library: library.to_owned(), note: "is there".to_owned() };
        let mut assumed = Assumed::default();
        assumed.note(assumption("libm.so.6"), "infer", "lib/a.so");
        assumed.note(assumption("libc.so.6"), "infer", "bootstrap");
        assumed.note(assumption("libc.so.6"), "fmi", "bootstrap");
        assumed.note(assumption("libc.so.6"), "infer", "lib/a.so");
        let mut told = Vec::new();
        assumed.tell(&mut |event| told.push(event));
        let event = |functions: &[&str], files: &[&str], library: &str| PackageEvent::Assumed {
            functions: functions.iter().map(ToString::to_string).collect(),
            files: files.iter().map(ToString::to_string).collect(),
            library: library.to_owned(),
            note: "is there".to_owned(),
        };
        assert_eq!(
            told,
            [
                event(&["fmi", "infer"], &["bootstrap", "lib/a.so"], "libc.so.6"),
                event(&["infer"], &["lib/a.so"], "libm.so.6")
            ]
        );
    }

    #[test]
    fn finds_a_path_in_a_program() {
        assert!(contains(b"\0/home/a/src/main.rs\0", b"/home/a"));
        assert!(!contains(b"\0/home/b/src/main.rs\0", b"/home/a"));
        assert!(!contains(b"/h", b"/home/a"));
    }
}
