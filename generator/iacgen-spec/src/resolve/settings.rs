//! What stands at the top of the workflow, and in an environment.

use iacgen_asl::ExecutionType;
use iacgen_aws_types::{AccountId, ArnKind, Region, Seconds};

use super::state::optional;
use super::{Context, Resolved};
use crate::check::{
    bad_account, bad_region, bad_tag, express_too_long, invalid_name, out_of_range,
    provisioned_over_account::ConcurrencyLimit, unknown_region, unknown_word,
};
use crate::model::{Place, Settings, Target};
use crate::raw::RawEnvironment;
use crate::yaml::Spanned;

/// The longest `TimeoutSeconds` of a machine. Page: "State machine structure in Amazon States Language".
const LONGEST_TIMEOUT: u32 = 99_999_999;

/// The words of [`ExecutionType`].
const EXECUTIONS: [&str; 2] = ["standard", "express"];

/// Reads what an environment settles.
pub(super) fn settings(context: &Context<'_>, raw: &RawEnvironment) -> Option<Settings> {
    invalid_name::check_values(raw, context.sink);
    bad_tag::check(raw, context.sink);
    let target = raw.target.as_ref().and_then(|word| match word.value.as_str() {
        "aws" => Some(Target::Aws),
        "local" => Some(Target::Local),
        other => {
            let words = ["aws", "local"];
            context.sink.push(unknown_word::finding(other, Place::written(word.span), "a target", &words));
            None
        }
    });
    let region = raw.region.as_ref().and_then(|text| {
        let place = Place::written(text.span);
        let region = context.valid(Region::new(&text.value), &text.value, place, bad_region::finding)?;
        context.sink.extend(unknown_region::check(&region, place));
        Some(region)
    });
    let account = raw.account.as_ref().and_then(|text| {
        let place = Place::written(text.span);
        context.valid(AccountId::new(&text.value), &text.value, place, bad_account::finding)
    });
    let boundary = raw
        .permissions_boundary
        .as_ref()
        .map(|text| context.arn_of(&text.value, Place::written(text.span), ArnKind::Policy));
    let limit = concurrency_limit(context, raw);
    Some(Settings {
        environment: context.environment.name.clone(),
        target: target?,
        region: region?,
        account: account?,
        tags: raw.tags.iter().map(|(key, value)| (key.value.clone(), value.value.clone())).collect(),
        permissions_boundary: optional(boundary)?,
        concurrency_limit: limit?.executions(),
    })
}

/// Reads how many functions of the account can run at one time.
pub(super) fn concurrency_limit(context: &Context<'_>, raw: &RawEnvironment) -> Option<ConcurrencyLimit> {
    let Some(limit) = &raw.concurrency_limit else { return Some(ConcurrencyLimit::new(None)) };
    let value = Resolved { scalar: &limit.value, place: Place::written(limit.span) };
    let executions = context.whole_value(&value, "`concurrency_limit`", 1..=u32::MAX)?;
    Some(ConcurrencyLimit::new(Some((executions, limit.span))))
}

/// Reads the machine's type, STANDARD where it is left out.
pub(super) fn machine_type(context: &Context<'_>) -> Option<ExecutionType> {
    match &context.workflow.machine_type {
        Some(word) => executions(context, word, "a type of workflow"),
        None => Some(ExecutionType::Standard),
    }
}

/// Reads a type of executions.
pub(super) fn executions(context: &Context<'_>, word: &Spanned<String>, what: &str) -> Option<ExecutionType> {
    match word.value.as_str() {
        "standard" => Some(ExecutionType::Standard),
        "express" => Some(ExecutionType::Express),
        other => {
            context.sink.push(unknown_word::finding(other, Place::written(word.span), what, &EXECUTIONS));
            None
        }
    }
}

/// Reads the machine's timeout.
pub(super) fn timeout(context: &Context<'_>, machine_type: Option<ExecutionType>) -> Option<Seconds> {
    let (timeout, value) =
        context.duration(context.workflow.timeout.as_ref()?, &context.dialect.field("timeout"))?;
    if timeout.get() > LONGEST_TIMEOUT {
        context.sink.push(out_of_range::finding(&value, "`timeout`", "at most 99999999s"));
    }
    if let (Some(ExecutionType::Express), Some(word)) = (machine_type, &context.workflow.machine_type) {
        express_too_long::check_workflow(timeout, &value, word.span, context.dialect, context.sink);
    }
    Some(timeout)
}
