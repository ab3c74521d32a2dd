//! The six fields of `cron(...)`. Page: "Schedule types in EventBridge Scheduler"; what stands in each field, "Cron
//! expressions reference" of EventBridge.

use std::ops::{Range, RangeInclusive};

use crate::schedule::InvalidSchedule;

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A field of the expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Minutes,
    Hours,
    DayOfMonth,
    Month,
    DayOfWeek,
    Year,
}

const FIELDS: [Field; 6] =
    [Field::Minutes, Field::Hours, Field::DayOfMonth, Field::Month, Field::DayOfWeek, Field::Year];

impl Field {
    const fn name(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::DayOfMonth => "the day of the month",
            Self::Month => "the month",
            Self::DayOfWeek => "the day of the week",
            Self::Year => "the year",
        }
    }

    const fn range(self) -> RangeInclusive<u32> {
        match self {
            Self::Minutes => 0..=59,
            Self::Hours => 0..=23,
            Self::DayOfMonth => 1..=31,
            Self::Month => 1..=12,
            Self::DayOfWeek => 1..=7,
            Self::Year => 1970..=2199,
        }
    }

    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Month => &MONTHS,
            Self::DayOfWeek => &DAYS,
            _ => &[],
        }
    }
}

/// Judges what stands between the brackets of `cron(...)`, which begins at `start`.
pub(crate) fn judge(inner: &str, start: usize) -> Result<(), InvalidSchedule> {
    let whole = start..start + inner.len();
    let words: Vec<(Range<usize>, &str)> = words(inner).collect();
    if words.len() != FIELDS.len() {
        let found =
            InvalidSchedule::new(whole, format!("a cron expression has 6 fields, this has {}", words.len()));
        return Err(match words.len() {
            5 => found.help(format!("the year is missing: write `cron({})`", with_year(inner))),
            _ => found
                .help("minutes, hours, day of the month, month, day of the week, year: `cron(0 3 * * ? *)`"),
        });
    }
    let mut values = Vec::new();
    for ((part, word), field) in words.iter().zip(FIELDS) {
        let part = start + part.start..start + part.end;
        values.push(read(word, part, field)?);
    }
    let [_, _, (days_part, days), (month_part, months), (week_part, week)] = [0, 1, 2, 3, 4].map(|index| {
        let part = words.get(index).map_or(0..0, |(part, _)| start + part.start..start + part.end);
        (part, values.get(index).cloned().unwrap_or(Values::Any))
    });
    match (&days, &week) {
        (Values::Unset, Values::Unset) => {
            return Err(InvalidSchedule::new(week_part, "`?` stands for both days")
                .help("write `*` for one of the two"));
        }
        (Values::Unset, _) | (_, Values::Unset) => {}
        (Values::Any, _) => {
            return Err(InvalidSchedule::new(days_part, "one of the two days must be `?`")
                .help("write `?` for the day of the month"));
        }
        _ => {
            return Err(InvalidSchedule::new(week_part, "one of the two days must be `?`")
                .help("write `?` for the day of the week, or two schedules"));
        }
    }
    if let (Values::Numbers(days), Values::Numbers(months)) = (&days, &months) {
        // February has 29 days in some year.
        let longest = months.iter().map(|month| days_in(*month, 2000)).max().unwrap_or(31);
        if days.iter().all(|day| *day > longest) {
            let message = format!("{} has {longest} days at most, so this never comes", named(months));
            return Err(InvalidSchedule::new(days_part.start..month_part.end, message));
        }
    }
    Ok(())
}

/// Makes six fields of the five of Unix, where that is easily done: the year is added, and one day becomes `?`.
pub(crate) fn with_year(text: &str) -> String {
    let mut fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() == 5 {
        fields.push("*");
    }
    if let [_, _, days, _, week, ..] = fields.as_mut_slice()
        && *days != "?"
        && *week != "?"
    {
        if *week == "*" {
            *week = "?";
        } else if *days == "*" {
            *days = "?";
        }
    }
    fields.join(" ")
}

/// Returns how many days a month has.
pub(crate) const fn days_in(month: u32, year: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + leap as u32,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn named(months: &[u32]) -> String {
    let names = months.iter().filter_map(|month| MONTHS.get(usize::try_from(*month).ok()?.checked_sub(1)?));
    names.copied().collect::<Vec<_>>().join(", ")
}

fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut end = 0;
    text.split_whitespace().map(move |word| {
        let start = text.get(end..).and_then(|rest| rest.find(word)).map_or(end, |at| end + at);
        end = start + word.len();
        (start..end, word)
    })
}

/// What a field stands for.
#[derive(Clone)]
enum Values {
    /// `?`.
    Unset,
    /// All, or what cannot be listed: `L`, `3W`, `6#2`.
    Any,
    /// These.
    Numbers(Vec<u32>),
}

fn read(word: &str, part: Range<usize>, field: Field) -> Result<Values, InvalidSchedule> {
    let wrong = |part: Range<usize>, message: String| Err(InvalidSchedule::new(part, message));
    match (word, field) {
        ("*", _) => return Ok(Values::Any),
        ("?", Field::DayOfMonth | Field::DayOfWeek) => return Ok(Values::Unset),
        ("?", _) => {
            return Err(
                InvalidSchedule::new(part, format!("{} cannot be `?`", field.name())).help("write `*`")
            );
        }
        _ => {}
    }
    let items: Vec<&str> = word.split(',').collect();
    if word.contains('#') && items.len() > 1 {
        return wrong(part, "`#` stands alone in its field".to_owned());
    }
    let mut numbers = Some(Vec::new());
    let mut at = part.start;
    for item in items {
        let here = at..at + item.len();
        at = here.end + 1;
        match item_values(item, here, field)? {
            Some(these) => {
                if let Some(numbers) = &mut numbers {
                    numbers.extend(these);
                }
            }
            None => numbers = None,
        }
    }
    Ok(numbers.map_or(Values::Any, Values::Numbers))
}

/// Reads one item of a list. `None` where it cannot be listed.
fn item_values(item: &str, part: Range<usize>, field: Field) -> Result<Option<Vec<u32>>, InvalidSchedule> {
    let wrong = |message: String| InvalidSchedule::new(part.clone(), message);
    let upper = item.to_ascii_uppercase();
    match field {
        Field::DayOfMonth if upper == "L" || upper == "LW" => return Ok(None),
        Field::DayOfMonth if upper.ends_with('W') => {
            number(upper.trim_end_matches('W'), part.clone(), field)?;
            return Ok(None);
        }
        Field::DayOfWeek if upper == "L" => return Ok(None),
        Field::DayOfWeek if upper.ends_with('L') => {
            number(upper.trim_end_matches('L'), part.clone(), field)?;
            return Ok(None);
        }
        Field::DayOfWeek if upper.contains('#') => {
            let (day, nth) = upper.split_once('#').unwrap_or((&upper, ""));
            number(day, part.clone(), field)?;
            return match nth.parse::<u32>() {
                Ok(1..=5) => Ok(None),
                _ => Err(wrong(format!("a month has no day `{day}` number `{nth}`"))
                    .help("behind `#` stands 1 to 5")),
            };
        }
        _ => {}
    }
    let (span, step) = match item.split_once('/') {
        Some((span, step)) => (span, Some(step)),
        None => (item, None),
    };
    let whole = field.range();
    let (first, last) = match span.split_once('-') {
        Some((first, last)) => (number(first, part.clone(), field)?, number(last, part.clone(), field)?),
        None if span == "*" => (*whole.start(), *whole.end()),
        None => {
            let first = number(span, part.clone(), field)?;
            (first, if step.is_some() { *whole.end() } else { first })
        }
    };
    let step = match step {
        None => 1,
        Some(step) => match step.parse::<u32>() {
            Ok(step) if step > 0 && step <= *whole.end() => step,
            _ => {
                return Err(wrong(format!("`{step}` is no step for {}", field.name()))
                    .help(format!("behind `/` stands 1 to {}", whole.end())));
            }
        },
    };
    if first <= last {
        return Ok(Some((first..=last).step_by(step as usize).collect()));
    }
    match field {
        Field::Year => Err(wrong(format!("{first} is after {last}"))),
        // Over the end and on from the beginning.
        _ => Ok(None),
    }
}

fn number(text: &str, part: Range<usize>, field: Field) -> Result<u32, InvalidSchedule> {
    let range = field.range();
    let upper = text.to_ascii_uppercase();
    if let Some(index) = field.names().iter().position(|name| *name == upper) {
        return Ok(range.start() + u32::try_from(index).unwrap_or(0));
    }
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(number) = text.parse::<u32>().ok().filter(|number| digits && range.contains(number)) {
        return Ok(number);
    }
    let names = match field.names() {
        [first, .., last] => format!(", or {first} to {last}"),
        _ => String::new(),
    };
    let found = InvalidSchedule::new(part, format!("`{text}` is no number for {}", field.name()));
    let rule = format!("{} to {}{names}", range.start(), range.end());
    Err(match (field, text) {
        (Field::DayOfWeek, "0") => found.help(format!("{rule}; Sunday is 1")),
        _ => found.help(rule),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_of_the_documentation_are_accepted() {
        for good in [
            "0 10 * * ? *",
            "15 12 * * ? *",
            "0 18 ? * MON-FRI *",
            "0 8 1 * ? *",
            "0/15 * * * ? *",
            "0/10 * ? * MON-FRI *",
            "0/5 8-17 ? * mon-fri *",
            "0/30 20-2 ? * FRI-MON *",
            "0 9 ? * 2#1 *",
            "15 10 ? * 6L 2022-2023",
            "0 0 L * ? *",
            "0 0 3W,15 JAN,JUL ? 2026/2",
            "0 0 29 2 ? *",
            "  0   3 * * ? *  ",
        ] {
            assert_eq!(judge(good, 0), Ok(()), "{good}");
        }
    }

    #[test]
    fn the_field_that_is_wrong_is_shown() {
        for (text, part) in [
            ("0 3 * * *", "0 3 * * *"),
            ("60 3 * * ? *", "60"),
            ("0 24 * * ? *", "24"),
            ("0 3 0 * ? *", "0"),
            ("0 3 * * * *", "*"),
            ("0 3 1 * 2 *", "2"),
            ("0 3 ? * ? *", "?"),
            ("? 3 * * ? *", "?"),
            ("0 3 ? * 0 *", "0"),
            ("0 3 ? * 8 *", "8"),
            ("0 3 ? * 3#6 *", "3#6"),
            ("0 3 ? * 3#1,6#3 *", "3#1,6#3"),
            ("0 3 ? FOO MON *", "FOO"),
            ("0 3 * 1,13 ? *", "13"),
            ("0/0 3 * * ? *", "0/0"),
            ("0 3 31 FEB,APR ? *", "31 FEB,APR"),
            ("0 3 * * ? 1969", "1969"),
            ("0 3 * * ? 2030-2026", "2030-2026"),
            ("+5 3 * * ? *", "+5"),
        ] {
            let found = judge(text, 0).unwrap_err();
            assert_eq!(&text[found.part], part, "{text}");
        }
    }

    #[test]
    fn the_places_count_from_the_beginning_of_the_whole_text() {
        assert_eq!(judge("60 3 * * ? *", 5).unwrap_err().part, 5..7);
    }

    #[test]
    fn five_fields_become_six() {
        assert_eq!(with_year("0 3 * * *"), "0 3 * * ? *");
        assert_eq!(with_year("0 3 * * 2"), "0 3 ? * 2 *");
        assert_eq!(with_year("0 3 * * ? *"), "0 3 * * ? *");
    }
}
