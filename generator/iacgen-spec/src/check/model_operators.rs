//! IAC069 `model-operators`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_tensors::{BUILT_IN_DOMAINS, OnnxModel, OnnxRuntimeVersion};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC069",
    name: "model-operators",
    explanation: "The model uses operators that the packaged ONNX Runtime does not have.

## Why
The library brings the operators of `ai.onnx`, `ai.onnx.ml` and `com.microsoft`. Those of `com.microsoft.nchwc` are written only
by its own optimiser at the level *All*, for the processor that it runs on: another machine's library refuses such a file. Any
other domain comes from a library of custom operators, which is not packaged.

## What to write instead
Nothing in `workflow.yaml`: give the model as it was exported, and `iacgen package` optimises it for the function's architecture.
A model with custom operators needs a library that was built with them: `onnxruntime: { library: PATH }`; this rule is then
silent.
",
};

/// Holds a model's operators to those of the library.
pub(crate) fn findings<'a>(
    value: &'a Resolved<'_>,
    model: &'a OnnxModel,
    version: OnnxRuntimeVersion,
) -> impl Iterator<Item = Diagnostic> + 'a {
    model.domains.iter().filter(|domain| !BUILT_IN_DOMAINS.contains(&domain.as_str())).map(move |domain| {
        let (why, help) = if domain == "com.microsoft.nchwc" {
            (
                "which only the machine that wrote it has".to_owned(),
                "it was optimised at the level All: give the model as it was exported",
            )
        } else {
            (
                format!("which ONNX Runtime {version} lacks"),
                "export it without custom operators, or name a library that has them: `onnxruntime: { library: PATH }`",
            )
        };
        let message = format!("the model has operators of `{domain}`, {why}");
        value.place(Diagnostic::error(&CODE, message), "").help(help)
    })
}
