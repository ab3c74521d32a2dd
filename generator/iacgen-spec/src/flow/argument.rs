//! The arguments of calls: what is wrong with them, and where it is written.

use iacgen_diagnostics::Sink;
use iacgen_iam::integration::{IntegrationName, Pattern};
use iacgen_service_models::{At, Call, Fault};
use iacgen_shapes::{Shape, known};

use crate::check::{argument_mismatch, argument_value, missing_argument, unknown_argument};
use crate::model::{Located, Place, Template, TemplateValue};

/// An argument of a call, or a part of one.
pub(crate) struct Argument<'a> {
    /// What is called, as it is written.
    pub(crate) call: &'a str,
    /// Where the value stands, or what it stands in.
    pub(crate) place: Place,
    at: &'a [At],
}

impl Argument<'_> {
    /// Says which it is: `Item.id.N`. `None` for the arguments as a whole.
    pub(crate) fn whole(&self) -> Option<String> {
        named(self.at)
    }

    /// Says what it stands in; `None` where that is the arguments.
    pub(crate) fn around(&self) -> Option<String> {
        let (_, around) = self.at.split_last()?;
        named(around)
    }
}

fn named(at: &[At]) -> Option<String> {
    let text: String = at.iter().map(ToString::to_string).collect();
    (!at.is_empty()).then(|| text.trim_start_matches('.').to_owned())
}

/// Returns what an integration calls, where its API is known.
pub(super) fn call(name: &IntegrationName) -> Option<Call> {
    if name.is_sdk() {
        // An operation that does not exist is a finding of `resolve/`.
        Call::of_sdk(name.service(), name.operation()).ok().flatten()
    } else {
        Call::of_optimized(name.service(), name.operation())
    }
}

/// Returns what a call gives.
pub(super) fn result(name: &IntegrationName, call: Option<&Call>) -> Shape {
    let recorded = known::task_result(&name.to_string());
    match (name.pattern(), call) {
        _ if !recorded.is_any() => recorded,
        (Pattern::RequestResponse, Some(call)) => call.result(),
        (Pattern::RunJob, Some(call)) => call.job_result(),
        // What comes back with a token is whatever its holder sends.
        _ => Shape::Any,
    }
}

/// Reports what is wrong with the arguments of a call.
pub(super) fn check(
    action: &Located<String>,
    call: &Call,
    written: Option<&Template>,
    sent: &Shape,
    sink: &Sink,
) {
    for problem in call.judge(sent) {
        let place = written.map_or(action.place, |written| place(written, &problem.at));
        let argument = Argument { call: &action.value, place, at: &problem.at };
        sink.push(match &problem.fault {
            Fault::Unknown { name, meant, known } => {
                unknown_argument::finding(&argument, name, meant.as_deref(), known)
            }
            // One mistake is one finding: what was meant for it is one.
            Fault::Missing { sent: Some(_), .. } => continue,
            Fault::Missing { name, sent: None } => missing_argument::finding(&argument, name),
            Fault::Kind { expected, found } => argument_mismatch::finding(&argument, expected, found),
            Fault::Value { found, meant, values } => {
                argument_value::finding(&argument, found, *meant, values)
            }
        });
    }
}

/// Finds where a part of arguments is written, or what it comes in.
fn place(arguments: &Template, at: &[At]) -> Place {
    let mut written = arguments;
    for step in at {
        let inner = match (step, &written.value) {
            (At::Member(name), TemplateValue::Object(fields)) => fields.get(name),
            (At::Item(index), TemplateValue::Array(items)) => items.get(*index),
            _ => None,
        };
        let Some(inner) = inner else { break };
        written = inner;
    }
    written.place
}
