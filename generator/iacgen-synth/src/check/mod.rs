//! The rules about what comes out: one a file, with its code and its page for `iacgen explain`.
//!
//! `iacgen-spec` judges what is written; here is what only the documents made of it can show.

mod definition_too_large;
mod over_quota;
mod permission_underivable;
mod placeholder_text;
mod resource_property;
mod resource_reference;
mod unsynthesisable;

use iacgen_diagnostics::{Code, Sink};
use iacgen_spec::model::Workflow;

use crate::code::Packages;

/// Every code, in order.
pub fn codes() -> &'static [&'static Code] {
    static CODES: &[&Code] = &[
        &permission_underivable::CODE,
        &resource_property::CODE,
        &resource_reference::CODE,
        &definition_too_large::CODE,
        &over_quota::CODE,
        &placeholder_text::CODE,
        &unsynthesisable::CODE,
    ];
    CODES
}

/// Makes the documents of a workflow and judges them, without packages.
pub fn check(workflow: &Workflow, sink: &Sink) {
    let lowered = match crate::lower(workflow, &Packages::none()) {
        Ok(lowered) => lowered,
        Err(error) => return unsynthesisable::report(workflow, &error, sink),
    };
    permission_underivable::check(&lowered.gaps, sink);
    resource_property::check(workflow, &lowered.template, sink);
    resource_reference::check(workflow, &lowered.template, sink);
    placeholder_text::check(workflow, sink);
    definition_too_large::check(workflow, &lowered.definition, sink);
    over_quota::check(workflow, &lowered.template, &lowered.text, sink);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_those_of_the_spec_and_have_their_page() {
        let all: Vec<&Code> = iacgen_spec::codes().iter().chain(codes()).copied().collect();
        for pair in all.windows(2) {
            assert!(pair[0].id < pair[1].id, "{} {}", pair[0].id, pair[1].id);
        }
        for code in codes() {
            assert!(code.explanation.contains("\n## Why\n"), "{}", code.id);
            assert!(code.explanation.contains("\n## What to write instead\n"), "{}", code.id);
        }
    }
}
