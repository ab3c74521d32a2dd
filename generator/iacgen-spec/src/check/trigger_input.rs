//! IAC148 `trigger-input`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_shapes::Mismatch;

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC148",
    name: "trigger-input",
    explanation: "A trigger starts executions with an input that the workflow does not take.

## Why
`input` says what an execution needs. A schedule hands over what stands in its own `input`, `{}` where there is none; a trigger
for objects hands over EventBridge's event, with the bucket in `$.detail.bucket.name` and the key in `$.detail.object.key`.
An execution that begins with something else fails at the first path, at 3 in the morning. Page: \"EventBridge event message
structure\" of the S3 guide.

## What to write instead
The fields that the schema asks for; or a schema that also takes the event.
",
};

/// Says what differs.
pub(crate) fn finding(place: Place, trigger: &str, mismatch: &Mismatch, help: &str) -> Diagnostic {
    let finding = Diagnostic::error(
        &CODE,
        format!("`{trigger}` starts executions with an input that the workflow does not take"),
    );
    place.on(finding, "").note(mismatch.to_string()).help(help)
}

/// An input that is larger than what a schedule may hand over.
pub(crate) fn too_large(place: Place, size: usize, most: usize) -> Diagnostic {
    let finding =
        Diagnostic::error(&CODE, format!("the input has {size} bytes, a schedule hands over {most}"));
    place.on(finding, "").help("put what is large into a bucket, and its key here")
}
