//! A model in ONNX Runtime, held to its tensor contract.
//!
//! The library is opened at run time from a path, so nothing is linked. Inputs and outputs are f32: that is what the
//! models of this repository take and give, and another type is refused when the model is loaded.

mod signature;

use std::path::{Path, PathBuf};

use iacgen_tensors::{Dimension, ElementType, Mismatch, TensorContract, TensorType, compare_graph};
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::TensorRef;

/// Where the library and the model are, and how many threads they may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// ONNX Runtime's shared library.
    pub library: PathBuf,
    /// The `.onnx` file.
    pub model: PathBuf,
    /// Threads within an operator, at least 1.
    pub threads: usize,
}

/// A loaded model.
#[derive(Debug)]
pub struct Model {
    session: Session,
    inputs: Vec<(String, TensorType)>,
    outputs: Vec<(String, TensorType)>,
}

/// A model that cannot be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The library does not load.
    #[error("ONNX Runtime's library {path} does not load: {reason}")]
    Library {
        /// Where it should be.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// The model does not load.
    #[error("the model {path} does not load: {reason}")]
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// What ONNX Runtime said.
        reason: String,
    },
    /// The graph is not what the contract says.
    #[error("the model {path} differs from the tensor contract: {}", list(mismatches))]
    Mismatch {
        /// The model.
        path: PathBuf,
        /// Every difference.
        mismatches: Vec<Mismatch>,
    },
    /// The contract asks for what this crate does not run.
    #[error(
        "tensor `{tensor}` is {found}: the model's tensors must be f32 with a named first and fixed other dimensions, like f32[n,5]"
    )]
    Unsupported {
        /// The tensor.
        tensor: String,
        /// Its type in the contract.
        found: TensorType,
    },
    /// A run failed.
    #[error("the model failed on {rows} rows: {reason}")]
    Run {
        /// The size of the batch.
        rows: usize,
        /// What went wrong.
        reason: String,
    },
}

fn list(mismatches: &[Mismatch]) -> String {
    mismatches.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Model {
    /// Loads the library and the model, and holds the model to the contract.
    ///
    /// # Errors
    /// [`ModelError`], before any data was read.
    pub fn load(settings: &Settings, contract: &TensorContract) -> Result<Self, ModelError> {
        let supported = |(name, ty): (&String, &TensorType)| -> Result<(String, TensorType), ModelError> {
            let is_batched =
                matches!(ty.shape.first(), Some(Dimension::Symbol(_))) && ty.row_elements().is_some();
            if ty.element == ElementType::F32 && is_batched {
                Ok((name.clone(), ty.clone()))
            } else {
                Err(ModelError::Unsupported { tensor: name.clone(), found: ty.clone() })
            }
        };
        let inputs = contract.inputs.iter().map(supported).collect::<Result<_, _>>()?;
        let outputs = contract.outputs.iter().map(supported).collect::<Result<_, _>>()?;

        let environment = ort::init_from(&settings.library)
            .map_err(|error| library_error(&settings.library, &error))?
            .with_telemetry(false)
            .build()
            .map_err(|error| library_error(&settings.library, &error))?;
        let session = open(&environment, settings).map_err(|error| ModelError::Unreadable {
            path: settings.model.clone(),
            reason: error.to_string(),
        })?;

        let mismatches = compare_graph(contract, &signature::of(&session));
        if mismatches.is_empty() {
            Ok(Self { session, inputs, outputs })
        } else {
            Err(ModelError::Mismatch { path: settings.model.clone(), mismatches })
        }
    }

    /// Runs the model over a batch. `inputs` holds each input's elements, row after row, in the contract's order; the
    /// outputs come back in the same form and order. Inputs are not copied.
    ///
    /// # Errors
    /// [`ModelError::Run`] when the sizes do not fit or ONNX Runtime fails.
    pub fn run(&mut self, rows: usize, inputs: &[&[f32]]) -> Result<Vec<Vec<f32>>, ModelError> {
        let failed = |reason: String| ModelError::Run { rows, reason };
        if inputs.len() != self.inputs.len() {
            return Err(failed(format!(
                "{} inputs for a model that takes {}",
                inputs.len(),
                self.inputs.len()
            )));
        }
        let mut values = Vec::with_capacity(inputs.len());
        for ((name, ty), elements) in self.inputs.iter().zip(inputs) {
            let value = TensorRef::from_array_view((shape(ty, rows), *elements))
                .map_err(|error| failed(format!("input `{name}`: {error}")))?;
            values.push((name.as_str(), value));
        }
        let found = self.session.run(values).map_err(|error| failed(error.to_string()))?;
        self.outputs
            .iter()
            .map(|(name, ty)| {
                let value = found.get(name).ok_or_else(|| failed(format!("no output `{name}`")))?;
                let (found, elements) = value
                    .try_extract_tensor::<f32>()
                    .map_err(|error| failed(format!("output `{name}`: {error}")))?;
                let expected = shape(ty, rows);
                if **found == expected[..] {
                    Ok(elements.to_vec())
                } else {
                    Err(failed(format!("output `{name}` must be {expected:?} but is {found:?}")))
                }
            })
            .collect()
    }
}

fn library_error(path: &Path, error: &dyn std::error::Error) -> ModelError {
    ModelError::Library { path: path.to_owned(), reason: error.to_string() }
}

/// Opens a session as measured best: every graph optimisation, threads that sleep when idle.
///
/// What a start costs was measured with ONNX Runtime 1.24.4 on x86_64, in processor time, on a vision transformer of 2.7
/// million parameters: 1.3 ms to load the library, 11 ms for its environment (the tables of all operators, which no option
/// leaves out), 31 ms for the session. What helps is to have the graph optimised and its weights in a file of their own
/// before the start, as `iacgen package` does: 20 ms. What was tried and stays as it is:
///
/// - without packed weights 12 ms, but every batch then costs 15 % more;
/// - a lower level for the optimised model 1 to 4 ms less, but convolutions then miss their blocked layout;
/// - turning off single optimisers 1.6 ms less; a global thread pool, allocators of the environment or the device,
///   memory pattern, quantisation passes, function inlining, the C library's allocator settings, and reading the files
///   ahead: no difference;
/// - a model saved with packed weights 7 ms less, but twice its size.
fn open(environment: &ort::environment::Environment, settings: &Settings) -> ort::Result<Session> {
    Session::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(settings.threads.max(1))?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .commit_from_file(&settings.model)
}

/// Returns the type's shape for a number of rows. The first dimension is the batch.
fn shape(ty: &TensorType, rows: usize) -> Vec<i64> {
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    let fixed = ty.shape.iter().skip(1).map(|dimension| match dimension {
        Dimension::Fixed(size) => i64::try_from(*size).unwrap_or(i64::MAX),
        // Refused when the model was loaded.
        Dimension::Symbol(_) => -1,
    });
    std::iter::once(rows).chain(fixed).collect()
}
