//! IAC135 `provisioned-over-reserved`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::Located;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC135",
    name: "provisioned-over-reserved",
    explanation: "A function provisions more environments than it reserves.

## Why
What is reserved is the most that a function runs at one time, so more than that can never be provisioned: Lambda refuses it,
and Application Auto Scaling fails again and again where the most that it may provision is over it. Page: \"Understanding
reserved concurrency and provisioned concurrency\".

## What to write instead
Reserve at least as much as is provisioned at most, by `provisioned`, its `max` and its schedule.
",
};

/// Compares the two of one function.
pub(crate) fn check(provisioned: Located<u32>, reserved: Located<u32>, sink: &Sink) {
    if provisioned.value <= reserved.value {
        return;
    }
    let message =
        format!("{} environments are provisioned, {} are reserved", provisioned.value, reserved.value);
    let finding = provisioned.place.on(Diagnostic::error(&CODE, message), "");
    sink.push(finding.secondary(reserved.place.at(), "the most that run at one time").help(
        match reserved.value {
            0 => "a function that reserves nothing is stopped; delete one of the two".to_owned(),
            _ => format!("write `reserved: {}`, or provision fewer", provisioned.value),
        },
    ));
}
