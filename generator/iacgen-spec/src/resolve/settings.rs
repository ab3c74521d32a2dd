//! What stands at the top of the workflow, and in an environment.

use iacgen_aws_types::{AccountId, Region, Seconds};

use super::{Context, Place};
use crate::check::{
    bad_account, bad_log_retention, bad_region, bad_tag, express_too_long, invalid_name, out_of_range,
    unknown_word,
};
use crate::model::{Children, Settings, Target};
use crate::raw::RawEnvironment;
use crate::yaml::Spanned;

/// How long logs are kept where the workflow does not say, in days.
const LOG_RETENTION_DAYS: u32 = 30;
/// The longest `TimeoutSeconds` of a machine. Page: "State machine structure in Amazon States Language".
const LONGEST_TIMEOUT: u32 = 99_999_999;

/// The words of [`Children`].
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
        context.valid(Region::new(&text.value), &text.value, place, bad_region::finding)
    });
    let account = raw.account.as_ref().and_then(|text| {
        let place = Place::written(text.span);
        context.valid(AccountId::new(&text.value), &text.value, place, bad_account::finding)
    });
    Some(Settings {
        environment: context.environment.name.clone(),
        target: target?,
        region: region?,
        account: account?,
        tags: raw.tags.iter().map(|(key, value)| (key.value.clone(), value.value.clone())).collect(),
    })
}

/// Reads the machine's type, STANDARD where it is left out.
pub(super) fn machine_type(context: &Context<'_>) -> Option<Children> {
    match &context.workflow.machine_type {
        Some(word) => executions(context, word, "a type of workflow"),
        None => Some(Children::Standard),
    }
}

/// Reads a type of executions.
pub(super) fn executions(context: &Context<'_>, word: &Spanned<String>, what: &str) -> Option<Children> {
    match word.value.as_str() {
        "standard" => Some(Children::Standard),
        "express" => Some(Children::Express),
        other => {
            context.sink.push(unknown_word::finding(other, Place::written(word.span), what, &EXECUTIONS));
            None
        }
    }
}

/// Reads the machine's timeout.
pub(super) fn timeout(context: &Context<'_>, machine_type: Option<Children>) -> Option<Seconds> {
    let (timeout, value) = context.duration(context.workflow.timeout.as_ref()?, "`timeout`")?;
    if timeout.get() > LONGEST_TIMEOUT {
        context.sink.push(out_of_range::finding(&value, "`timeout`", "at most 99999999s"));
    }
    if let (Some(Children::Express), Some(word)) = (machine_type, &context.workflow.machine_type) {
        express_too_long::check_workflow(timeout, &value, word.span, context.sink);
    }
    Some(timeout)
}

/// Reads how long logs are kept, in days.
pub(super) fn log_retention(context: &Context<'_>) -> u32 {
    let read = || {
        let (time, value) = context.duration(context.workflow.log_retention.as_ref()?, "`retain`")?;
        bad_log_retention::check(&value, time, context.sink)
    };
    read().unwrap_or(LOG_RETENTION_DAYS)
}
