//! ONNX's vocabulary as value types: element types, shapes, the tensor contract, what a model says about itself.
//!
//! The contract is declared once, in `workflow.yaml`. `iacgen check` holds the model's graph to it, and
//! the handler that runs the model holds every partition to it. Nothing is ever reshaped to fit.

mod contract;
mod fields;
mod onnx;
mod onnx_runtime;
mod tensor_type;

pub use contract::{Mismatch, Role, TensorContract, compare_graph};
pub use onnx::{
    ExternalTensor, GraphError, GraphReadError, GraphSignature, OnnxModel, Producer, Value, ValueKind,
    Weights,
};
pub use onnx_runtime::{BUILT_IN_DOMAINS, OnnxRuntimeLimits, OnnxRuntimeVersion};
pub use tensor_type::{Dimension, ElementType, ParseTensorTypeError, TensorType};
