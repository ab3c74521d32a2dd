//! IAC065 `model-data-missing`.

use camino::Utf8Path;
use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_tensors::ExternalTensor;

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC065",
    name: "model-data-missing",
    explanation: "A model keeps weights in another file, and that file is not there or ends too early.

## Why
A model of more than 2 GB, and one that is to start quickly, keeps its weights in files beside it. They are packed with the
model, under the names that the model has for them. Without them it does not load.

## What to write instead
Nothing in `workflow.yaml`: bring the file along, or save the model again with its weights:
`onnx.save_model(model, path, save_as_external_data=True, location=\"NAME.onnx.data\")`, or without external data.
",
};

/// Says that the file is not there.
pub(crate) fn absent(value: &Resolved<'_>, file: &Utf8Path, tensors: usize) -> Diagnostic {
    let weights = if tensors == 1 { "a weight lies".to_owned() } else { format!("{tensors} weights lie") };
    let finding = Diagnostic::error(&CODE, format!("the model's data `{file}` is not there"));
    value
        .place(finding, format!("{weights} in it"))
        .help("copy it there, or save the model again together with its weights")
}

/// Says that it ends before a weight does.
pub(crate) fn too_short(
    value: &Resolved<'_>,
    file: &Utf8Path,
    bytes: u64,
    tensor: &ExternalTensor,
) -> Diagnostic {
    let message = match tensor.end() {
        Some(end) => {
            format!("the model's data `{file}` has {bytes} bytes, and `{}` ends at {end}", tensor.tensor)
        }
        None => format!("the weight `{}` of the model ends beyond any file", tensor.tensor),
    };
    value
        .place(Diagnostic::error(&CODE, message), "")
        .help("copy the whole file there, or save the model again together with its weights")
}

/// Says that the file cannot be read.
pub(crate) fn unreadable(value: &Resolved<'_>, file: &Utf8Path, why: &str) -> Diagnostic {
    value.place(Diagnostic::error(&CODE, format!("the model's data `{file}` cannot be read: {why}")), "")
}
