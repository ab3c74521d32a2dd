//! ONNX's vocabulary as value types: element types, shapes, the tensor contract, a graph's signature.
//!
//! The contract is declared once, in `workflow.yaml`. `iacgen check` holds the model's graph to it, and
//! the handler that runs the model holds every partition to it. Nothing is ever reshaped to fit.

mod contract;
mod fields;
mod onnx;
mod tensor_type;

pub use contract::{Mismatch, Role, TensorContract, compare_graph};
pub use onnx::{GraphError, GraphReadError, GraphSignature, Value};
pub use tensor_type::{Dimension, ElementType, ParseTensorTypeError, TensorType};
