//! IAC146 `input-missing`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::files::ProjectFiles;
use crate::suggest;
use crate::yaml::Spanned;
use camino::Utf8Path;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC146",
    name: "input-missing",
    explanation: "The file that `input` names is not a file of the project.

## Why
It is the JSON Schema of an execution's input: every path of the first states is checked against it.

## What to write instead
The file, relative to `workflow.yaml`: `input: schemas/input.json`. Or leave `input` out, and any input is taken.
",
};

/// Says that it is not within the project.
pub(crate) fn outside(name: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{}` is not a file within the project", name.value))
        .primary(name.span, "")
        .help("write it relative to `workflow.yaml`, without `..`: `schemas/input.json`")
}

/// Says that it is not there, and suggests a file beside it.
pub(crate) fn missing(name: &Spanned<String>, files: &dyn ProjectFiles) -> Diagnostic {
    let path = Utf8Path::new(&name.value);
    let finding = Diagnostic::error(&CODE, format!("there is no file `{path}`")).primary(name.span, "");
    let mut beside = files.list(path.parent().unwrap_or(path)).unwrap_or_default();
    beside.retain(|path| path.extension() == Some("json"));
    beside.sort();
    match suggest::nearest(path.as_str(), beside.iter().map(|path| path.as_str())) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("write the file of the JSON Schema, relative to `workflow.yaml`"),
    }
}
