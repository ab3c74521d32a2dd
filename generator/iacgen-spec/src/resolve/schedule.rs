//! Schedules and time zones.

use iacgen_aws_types::{Schedule, TimeZone};

use super::Context;
use crate::check::{bad_schedule, bad_time_zone};
use crate::model::Located;
use crate::raw::RawValue;

impl<'a> Context<'a> {
    /// Reads a schedule.
    pub(super) fn schedule(&self, raw: &'a RawValue, kind: &str) -> Option<Located<Schedule>> {
        let (text, value) = self.text(raw, kind)?;
        match Schedule::parse(text) {
            Ok(schedule) => Some(Located { value: schedule, place: value.place }),
            Err(invalid) => {
                self.sink.push(bad_schedule::finding(value.place, text, &invalid));
                None
            }
        }
    }

    /// Reads the time zone of a schedule, which may be left out.
    #[expect(clippy::option_option, reason = "a time zone can be left out, and be wrong")]
    pub(super) fn time_zone(
        &self,
        raw: Option<&'a RawValue>,
        schedule: Option<&Schedule>,
    ) -> Option<Option<TimeZone>> {
        let Some(raw) = raw else { return Some(None) };
        let (text, value) = self.text(raw, "`time_zone`")?;
        let zone = self.valid(TimeZone::new(text), text, value.place, bad_time_zone::finding)?;
        if let Some(schedule) = schedule {
            self.sink.extend(bad_time_zone::without_effect(value.place, schedule.kind()));
        }
        Some(Some(zone))
    }
}
