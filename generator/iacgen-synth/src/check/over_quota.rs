//! IAC194 `over-quota`.

use iacgen_cfn::Template;
use iacgen_cfn::limits::{self, Quota};
use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_spec::model::Workflow;

use crate::ids;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC194",
    name: "over-quota",
    explanation: "The stack is larger than CloudFormation or IAM takes.

## Why
A template has at most 500 resources, 200 outputs and 1 MB, the policies inside a role 10,240 characters. What is larger is refused
when it is deployed. Pages: \"Understand CloudFormation quotas\", \"IAM and AWS STS quotas\".

## What to write instead
Two workflows. A role with too many rights gets common prefixes instead of many single ones, or its function becomes two.
",
};

/// Reports every quota that is exceeded, of a role at its function.
pub(super) fn check(workflow: &Workflow, template: &Template, text: &str, sink: &Sink) {
    for exceeded in limits::exceeded(template, text) {
        let of_function = workflow.functions.values().find(|function| match &exceeded.quota {
            Quota::InlinePolicies(id) => *id == ids::role(&function.id),
            _ => false,
        });
        let start = workflow.states.states.get(&workflow.states.start).map(|state| state.place);
        let Some(place) = of_function.map(|function| function.place).or(start) else { continue };
        // How much there is differs a little between environments, and one mistake is one finding.
        let message = match &exceeded.quota {
            Quota::InlinePolicies(id) => {
                format!(
                    "the policies inside the role `{id}` pass the {} characters that IAM takes",
                    exceeded.limit
                )
            }
            Quota::Bytes => {
                format!("the template passes the {} bytes that CloudFormation takes", exceeded.limit)
            }
            _ => format!("{}, and AWS takes {} at most", exceeded.found(), exceeded.limit),
        };
        let finding = place.on(Diagnostic::error(&CODE, message), "");
        sink.push(finding.help(exceeded.mend()));
    }
}
