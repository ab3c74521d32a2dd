//! Handlers, ONNX Runtime and models into reproducible zips.
