//! What holds for the whole stack: logs, alarms, encryption, the network, how a new definition takes over.

use iacgen_asl::ExecutionType;
use iacgen_aws_types::{ArnKind, Invalid, SecurityGroupId, SubnetId};
use iacgen_diagnostics::Span;
use iacgen_tensors::OnnxRuntimeVersion;

use super::Context;
use super::state::{located, optional};
use crate::check::{
    bad_log_retention, bad_network, bad_release, library_missing, release_without_alarms, unknown_word,
    unlogged, unpinned_version,
};
use crate::model::{
    Alarms, Encryption, Located, LogLevel, Logs, Network, OnnxRuntime, OnnxRuntimeLibrary, PackagePlace,
    Place, ReferenceKind, Release, Shift, Step,
};
use crate::raw::{RawAlarms, RawNetwork, RawRelease, RawValue};

/// How long logs are kept where the workflow does not say, in days.
const LOG_RETENTION_DAYS: u32 = 30;
/// The longest interval of a release, in minutes. Page: "AWS::StepFunctions::StateMachineAlias DeploymentPreference".
const LONGEST_INTERVAL: u32 = 2_100;

/// The words of [`LogLevel`].
const LEVELS: [(&str, LogLevel); 4] =
    [("error", LogLevel::Error), ("all", LogLevel::All), ("fatal", LogLevel::Fatal), ("off", LogLevel::Off)];

/// The words of [`PackagePlace`].
const PLACES: [(&str, PackagePlace); 3] =
    [("smallest", PackagePlace::Smallest), ("zip", PackagePlace::Zip), ("layer", PackagePlace::Layer)];

/// What a word of `shift` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShiftWord {
    AllAtOnce,
    Canary,
    Linear,
}

/// The words of [`ShiftWord`].
const SHIFTS: [(&str, ShiftWord); 3] =
    [("all-at-once", ShiftWord::AllAtOnce), ("canary", ShiftWord::Canary), ("linear", ShiftWord::Linear)];

/// Reads what is logged.
pub(super) fn logs(context: &Context<'_>, machine_type: Option<ExecutionType>) -> Option<Logs> {
    let raw = &context.workflow.logs;
    let retention_days = match &raw.retain {
        Some(raw) => context
            .duration(raw, "`retain`")
            .and_then(|(time, value)| bad_log_retention::check(&value, time, context.sink)),
        None => Some(LOG_RETENTION_DAYS),
    };
    let level =
        optional(raw.level.as_ref().map(|raw| context.word(raw, "`level`", "a level of logs", &LEVELS)));
    let data = optional(raw.data.as_ref().map(|raw| {
        let value = context.values.get(raw)?;
        Some(Located { value: context.boolean(raw, "`data`")?, place: value.place })
    }));
    if let Some(Some(Located { value: LogLevel::Off, place })) = level {
        if let Some(Some(Located { value: true, place: data })) = data {
            context.here.push(unlogged::data(data, place));
        }
        let express = context.workflow.machine_type.as_ref();
        if let Some(word) = express.filter(|_| machine_type == Some(ExecutionType::Express)) {
            context.here.push(unlogged::express(place, word.span));
        }
    }
    Some(Logs {
        retention_days: retention_days?,
        level: level?.map_or(LogLevel::Error, |level| level.value),
        data: data?.is_some_and(|data| data.value),
    })
}

/// Reads what encrypts.
pub(super) fn encryption(context: &Context<'_>) -> Option<Encryption> {
    let Some(raw) = &context.workflow.encryption else { return Some(Encryption::Aws) };
    let (text, value) = context.text(raw, "`encryption`")?;
    if text == "managed" {
        return Some(Encryption::Managed(value.place));
    }
    if !text.starts_with("arn:") {
        context.sink.push(
            unknown_word::finding(text, value.place, "an encryption", &["managed"])
                .note("it is `managed`, or the ARN of a key; left out, AWS's own keys encrypt"),
        );
        return None;
    }
    context.arn_of(text, value.place, ArnKind::Key).map(Encryption::Key)
}

/// Reads the network that functions run in.
#[expect(clippy::option_option, reason = "a network can be left out, and be wrong")]
pub(super) fn network(context: &Context<'_>) -> Option<Option<Network>> {
    optional(context.workflow.network.as_ref().map(|raw| context.network(raw)))
}

/// Reads whether there are alarms.
pub(super) fn alarms(context: &Context<'_>) -> Option<Alarms> {
    match &context.workflow.alarms {
        None => Some(Alarms::On { notify: None }),
        Some(RawAlarms::Switch(raw)) => {
            let on = context.boolean(raw, "`alarms`")?;
            Some(if on { Alarms::On { notify: None } } else { Alarms::Off })
        }
        Some(RawAlarms::Notify(topic)) => {
            let topic = topic.as_ref()?;
            context.is_known(ReferenceKind::Topic, topic).then(|| Alarms::On { notify: Some(located(topic)) })
        }
    }
}

/// Reads how ONNX Runtime and models are packaged.
pub(super) fn onnxruntime(context: &Context<'_>) -> Option<OnnxRuntime> {
    let raw = &context.workflow.onnxruntime;
    let place = optional(raw.place.as_ref().map(|raw| context.word(raw, "`place`", "a place", &PLACES)));
    let version = optional(raw.version.as_ref().map(|raw| {
        let (text, value) = context.text(raw, "`version`")?;
        let version = OnnxRuntimeVersion::ALL.into_iter().find(|version| version.as_str() == text);
        if version.is_none() {
            context.sink.push(unpinned_version::finding(text, &value));
        }
        version
    }));
    let own = optional(raw.library.as_ref().map(|raw| {
        let (text, value) = context.text(raw, "`library`")?;
        library_missing::check(text, &value, context.files, context.sink)
    }));
    let pinned = OnnxRuntimeLibrary::Pinned(version?.unwrap_or_default());
    Some(OnnxRuntime {
        place: place?.map_or(PackagePlace::Smallest, |place| place.value),
        library: own?.map_or(pinned, OnnxRuntimeLibrary::Own),
    })
}

/// Reads how a new definition takes over.
#[expect(clippy::option_option, reason = "a release can be left out, and be wrong")]
pub(super) fn release(context: &Context<'_>, alarms: Option<&Alarms>) -> Option<Option<Release>> {
    let Some(raw) = &context.workflow.release else { return Some(None) };
    let shift = context.shift(raw)?;
    if let (Some(Alarms::Off), Shift::Canary(_) | Shift::Linear(_), Some(RawAlarms::Switch(off))) =
        (alarms, shift, &context.workflow.alarms)
    {
        context.here.push(release_without_alarms::finding(off.span(), raw.span));
    }
    Some(Some(Release { place: Place::written(raw.span), shift }))
}

impl<'a> Context<'a> {
    /// Reads one of a few words.
    pub(super) fn word<T: Copy>(
        &self,
        raw: &'a RawValue,
        field: &str,
        what: &str,
        words: &[(&str, T)],
    ) -> Option<Located<T>> {
        let (text, value) = self.text(raw, field)?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Some(Located { value: *meaning, place: value.place });
        }
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.sink.push(unknown_word::finding(text, value.place, what, &words));
        None
    }

    fn network(&self, raw: &'a RawNetwork) -> Option<Network> {
        let subnets =
            self.ids(&raw.subnets, "`subnets`", raw.subnets_key, bad_network::MOST_SUBNETS, SubnetId::new);
        let security_groups = self.ids(
            &raw.security_groups,
            "`security_groups`",
            raw.security_groups_key,
            bad_network::MOST_GROUPS,
            SecurityGroupId::new,
        );
        Some(Network {
            place: Place::written(raw.span),
            subnets: subnets?,
            security_groups: security_groups?,
        })
    }

    fn ids<T>(
        &self,
        raw: &'a [RawValue],
        field: &str,
        key: Option<Span>,
        most: usize,
        new: fn(&str) -> Result<T, Invalid>,
    ) -> Option<Vec<Located<T>>> {
        // Without the key the field is missing, and reported so.
        let key = key?;
        if raw.is_empty() {
            self.sink.push(bad_network::empty(key, field.trim_matches('`')));
            return None;
        }
        let ids: Vec<_> = raw
            .iter()
            .map(|raw| {
                let (text, value) = self.text(raw, field)?;
                let id = self.valid(new(text), text, value.place, bad_network::finding)?;
                Some(Located { value: id, place: value.place })
            })
            .collect();
        if let Some(Some(id)) = ids.get(most) {
            self.sink.push(bad_network::too_many(id.place, field.trim_matches('`'), most));
        }
        ids.into_iter().collect()
    }

    fn shift(&self, raw: &'a RawRelease) -> Option<Shift> {
        let word = raw.shift.as_ref().and_then(|raw| self.word(raw, "`shift`", "a kind of release", &SHIFTS));
        let percent = raw.percent.as_ref().map(|raw| self.whole(raw, "`percent`", 1..=99));
        let interval = raw.interval.as_ref().map(|raw| self.interval(raw));
        let word = word?;
        let keys = [&raw.percent_key, &raw.interval_key];
        if word.value == ShiftWord::AllAtOnce {
            for key in keys.into_iter().flatten() {
                self.here.push(bad_release::without_steps(&key.value, key.span, word.place));
            }
            return Some(Shift::AllAtOnce);
        }
        for (key, field, example) in [(keys[0], "percent", "10"), (keys[1], "interval", "5m")] {
            if key.is_none() {
                self.here.push(bad_release::no_step(field, word.place, example));
            }
        }
        let step = Step { percent: percent??.0, interval_minutes: interval?? };
        let waits = match word.value {
            ShiftWord::Linear => 100_u64.div_ceil(u64::from(step.percent)) - 1,
            _ => 1,
        };
        let minutes = waits * u64::from(step.interval_minutes);
        if minutes > u64::from(bad_release::LONGEST) {
            self.here.push(bad_release::too_long(raw.span, minutes));
        }
        Some(match word.value {
            ShiftWord::Linear => Shift::Linear(step),
            _ => Shift::Canary(step),
        })
    }

    /// Reads the time between two steps, in minutes.
    fn interval(&self, raw: &'a RawValue) -> Option<u32> {
        let (time, value) = self.duration(raw, "`interval`")?;
        let seconds = time.get();
        if !seconds.is_multiple_of(60) || seconds / 60 > LONGEST_INTERVAL {
            self.sink.push(bad_release::interval(&value, seconds));
            return None;
        }
        Some(seconds / 60)
    }
}
