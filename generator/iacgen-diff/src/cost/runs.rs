//! How many runs a stack's schedules start in a month.

use serde_json::Value;

use super::HOURS;
use crate::Side;
use crate::side::type_of;

/// Returns the runs of a month; `None` where nothing starts any by the clock.
pub(super) fn per_month(side: &Side) -> Option<f64> {
    let of = |(_, resource): (&str, &Value)| -> Option<f64> {
        let properties = &resource["Properties"];
        let scheduled = matches!(type_of(resource), "AWS::Scheduler::Schedule" | "AWS::Events::Rule");
        if !scheduled || properties["State"] == "DISABLED" {
            return None;
        }
        count(properties["ScheduleExpression"].as_str()?)
    };
    let counts: Vec<f64> = side.resources().filter_map(of).collect();
    (!counts.is_empty()).then(|| counts.iter().sum())
}

/// Page: "Schedule types in EventBridge Scheduler".
fn count(expression: &str) -> Option<f64> {
    let (name, rest) = expression.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    match name {
        "rate" => {
            let (number, unit) = inner.trim().split_once(' ')?;
            let number: f64 = number.parse().ok().filter(|number| *number > 0.0)?;
            let hours = match unit.trim().trim_end_matches('s') {
                "minute" => number / 60.0,
                "hour" => number,
                "day" => number * 24.0,
                _ => return None,
            };
            Some(HOURS / hours)
        }
        "cron" => {
            let fields: Vec<&str> = inner.split_whitespace().collect();
            let [minute, hour, day, month, weekday, _year] = fields.as_slice() else { return None };
            let share = |field: &str, first: u32, last: u32, names: &[&str]| {
                values(field, first, last, names) / f64::from(last - first + 1)
            };
            let minutes = values(minute, 0, 59, &[]);
            let hours = values(hour, 0, 23, &[]);
            let days =
                share(day, 1, 31, &[]) * share(weekday, 1, 7, &WEEKDAYS) * share(month, 1, 12, &MONTHS);
            Some(minutes * hours * days * HOURS / 24.0)
        }
        // `at(...)` is once.
        _ => None,
    }
}

const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// How many values of its range a field of cron has.
fn values(field: &str, first: u32, last: u32, names: &[&str]) -> f64 {
    let number = |text: &str| -> Option<u32> {
        let listed = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let listed = listed.and_then(|at| u32::try_from(at).ok()).map(|at| at + first);
        listed.or_else(|| text.parse().ok())
    };
    let one = |part: &str| -> u32 {
        let (range, step) =
            part.split_once('/').map_or((part, None), |(range, step)| (range, step.parse().ok()));
        let all = last - first + 1;
        let length = match range.split_once('-') {
            _ if range == "*" || range == "?" => all,
            Some((from, to)) => match (number(from), number(to)) {
                (Some(from), Some(to)) if from <= to => to - from + 1,
                (Some(from), Some(to)) => all - (from - to) + 1,
                _ => 1,
            },
            // `5/15` begins at 5; `L`, `15W` and `2#1` are one day each.
            None if step.is_some() => number(range).map_or(1, |from| last.saturating_sub(from) + 1),
            None => 1,
        };
        length.div_ceil(step.unwrap_or(1).max(1))
    };
    f64::from(field.split(',').map(one).sum::<u32>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_counted() {
        for (expression, expected) in [
            ("rate(1 hour)", Some(730.0)),
            ("rate(5 minutes)", Some(8_760.0)),
            ("rate(1 day)", Some(730.0 / 24.0)),
            ("cron(0 3 * * ? *)", Some(730.0 / 24.0)),
            ("cron(0/15 * * * ? *)", Some(4.0 * 730.0)),
            ("cron(0 8-17 ? * MON-FRI *)", Some(10.0 * 5.0 / 7.0 * 730.0 / 24.0)),
            ("at(2026-12-24T18:00:00)", None),
            ("never", None),
        ] {
            match (count(expression), expected) {
                (Some(found), Some(expected)) => {
                    assert!((found - expected).abs() < 1e-6, "{expression}: {found}");
                }
                (found, expected) => assert_eq!(found, expected, "{expression}"),
            }
        }
    }
}
