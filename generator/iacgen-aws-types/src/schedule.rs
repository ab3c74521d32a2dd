//! When something happens: `rate(5 minutes)`, `cron(0 3 * * ? *)`, `at(2026-12-24T18:00:00)`.

use std::fmt;
use std::ops::Range;

use crate::cron;

/// A schedule. Pages: "Schedule types in EventBridge Scheduler"; "Rate expressions reference" of EventBridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    text: String,
    kind: ScheduleKind,
}

/// What kind of schedule it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleKind {
    /// Again after the same time.
    Rate,
    /// At the times of a calendar.
    Cron,
    /// Once.
    At,
}

/// A text that is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidSchedule {
    /// The part of the text that is wrong, in bytes.
    pub part: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead, where that can be told.
    pub help: Option<String>,
}

impl InvalidSchedule {
    pub(crate) fn new(part: Range<usize>, message: impl Into<String>) -> Self {
        Self { part, message: message.into(), help: None }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl Schedule {
    /// Accepts `rate(...)`, `cron(...)` and `at(...)`.
    ///
    /// # Errors
    /// [`InvalidSchedule`] with the first part that is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidSchedule> {
        let whole = 0..text.len();
        let Some((name, rest)) = text.split_once('(') else {
            return Err(unwrapped(text));
        };
        let Some(inner) = rest.strip_suffix(')') else {
            return Err(InvalidSchedule::new(whole, "the schedule has no `)` at its end"));
        };
        let start = name.len() + 1;
        let kind = match name {
            "rate" => rate(inner, start).map(|()| ScheduleKind::Rate),
            "cron" => cron::judge(inner, start).map(|()| ScheduleKind::Cron),
            "at" => at(inner, start).map(|()| ScheduleKind::At),
            _ => Err(InvalidSchedule::new(0..name.len(), format!("there is no schedule `{name}(...)`"))
                .help("write `rate(...)`, `cron(...)` or `at(...)`")),
        }?;
        Ok(Self { text: text.to_owned(), kind })
    }

    /// Returns the expression.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns its kind.
    pub const fn kind(&self) -> ScheduleKind {
        self.kind
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A text without its word and brackets: a guess at what was meant.
fn unwrapped(text: &str) -> InvalidSchedule {
    let found =
        InvalidSchedule::new(0..text.len(), "the schedule is none of `rate(...)`, `cron(...)` and `at(...)`");
    let fields = text.split_whitespace().count();
    if (5..=6).contains(&fields) {
        let meant = cron::with_year(text);
        return found.help(format!("write `cron({meant})`"));
    }
    if let Some(meant) = duration(text) {
        return found.help(format!("write `rate({meant})`"));
    }
    match text {
        "hourly" => found.help("write `rate(1 hour)`"),
        "daily" => found
            .help("write `cron(0 3 * * ? *)`: minute, hour, day of the month, month, day of the week, year"),
        _ => found,
    }
}

/// Reads `5m` as `5 minutes`.
fn duration(text: &str) -> Option<String> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = number.trim().parse().ok().filter(|number| *number > 0)?;
    let unit = match unit {
        "m" => "minute",
        "h" => "hour",
        "d" => "day",
        _ => return None,
    };
    Some(format!("{number} {unit}{}", if number == 1 { "" } else { "s" }))
}

fn rate(inner: &str, start: usize) -> Result<(), InvalidSchedule> {
    let part = start..start + inner.len();
    let form = || {
        let meant = duration(inner).unwrap_or_else(|| "5 minutes".to_owned());
        InvalidSchedule::new(part.clone(), "a rate is a number and a unit")
            .help(format!("write `rate({meant})`"))
    };
    let mut words = inner.split_whitespace();
    let (Some(number), Some(unit), None) = (words.next(), words.next(), words.next()) else {
        return Err(form());
    };
    let number: u64 = number.parse().ok().filter(|number| *number > 0).ok_or_else(form)?;
    let singular = unit.strip_suffix('s').unwrap_or(unit);
    if !["minute", "hour", "day"].contains(&singular) {
        let units = InvalidSchedule::new(part, format!("a rate has no unit `{unit}`"));
        return Err(match singular {
            "week" => units.help(format!("write `rate({} days)`", number.saturating_mul(7))),
            _ => units.help("the units are minutes, hours and days"),
        });
    }
    let meant = format!("{number} {singular}{}", if number == 1 { "" } else { "s" });
    if !meant.ends_with(&format!(" {unit}")) {
        let wrong = format!("{number} and `{unit}` do not agree in number");
        return Err(InvalidSchedule::new(part, wrong).help(format!("write `rate({meant})`")));
    }
    Ok(())
}

fn at(inner: &str, start: usize) -> Result<(), InvalidSchedule> {
    let part = start..start + inner.len();
    let form = || {
        InvalidSchedule::new(part.clone(), format!("`{inner}` is no moment"))
            .help("write `at(2026-12-24T18:00:00)`, without a time zone: that is a field of its own")
    };
    let template = "0000-00-00T00:00:00";
    let fits = inner.len() == template.len()
        && inner.bytes().zip(template.bytes()).all(|(found, wanted)| match wanted {
            b'0' => found.is_ascii_digit(),
            _ => found == wanted,
        });
    if !fits {
        return Err(form());
    }
    let number =
        |range: Range<usize>| inner.get(range).and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let exists = (1..=12).contains(&month)
        && (1..=cron::days_in(month, year)).contains(&day)
        && number(11..13) < 24
        && number(14..16) < 60
        && number(17..19) < 60;
    if exists {
        Ok(())
    } else {
        Err(InvalidSchedule::new(part.clone(), format!("there is no moment `{inner}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_accepted() {
        for (text, kind) in [
            ("rate(1 minute)", ScheduleKind::Rate),
            ("rate(12 hours)", ScheduleKind::Rate),
            ("cron(0 3 * * ? *)", ScheduleKind::Cron),
            ("at(2028-02-29T23:59:59)", ScheduleKind::At),
        ] {
            assert_eq!(Schedule::parse(text).map(|schedule| schedule.kind()), Ok(kind), "{text}");
        }
    }

    #[test]
    fn the_wrong_part_is_shown_and_the_mend_told() {
        for (text, part, help) in [
            ("rate(1 minutes)", "1 minutes", Some("write `rate(1 minute)`")),
            ("rate(5 minute)", "5 minute", Some("write `rate(5 minutes)`")),
            ("rate(2 weeks)", "2 weeks", Some("write `rate(14 days)`")),
            ("rate(0 minutes)", "0 minutes", Some("write `rate(5 minutes)`")),
            ("rate(5m)", "5m", Some("write `rate(5 minutes)`")),
            ("5m", "5m", Some("write `rate(5 minutes)`")),
            ("0 3 * * *", "0 3 * * *", Some("write `cron(0 3 * * ? *)`")),
            ("every(5 minutes)", "every", Some("write `rate(...)`, `cron(...)` or `at(...)`")),
            ("rate(5 minutes", "rate(5 minutes", None),
            ("at(2027-02-29T00:00:00)", "2027-02-29T00:00:00", None),
            ("at(2027-02-28T24:00:00)", "2027-02-28T24:00:00", None),
        ] {
            let found = Schedule::parse(text).unwrap_err();
            assert_eq!((&text[found.part.clone()], found.help.as_deref()), (part, help), "{text}");
        }
        assert!(Schedule::parse("").is_err() && Schedule::parse("é").is_err());
    }
}
