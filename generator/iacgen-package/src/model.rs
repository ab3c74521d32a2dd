//! The files of a model in a package: as they are, or as ONNX Runtime rewrote them for a quicker start.
//!
//! A start optimises the graph and copies the weights. Both can be done before: the graph is saved as the library has
//! optimised it, at the level that does not depend on the machine, with its weights in a file of their own, which the
//! loader maps. What was saved is used only where it computes the same numbers.

mod error;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use iacgen_assembly::Sha256;
use iacgen_aws_types::Architecture;
use iacgen_tensors::{OnnxModel, TensorContract};
use serde::{Deserialize, Serialize};

pub use error::ModelError;

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
