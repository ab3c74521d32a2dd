//! IAC053 `library-missing`.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::files::ProjectFiles;
use crate::resolve::Resolved;

/// The code and its page.
pub(crate) static CODE: Code = Code {
    id: "IAC053",
    name: "library-missing",
    explanation: "The library of `onnxruntime` is not a file of the project.

## Why
`iacgen package` puts this file beside the handlers instead of the build of ONNX Runtime that iacgen pins. What is not
in the project is not the same on another machine.

## What to write instead
The shared library, relative to `workflow.yaml`, built for the functions' architecture:
`library: vendor/onnxruntime/libonnxruntime.so.1`. Files beside it whose names start with `LICENSE`, `NOTICE` or
`ThirdPartyNotices` are packaged with it. Without the field the pinned build is taken.
",
};

/// Returns the library's path, where it is a file of the project.
pub(crate) fn check(
    text: &str,
    value: &Resolved<'_>,
    files: &dyn ProjectFiles,
    sink: &Sink,
) -> Option<Utf8PathBuf> {
    let path = Utf8Path::new(text);
    let within = !text.is_empty() && path.components().all(|part| matches!(part, Utf8Component::Normal(_)));
    let finding =
        |why: &str| value.place(Diagnostic::error(&CODE, format!("the library `{path}` {why}")), "");
    if !within {
        sink.push(
            finding("is not within the project").help("write it relative to `workflow.yaml`, without `..`"),
        );
        return None;
    }
    if !files.is_file(path) {
        sink.push(finding("is not there").help(
            "write the shared library, relative to `workflow.yaml`, or leave it out for the pinned build",
        ));
        return None;
    }
    Some(path.to_owned())
}
