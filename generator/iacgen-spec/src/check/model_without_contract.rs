//! IAC072 `model-without-contract`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::raw::RawModel;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC072",
    name: "model-without-contract",
    explanation: r#"A function has a `model` and no `tensors`, or `tensors` and no `model`.

## Why
The contract is what keeps a 64x64x5 image from being read as 5x32x32: the model's graph is held to it here, and every
partition when it is read. Without a model there is nothing to hold.

## What to write instead
```yaml
model: models/photoz/photoz.onnx
tensors:
  inputs:  { image: "f32[n,5,32,32]", magnitude: "f32[n,5]" }
  outputs: { redshift: "f32[n,1]" }
```
"#,
};

/// Judges one function.
pub(crate) fn check(model: &RawModel, sink: &Sink) {
    let finding = |span, message: &str, help: &str| {
        sink.push(Diagnostic::error(&CODE, message).primary(span, "").help(help));
    };
    match (model.path_key, model.tensors_key) {
        (Some(path), None) => finding(
            path,
            "a model needs `tensors`",
            "add `tensors: { inputs: { NAME: \"f32[n,5]\" }, outputs: { NAME: \"f32[n,1]\" } }`",
        ),
        (None, Some(tensors)) => {
            finding(
                tensors,
                "`tensors` describe a model, and there is none",
                "add `model: models/NAME.onnx`",
            );
        }
        _ => {}
    }
}
