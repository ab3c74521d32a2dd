//! IAC029 `description-too-long`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC029",
    name: "description-too-long",
    explanation: r#"A function's description has more than 256 characters.

## Why
Lambda refuses the function, and CloudFormation rolls the stack back after minutes. Page: "CreateFunction" of the Lambda
API reference. Comments of the workflow and of its states have no such limit.

## What to write instead
At most 256 characters, and the rest in a YAML comment, which goes nowhere.
"#,
};

/// The most that Lambda takes, in characters.
const MOST: usize = 256;

/// Judges one description.
pub(crate) fn check(value: &Resolved<'_>, description: &str, sink: &Sink) {
    let length = description.chars().count();
    if length > MOST {
        let finding = Diagnostic::error(
            &CODE,
            format!("a function's description has at most {MOST} characters, this has {length}"),
        );
        sink.push(value.place(finding, "").help("shorten it; a YAML comment may say the rest"));
    }
}
