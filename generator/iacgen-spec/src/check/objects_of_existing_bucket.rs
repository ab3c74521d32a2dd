//! IAC145 `objects-of-existing-bucket`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC145",
    name: "objects-of-existing-bucket",
    explanation: "A trigger waits for new objects of a bucket that the stack does not make. A warning.

## Why
S3 tells EventBridge of new objects only where the bucket's notifications to EventBridge are turned on. The stack turns them on for
the buckets that it makes, and touches no others: if the bucket's owner has not, the trigger never fires and nothing says why.
Page: \"Enabling Amazon EventBridge\" of the S3 guide.

## What to write instead
Nothing, once the owner has turned them on: `aws s3api put-bucket-notification-configuration --bucket NAME
--notification-configuration '{\"EventBridgeConfiguration\":{}}'`, which replaces the bucket's other notifications.
",
};

/// Points at the bucket's name in the trigger.
pub(crate) fn finding(bucket: &Spanned<String>, definition: Span) -> Diagnostic {
    Diagnostic::warning(
        &CODE,
        format!("the bucket `{}` exists already, and may tell EventBridge nothing", bucket.value),
    )
    .primary(bucket.span, "")
    .secondary(definition, "not the stack's own")
    .help("let its owner turn on its notifications to EventBridge")
}
