//! IAC071 `model-missing`.

use camino::Utf8Path;
use iacgen_diagnostics::{Code, Diagnostic};

use crate::files::ProjectFiles;
use crate::resolve::Resolved;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC071",
    name: "model-missing",
    explanation: "A function's model is not a file of the project.

## Why
The model is packed beside the handler, and its graph is compared with `tensors` before anything is deployed.

## What to write instead
The `.onnx` file, relative to `workflow.yaml`: `model: models/photoz/photoz.onnx`.
",
};

/// Says that the file is missing or cannot be read.
pub(crate) fn finding(value: &Resolved<'_>, path: &Utf8Path, why: &str) -> Diagnostic {
    value.place(Diagnostic::error(&CODE, format!("the model `{path}` {why}")), "")
}

/// Says that it is not within the project.
pub(crate) fn outside(value: &Resolved<'_>, path: &Utf8Path) -> Diagnostic {
    finding(value, path, "is not within the project")
        .help("write it relative to `workflow.yaml`, without `..`")
}

/// Says that it is not there, and suggests a file beside it.
pub(crate) fn missing(value: &Resolved<'_>, path: &Utf8Path, files: &dyn ProjectFiles) -> Diagnostic {
    let finding = finding(value, path, "is not there");
    let mut beside = files.list(path.parent().unwrap_or(path)).unwrap_or_default();
    beside.retain(|path| path.extension() == Some("onnx"));
    beside.sort();
    match suggest::nearest(path.as_str(), beside.iter().map(|path| path.as_str())) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("write the `.onnx` file, relative to `workflow.yaml`"),
    }
}
