//! A model in ONNX Runtime, held to its tensor contract.
