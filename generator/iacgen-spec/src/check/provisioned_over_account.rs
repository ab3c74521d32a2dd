//! IAC077 `provisioned-over-account`.

use iacgen_aws_types::Provisioned;
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC077",
    name: "provisioned-over-account",
    explanation: r#"More environments are provisioned than an account has by default. A warning.

## Why
An account starts with 1,000 concurrent executions in a region, of which 100 stay unreserved: at most 900 can be
provisioned, all functions together. Beyond that the deployment fails, unless AWS has raised the account's quota. Pages:
"Lambda quotas", "Configuring provisioned concurrency for a function".

## What to write instead
Fewer, or ask for a higher quota first. Nothing else here can know what your account has.
"#,
};

/// What an account can provision by default, in environments: 1,000 concurrent executions, of which 100 stay unreserved.
const MOST: u64 = 900;

/// The numbers that a function's `provisioned` takes, for a message.
pub(crate) const RANGE: &str = "0 to 900, what an account can have by default";

/// Judges the sum over all functions of one environment; points at the largest.
pub(crate) fn check(all: &[(Resolved<'_>, Provisioned)], here: &Sink) {
    let sum: u64 = all.iter().map(|(_, provisioned)| u64::from(provisioned.get())).sum();
    let Some((value, _)) = all.iter().max_by_key(|(_, provisioned)| *provisioned).filter(|_| sum > MOST)
    else {
        return;
    };
    let finding = Diagnostic::warning(
        &CODE,
        format!("{sum} environments are provisioned, an account can have {MOST} by default"),
    );
    here.push(value.place(finding, "").help("provision fewer, or ask AWS for a higher quota first"));
}
