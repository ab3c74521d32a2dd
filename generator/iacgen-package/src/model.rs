//! The files of a model in a package: as they are, or as ONNX Runtime rewrote them for a quicker start.
//!
//! A start optimises the graph and copies the weights. Both can be done before: the graph is saved as the library has
//! optimised it, at the level that does not depend on the machine, with its weights in a file of their own, which the
//! loader maps. What was saved is used only where it computes the same numbers.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use iacgen_assembly::Sha256;
use iacgen_aws_types::Architecture;
use iacgen_tensors::{GraphReadError, OnnxModel, TensorContract};
use serde::{Deserialize, Serialize};

use crate::digest::{FileDigests, write_atomically};
use crate::error::PackageError;
use crate::package::MODEL_PATH;

/// From how many bytes of weights on `auto` optimises: below, nothing is won that anybody would notice. A size, not a time,
/// so that every machine decides alike.
const LEAST_WEIGHTS: u64 = 1 << 20;
/// What the optimiser writes into its output folder.
const WRITTEN: [&str; 2] = [MODEL_PATH, "model.onnx.data"];
const VERDICT: &str = "verdict.json";

/// When a model is optimised ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ModelOptimization {
    /// Where it has 1 MiB of weights or more and this machine has the function's architecture. A model that would give
    /// other numbers stays as it is.
    #[default]
    Auto,
    /// Always; where that is not possible, packaging fails.
    Always,
    /// Never.
    Never,
}

/// Optimises models. A port: the library is foreign code, and who calls it decides how to be safe from it.
pub trait ModelOptimizer {
    /// Returns what identifies the way in which it optimises: another text, other files.
    fn recipe(&self) -> String;

    /// Writes `model.onnx` and `model.onnx.data` into the task's output folder, and compares what they compute with what
    /// the model does.
    ///
    /// # Errors
    /// When the library fails, is slow without end, or does not take the model.
    fn optimize(&self, task: &OptimizeTask<'_>) -> Result<OptimizeVerdict, Box<dyn Error + Send + Sync>>;
}

/// A model to optimise.
#[derive(Debug, Clone, Copy)]
pub struct OptimizeTask<'a> {
    /// ONNX Runtime's shared library, of this machine's architecture: the one that is packaged.
    pub library: &'a Utf8Path,
    /// The model, with its external data beside it.
    pub model: &'a Utf8Path,
    /// An empty folder.
    pub output: &'a Utf8Path,
    /// What the model takes and gives, where it is known.
    pub tensors: Option<&'a TensorContract>,
}

/// What became of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OptimizeVerdict {
    /// The files compute the same.
    Same {
        /// How many numbers were compared.
        values: u64,
        /// The largest difference between two.
        max_absolute: f64,
        /// The largest difference, relative to the larger of the two.
        max_relative: f64,
    },
    /// The files must not be used.
    Unfit {
        /// Why, as what is true of the model.
        reason: String,
    },
}

/// How a model went into its package.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelForm {
    /// As it is in the project.
    AsIs(AsIs),
    /// Optimised; the numbers of the comparison.
    Optimized {
        /// How many numbers were compared.
        values: u64,
        /// The largest difference between two.
        max_absolute: f64,
        /// The largest difference, relative to the larger of the two.
        max_relative: f64,
    },
}

/// Why a model is packaged as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AsIs {
    /// The spec says so.
    Never,
    /// Its weights are small.
    Small,
    /// This machine cannot run the function's library.
    OtherArchitecture,
    /// Optimised it would not do.
    Unfit(String),
}

/// Why a model cannot be packaged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file is no model.
    #[error("the model {path} cannot be packaged")]
    Unreadable {
        /// The model.
        path: Utf8PathBuf,
        /// Why.
        source: GraphReadError,
    },
    /// Weights lie outside the model's folder.
    #[error(
        "the weight `{tensor}` of the model {model} lies in `{location}`, outside the model's folder; save the model with its external data beside it"
    )]
    Outside {
        /// The model.
        model: Utf8PathBuf,
        /// The weight.
        tensor: String,
        /// Where the model says it is.
        location: String,
    },
    /// Weights are not there, or not all of them.
    #[error(
        "the weight `{tensor}` of the model {model} lies in {file}, {problem}; save the model again, with its external data beside it"
    )]
    Incomplete {
        /// The model.
        model: Utf8PathBuf,
        /// The weight.
        tensor: String,
        /// The file.
        file: Utf8PathBuf,
        /// What is wrong with the file.
        problem: String,
    },
    /// Weights lie under the name that the model has in the package.
    #[error(
        "the model {model} keeps weights in a file called `{MODEL_PATH}`, which is the model's own name in the package; save the weights under another name"
    )]
    NameTaken {
        /// The model.
        model: Utf8PathBuf,
    },
    /// It must be optimised and this machine cannot.
    #[error(
        "the model {model} is to be optimised for {architecture}, which only a machine of that architecture can; set its `optimize: auto`, or package there"
    )]
    OtherArchitecture {
        /// The model.
        model: Utf8PathBuf,
        /// The function's architecture.
        architecture: Architecture,
    },
    /// It must be optimised and may not be.
    #[error("the model {model} cannot be optimised: {reason}; set its `optimize: auto` or `never`")]
    Unfit {
        /// The model.
        model: Utf8PathBuf,
        /// Why.
        reason: String,
    },
    /// The optimiser failed.
    #[error("optimising the model {model} failed; with `optimize: never` it is packaged as it is")]
    Optimizer {
        /// The model.
        model: Utf8PathBuf,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// A model of the project and its external data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Model {
    /// Relative to the project.
    path: Utf8PathBuf,
    /// Absolute.
    file: Utf8PathBuf,
    /// The files of its external data, by their names in the package: as the model writes them, without `./`.
    external: BTreeMap<String, Utf8PathBuf>,
    /// The bytes of its weights.
    weights: u64,
}

/// What is done with a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    AsIs(AsIs),
    Optimize,
}

/// A file of a package, relative to the folder of the model in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ModelFile {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Where an optimised model comes from.
#[derive(Clone, Copy)]
pub(crate) struct Workshop<'a> {
    /// The folder of what only saves time.
    pub(crate) cache: &'a Utf8Path,
    /// ONNX Runtime's library, as a file.
    pub(crate) library: &'a Utf8Path,
    pub(crate) optimizer: &'a dyn ModelOptimizer,
}

impl Model {
    /// Looks at a model, without reading its weights. `path` is relative to `project`.
    pub(crate) fn read(project: &Utf8Path, path: &Utf8Path) -> Result<Self, ModelError> {
        let file = project.join(path);
        let unreadable = |source| ModelError::Unreadable { path: path.to_owned(), source };
        let opened = File::open(&file).map_err(|error| unreadable(error.into()))?;
        let model = OnnxModel::read_from(opened).map_err(unreadable)?;
        let folder = file.parent().unwrap_or(project);
        let mut external = BTreeMap::new();
        for tensor in &model.weights.external {
            let Some(name) = name_within(&tensor.location) else {
                return Err(ModelError::Outside {
                    model: path.to_owned(),
                    tensor: tensor.tensor.clone(),
                    location: tensor.location.clone(),
                });
            };
            if name == MODEL_PATH {
                return Err(ModelError::NameTaken { model: path.to_owned() });
            }
            let beside = folder.join(&name);
            let incomplete = |problem: String| ModelError::Incomplete {
                model: path.to_owned(),
                tensor: tensor.tensor.clone(),
                file: path.parent().unwrap_or(path).join(&name),
                problem,
            };
            match fs::metadata(&beside) {
                Ok(metadata) if metadata.is_file() => {
                    if tensor.end().is_none_or(|end| end > metadata.len()) {
                        return Err(incomplete(format!("which is too short with {} bytes", metadata.len())));
                    }
                }
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(incomplete(format!("which cannot be read ({error})")));
                }
                _ => return Err(incomplete("which is not there".to_owned())),
            }
            external.insert(name, beside);
        }
        Ok(Self { path: path.to_owned(), file, external, weights: model.weights.bytes })
    }

    /// Decides by rules that are the same on every machine of an architecture.
    pub(crate) fn decide(
        &self,
        optimization: ModelOptimization,
        target: Architecture,
        host: Option<Architecture>,
    ) -> Result<Decision, ModelError> {
        let can = host == Some(target);
        match optimization {
            ModelOptimization::Never => Ok(Decision::AsIs(AsIs::Never)),
            ModelOptimization::Auto if self.weights < LEAST_WEIGHTS => Ok(Decision::AsIs(AsIs::Small)),
            ModelOptimization::Auto if !can => Ok(Decision::AsIs(AsIs::OtherArchitecture)),
            ModelOptimization::Always if !can => {
                Err(ModelError::OtherArchitecture { model: self.path.clone(), architecture: target })
            }
            ModelOptimization::Auto | ModelOptimization::Always => Ok(Decision::Optimize),
        }
    }

    /// Returns what identifies the packaged files among a package's inputs: the model's files and what is done with them.
    ///
    /// `runtime` identifies the library, `recipe` is the optimiser's.
    pub(crate) fn identity(
        &self,
        decision: &Decision,
        architecture: Architecture,
        runtime: &str,
        recipe: &str,
        tensors: Option<&TensorContract>,
        digests: &mut FileDigests,
    ) -> Result<String, PackageError> {
        let mut identity = digests.of(&self.file)?.to_string();
        for (name, file) in &self.external {
            identity.extend([", ", name, " ", &digests.of(file)?.to_string()]);
        }
        match decision {
            Decision::AsIs(reason) => identity.extend([", as it is: ", reason.as_str()]),
            Decision::Optimize => {
                let contract =
                    tensors.and_then(|tensors| serde_json::to_vec(tensors).ok()).unwrap_or_default();
                let contract = &Sha256::of(contract).to_string()[..12];
                identity.extend([", optimised by ONNX Runtime ", runtime, " for ", architecture.as_str()]);
                identity.extend([", ", recipe, ", tensors ", contract]);
            }
        }
        Ok(identity)
    }

    /// Returns the files of the package. `identity` is what [`Self::identity`] gave: the key of the remembered result.
    pub(crate) fn files(
        &self,
        optimization: ModelOptimization,
        decision: &Decision,
        identity: &str,
        tensors: Option<&TensorContract>,
        workshop: Workshop<'_>,
    ) -> Result<(ModelForm, Vec<ModelFile>), PackageError> {
        if let Decision::AsIs(reason) = decision {
            return Ok((ModelForm::AsIs(reason.clone()), self.own_files()?));
        }
        let folder = workshop.cache.join("models").join(Sha256::of(identity).to_string());
        let found = match remembered(&folder) {
            Some(found) => found,
            None => self.optimize(&folder, tensors, workshop)?,
        };
        match found {
            (OptimizeVerdict::Same { values, max_absolute, max_relative }, files) => {
                Ok((ModelForm::Optimized { values, max_absolute, max_relative }, files))
            }
            (OptimizeVerdict::Unfit { reason }, _) if optimization == ModelOptimization::Always => {
                Err(ModelError::Unfit { model: self.path.clone(), reason }.into())
            }
            (OptimizeVerdict::Unfit { reason }, _) => {
                Ok((ModelForm::AsIs(AsIs::Unfit(reason)), self.own_files()?))
            }
        }
    }

    fn own_files(&self) -> Result<Vec<ModelFile>, PackageError> {
        let own = std::iter::once((MODEL_PATH, &self.file));
        let external = self.external.iter().map(|(name, file)| (name.as_str(), file));
        own.chain(external)
            .map(|(name, file)| Ok(ModelFile { name: name.to_owned(), bytes: read(file)? }))
            .collect()
    }

    /// Optimises, and remembers the result in `folder`.
    fn optimize(
        &self,
        folder: &Utf8Path,
        tensors: Option<&TensorContract>,
        workshop: Workshop<'_>,
    ) -> Result<(OptimizeVerdict, Vec<ModelFile>), PackageError> {
        let write_error = |source| PackageError::Write { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(write_error)?;
        let work = tempfile::Builder::new().prefix("new-").tempdir_in(folder).map_err(write_error)?;
        let output = Utf8Path::from_path(work.path())
            .ok_or_else(|| PackageError::NotUtf8 { path: work.path().display().to_string() })?;
        let task = OptimizeTask { library: workshop.library, model: &self.file, output, tensors };
        let failed = |source| ModelError::Optimizer { model: self.path.clone(), source };
        let verdict = workshop.optimizer.optimize(&task).map_err(failed)?;
        let mut files = Vec::new();
        if matches!(verdict, OptimizeVerdict::Same { .. }) {
            for name in WRITTEN {
                let file = output.join(name);
                // A model whose weights are all small has none beside it.
                if name == MODEL_PATH || file.is_file() {
                    files.push(ModelFile { name: name.to_owned(), bytes: read(&file)? });
                }
            }
        }
        for file in &files {
            write_atomically(&folder.join(&file.name), &file.bytes)?;
        }
        let digests = files.iter().map(|file| (file.name.clone(), Sha256::of(&file.bytes))).collect();
        let text = serde_json::to_vec(&Remembered { verdict: verdict.clone(), files: digests })
            .map_err(|error| PackageError::Write { path: folder.to_owned(), source: error.into() })?;
        // Written last: what it names is there.
        write_atomically(&folder.join(VERDICT), &text)?;
        Ok((verdict, files))
    }
}

impl AsIs {
    /// Returns the rule that decided.
    fn as_str(&self) -> &str {
        match self {
            Self::Never => "never",
            Self::Small => "small",
            Self::OtherArchitecture => "another architecture",
            Self::Unfit(reason) => reason,
        }
    }
}

/// A result from before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Remembered {
    verdict: OptimizeVerdict,
    files: BTreeMap<String, Sha256>,
}

/// Returns the result from before, if it is whole.
fn remembered(folder: &Utf8Path) -> Option<(OptimizeVerdict, Vec<ModelFile>)> {
    let text = fs::read(folder.join(VERDICT)).ok()?;
    let found: Remembered = serde_json::from_slice(&text).ok()?;
    let mut files = Vec::new();
    for (name, digest) in found.files {
        if !WRITTEN.contains(&name.as_str()) {
            return None;
        }
        let bytes = fs::read(folder.join(&name)).ok()?;
        if Sha256::of(&bytes) != digest {
            return None;
        }
        files.push(ModelFile { name, bytes });
    }
    Some((found.verdict, files))
}

/// Returns a location's name below the model's folder, or `None` where it leaves it.
fn name_within(location: &str) -> Option<String> {
    let mut name = Utf8PathBuf::new();
    for component in Utf8Path::new(location).components() {
        match component {
            Utf8Component::Normal(part) => name.push(part),
            Utf8Component::CurDir => {}
            _ => return None,
        }
    }
    (!name.as_str().is_empty()).then(|| name.into_string())
}

fn read(path: &Utf8Path) -> Result<Vec<u8>, PackageError> {
    fs::read(path).map_err(|source| PackageError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// The bytes of a model with one weight in another file, field by field (`onnx.proto3` of the ONNX specification).
    /// Every length is below 128, so each is one byte.
    fn model(location: &str, length: u64) -> Vec<u8> {
        let block = |field: u8, content: &[u8]| {
            [&[field << 3 | 2, u8::try_from(content.len()).unwrap()], content].concat()
        };
        let entry = |key: &str, value: &str| {
            block(13, &[block(1, key.as_bytes()), block(2, value.as_bytes())].concat())
        };
        let tensor = [
            block(8, b"w"),
            entry("location", location),
            entry("length", &length.to_string()),
            vec![14 << 3, 1],
        ]
        .concat();
        let graph = [block(5, &tensor), block(12, &block(1, b"y"))].concat();
        block(7, &graph)
    }

    struct Project {
        _folder: tempfile::TempDir,
        root: Utf8PathBuf,
    }

    impl Project {
        /// A project with a model whose weights, of this many bytes, lie in `weights.bin`.
        fn new(weights: u64) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
            fs::create_dir_all(root.join("models")).unwrap();
            let project = Self { _folder: folder, root };
            project.write("models/m.onnx", &model("./weights.bin", weights));
            project.write("models/weights.bin", &vec![7; usize::try_from(weights).unwrap()]);
            project
        }

        fn write(&self, path: &str, bytes: &[u8]) {
            fs::write(self.root.join(path), bytes).unwrap();
        }

        fn read(&self) -> Result<Model, ModelError> {
            Model::read(&self.root, "models/m.onnx".into())
        }
    }

    fn large() -> Project {
        Project::new(LEAST_WEIGHTS)
    }

    #[test]
    fn external_data_goes_with_the_model() {
        let project = Project::new(4);
        let model = project.read().unwrap();
        assert_eq!(model.weights, 4);
        let files = model.own_files().unwrap();
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["model.onnx", "weights.bin"]);
        assert_eq!(files[1].bytes, [7; 4]);
    }

    #[test]
    fn external_data_that_is_not_all_there_is_refused() {
        for (location, length, says) in [
            ("../weights.bin", 4, "outside the model's folder"),
            ("/weights.bin", 4, "outside the model's folder"),
            ("model.onnx", 4, "under another name"),
            ("other.bin", 4, "models/other.bin, which is not there"),
            ("weights.bin", 5, "which is too short with 4 bytes"),
            (".", 0, "outside the model's folder"),
        ] {
            let project = Project::new(4);
            project.write("models/m.onnx", &model(location, length));
            let error = project.read().unwrap_err();
            assert!(error.to_string().contains(says), "{location}: {error}");
        }
    }

    #[test]
    fn the_rule_looks_at_the_size_and_the_architectures() {
        use {Architecture as A, ModelOptimization as O};
        let decide = |project: &Project, optimization, target, host| {
            project.read().unwrap().decide(optimization, target, host)
        };
        let (small, large) = (Project::new(LEAST_WEIGHTS - 1), large());
        let x86 = Some(A::X86_64);
        let as_is = |reason| Decision::AsIs(reason);
        assert_eq!(decide(&small, O::Auto, A::X86_64, x86).unwrap(), as_is(AsIs::Small));
        assert_eq!(decide(&large, O::Auto, A::X86_64, x86).unwrap(), Decision::Optimize);
        assert_eq!(decide(&large, O::Auto, A::Arm64, x86).unwrap(), as_is(AsIs::OtherArchitecture));
        assert_eq!(decide(&large, O::Auto, A::X86_64, None).unwrap(), as_is(AsIs::OtherArchitecture));
        assert_eq!(decide(&small, O::Always, A::X86_64, x86).unwrap(), Decision::Optimize);
        assert_eq!(decide(&large, O::Never, A::X86_64, x86).unwrap(), as_is(AsIs::Never));
        let error = decide(&large, O::Always, A::Arm64, x86).unwrap_err();
        assert!(matches!(error, ModelError::OtherArchitecture { .. }), "{error}");
    }

    #[test]
    fn the_identity_moves_with_every_input() {
        let project = Project::new(4);
        let identity = |decision: &Decision, runtime: &str, recipe: &str, architecture| {
            let model = project.read().unwrap();
            let mut digests = FileDigests::default();
            model.identity(decision, architecture, runtime, recipe, None, &mut digests).unwrap()
        };
        let same = |decision| identity(decision, "1.24.4 abc", "recipe 1", Architecture::X86_64);
        let optimize = Decision::Optimize;
        let before = same(&optimize);
        assert_eq!(before, same(&optimize));
        assert_ne!(before, same(&Decision::AsIs(AsIs::Never)));
        assert_ne!(before, identity(&optimize, "1.25.0 abc", "recipe 1", Architecture::X86_64));
        assert_ne!(before, identity(&optimize, "1.24.4 abc", "recipe 2", Architecture::X86_64));
        assert_ne!(before, identity(&optimize, "1.24.4 abc", "recipe 1", Architecture::Arm64));
        project.write("models/weights.bin", b"abcd");
        assert_ne!(before, same(&optimize));
    }

    #[test]
    fn the_limits_that_check_knows_are_those_of_the_library_that_is_packaged() {
        for architecture in [Architecture::X86_64, Architecture::Arm64] {
            let identity = crate::onnxruntime::Pin::of(architecture).unwrap().identity();
            assert_eq!(identity.split(' ').next(), Some(iacgen_tensors::PINNED_ONNX_RUNTIME));
        }
    }

    /// Stands in for the child process: gives its verdict, and counts.
    struct Fixed {
        verdict: Option<OptimizeVerdict>,
        asked: Cell<u32>,
    }

    impl ModelOptimizer for Fixed {
        fn recipe(&self) -> String {
            "fixed".to_owned()
        }

        fn optimize(&self, task: &OptimizeTask<'_>) -> Result<OptimizeVerdict, Box<dyn Error + Send + Sync>> {
            self.asked.set(self.asked.get() + 1);
            fs::write(task.output.join(WRITTEN[0]), "graph")?;
            fs::write(task.output.join(WRITTEN[1]), "weights")?;
            self.verdict.clone().ok_or_else(|| "it crashed".into())
        }
    }

    fn files(
        project: &Project,
        optimization: ModelOptimization,
        optimizer: &Fixed,
    ) -> Result<(ModelForm, Vec<ModelFile>), PackageError> {
        let workshop = Workshop {
            cache: &project.root.join("cache"),
            library: Utf8Path::new("libonnxruntime.so.1"),
            optimizer,
        };
        project.read().unwrap().files(optimization, &Decision::Optimize, "an identity", None, workshop)
    }

    fn fixed(verdict: Option<OptimizeVerdict>) -> Fixed {
        Fixed { verdict, asked: Cell::new(0) }
    }

    #[test]
    fn a_result_is_remembered_until_it_is_damaged() {
        let project = large();
        let same = OptimizeVerdict::Same { values: 4, max_absolute: 0.0, max_relative: 0.0 };
        let optimizer = fixed(Some(same));
        let first = files(&project, ModelOptimization::Auto, &optimizer).unwrap();
        let second = files(&project, ModelOptimization::Auto, &optimizer).unwrap();
        assert_eq!((&first, optimizer.asked.get()), (&second, 1));
        assert_eq!(first.1.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), WRITTEN);
        let folder = project.root.join("cache/models").read_dir_utf8().unwrap().next().unwrap().unwrap();
        assert_eq!(folder.path().read_dir_utf8().unwrap().count(), 3, "the work folder is gone");

        fs::write(folder.path().join(WRITTEN[1]), "weightz").unwrap();
        assert_eq!(files(&project, ModelOptimization::Auto, &optimizer).unwrap(), first);
        assert_eq!(optimizer.asked.get(), 2);
    }

    #[test]
    fn a_model_with_other_numbers_stays_as_it_is_unless_that_is_forbidden() {
        let project = large();
        let optimizer = fixed(Some(OptimizeVerdict::Unfit { reason: "its numbers differ".to_owned() }));
        let (form, kept) = files(&project, ModelOptimization::Auto, &optimizer).unwrap();
        assert_eq!(form, ModelForm::AsIs(AsIs::Unfit("its numbers differ".to_owned())));
        assert_eq!(kept, project.read().unwrap().own_files().unwrap());
        let error = files(&project, ModelOptimization::Always, &optimizer).unwrap_err();
        assert!(error.to_string().contains("its numbers differ"), "{error}");
        assert_eq!(optimizer.asked.get(), 1);
    }

    #[test]
    fn a_crash_is_an_error_and_is_not_remembered() {
        let project = large();
        let optimizer = fixed(None);
        for _ in 0..2 {
            let error = files(&project, ModelOptimization::Auto, &optimizer).unwrap_err();
            assert!(error.to_string().contains("`optimize: never`"), "{error}");
        }
        assert_eq!(optimizer.asked.get(), 2);
    }
}
