//! IAC079 `names-collide`.

use std::collections::BTreeMap;

use iacgen_aws_types::LogicalId;
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::raw::RawWorkflow;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC079",
    name: "names-collide",
    explanation: "Two names that differ here would be one in CloudFormation.

## Why
A logical id has letters and digits only, so `a-b` and `a--b` both become `AB`; and a function called `state-machine` would
have a role of the same id as the state machine's own.

## What to write instead
Rename one of the two.
",
};

/// Judges the names of functions, and those of buckets.
pub(crate) fn check(workflow: &RawWorkflow, sink: &Sink) {
    let functions: Vec<_> = workflow.functions.iter().map(|(id, _)| id).collect();
    let buckets: Vec<_> = workflow.buckets.iter().map(|(id, _)| id).collect();
    for names in [&functions, &buckets] {
        let mut seen: BTreeMap<LogicalId, &Spanned<String>> = BTreeMap::new();
        for name in names {
            let id = LogicalId::from_words([name.value.as_str()]);
            if let Some(first) = seen.get(&id) {
                let message = format!(
                    "`{}` and `{}` would both become `{id}` in CloudFormation",
                    first.value, name.value
                );
                let finding = Diagnostic::error(&CODE, message).primary(name.span, "");
                sink.push(finding.secondary(first.span, "the other one").help("rename one of them"));
            } else {
                seen.insert(id, name);
            }
        }
    }
    let machine = LogicalId::from_words(["state-machine"]);
    for name in functions.iter().filter(|name| LogicalId::from_words([name.value.as_str()]) == machine) {
        let message = format!("a function `{}` would have the state machine's own ids", name.value);
        sink.push(Diagnostic::error(&CODE, message).primary(name.span, "").help("rename it"));
    }
}
