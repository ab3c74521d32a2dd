//! IAC073 `model-contract`.

use camino::Utf8Path;
use iacgen_diagnostics::{Code, Diagnostic, Span};
use iacgen_tensors::{GraphError, Mismatch, Role};

use crate::raw::{RawModel, find};
use crate::resolve::Resolved;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC073",
    name: "model-contract",
    explanation: "The model's graph is not what `tensors` says.

## Why
A graph that takes other tensors fails at the first partition, or worse, gives numbers that mean nothing. The graph's
inputs and outputs are read from the `.onnx` file and compared: names, element types, shapes. A name such as `n` fits any
dimension that the graph leaves open.

## What to write instead
The type that the graph has, or another model.
",
};

/// Says that the file is no model.
pub(crate) fn unreadable(value: &Resolved<'_>, path: &Utf8Path, error: &GraphError) -> Diagnostic {
    value.place(Diagnostic::error(&CODE, format!("`{path}` cannot be compared with `tensors`: {error}")), "")
}

/// Drops tensors that the contract lacks when it has one of nearly that name: it is the same mistake.
pub(crate) fn without_misspelt(mut all: Vec<Mismatch>) -> Vec<Mismatch> {
    let missing: Vec<String> = all
        .iter()
        .filter_map(|mismatch| match mismatch {
            Mismatch::Missing { tensor, .. } => Some(tensor.clone()),
            _ => None,
        })
        .collect();
    all.retain(|mismatch| match mismatch {
        Mismatch::Undeclared { tensor, .. } => {
            suggest::nearest(tensor, missing.iter().map(String::as_str)).is_none()
        }
        _ => true,
    });
    all
}

/// Points at the tensor that differs, or at the section where one is missing.
pub(crate) fn finding(model: &RawModel, path: &Utf8Path, at: Span, mismatch: &Mismatch) -> Diagnostic {
    let (role, tensor) = match mismatch {
        Mismatch::Missing { role, tensor, .. }
        | Mismatch::Undeclared { role, tensor, .. }
        | Mismatch::Differs { role, tensor, .. } => (*role, tensor),
    };
    let side = match role {
        Role::Input => &model.inputs,
        Role::Output => &model.outputs,
        Role::Label => &model.labels,
    };
    let declared = find(side, tensor);
    match mismatch {
        Mismatch::Missing { found, .. } => {
            let span = declared.map_or(at, |(name, _)| name.span);
            let finding = Diagnostic::error(&CODE, format!("the model has no {role} `{tensor}`"))
                .primary(span, "")
                .secondary(at, "this model");
            let names: Vec<&str> = found.iter().filter_map(|value| value.split('`').nth(1)).collect();
            match suggest::nearest(tensor, names) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help(format!("its {role}s are {}", found.join(", "))),
            }
        }
        Mismatch::Undeclared { found, .. } => {
            let span = model.tensors_key.unwrap_or(at);
            Diagnostic::error(&CODE, format!("the model has an {role} `{tensor}` that `tensors` lacks"))
                .primary(span, "")
                .secondary(at, "this model")
                .help(format!("add `{tensor}: \"{found}\"` to its {role}s"))
        }
        Mismatch::Differs { expected, found, hint, .. } => {
            let span = declared.map_or(at, |(_, ty)| ty.span);
            let finding = Diagnostic::error(
                &CODE,
                format!("the {role} `{tensor}` is {found} in the model, not {expected}"),
            );
            let finding = finding.primary(span, format!("`{path}` has {found}")).secondary(at, "this model");
            hint.iter().fold(finding, |finding, hint| finding.note(hint.clone()))
        }
    }
}
