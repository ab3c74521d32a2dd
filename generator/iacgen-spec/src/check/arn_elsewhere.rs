//! IAC131 `arn-elsewhere`.

use iacgen_aws_types::{AccountId, Arn, ArnKind, Region};
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::Located;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC131",
    name: "arn-elsewhere",
    explanation: "An ARN is of another region or partition than the environment, or a boundary of another account.

## Why
A state calls functions, queues and topics of its own region only, a function takes layers of its own region only, logs and
buckets are encrypted with keys of their own region, and a role is bounded by a policy of its own account or of AWS's. Mostly
the ARN was copied from another environment. Pages: \"Lambda layers\", \"Encrypt log data in CloudWatch Logs using AWS KMS\",
\"Permissions boundaries for IAM entities\".

## What to write instead
The ARN of the same thing in the environment's own region. Where it differs between environments, give it as a value:
`existing: \"${env.jobs_queue}\"`.
",
};

/// Compares an ARN with where the environment is.
pub(crate) fn check(arn: &Located<Arn>, region: &Region, account: Option<&AccountId>, sink: &Sink) {
    let push = |message: String, help: String| {
        sink.push(arn.place.on(Diagnostic::error(&CODE, message), "").help(help));
    };
    let (what, value) = (arn.value.kind().what(), &arn.value);
    if value.partition() != region.partition() {
        let message = format!("{what} is of the partition `{}`", value.partition().as_str());
        push(message, format!("`{region}` is of `{}`", region.partition().as_str()));
    } else if let Some(other) = value.region().filter(|other| *other != region) {
        push(
            format!("{what} is of `{other}`"),
            format!("the environment is in `{region}`; name one of there"),
        );
    } else if let (ArnKind::Policy, Some(other), Some(account)) = (value.kind(), value.account(), account)
        && other != account
    {
        let message = format!("the boundary is of the account `{}`", other.as_str());
        push(message, format!("the environment is of `{}`, and so must be its boundary", account.as_str()));
    }
}
