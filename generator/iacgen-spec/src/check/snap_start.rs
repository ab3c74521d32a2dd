//! IAC137 `snap-start`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC137",
    name: "snap-start",
    explanation: "A function asks for SnapStart.

## Why
Lambda has SnapStart for its Java, Python and .NET runtimes. A handler here is a Rust program on `provided.al2023`, for which it
refuses the function; such a program starts in milliseconds, so there is little to gain. Page: \"Improving startup performance
with Lambda SnapStart\".

## What to write instead
Nothing, or `provisioned: 1` where the first invocation must not wait for a large model to be loaded.
",
};

/// Says that no handler here can have it.
pub(crate) fn finding(value: &Resolved<'_>) -> Diagnostic {
    value
        .place(Diagnostic::error(&CODE, "Lambda has no SnapStart for Rust handlers"), "")
        .note("it is there for the Java, Python and .NET runtimes only; this function's is `provided.al2023`")
        .help("delete it; `provisioned: 1` keeps an environment initialised")
}
