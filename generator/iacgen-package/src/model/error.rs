//! Why a model cannot be packaged.

use std::error::Error;

use camino::Utf8PathBuf;
use iacgen_aws_types::Architecture;
use iacgen_tensors::GraphReadError;

use crate::package::MODEL_PATH;

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
