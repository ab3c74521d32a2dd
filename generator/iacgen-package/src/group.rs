//! The functions of one workspace and architecture: compiled in one run of cargo, each zipped for itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Instant;

use camino::Utf8Path;
use iacgen_assembly::Sha256;
use iacgen_aws_types::Architecture;

use crate::archive::Mode;
use crate::asset::PackagedAsset;
use crate::children;
use crate::companion::{Companion, File, Workplace};
use crate::compile::{Build, Executable};
use crate::dependencies;
use crate::digest::FileDigests;
use crate::error::PackageError;
use crate::event::{PackageEvent, StaleReason};
use crate::inputs::{self, Collected, Shared};
use crate::limits;
use crate::loadable::{Assumed, check_programs, file_name, is_library};
use crate::package::{BOOTSTRAP_PATH, Folders};
use crate::provenance::{self, Account, Licenses, Program};
use crate::request::{PackageOptions, PackageRequest};
use crate::toolchain::{Driver, Toolchain, triple};
use crate::tree;
use crate::workspace::Handler;
use crate::zipped::{Zipped, is_there, write};

/// A function to package, and what of it lies in layers.
pub(crate) struct Function<'a> {
    pub(crate) request: &'a PackageRequest,
    pub(crate) handler: &'a Handler,
    pub(crate) layers: Vec<Companion>,
    /// Whether it is to be packaged, and not only known for what is built together with it.
    pub(crate) is_wanted: bool,
}

/// The functions of one workspace and architecture.
pub(crate) struct Group<'a> {
    pub(crate) at: Workplace<'a>,
    pub(crate) folders: &'a Folders,
    pub(crate) options: &'a PackageOptions,
    pub(crate) toolchain: &'a Toolchain,
    pub(crate) workspace: &'a Utf8Path,
    pub(crate) flags: Vec<String>,
    pub(crate) driver: Driver,
    pub(crate) architecture: Architecture,
    pub(crate) functions: Vec<Function<'a>>,
    /// The layers of this run.
    pub(crate) layers: &'a BTreeMap<(Companion, Architecture), PackagedAsset>,
}

impl Group<'_> {
    /// Returns the packages of the functions that had to be built.
    pub(crate) fn package(
        &self,
        digests: &mut FileDigests,
        assumed: &mut Assumed,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<Vec<PackagedAsset>, PackageError> {
        let shared = self.shared()?;
        let mut stale = Vec::new();
        for function in self.functions.iter().filter(|function| function.is_wanted) {
            // Digested before the build: a file saved while the compiler runs is seen the next time.
            let Function { request, handler, layers, .. } = function;
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
            children::go_on()?;
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

fn contains(bytes: &[u8], path: &[u8]) -> bool {
    bytes.windows(path.len()).any(|window| window == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_path_in_a_program() {
        assert!(contains(b"\0/home/a/src/main.rs\0", b"/home/a"));
        assert!(!contains(b"\0/home/b/src/main.rs\0", b"/home/a"));
        assert!(!contains(b"/h", b"/home/a"));
    }
}
