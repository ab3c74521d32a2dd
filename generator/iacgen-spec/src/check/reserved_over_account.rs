//! IAC134 `reserved-over-account`.

use iacgen_diagnostics::{Code, Sink};

use super::provisioned_over_account::ConcurrencyLimit;
use crate::model::Located;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC134",
    name: "reserved-over-account",
    explanation: "The functions reserve more concurrency than an account can give away.

## Why
An account has a number of concurrent executions in a region, 1,000 by default, and 100 of them must stay unreserved: Lambda refuses
the function whose reservation leaves fewer. It is an error where the environment says the account's number, and a warning
where it does not. Pages: \"Lambda quotas\", \"Configuring reserved concurrency for a function\".

## What to write instead
Reserve less; or ask AWS for a higher quota, and write it into the environment: `concurrency_limit: 5000`.
",
};

/// Judges the sum over all functions of one environment; points at the largest.
pub(crate) fn check(all: &[Located<u32>], limit: &ConcurrencyLimit, here: &Sink) {
    let sum: u64 = all.iter().map(|reserved| u64::from(reserved.value)).sum();
    let most = limit.reservable();
    let Some(largest) = all.iter().max_by_key(|reserved| reserved.value).filter(|_| sum > most) else {
        return;
    };
    let message = format!("{sum} concurrent executions are reserved, the account can give {most}");
    let finding = largest.place.on(limit.judged(&CODE, message), "");
    here.push(limit.explained(finding));
}
