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
A logical id has letters and digits only, so `a-b` and `a--b` both become `AB`; a function called `state-machine` would have a role
of the same id as the state machine's own; and a resource of `resources` has its id as it is written, which may be one that
iacgen gives: the function `infer` has `InferFunction`, `InferRole`, `InferLogGroup` and `InferAlias`, and its versions are
`InferVersion` with twelve hexadecimal digits behind it.

## What to write instead
Rename one of the two.
",
};

/// What the ids of a function's resources end in.
const FUNCTION: &[&str] = &[
    "Function",
    "Role",
    "LogGroup",
    "Alias",
    "ScalableTarget",
    "ScalingPolicy",
    "OnFailure",
    "ErrorsAlarm",
    "ThrottlesAlarm",
    "DurationAlarm",
    "ProvisionedConcurrencySpilloverInvocationsAlarm",
];
/// The same of a bucket.
const BUCKET: &[&str] = &["Bucket", "BucketPolicy", "AccessLogsBucket", "AccessLogsBucketPolicy"];
/// The same of a queue.
const QUEUE: &[&str] =
    &["Queue", "QueuePolicy", "DeadLetterQueue", "DeadLetterQueuePolicy", "DeadLettersAlarm"];
/// The same of a topic.
const TOPIC: &[&str] = &["Topic", "TopicPolicy"];
/// The same of a table.
const TABLE: &[&str] = &["Table"];
/// The same of a trigger.
const TRIGGER: &[&str] = &["Trigger", "TriggerRole"];
/// The ids that every stack may have, whatever its names are.
const OWN: &[&str] = &[
    "ArtifactBucket",
    "Dashboard",
    "EncryptionKey",
    "StateMachine",
    "StateMachineAlias",
    "StateMachineDistributedMapPolicy",
    "StateMachineEndpointsPolicy",
    "StateMachineExecutionThrottledAlarm",
    "StateMachineExecutionsFailedAlarm",
    "StateMachineExecutionsTimedOutAlarm",
    "StateMachineLogGroup",
    "StateMachineRole",
];

/// The hexadecimal digits that end a version's id. They follow from what the version holds, so any may come.
const VERSION_DIGITS: usize = 12;

/// Returns what stands before `Version` and its digits in the id of a version.
fn versioned(id: &LogicalId) -> Option<&str> {
    let id = id.as_str();
    let (rest, digits) = id.split_at_checked(id.len().checked_sub(VERSION_DIGITS)?)?;
    let rest = rest.strip_suffix("Version")?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(rest)
}

/// A thing whose ids are taken.
struct Taken<'a> {
    /// What it is, with its article.
    what: &'static str,
    name: &'a Spanned<String>,
}

/// Judges the names of everything that becomes resources.
pub(crate) fn check(workflow: &RawWorkflow, sink: &Sink) {
    let names = |what, suffixes: &'static [&'static str], names: Vec<_>| {
        names.into_iter().map(move |name| (Taken { what, name }, suffixes))
    };
    let things = names("a function", FUNCTION, workflow.functions.iter().map(|(id, _)| id).collect())
        .chain(names("a bucket", BUCKET, workflow.buckets.iter().map(|(id, _)| id).collect()))
        .chain(names("a queue", QUEUE, workflow.queues.iter().map(|(id, _)| id).collect()))
        .chain(names("a topic", TOPIC, workflow.topics.iter().map(|(id, _)| id).collect()))
        .chain(names("a table", TABLE, workflow.tables.iter().map(|(id, _)| id).collect()))
        .chain(names("a trigger", TRIGGER, workflow.triggers.iter().map(|(id, _)| id).collect()))
        .chain(names("a resource", &[""], workflow.resources.iter().map(|(id, _)| id).collect()));
    let mut seen: BTreeMap<LogicalId, Taken<'_>> = BTreeMap::new();
    for (thing, suffixes) in things {
        let ids: Vec<LogicalId> = suffixes
            .iter()
            .map(|suffix| LogicalId::from_words([thing.name.value.as_str(), suffix]))
            .collect();
        let is_own = |id: &&LogicalId| OWN.contains(&id.as_str()) || versioned(id) == Some("StateMachine");
        let holder = |id: &LogicalId| {
            let function = versioned(id).map(|function| LogicalId::from_words([function, "Function"]));
            seen.get(function.as_ref().unwrap_or(id))
        };
        if let Some(id) = ids.iter().find(is_own) {
            sink.push(with_the_stack(&thing, id));
        } else if let Some((id, first)) = ids.iter().find_map(|id| Some((id, holder(id)?))) {
            sink.push(with_another(&thing, first, id));
        } else {
            let Taken { what, name } = thing;
            seen.extend(ids.into_iter().map(|id| (id, Taken { what, name })));
        }
    }
}

fn with_the_stack(thing: &Taken<'_>, id: &LogicalId) -> Diagnostic {
    let message = if id.as_str().starts_with("StateMachine") {
        format!("{} `{}` would have the state machine's own ids", thing.what, thing.name.value)
    } else {
        format!("{} `{}` would have an id that the stack has already, `{id}`", thing.what, thing.name.value)
    };
    Diagnostic::error(&CODE, message).primary(thing.name.span, "").help("rename it")
}

fn with_another(thing: &Taken<'_>, first: &Taken<'_>, id: &LogicalId) -> Diagnostic {
    let message = format!(
        "`{}` and `{}` would both become `{id}` in CloudFormation",
        first.name.value, thing.name.value
    );
    let other = if first.what == thing.what { "the other one" } else { first.what };
    Diagnostic::error(&CODE, message)
        .primary(thing.name.span, "")
        .secondary(first.name.span, other)
        .help("rename one of them")
}
