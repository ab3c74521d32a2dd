//! ONNX's vocabulary as value types: element types, shapes, the tensor contract, a graph's signature.
