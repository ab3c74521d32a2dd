//! The pipeline: requests to zips.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Architecture;

use crate::asset::PackageReport;
use crate::children;
use crate::companion::{Companion, Placements, Workplace};
use crate::digest::FileDigests;
use crate::error::PackageError;
use crate::event::PackageEvent;
use crate::flags;
use crate::group::{Function, Group};
use crate::layer::Layer;
use crate::loadable::Assumed;
use crate::model::ModelOptimizer;
use crate::request::{PackageOptions, PackageRequest};
use crate::toolchain::{Driver, Toolchain, triple};
use crate::workspace::{self, Handler};

/// Where the program is in a package: the name that OS-only runtimes start. Page: "OS-only runtimes".
pub const BOOTSTRAP_PATH: &str = "bootstrap";
/// Where ONNX Runtime's library is in a package. Lambda's `LD_LIBRARY_PATH` has the code folder's `lib`.
pub const LIBRARY_PATH: &str = "lib/libonnxruntime.so.1";
/// Where the model is in a package, whatever its name in the project.
pub const MODEL_PATH: &str = "model.onnx";

/// Builds and zips the handlers of `requests`, or finds that nothing has changed since `options.recorded`.
///
/// All functions of a project belong into one call: what cargo builds together shares its dependencies' features, and
/// what several functions need lies in layers, so a part of them may come out different. [`package_part`] is for a part.
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
    package_part(project, requests, &|_| true, options, optimizer, observer)
}

/// Packages those of a project's functions that are wanted, exactly as [`package`] would with all. Those that share a layer
/// with one of them come along, since a layer and what its functions know of it go together.
///
/// # Errors
/// As [`package`].
pub fn package_part(
    project: &Utf8Path,
    requests: &[PackageRequest],
    is_wanted: &dyn Fn(&PackageRequest) -> bool,
    options: &PackageOptions,
    optimizer: &dyn ModelOptimizer,
    observer: &mut dyn FnMut(PackageEvent),
) -> Result<PackageReport, PackageError> {
    let made = run(project, requests, is_wanted, options, optimizer, observer);
    // A compiler that was ended fails, and that is not why.
    made.map_err(|error| if children::is_ending() { PackageError::Interrupted } else { error })
}

fn run(
    project: &Utf8Path,
    requests: &[PackageRequest],
    is_wanted: &dyn Fn(&PackageRequest) -> bool,
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
        recorded: project.join("assets.lock"),
    };
    let handlers = workspace::handlers(&project, requests)?;
    let toolchain = Toolchain::of(&project)?;
    let at = Workplace {
        project: &project,
        cache: &folders.cache,
        host: architecture_of(&toolchain.host),
        optimizer,
    };
    let mut digests = FileDigests::open(&folders.cache);
    let mut lock = options.recorded.clone();
    let mut assumed = Assumed::default();

    let functions = functions(requests, &handlers, is_wanted)?;
    let wanted: Vec<&PackageRequest> =
        functions.iter().filter(|function| function.is_wanted).map(|function| function.request).collect();
    let mut shared = BTreeMap::new();
    for (companion, architecture) in layers(&functions) {
        let layer = Layer { at, folders: &folders, options, toolchain: &toolchain, companion, architecture };
        let asset = layer.package(&mut digests, &mut assumed, observer)?;
        lock.record_layer(asset.clone());
        shared.insert((layer.companion, architecture), asset);
    }

    let mut groups = BTreeMap::<(&Utf8Path, Architecture), Vec<Function>>::new();
    for function in functions {
        let key = (function.handler.workspace.as_path(), function.request.architecture);
        groups.entry(key).or_default().push(function);
    }
    groups.retain(|_, functions| functions.iter().any(|function| function.is_wanted));
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

    let functions = wanted.iter().filter_map(|r| lock.function(&r.name, r.architecture).cloned()).collect();
    Ok(PackageReport { functions, layers: shared.into_values().collect(), lock })
}

/// Decides where what the functions need lies, over all of them, and which are packaged.
fn functions<'a>(
    requests: &'a [PackageRequest],
    handlers: &'a [Handler],
    is_wanted: &dyn Fn(&PackageRequest) -> bool,
) -> Result<Vec<Function<'a>>, PackageError> {
    let placements = Placements::decide(requests);
    let mut functions = Vec::new();
    for (request, handler) in requests.iter().zip(handlers) {
        let layers = placements.layers_of(request)?;
        functions.push(Function { request, handler, layers, is_wanted: is_wanted(request) });
    }
    loop {
        let before = layers(&functions);
        for function in &mut functions {
            let architecture = function.request.architecture;
            let mut own = function.layers.iter();
            function.is_wanted |= own.any(|layer| before.contains(&(layer.clone(), architecture)));
        }
        if layers(&functions) == before {
            return Ok(functions);
        }
    }
}

/// Returns the layers of the functions that are packaged.
fn layers(functions: &[Function<'_>]) -> BTreeSet<(Companion, Architecture)> {
    let wanted = functions.iter().filter(|function| function.is_wanted);
    wanted
        .flat_map(|function| {
            function.layers.iter().map(|layer| (layer.clone(), function.request.architecture))
        })
        .collect()
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

/// The folders of a run, absolute and without symlinks.
pub(crate) struct Folders {
    pub(crate) assets: Utf8PathBuf,
    pub(crate) cache: Utf8PathBuf,
    pub(crate) target: Utf8PathBuf,
    /// The project's `assets.lock`.
    pub(crate) recorded: Utf8PathBuf,
}

impl Folders {
    /// Where packaging writes, with the locks that its caller writes: they are no inputs.
    pub(crate) fn all(&self) -> Vec<Utf8PathBuf> {
        let lock = self.assets.parent().map(|parent| parent.join("assets.lock"));
        [&self.assets, &self.cache, &self.target, &self.recorded].into_iter().cloned().chain(lock).collect()
    }
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
}
