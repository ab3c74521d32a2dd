//! IAC070 `handler-missing`.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::files::ProjectFiles;
use crate::suggest;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC070",
    name: "handler-missing",
    explanation: "A function's handler is not a crate of the project.

## Why
`iacgen package` builds the handler with Cargo. Without a `Cargo.toml` there is nothing to build.

## What to write instead
The folder of the crate, relative to `workflow.yaml`: `handler: functions/infer`.
",
};

/// Looks for the handler's `Cargo.toml`, and suggests a folder beside it.
pub(crate) fn check(handler: &Spanned<String>, files: &dyn ProjectFiles, sink: &Sink) {
    let folder = Utf8Path::new(&handler.value);
    let inside =
        folder.is_relative() && folder.components().all(|part| matches!(part, Utf8Component::Normal(_)));
    let finding = |message: String| Diagnostic::error(&CODE, message).primary(handler.span, "");
    if !inside || handler.value.is_empty() {
        let finding = finding(format!("`{}` is not a folder within the project", handler.value));
        sink.push(
            finding.help("write the folder relative to `workflow.yaml`, without `..`: `functions/infer`"),
        );
        return;
    }
    if files.is_file(&folder.join("Cargo.toml")) {
        return;
    }
    let finding = if files.is_dir(folder) {
        finding(format!("`{folder}` has no `Cargo.toml`"))
    } else {
        finding(format!("there is no folder `{folder}`"))
    };
    let mut beside: Vec<Utf8PathBuf> = files.list(folder.parent().unwrap_or(folder)).unwrap_or_default();
    beside.retain(|path| files.is_file(&path.join("Cargo.toml")));
    beside.sort();
    sink.push(match suggest::nearest(&handler.value, beside.iter().map(|path| path.as_str())) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("a handler is a Rust crate: `cargo new --bin` makes one"),
    });
}
