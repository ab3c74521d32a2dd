//! What an ONNX model says about itself, read from its file.
//!
//! Only the fields that are needed are declared (`onnx.proto3` of the ONNX specification). The weights, which are nearly
//! the whole file, are passed over without being read, so that a model of any size costs a few kilobytes and milliseconds.

mod graph;
mod model;
mod proto;
#[cfg(test)]
mod tests;
mod value;
mod weights;

use std::io;

pub use model::{OnnxModel, Producer};
pub use value::{GraphSignature, Value, ValueKind};
pub use weights::{ExternalTensor, Weights};

/// Bytes that are no ONNX model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// The bytes are not a `ModelProto`.
    #[error("the file is not an ONNX model ({0})")]
    NotOnnx(String),
    /// There is no graph in it.
    #[error("the ONNX model holds no graph")]
    NoGraph,
}

/// A file from which no model can be read.
#[derive(Debug, thiserror::Error)]
pub enum GraphReadError {
    /// Reading failed.
    #[error("the model cannot be read")]
    Read(#[from] io::Error),
    /// What was read is no model.
    #[error(transparent)]
    NoModel(#[from] GraphError),
}
