//! A model's graph as ONNX Runtime would rewrite it at every start, written once.

use std::fs::File;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_tensors::{BUILT_IN_DOMAINS, OnnxModel, TensorContract};
use ort::session::builder::GraphOptimizationLevel;
use serde::{Deserialize, Serialize};

use crate::compare::{Comparison, compare};
use crate::runtime::{Runtime, RuntimeError};

/// What the optimised graph is called in the output folder.
pub const MODEL_FILE: &str = "model.onnx";
/// What its weights are called there. They lie in a file of their own so that the loader maps them instead of reading them.
pub const DATA_FILE: &str = "model.onnx.data";
/// Weights of fewer bytes stay in the graph: each that is mapped costs a dozen calls of the kernel and a page fault, which
/// takes longer than copying it. Measured from 1 KiB (1.5 ms slower on a start of 40 ms) to 256 KiB (as slow as 1 KiB).
const LEAST_EXTERNAL_BYTES: &str = "65536";
/// How much larger than the original the optimised files may be: folded constants can be larger than what they are made
/// from.
const MOST_GROWTH_BYTES: u64 = 256 << 10;
/// The number of the way models are optimised and compared. Raise it with every change that can give other bytes or
/// another verdict.
pub const RECIPE: u32 = 1;

/// A model to optimise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Optimize {
    /// ONNX Runtime's shared library: the one that will run the model.
    pub library: Utf8PathBuf,
    /// The model; external data lies beside it.
    pub model: Utf8PathBuf,
    /// A folder that exists. [`MODEL_FILE`] and [`DATA_FILE`] are written there.
    pub output: Utf8PathBuf,
    /// What the model takes, where it is known: sizes that the graph leaves open.
    pub tensors: Option<TensorContract>,
}

/// What became of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Optimized {
    /// The files are written and give the same numbers.
    Written {
        /// The numbers' differences.
        comparison: Comparison,
    },
    /// The files must not be used.
    Unfit {
        /// Why, as what is true of the model.
        reason: String,
        /// The numbers' differences, where they were compared.
        comparison: Option<Comparison>,
    },
}

/// Optimises at level Extended: what every processor of an architecture does alike. Level All rewrites the graph for this
/// machine's vector width (`com.microsoft.nchwc`), and another machine's library refuses it.
///
/// The bytes are the same on every machine as far as what is computed ahead is: weights are copied and shapes are whole
/// numbers. Only a graph that multiplies matrices of constants, or takes their exponents, could be rounded otherwise by
/// another processor; the digest of such a package then differs, and `iacgen package --check` says so.
pub(crate) fn optimize(request: &Optimize) -> Result<Optimized, RuntimeError> {
    let runtime = Runtime::load(&request.library)?;
    write(&runtime, &request.model, &request.output)?;
    judge(&runtime, request)
}

/// Writes the optimised files.
pub(crate) fn write(runtime: &Runtime, model: &Utf8Path, output: &Utf8Path) -> Result<(), RuntimeError> {
    let session = runtime.session(model, |builder| {
        Ok(builder
            .with_optimization_level(GraphOptimizationLevel::Level2)?
            .with_intra_threads(1)?
            .with_optimized_model_path(output.join(MODEL_FILE))?
            .with_config_entry("session.optimized_model_external_initializers_file_name", DATA_FILE)?
            .with_config_entry(
                "session.optimized_model_external_initializers_min_size_in_bytes",
                LEAST_EXTERNAL_BYTES,
            )?)
    })?;
    drop(session);
    Ok(())
}

/// Looks at what was written, and at what it computes.
pub(crate) fn judge(runtime: &Runtime, request: &Optimize) -> Result<Optimized, RuntimeError> {
    let unfit = |reason: String| Ok(Optimized::Unfit { reason, comparison: None });
    let path = request.output.join(MODEL_FILE);
    let written = read(&path)?;
    let before = read(&request.model)?;
    if let Some(domain) = written.domains.iter().find(|domain| !BUILT_IN_DOMAINS.contains(&domain.as_str())) {
        return unfit(format!("optimised, it has operators of `{domain}`, which not every machine has"));
    }
    if let Some(tensor) = written.weights.external.iter().find(|tensor| tensor.location != DATA_FILE) {
        return Err(RuntimeError::Output {
            reason: format!("the weight `{}` lies in `{}`", tensor.tensor, tensor.location),
        });
    }
    let grown = written.weights.bytes.saturating_sub(before.weights.bytes);
    if grown > MOST_GROWTH_BYTES {
        return unfit(format!("optimised, its constants are {} KiB larger", grown >> 10));
    }
    let mut original = runtime.open(&request.model, 1)?;
    let mut optimized = runtime.open(&path, 1)?;
    match compare(&mut original, &mut optimized, request.tensors.as_ref()) {
        Ok(comparison) if comparison.same() => Ok(Optimized::Written { comparison }),
        Ok(comparison) => Ok(Optimized::Unfit {
            reason: format!(
                "optimised, {} of {} numbers differ, by up to {:.1e} and {:.1e} relatively",
                comparison.beyond, comparison.values, comparison.max_absolute, comparison.max_relative
            ),
            comparison: Some(comparison),
        }),
        Err(reason) => unfit(reason),
    }
}

fn read(path: &Utf8Path) -> Result<OnnxModel, RuntimeError> {
    let failed = |reason: String| RuntimeError::Model { path: path.to_owned(), reason };
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    OnnxModel::read_from(file).map_err(|error| failed(error.to_string()))
}
