//! The pipeline: requests to zips.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Architecture;

use crate::archive::{self, Member, Mode};
use crate::asset::{Entry, Inputs, PackageReport, PackagedAsset};
use crate::companion::{Companion, File, Placements, Workplace};
use crate::compile::{Build, Executable};
use crate::deflate::compress_remembered;
use crate::dependencies;
use crate::digest::{FileDigests, write_atomically};
use crate::elf::{self, Assumption};
use crate::error::PackageError;
use crate::event::{PackageEvent, StaleReason};
use crate::flags;
use crate::inputs::{self, Collected, Shared};
use crate::limits;
use crate::model::ModelOptimizer;
use crate::provenance::{self, Account, Licenses, Program};
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
    optimizer: &dyn ModelOptimizer,
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
    let placements = Placements::decide(requests);
    let at = Workplace {
        project: &project,
        cache: &folders.cache,
        host: architecture_of(&toolchain.host),
        optimizer,
    };
    let mut digests = FileDigests::open(&folders.cache);
    let mut lock = options.recorded.clone();
    let mut assumed = Assumed::default();

    let mut layers = BTreeSet::new();
    for request in requests {
        for companion in placements.layers_of(request)? {
            layers.insert((companion, request.architecture));
        }
    }
    let mut shared = BTreeMap::new();
    for (companion, architecture) in layers {
        let layer = Layer { at, folders: &folders, options, toolchain: &toolchain, companion, architecture };
        let asset = layer.package(&mut digests, &mut assumed, observer)?;
        lock.record_layer(asset.clone());
        shared.insert((layer.companion, architecture), asset);
    }

    let mut groups = BTreeMap::<(&Utf8Path, Architecture), Vec<Function>>::new();
    for (request, handler) in requests.iter().zip(&handlers) {
        let layers = placements.layers_of(request)?;
        let function = Function { request, handler, layers };
        groups.entry((&handler.workspace, request.architecture)).or_default().push(function);
    }
    for ((workspace, architecture), functions) in groups {
        let driver = Driver::choose(options.compiler, architecture, &toolchain.host, workspace)?;
        let group = Group {
            at,
            folders: &folders,
            options,
            toolchain: &toolchain,
            workspace,
            flags: flags::of_user(workspace, triple(architecture))?,
            driver,
            architecture,
            functions,
            layers: &shared,
        };
        for asset in group.package(&mut digests, &mut assumed, observer)? {
            lock.record_function(asset);
        }
    }
    digests.keep();
    assumed.tell(observer);

    let functions = requests.iter().filter_map(|r| lock.function(&r.name, r.architecture).cloned()).collect();
    Ok(PackageReport { functions, layers: shared.into_values().collect(), lock })
}

fn architecture_of(host: &str) -> Option<Architecture> {
    [Architecture::X86_64, Architecture::Arm64].into_iter().find(|architecture| triple(*architecture) == host)
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

/// A layer: one companion, for all functions of one architecture that need it.
struct Layer<'a> {
    at: Workplace<'a>,
    folders: &'a Folders,
    options: &'a PackageOptions,
    toolchain: &'a Toolchain,
    companion: Companion,
    architecture: Architecture,
}

impl Layer<'_> {
    /// Returns the layer as it was recorded, where that still holds, or makes it.
    fn package(
        &self,
        digests: &mut FileDigests,
        assumed: &mut Assumed,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<PackagedAsset, PackageError> {
        let name = self.companion.layer_name();
        let identity = self.companion.identity(self.at, self.architecture, digests)?;
        let inputs = Inputs {
            parts: BTreeMap::from([
                inputs::recipe(self.options.compression),
                (self.companion.input_name(), identity),
            ]),
            also_read: BTreeMap::new(),
        };
        if let Some(recorded) = self.options.recorded.layer(&name, self.architecture)
            && recorded.inputs == inputs
            && is_there(recorded, self.folders, digests)
        {
            return Ok(recorded.clone());
        }
        let started = Instant::now();
        let (files, shipped) = self.companion.files(self.at, self.architecture, true, digests, observer)?;
        check_programs(&name, self.architecture, &files, &BTreeSet::new(), assumed)?;
        let variables = BTreeMap::from([shipped.variable()]);
        let zipped = Zipped::of(&name, files, self.options, self.folders)?;
        let layer = zipped.asset(name, self.architecture, inputs, Vec::new(), variables);
        limits::check(&layer, &[], self.options.upload)
            .map_err(|exceeded| PackageError::TooLarge { function: layer.name.clone(), exceeded })?;
        let account = Account {
            project: self.at.project,
            asset: &layer,
            toolchain: self.toolchain,
            program: None,
            shipped: &[shipped],
            layers: &[],
        };
        write(self.folders, &account, &zipped.zip)?;
        observer(PackageEvent::Packaged { asset: Box::new(layer.clone()), elapsed: started.elapsed() });
        Ok(layer)
    }
}

/// A function to package, and what of it lies in layers.
struct Function<'a> {
    request: &'a PackageRequest,
    handler: &'a Handler,
    layers: Vec<Companion>,
}

/// The functions of one workspace and architecture.
struct Group<'a> {
    at: Workplace<'a>,
    folders: &'a Folders,
    options: &'a PackageOptions,
    toolchain: &'a Toolchain,
    workspace: &'a Utf8Path,
    flags: Vec<String>,
    driver: Driver,
    architecture: Architecture,
    functions: Vec<Function<'a>>,
    /// The layers of this run.
    layers: &'a BTreeMap<(Companion, Architecture), PackagedAsset>,
}

impl Group<'_> {
    /// Returns the packages of the functions that had to be built.
    fn package(
        &self,
        digests: &mut FileDigests,
        assumed: &mut Assumed,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<Vec<PackagedAsset>, PackageError> {
        let shared = self.shared()?;
        let mut stale = Vec::new();
        for function in &self.functions {
            // Digested before the build: a file saved while the compiler runs is seen the next time.
            let Function { request, handler, layers } = function;
            let mut collected = inputs::collect(self.at, request, handler, layers, &shared, digests)?;
            let name = request.name.clone();
            let architecture = self.architecture;
            match self.stale_reason(request, &mut collected, digests)? {
                Ok(sha256) => observer(PackageEvent::UpToDate { function: name, architecture, sha256 }),
                Err(reason) => {
                    observer(PackageEvent::Stale { function: name, architecture, reason });
                    stale.push((function, collected));
                }
            }
        }
        if stale.is_empty() {
            return Ok(Vec::new());
        }

        let executables = self.compile(observer)?;
        let ids = self.functions.iter().map(|function| function.handler.package_id.as_str()).collect();
        let programs =
            provenance::programs(self.at.project, self.workspace, &ids, triple(self.architecture))?;
        let mut assets = Vec::new();
        for (function, mut collected) in stale {
            let id = &function.handler.package_id;
            let (Some(executable), Some(program)) = (executables.get(id), programs.get(id)) else {
                continue;
            };
            let licenses = provenance::licenses(program, provenance::release(self.toolchain))?;
            let started = Instant::now();
            collected.inputs.also_read.clear();
            collected.also_read(self.at.project, &executable.read, digests)?;
            collected.also_read(self.at.project, &licenses.read, digests)?;
            let made = Made { executable, program, licenses };
            let asset = self.assemble(function, made, collected, assumed, digests, observer)?;
            observer(PackageEvent::Packaged { asset: Box::new(asset.clone()), elapsed: started.elapsed() });
            assets.push(asset);
        }
        Ok(assets)
    }

    fn shared(&self) -> Result<Shared, PackageError> {
        let crates = self.functions.iter().flat_map(|function| function.handler.crates.keys()).collect();
        let together: BTreeSet<_> = self
            .functions
            .iter()
            .filter_map(|function| self.at.project.join(&function.request.handler).canonicalize_utf8().ok())
            .map(|folder| tree::relative(self.at.project, &folder).into_string())
            .collect();
        Ok(Shared {
            toolchain: self.toolchain.identity.clone(),
            driver: self.driver.identity(self.architecture, &self.toolchain.host, self.workspace),
            flags: self.flags.clone(),
            compression: self.options.compression,
            together: together.into_iter().collect(),
            decisive: dependencies::decisive(self.workspace, &crates)?,
            outputs: self.folders.all(),
        })
    }

    /// Returns the recorded zip's digest, or why it cannot be used.
    fn stale_reason(
        &self,
        request: &PackageRequest,
        collected: &mut Collected,
        digests: &mut FileDigests,
    ) -> Result<Result<Sha256, StaleReason>, PackageError> {
        let Some(recorded) = self.options.recorded.function(&request.name, self.architecture) else {
            return Ok(Err(StaleReason::New));
        };
        collected.as_before(self.at.project, &recorded.inputs, digests)?;
        let moved = recorded.inputs.moved(&collected.inputs);
        if !moved.is_empty() {
            return Ok(Err(StaleReason::Moved { inputs: moved }));
        }
        if is_there(recorded, self.folders, digests) {
            Ok(Ok(recorded.sha256))
        } else {
            Ok(Err(StaleReason::ZipMissing))
        }
    }

    fn compile(
        &self,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<BTreeMap<String, Executable>, PackageError> {
        let functions = self.functions.iter().map(|function| function.request.name.clone()).collect();
        let started = Instant::now();
        observer(PackageEvent::Compiling { architecture: self.architecture, functions });
        let executables = Build {
            project: self.at.project,
            target: &self.folders.target,
            architecture: self.architecture,
            toolchain: self.toolchain,
            driver: &self.driver,
            flags: &self.flags,
            handlers: self
                .functions
                .iter()
                .map(|function| (function.request.name.as_str(), function.handler))
                .collect(),
        }
        .run(observer)?;
        observer(PackageEvent::Compiled { architecture: self.architecture, elapsed: started.elapsed() });
        Ok(executables)
    }

    /// Checks the files, zips them, and writes the zip.
    fn assemble(
        &self,
        function: &Function<'_>,
        made: Made<'_>,
        collected: Collected,
        assumed: &mut Assumed,
        digests: &mut FileDigests,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<PackagedAsset, PackageError> {
        let Function { request, layers, .. } = function;
        let Made { executable, program, licenses } = made;
        let name = || request.name.clone();
        let bootstrap = fs::read(&executable.path)
            .map_err(|source| PackageError::Read { path: executable.path.clone(), source })?;
        for path in &executable.machine_paths {
            if contains(&bootstrap, path.as_str().as_bytes()) {
                observer(PackageEvent::MachinePath { function: name(), path: path.to_string() });
            }
        }
        let bootstrap =
            provenance::attach(bootstrap, program).map_err(|problem| PackageError::WillNotRun {
                function: name(),
                file: BOOTSTRAP_PATH.to_owned(),
                problem: Box::new(problem),
            })?;
        if !licenses.unknown.is_empty() {
            observer(PackageEvent::NoLicense { function: name(), crates: licenses.unknown });
        }
        let mut files = vec![
            File { path: BOOTSTRAP_PATH.to_owned(), mode: Mode::Executable, bytes: bootstrap },
            File {
                path: provenance::LICENSES_PATH.to_owned(),
                mode: Mode::Plain,
                bytes: licenses.text.into_bytes(),
            },
        ];
        let mut shipped = Vec::new();
        for companion in Companion::of(request).iter().filter(|companion| !layers.contains(companion)) {
            let (more, what) = companion.files(self.at, self.architecture, false, digests, observer)?;
            files.extend(more);
            shipped.push(what);
        }
        let layers: Vec<&PackagedAsset> = layers
            .iter()
            .filter_map(|companion| self.layers.get(&(companion.clone(), self.architecture)))
            .collect();
        let in_layers = layers
            .iter()
            .flat_map(|layer| &layer.entries)
            .filter(|entry| is_library(&entry.path))
            .map(|entry| file_name(&entry.path))
            .collect();
        check_programs(&request.name, self.architecture, &files, &in_layers, assumed)?;

        let zipped = Zipped::of(&request.name, files, self.options, self.folders)?;
        let asset = zipped.asset(
            name(),
            self.architecture,
            collected.inputs,
            layers.iter().map(|layer| layer.name.clone()).collect(),
            layers.iter().flat_map(|layer| layer.variables.clone()).collect(),
        );
        limits::check(&asset, &layers, self.options.upload)
            .map_err(|exceeded| PackageError::TooLarge { function: name(), exceeded })?;
        let account = Account {
            project: self.at.project,
            asset: &asset,
            toolchain: self.toolchain,
            program: Some(program),
            shipped: &shipped,
            layers: &layers,
        };
        write(self.folders, &account, &zipped.zip)?;
        Ok(asset)
    }
}

/// What the compiler made of a handler.
struct Made<'a> {
    executable: &'a Executable,
    program: &'a Program,
    licenses: Licenses,
}

/// Writes a zip and what accounts for it. The zip comes last: where it is, the others are.
fn write(folders: &Folders, account: &Account<'_>, zip: &[u8]) -> Result<(), PackageError> {
    let sha256 = account.asset.sha256;
    let documents = provenance::documents(account);
    let assets = &folders.assets;
    write_atomically(&assets.join(provenance::sbom_name(sha256)), documents.sbom.as_bytes())?;
    write_atomically(&assets.join(provenance::statement_name(sha256)), documents.statement.as_bytes())?;
    write_atomically(&assets.join(account.asset.file_name()), zip)
}

/// An archive that is not written yet.
struct Zipped {
    zip: Vec<u8>,
    entries: Vec<Entry>,
}

impl Zipped {
    fn of(
        name: &str,
        files: Vec<File>,
        options: &PackageOptions,
        folders: &Folders,
    ) -> Result<Self, PackageError> {
        let remembered = folders.cache.join("deflate");
        let mut members = Vec::new();
        let mut entries = Vec::new();
        for File { path, mode, bytes } in files {
            let content = compress_remembered(&bytes, options.compression, &remembered)?;
            entries.push(Entry {
                path: path.clone(),
                bytes: content.bytes,
                compressed: content.data.len() as u64,
                sha256: Sha256::of(&bytes),
            });
            members.push(Member { path, mode, content });
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let zip = archive::write(members)
            .map_err(|source| PackageError::Archive { function: name.to_owned(), source })?;
        Ok(Self { zip, entries })
    }

    fn asset(
        &self,
        name: String,
        architecture: Architecture,
        inputs: Inputs,
        layers: Vec<String>,
        variables: BTreeMap<String, String>,
    ) -> PackagedAsset {
        let sha256 = Sha256::of(&self.zip);
        PackagedAsset {
            name,
            architecture,
            sha256,
            code_sha256: sha256.to_base64(),
            zip_bytes: self.zip.len() as u64,
            unzipped_bytes: self.entries.iter().map(|entry| entry.bytes).sum(),
            entries: self.entries.clone(),
            layers,
            variables,
            inputs,
        }
    }
}

/// Tells whether an asset's zip is in the folder and is what its name says, with what accounts for it.
fn is_there(asset: &PackagedAsset, folders: &Folders, digests: &mut FileDigests) -> bool {
    let documents = [provenance::sbom_name(asset.sha256), provenance::statement_name(asset.sha256)];
    documents.iter().all(|name| folders.assets.join(name).is_file())
        && digests.of(&folders.assets.join(asset.file_name())).is_ok_and(|digest| digest == asset.sha256)
}

fn is_library(path: &str) -> bool {
    path.starts_with("lib/")
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Reads the program and the libraries as the runtime's loader will. `in_layers` are libraries that lie elsewhere.
fn check_programs(
    name: &str,
    architecture: Architecture,
    files: &[File],
    in_layers: &BTreeSet<String>,
    assumed: &mut Assumed,
) -> Result<(), PackageError> {
    let programs = || files.iter().filter(|file| file.path == BOOTSTRAP_PATH || is_library(&file.path));
    let mut present = in_layers.clone();
    present.extend(programs().map(|file| file_name(&file.path)));
    for file in programs() {
        let checked = elf::inspect(&file.bytes)
            .and_then(|facts| elf::check(&facts, architecture, &present, &PROVIDED_AL2023));
        let assumptions = checked.map_err(|problem| PackageError::WillNotRun {
            function: name.to_owned(),
            file: file.path.clone(),
            problem: Box::new(problem),
        })?;
        for assumption in assumptions {
            assumed.note(assumption, name, &file.path);
        }
    }
    Ok(())
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
            layers: 0,
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
