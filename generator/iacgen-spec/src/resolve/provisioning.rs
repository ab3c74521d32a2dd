//! Environments of functions that are kept initialised.

use iacgen_aws_types::Provisioned;

use super::Context;
use super::state::optional;
use crate::check::{bad_scaling, provisioned_over_account};
use crate::model::{Located, Place, Provisioning, Scaling, ScheduledCapacity};
use crate::raw::{RawProvisioning, RawScaling, RawScheduled, RawValue};
use crate::yaml::Scalar;

/// The least and the most that target tracking aims at. Page: "Managing provisioned concurrency with Application Auto
/// Scaling".
const TARGETS: std::ops::RangeInclusive<f64> = 0.1..=0.9;

impl<'a> Context<'a> {
    /// Reads how many environments are kept initialised: none where it is 0, null or left out.
    pub(super) fn provisioning(&self, raw: &'a RawProvisioning) -> Option<Provisioning> {
        match raw {
            RawProvisioning::Fixed(raw) => {
                if matches!(self.values.get(raw)?.scalar, Scalar::Null) {
                    return None;
                }
                // A higher quota is AWS's to give, so more than the default is a warning only.
                let range = provisioned_over_account::RANGE;
                let (environments, value) = self.whole_of(raw, "`provisioned`", 0..=u32::MAX, range)?;
                let value = Located { value: Provisioned::new(environments).ok()?, place: value.place };
                Some(Provisioning::Fixed(value))
            }
            RawProvisioning::Scaled(raw) => self.scaling(raw).map(Box::new).map(Provisioning::Scaled),
        }
    }

    fn scaling(&self, raw: &'a RawScaling) -> Option<Scaling> {
        let min = raw.min.as_ref().and_then(|raw| self.environments(raw, "`min`", 0));
        let max = raw.max.as_ref().and_then(|raw| self.environments(raw, "`max`", 1));
        let target = raw.target.as_ref().map(|raw| {
            let (target, value) = self.number(raw, "`target`")?;
            if !TARGETS.contains(&target) {
                self.sink.push(bad_scaling::target(value.place, value.scalar.text()));
            }
            Some(target)
        });
        if raw.target.is_none() && !raw.has_schedule {
            self.sink.push(bad_scaling::nothing_scales(raw.span));
        }
        if let (Some(min), Some(max)) = (min, max)
            && min.value > max.value
        {
            self.sink.push(bad_scaling::crossed(min.value, min.place, max.value, max.place.at()));
        }
        let schedule: Vec<_> = raw.schedule.iter().map(|action| self.scheduled(action, max)).collect();
        Some(Scaling {
            place: Place::written(raw.span),
            min: min?,
            max: max?,
            target: optional(target)?,
            schedule: schedule.into_iter().collect::<Option<_>>()?,
        })
    }

    fn scheduled(&self, raw: &'a RawScheduled, most: Option<Located<u32>>) -> Option<ScheduledCapacity> {
        let at = raw.at.as_ref().and_then(|raw| self.schedule(raw, "`at`"));
        let time_zone = self.time_zone(raw.time_zone.as_ref(), at.as_ref().map(|at| &at.value));
        let min = raw.min.as_ref().map(|raw| self.environments(raw, "`min`", 0));
        let max = raw.max.as_ref().map(|raw| self.environments(raw, "`max`", 0));
        // Without a `max` of its own, that of the target holds on.
        let upper = max.map_or(most, |max| max);
        if let (Some(Some(min)), Some(max)) = (min, upper)
            && min.value > max.value
        {
            self.sink.push(bad_scaling::crossed(min.value, min.place, max.value, max.place.at()));
        }
        Some(ScheduledCapacity {
            place: Place::written(raw.span),
            at: at?.value,
            time_zone: time_zone?,
            min: optional(min)?.map(|min| min.value),
            max: optional(max)?.map(|max| max.value),
        })
    }

    fn environments(&self, raw: &'a RawValue, field: &str, least: u32) -> Option<Located<u32>> {
        let (value, read) = self.whole(raw, field, least..=u32::MAX)?;
        Some(Located { value, place: read.place })
    }
}
