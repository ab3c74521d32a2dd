//! IAC077 `provisioned-over-account`.

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::model::Located;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC077",
    name: "provisioned-over-account",
    explanation: r#"More environments are provisioned than an account has.

## Why
An account starts with 1,000 concurrent executions in a region, of which 100 stay unreserved: at most 900 can be
provisioned, all functions together. Beyond that the deployment fails, unless AWS has raised the account's quota. It is an
error where the environment says the account's number, and a warning where it does not. Pages: "Lambda quotas",
"Configuring provisioned concurrency for a function".

## What to write instead
Fewer, or ask for a higher quota first, and write it into the environment: `concurrency_limit: 5000`.
"#,
};

/// The concurrent executions that stay unreserved. Page: "Configuring reserved concurrency for a function".
const UNRESERVED: u32 = 100;
/// The concurrent executions that an account has by default. Page: "Lambda quotas".
const DEFAULT: u32 = 1_000;

/// The numbers that a function's `provisioned` takes, for a message.
pub(crate) const RANGE: &str = "0 to 900, what an account can have by default";

/// How many functions of an account can run at one time in the region.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConcurrencyLimit {
    executions: u32,
    /// Where the environment says so.
    written: Option<Span>,
}

impl ConcurrencyLimit {
    /// The number that an environment says, or what accounts have by default.
    pub(crate) fn new(written: Option<(u32, Span)>) -> Self {
        match written {
            Some((executions, span)) => Self { executions, written: Some(span) },
            None => Self { executions: DEFAULT, written: None },
        }
    }

    /// Returns the number.
    pub(crate) fn executions(&self) -> u32 {
        self.executions
    }

    /// Returns how many of them can be reserved or provisioned.
    pub(crate) fn reservable(&self) -> u64 {
        u64::from(self.executions.saturating_sub(UNRESERVED))
    }

    /// Begins a finding: what is over the limit is wrong where the limit is known.
    pub(super) fn judged(&self, code: &'static Code, message: String) -> Diagnostic {
        match self.written {
            Some(_) => Diagnostic::error(code, message),
            None => Diagnostic::warning(code, format!("{message} by default")),
        }
    }

    /// Ends a finding: where the limit stands, or how it is written.
    pub(super) fn explained(&self, finding: Diagnostic) -> Diagnostic {
        match self.written {
            Some(span) => finding
                .secondary(span, "what the account has")
                .note(format!("{UNRESERVED} concurrent executions stay unreserved"))
                .help("take fewer, or ask AWS for a higher quota first"),
            None => finding.help(format!(
                "take fewer, or ask AWS for a higher quota first and write it into the environment: `concurrency_limit: {}`",
                5 * DEFAULT
            )),
        }
    }
}

/// Judges the sum over all functions of one environment; points at the largest. `reserved` is what functions that
/// provision nothing reserve, or more than they provision.
pub(crate) fn check(all: &[Located<u32>], reserved: u64, limit: &ConcurrencyLimit, here: &Sink) {
    let sum: u64 = all.iter().map(|provisioned| u64::from(provisioned.value)).sum();
    let most = limit.reservable();
    let Some(largest) = all.iter().max_by_key(|provisioned| provisioned.value) else { return };
    // What is reserved alone is too much by another rule.
    if sum + reserved <= most || reserved > most {
        return;
    }
    let beside = if sum > most { String::new() } else { format!(" beside {reserved} reserved executions") };
    let message = format!("{sum} environments are provisioned{beside}, the account can have {most}");
    here.push(limit.explained(largest.place.on(limit.judged(&CODE, message), "")));
}
