//! IAC054 `unpinned-version`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_tensors::OnnxRuntimeVersion;

use crate::resolve::Resolved;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC054",
    name: "unpinned-version",
    explanation: "iacgen does not pin this version of ONNX Runtime.

## Why
The library in a package is one whose digest iacgen knows for each architecture, so that it is the same everywhere and what it
reads is known before it runs. Only a few versions are pinned: the smallest, which starts quickest, and the newest, which reads
newer models.

## What to write instead
One of the versions that are listed, or nothing for the default. Any other build goes into the project:
`onnxruntime: { library: vendor/libonnxruntime.so.1 }`.
",
};

/// Lists the versions that are pinned.
pub(crate) fn finding(found: &str, value: &Resolved<'_>) -> Diagnostic {
    let pinned = OnnxRuntimeVersion::ALL.map(OnnxRuntimeVersion::as_str);
    let message = format!("ONNX Runtime `{found}` is not pinned");
    value
        .place(Diagnostic::error(&CODE, message), "")
        .help(format!("write one of {}, or take a build of your own with `library`", suggest::list(&pinned)))
}
