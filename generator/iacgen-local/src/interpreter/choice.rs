//! Decides the rules of a Choice state.

use std::cmp::Ordering;

use iacgen_asl::{Comparison, Condition, Operand, Path};
use jiff::Timestamp;
use serde_json::{Number, Value};

use super::data::{Data, EvaluationError};
use super::path::PathError;

/// Whether a condition holds.
pub(super) fn holds(condition: &Condition, data: &Data<'_>) -> Result<bool, EvaluationError> {
    match condition {
        Condition::And(all) => {
            for condition in all {
                if !holds(condition, data)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Condition::Or(any) => {
            for condition in any {
                if holds(condition, data)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Condition::Not(inner) => Ok(!holds(inner, data)?),
        Condition::Compare { variable, comparison } => compare(variable, comparison, data),
        Condition::Constant(constant) => Ok(*constant),
        // A machine with JSONata is refused before it runs.
        Condition::Expression(_) => {
            Err(EvaluationError::Runtime { message: "The condition is a JSONata expression.".to_owned() })
        }
    }
}

fn compare(variable: &Path, comparison: &Comparison, data: &Data<'_>) -> Result<bool, EvaluationError> {
    if let Comparison::IsPresent(expected) = comparison {
        return Ok(data.find(variable.as_str()).is_ok() == *expected);
    }
    let left = look_up(variable, data)?;
    let left = left.as_ref();
    Ok(match comparison {
        Comparison::String(relation, right) => {
            let right = text(right, data)?;
            left.as_str().zip(right).is_some_and(|(left, right)| relation.holds(utf16(left, &right)))
        }
        Comparison::Numeric(relation, right) => {
            let right = number(right, data)?;
            let ordering = left.as_number().zip(right).and_then(|(left, right)| order(left, &right));
            ordering.is_some_and(|ordering| relation.holds(ordering))
        }
        Comparison::Timestamp(relation, right) => {
            let right = text(right, data)?;
            let moments = left.as_str().and_then(moment).zip(right.as_deref().and_then(moment));
            moments.is_some_and(|(left, right)| relation.holds(left.cmp(&right)))
        }
        Comparison::Boolean(right) => {
            let right = match right {
                Operand::Literal(value) => Some(*value),
                Operand::Path(path) => look_up(path, data)?.as_bool(),
            };
            left.as_bool().is_some_and(|left| Some(left) == right)
        }
        Comparison::StringMatches(pattern) => {
            left.as_str().is_some_and(|left| matches_pattern(pattern, left))
        }
        Comparison::IsNull(expected) => left.is_null() == *expected,
        Comparison::IsNumeric(expected) => left.is_number() == *expected,
        Comparison::IsString(expected) => left.is_string() == *expected,
        Comparison::IsBoolean(expected) => left.is_boolean() == *expected,
        Comparison::IsTimestamp(expected) => left.as_str().and_then(moment).is_some() == *expected,
        Comparison::IsPresent(expected) => *expected,
    })
}

fn look_up<'a>(path: &Path, data: &Data<'a>) -> Result<std::borrow::Cow<'a, Value>, EvaluationError> {
    data.find(path.as_str()).map_err(|error| EvaluationError::Runtime {
        message: match error {
            PathError::Missing(_) => format!(
                "Invalid path '{path}': The choice state's condition path references an invalid value."
            ),
            PathError::Syntax(message) => format!("Invalid path '{path}' : {message}"),
        },
    })
}

fn text(operand: &Operand<String>, data: &Data<'_>) -> Result<Option<String>, EvaluationError> {
    Ok(match operand {
        Operand::Literal(value) => Some(value.clone()),
        Operand::Path(path) => look_up(path, data)?.as_str().map(str::to_owned),
    })
}

fn number(operand: &Operand<Number>, data: &Data<'_>) -> Result<Option<Number>, EvaluationError> {
    Ok(match operand {
        Operand::Literal(value) => Some(value.clone()),
        Operand::Path(path) => look_up(path, data)?.as_number().cloned(),
    })
}

/// The order of UTF-16 code units, as Java compares strings.
fn utf16(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

fn order(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// A moment in the language's profile of RFC 3339.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    iacgen_asl::Timestamp::new(text).ok()?;
    text.parse().ok()
}

/// `*` stands for any text, `\*` for a star, `\\` for a backslash.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let mut parts = vec![String::new()];
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match (character, parts.last_mut()) {
            ('*', _) => parts.push(String::new()),
            ('\\', Some(part)) => part.extend(characters.next()),
            (other, Some(part)) => part.push(other),
            (_, None) => {}
        }
    }
    let Some((first, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    let Some((last, middle)) = rest.split_last() else {
        return text == first;
    };
    let Some(mut text) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    for part in middle {
        match text.find(part.as_str()) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_with_stars() {
        for (pattern, text, expected) in [
            ("log-*.txt", "log-2026.txt", true),
            ("log-*.txt", "log-.tx", false),
            ("*", "", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*a", "a", false),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("plain", "plain", true),
        ] {
            assert_eq!(matches_pattern(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn numbers_of_both_kinds_compare() {
        let number = |text: &str| text.parse::<Number>().unwrap();
        assert_eq!(order(&number("1"), &number("1.0")), Some(Ordering::Equal));
        assert_eq!(order(&number("9007199254740993"), &number("9007199254740992")), Some(Ordering::Greater));
    }

    #[test]
    fn moments_compare_across_zones() {
        assert_eq!(moment("2016-03-14T01:59:00Z"), moment("2016-03-14T03:59:00+02:00"));
        assert_eq!(moment("2016-03-14 01:59:00Z"), None);
    }
}
