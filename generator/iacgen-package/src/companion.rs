//! What goes beside a bootstrap and may be shared: ONNX Runtime's library and models, in a function's zip or in layers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Sha256;
use iacgen_aws_types::Architecture;
use iacgen_tensors::{OnnxRuntimeVersion, TensorContract};

use crate::archive::Mode;
use crate::digest::FileDigests;
use crate::error::PackageError;
use crate::event::PackageEvent;
use crate::limits::LAYERS;
use crate::model::{Model, ModelForm, ModelOptimization, ModelOptimizer, Workshop};
use crate::onnxruntime::{OnnxRuntime, Pin};
use crate::package::{LIBRARY_PATH, MODEL_PATH};
use crate::provenance::{Optimized, Shipped};
use crate::request::{ModelRequest, PackageRequest, Placement, RuntimeLibrary};

/// Where Lambda lays layers. Page: "Packaging your layer content".
const LAYERS_FOLDER: &str = "/opt";
const LICENSES: &str = "licenses/onnxruntime";
/// The name of ONNX Runtime among a package's inputs.
pub(crate) const RUNTIME_INPUT: &str = "onnxruntime";
/// What a model's name begins with among a package's inputs; its path follows.
pub(crate) const MODEL_INPUT: &str = "model ";

/// A file of a package or of a layer.
#[derive(Debug)]
pub(crate) struct File {
    /// Relative to the code folder or to `/opt`.
    pub(crate) path: String,
    pub(crate) mode: Mode,
    pub(crate) bytes: Vec<u8>,
}

/// What a function needs beside its bootstrap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Companion {
    /// ONNX Runtime.
    OnnxRuntime(RuntimeLibrary),
    /// A model.
    Model(WantedModel),
}

/// A model, and what decides about its files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WantedModel {
    /// Relative to the project.
    path: Utf8PathBuf,
    optimization: ModelOptimization,
    /// The library that optimises it.
    library: RuntimeLibrary,
    /// The tensor contract as JSON.
    tensors: Option<String>,
}

/// What companions are made with.
#[derive(Clone, Copy)]
pub(crate) struct Workplace<'a> {
    /// Absolute.
    pub(crate) project: &'a Utf8Path,
    pub(crate) cache: &'a Utf8Path,
    /// This machine, if it is one of Lambda's architectures.
    pub(crate) host: Option<Architecture>,
    pub(crate) optimizer: &'a dyn ModelOptimizer,
}

impl Companion {
    /// Returns what a function needs.
    pub(crate) fn of(request: &PackageRequest) -> Vec<Self> {
        request.model.iter().flat_map(Self::of_model).collect()
    }

    fn of_model(model: &ModelRequest) -> [Self; 2] {
        let wanted = WantedModel {
            path: model.path.clone(),
            optimization: model.optimization,
            library: model.library.clone(),
            tensors: model.tensors.as_ref().and_then(|tensors| serde_json::to_string(tensors).ok()),
        };
        [Self::OnnxRuntime(model.library.clone()), Self::Model(wanted)]
    }

    /// Returns the name of the layer that holds it.
    pub(crate) fn layer_name(&self) -> String {
        match self {
            // The default version needs no telling apart: a project's workflows may each have a version.
            Self::OnnxRuntime(RuntimeLibrary::Pinned(version))
                if *version == OnnxRuntimeVersion::default() =>
            {
                "onnxruntime".to_owned()
            }
            Self::OnnxRuntime(RuntimeLibrary::Pinned(version)) => format!("onnxruntime-{version}"),
            Self::OnnxRuntime(RuntimeLibrary::Own(path)) | Self::Model(WantedModel { path, .. }) => {
                path.to_string()
            }
        }
    }

    /// Returns its name among a package's inputs.
    pub(crate) fn input_name(&self) -> String {
        match self {
            Self::OnnxRuntime(_) => RUNTIME_INPUT.to_owned(),
            Self::Model(model) => format!("{MODEL_INPUT}{}", model.path),
        }
    }

    /// Returns what identifies its content among a package's inputs.
    pub(crate) fn identity(
        &self,
        at: Workplace<'_>,
        architecture: Architecture,
        digests: &mut FileDigests,
    ) -> Result<String, PackageError> {
        match self {
            Self::OnnxRuntime(library) => library_identity(at, architecture, library, digests),
            Self::Model(wanted) => {
                let model = Model::read(at.project, &wanted.path)?;
                let decision = model.decide(wanted.optimization, architecture, at.host)?;
                let runtime = library_identity(at, architecture, &wanted.library, digests)?;
                let recipe = at.optimizer.recipe();
                let tensors = wanted.contract();
                model.identity(&decision, architecture, &runtime, &recipe, tensors.as_ref(), digests)
            }
        }
    }

    /// Returns its files, relative to the code folder, or to `/opt` where it lies `in_layer`; and what they are.
    pub(crate) fn files(
        &self,
        at: Workplace<'_>,
        architecture: Architecture,
        in_layer: bool,
        digests: &mut FileDigests,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<(Vec<File>, Shipped), PackageError> {
        match self {
            Self::OnnxRuntime(library) => {
                let files = library_files(at, architecture, library, observer)?;
                let pinned = match library {
                    RuntimeLibrary::Pinned(version) => Some(Pin::of(*version, architecture)?.pinned()),
                    RuntimeLibrary::Own(_) => None,
                };
                Ok((files, Shipped::OnnxRuntime { library: LIBRARY_PATH.to_owned(), pinned }))
            }
            Self::Model(wanted) => {
                let identity = self.identity(at, architecture, digests)?;
                let model = Model::read(at.project, &wanted.path)?;
                let decision = model.decide(wanted.optimization, architecture, at.host)?;
                let library = match &wanted.library {
                    RuntimeLibrary::Own(path) => at.project.join(path),
                    RuntimeLibrary::Pinned(version) => {
                        let pin = Pin::of(*version, architecture)?;
                        pin.provide(at.cache, observer)?;
                        pin.library_file(at.cache)
                    }
                };
                let workshop = Workshop { cache: at.cache, library: &library, optimizer: at.optimizer };
                let tensors = wanted.contract();
                let (form, files) =
                    model.files(wanted.optimization, &decision, &identity, tensors.as_ref(), workshop)?;
                let folder = if in_layer { wanted.folder(&identity) + "/" } else { String::new() };
                let optimized = match &form {
                    ModelForm::AsIs(_) => None,
                    ModelForm::Optimized { .. } => Some(Optimized {
                        from: digests.of(&at.project.join(&wanted.path))?,
                        how: format!("optimised by ONNX Runtime, {}", at.optimizer.recipe()),
                    }),
                };
                observer(PackageEvent::Model { path: wanted.path.clone(), architecture, form });
                let mut files: Vec<File> = files
                    .into_iter()
                    .map(|file| plain(format!("{folder}{}", file.name), file.bytes))
                    .collect();
                files.sort_by_key(|file| !file.path.ends_with(MODEL_PATH));
                let shipped = Shipped::Model {
                    path: wanted.path.clone(),
                    file: format!("{folder}{MODEL_PATH}"),
                    data: files.iter().skip(1).map(|file| file.path.clone()).collect(),
                    optimized,
                };
                Ok((files, shipped))
            }
        }
    }
}

impl Shipped {
    /// Returns the variable that tells the handler where it lies in a layer.
    pub(crate) fn variable(&self) -> (String, String) {
        let (variable, path) = match self {
            Self::OnnxRuntime { library, .. } => ("ORT_DYLIB_PATH", library),
            Self::Model { file, .. } => ("MODEL", file),
        };
        (variable.to_owned(), format!("{LAYERS_FOLDER}/{path}"))
    }
}

impl WantedModel {
    fn contract(&self) -> Option<TensorContract> {
        self.tensors.as_deref().and_then(|text| serde_json::from_str(text).ok())
    }

    /// Several models lie below one `/opt`, so each has a folder with its name, and a digest for those of one name.
    fn folder(&self, identity: &str) -> String {
        let stem = self.path.file_stem().unwrap_or("model");
        let safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        let stem: String = stem.chars().map(|c| if safe(c) { c } else { '_' }).collect();
        format!("models/{stem}-{}", &Sha256::of(identity).to_string()[..12])
    }
}

fn plain(path: String, bytes: Vec<u8>) -> File {
    File { path, mode: Mode::Plain, bytes }
}

fn library_identity(
    at: Workplace<'_>,
    architecture: Architecture,
    library: &RuntimeLibrary,
    digests: &mut FileDigests,
) -> Result<String, PackageError> {
    let path = match library {
        RuntimeLibrary::Pinned(version) => return Ok(Pin::of(*version, architecture)?.identity()),
        RuntimeLibrary::Own(path) => path,
    };
    let mut identity = format!("{path} {}", digests.of(&at.project.join(path))?);
    for (_, notice) in notices(&at.project.join(path))? {
        identity.extend([" ", &digests.of(&notice)?.to_string()]);
    }
    Ok(identity)
}

fn library_files(
    at: Workplace<'_>,
    architecture: Architecture,
    library: &RuntimeLibrary,
    observer: &mut dyn FnMut(PackageEvent),
) -> Result<Vec<File>, PackageError> {
    let path = match library {
        RuntimeLibrary::Pinned(version) => {
            let pin = Pin::of(*version, architecture)?;
            let OnnxRuntime { library, license, notices } = pin.provide(at.cache, observer)?;
            return Ok(vec![
                plain(LIBRARY_PATH.to_owned(), library),
                plain(format!("{LICENSES}/LICENSE"), license),
                plain(format!("{LICENSES}/ThirdPartyNotices.txt"), notices),
            ]);
        }
        RuntimeLibrary::Own(path) => at.project.join(path),
    };
    let mut files = vec![plain(LIBRARY_PATH.to_owned(), read(&path)?)];
    for (name, notice) in notices(&path)? {
        files.push(plain(format!("{LICENSES}/{name}"), read(&notice)?));
    }
    Ok(files)
}

fn read(path: &Utf8Path) -> Result<Vec<u8>, PackageError> {
    fs::read(path).map_err(|source| PackageError::Read { path: path.to_owned(), source })
}

/// Returns the licence and the notices that lie beside a library, by name.
fn notices(library: &Utf8Path) -> Result<BTreeMap<String, Utf8PathBuf>, PackageError> {
    let Some(folder) = library.parent() else { return Ok(BTreeMap::new()) };
    let read_error = |source| PackageError::Read { path: folder.to_owned(), source };
    let mut found = BTreeMap::new();
    for entry in folder.read_dir_utf8().map_err(read_error)? {
        let entry = entry.map_err(read_error)?;
        let name = entry.file_name();
        if ["LICENSE", "LICENCE", "NOTICE", "ThirdPartyNotices"].iter().any(|start| name.starts_with(start))
            && entry.path().is_file()
        {
            found.insert(name.to_owned(), entry.path().to_owned());
        }
    }
    Ok(found)
}

/// Which companions lie in layers: decided over all functions at once, by what is smaller in total.
#[derive(Debug, Default)]
pub(crate) struct Placements(BTreeSet<(Companion, Architecture)>);

impl Placements {
    /// Decides. A companion that `n` functions need is `n` times in their zips and once in a layer, so that a layer is
    /// smaller from two on.
    pub(crate) fn decide(requests: &[PackageRequest]) -> Self {
        let mut users = BTreeMap::<(Companion, Architecture), usize>::new();
        let mut layers = BTreeSet::new();
        for request in requests {
            for companion in Companion::of(request) {
                let key = (companion, request.architecture);
                match request.model.as_ref().map(|model| model.placement) {
                    Some(Placement::Smallest) => *users.entry(key).or_default() += 1,
                    Some(Placement::Layer) => {
                        layers.insert(key);
                    }
                    Some(Placement::Zip) | None => {}
                }
            }
        }
        layers.extend(users.into_iter().filter(|(_, users)| *users >= 2).map(|(key, _)| key));
        Self(layers)
    }

    /// Returns what of a function lies in layers, in Lambda's order. A function that has no room for so many layers has
    /// them in its zip, unless it is told to have layers.
    ///
    /// # Errors
    /// [`PackageError::TooManyLayers`].
    pub(crate) fn layers_of(&self, request: &PackageRequest) -> Result<Vec<Companion>, PackageError> {
        let Some(model) = &request.model else { return Ok(Vec::new()) };
        if model.placement == Placement::Zip {
            return Ok(Vec::new());
        }
        let layers: Vec<_> = Companion::of(request)
            .into_iter()
            .filter(|companion| self.0.contains(&(companion.clone(), request.architecture)))
            .collect();
        let count = request.layers + layers.len();
        if count <= LAYERS {
            Ok(layers)
        } else if model.placement == Placement::Smallest {
            Ok(Vec::new())
        } else {
            Err(PackageError::TooManyLayers { function: request.name.clone(), count })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(name: &str, model: &str, placement: Placement) -> PackageRequest {
        PackageRequest {
            name: name.to_owned(),
            handler: "functions/f".into(),
            architecture: Architecture::X86_64,
            model: Some(ModelRequest {
                path: model.into(),
                library: RuntimeLibrary::default(),
                optimization: ModelOptimization::Never,
                tensors: None,
                placement,
            }),
            layers: 0,
        }
    }

    fn layers(requests: &[PackageRequest], index: usize) -> Vec<String> {
        let placements = Placements::decide(requests);
        placements.layers_of(&requests[index]).unwrap().iter().map(Companion::layer_name).collect()
    }

    #[test]
    fn what_two_functions_share_is_smaller_in_a_layer() {
        let one = [request("a", "m.onnx", Placement::Smallest)];
        assert_eq!(layers(&one, 0), Vec::<String>::new());
        let mut two =
            [request("a", "m.onnx", Placement::Smallest), request("b", "n.onnx", Placement::Smallest)];
        assert_eq!(layers(&two, 0), ["onnxruntime"]);
        two[1] = request("b", "m.onnx", Placement::Smallest);
        assert_eq!(layers(&two, 1), ["onnxruntime", "m.onnx"]);
        two[1].architecture = Architecture::Arm64;
        assert_eq!(layers(&two, 1), Vec::<String>::new());
    }

    #[test]
    fn functions_of_two_versions_share_no_library() {
        let mut requests =
            ["a", "b", "c", "d"].map(|name| request(name, &format!("{name}.onnx"), Placement::Smallest));
        for request in &mut requests[2..] {
            request.model.as_mut().unwrap().library = RuntimeLibrary::Pinned(OnnxRuntimeVersion::V1_20_1);
        }
        assert_eq!(layers(&requests, 0), ["onnxruntime"]);
        assert_eq!(layers(&requests, 2), ["onnxruntime-1.20.1"]);
        assert_eq!(layers(&requests[1..3], 0), Vec::<String>::new());
    }

    #[test]
    fn what_is_set_counts_more_than_what_is_small() {
        let requests = [
            request("a", "m.onnx", Placement::Layer),
            request("b", "m.onnx", Placement::Zip),
            request("c", "m.onnx", Placement::Zip),
        ];
        assert_eq!(layers(&requests, 0), ["onnxruntime", "m.onnx"]);
        assert_eq!(layers(&requests, 1), Vec::<String>::new());
    }

    #[test]
    fn a_function_without_room_for_layers_has_all_in_its_zip_or_is_refused() {
        let mut requests =
            [request("a", "m.onnx", Placement::Smallest), request("b", "m.onnx", Placement::Smallest)];
        requests[0].layers = LAYERS - 1;
        assert_eq!(layers(&requests, 0), Vec::<String>::new());
        assert_eq!(layers(&requests, 1), ["onnxruntime", "m.onnx"]);
        requests[0].model.as_mut().unwrap().placement = Placement::Layer;
        let error = Placements::decide(&requests).layers_of(&requests[0]).unwrap_err();
        assert!(matches!(error, PackageError::TooManyLayers { count: 6, .. }), "{error}");
    }
}
