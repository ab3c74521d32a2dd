//! IAC067 `model-too-new`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_tensors::{OnnxModel, OnnxRuntimeVersion};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC067",
    name: "model-too-new",
    explanation: "The model is of a newer form than the packaged ONNX Runtime reads.

## Why
A model says which version of each set of operators it uses (its opset), and in which version of the format it is written
(its IR version). A library refuses what is newer than itself, and would do so at every start of the function. Older models are
read.

## What to write instead
A version that reads it, where one is pinned: `onnxruntime: { version: \"1.24.4\" }`. Else export the model for an older opset,
`torch.onnx.export(..., opset_version=21)`, or convert it with `onnx.version_converter.convert_version(model, 21)`; the IR
version goes down with `model.ir_version = 10`. Or bring a newer library: `onnxruntime: { library: vendor/libonnxruntime.so.1 }`;
this rule is then silent.
",
};

/// Holds a model to what the library reads.
pub(crate) fn findings<'a>(
    value: &'a Resolved<'_>,
    model: &'a OnnxModel,
    version: OnnxRuntimeVersion,
) -> impl Iterator<Item = Diagnostic> + 'a {
    let limits = version.limits();
    let other = OnnxRuntimeVersion::ALL.into_iter().find(|other| *other != version && other.reads(model));
    let finding = move |what: String, newest: i64, export: String| {
        let message = format!("the model has {what}, and ONNX Runtime {version} reads up to {newest}");
        let help = match other {
            Some(other) => {
                format!("write `onnxruntime: {{ version: \"{other}\" }}`, which reads it, or {export}")
            }
            None => export,
        };
        value.place(Diagnostic::error(&CODE, message), "").help(help)
    };
    let ir = (model.ir_version > limits.ir_version).then(|| {
        finding(
            format!("the IR version {}", model.ir_version),
            limits.ir_version,
            format!(
                "set `model.ir_version = {}` with Python's `onnx`, or export it again",
                limits.ir_version
            ),
        )
    });
    let opsets = model.opsets.iter().filter_map(move |(domain, &found)| {
        let newest = limits.newest(domain).filter(|&newest| found > newest)?;
        Some(finding(
            format!("version {found} of the operators `{domain}`"),
            newest,
            format!("export it with version {newest} of them or an older one"),
        ))
    });
    ir.into_iter().chain(opsets)
}
