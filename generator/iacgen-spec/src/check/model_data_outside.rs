//! IAC066 `model-data-outside`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_tensors::ExternalTensor;

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC066",
    name: "model-data-outside",
    explanation: "A model keeps weights in a file that is not in the model's folder or below it.

## Why
The files of a model are packed as they lie, from the model's folder on. A location such as `../weights.bin` or
`/data/weights.bin` is a file of one machine, and ONNX does not allow it (\"External Data\" of the ONNX specification).

## What to write instead
Nothing in `workflow.yaml`: save the model again with its weights beside it:
`onnx.save_model(onnx.load(path), path, save_as_external_data=True, location=\"NAME.onnx.data\")`.
",
};

/// Says where the model looks for its weights.
pub(crate) fn finding(value: &Resolved<'_>, tensor: &ExternalTensor) -> Diagnostic {
    let finding = Diagnostic::error(
        &CODE,
        format!("the model keeps `{}` in `{}`, outside its own folder", tensor.tensor, tensor.location),
    );
    value.place(finding, "").help("save the model again with its weights beside it")
}
