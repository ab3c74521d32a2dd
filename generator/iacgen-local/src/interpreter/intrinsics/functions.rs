//! What each intrinsic function does.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::Digest as _;

use crate::interpreter::randomness::{Randomness, Seeded};

type Outcome = Result<Value, String>;

/// Applies a function to its arguments. `template` is `States.Format`'s text with its escapes.
pub(super) fn apply(
    name: &str,
    template: Option<&str>,
    arguments: &[Value],
    randomness: &dyn Randomness,
) -> Outcome {
    let short = name.strip_prefix("States.").unwrap_or(name);
    match (short, arguments) {
        ("Format", [text, values @ ..]) => {
            let plain = text.as_str().map(str::to_owned);
            let template =
                template.map(str::to_owned).or(plain).ok_or("the first argument must be a string")?;
            format(&template, values)
        }
        ("StringToJson", [Value::String(text)]) => {
            if text.trim().is_empty() {
                return Ok(Value::Null);
            }
            serde_json::from_str(text).map_err(|error| format!("the argument is no JSON: {error}"))
        }
        ("JsonToString", [value]) => Ok(value.to_string().into()),
        ("Array", items) => Ok(items.to_vec().into()),
        ("ArrayPartition", [Value::Array(items), size]) => match whole(size) {
            Some(size) if size > 0 => {
                let size = usize::try_from(size).map_err(|_| "the chunk size is too large")?;
                Ok(items.chunks(size).map(|chunk| Value::from(chunk.to_vec())).collect())
            }
            _ => Err("the chunk size must be a positive integer".to_owned()),
        },
        ("ArrayContains", [Value::Array(items), value]) => {
            Ok(items.iter().any(|item| same(item, value)).into())
        }
        ("ArrayRange", [first, last, step]) => range(first, last, step),
        ("ArrayGetItem", [Value::Array(items), index]) => whole(index)
            .and_then(|index| usize::try_from(index).ok())
            .and_then(|index| items.get(index).cloned())
            .ok_or_else(|| format!("there is no item {index} in an array of {}", items.len())),
        ("ArrayLength", [Value::Array(items)]) => Ok(items.len().into()),
        ("ArrayUnique", [Value::Array(items)]) => {
            let mut unique: Vec<Value> = Vec::new();
            for item in items {
                if !unique.iter().any(|seen| same(seen, item)) {
                    unique.push(item.clone());
                }
            }
            Ok(unique.into())
        }
        ("Base64Encode", [Value::String(text)]) => {
            within(text, 10_000)?;
            Ok(STANDARD.encode(text).into())
        }
        ("Base64Decode", [Value::String(text)]) => {
            within(text, 10_000)?;
            let bytes =
                STANDARD.decode(text).map_err(|error| format!("the argument is no Base64: {error}"))?;
            String::from_utf8(bytes).map(Value::from).map_err(|_| "the decoded text is no UTF-8".to_owned())
        }
        ("Hash", [value, Value::String(algorithm)]) => hash(value, algorithm),
        ("JsonMerge", [Value::Object(first), Value::Object(second), Value::Bool(deep)]) => {
            if *deep {
                return Err("a deep merge is not supported: the third argument must be false".to_owned());
            }
            let mut merged: Map<String, Value> = first.clone();
            merged.extend(second.clone());
            Ok(merged.into())
        }
        ("MathRandom", [from, to]) => random(from, to, randomness),
        ("MathRandom", [from, to, seed]) => {
            let seed = whole(seed).ok_or("the seed must be an integer")?;
            random(from, to, &Seeded::new(seed.cast_unsigned()))
        }
        ("MathAdd", [first, second]) => match (whole(first), whole(second)) {
            (Some(first), Some(second)) => {
                first.checked_add(second).map(Value::from).ok_or_else(|| "the sum is too large".to_owned())
            }
            _ => Err("both arguments must be numbers".to_owned()),
        },
        ("StringSplit", [Value::String(text), Value::String(delimiters)]) => Ok(text
            .split(|character| delimiters.contains(character))
            .filter(|part| !part.is_empty())
            .map(Value::from)
            .collect()),
        ("UUID", []) => Ok(uuid::Uuid::new_v4().to_string().into()),
        _ => Err("there is no such function, or its arguments are of another number or type".to_owned()),
    }
}

/// Equality that takes 1 and 1.0 for the same.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

/// A number as an integer; a fraction is rounded half up, as Java's `Math.round` does.
fn whole(value: &Value) -> Option<i64> {
    let number = value.as_number()?;
    if let Some(integer) = number.as_i64() {
        return Some(integer);
    }
    let rounded = (number.as_f64()? + 0.5).floor();
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    (rounded.abs() < 9.2e18).then_some(rounded as i64)
}

fn within(text: &str, longest: usize) -> Result<(), String> {
    let length = text.chars().count();
    if length <= longest {
        Ok(())
    } else {
        Err(format!("the argument has {length} characters, {longest} at most are allowed"))
    }
}

fn format(template: &str, values: &[Value]) -> Outcome {
    let mut text = String::with_capacity(template.len());
    let mut values = values.iter();
    let mut characters = template.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next()),
            '{' if characters.peek() == Some(&'}') => {
                characters.next();
                let value = values.next().ok_or("there are more placeholders than arguments")?;
                show(value, &mut text);
            }
            other => text.push(other),
        }
    }
    if values.next().is_some() {
        return Err("there are fewer placeholders than arguments".to_owned());
    }
    Ok(text.into())
}

/// A value as Java prints it: strings bare, `{key=value}`, `[a, b]`.
fn show(value: &Value, text: &mut String) {
    match value {
        Value::String(inner) => text.push_str(inner),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                show(item, text);
            }
            text.push(']');
        }
        Value::Object(entries) => {
            text.push('{');
            for (index, (key, item)) in entries.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                text.push_str(key);
                text.push('=');
                show(item, text);
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
}

fn range(first: &Value, last: &Value, step: &Value) -> Outcome {
    let (Some(first), Some(last), Some(step)) = (whole(first), whole(last), whole(step)) else {
        return Err("all three arguments must be numbers".to_owned());
    };
    if step == 0 {
        return Err("the step must not be 0".to_owned());
    }
    let mut items = Vec::new();
    let mut at = first;
    while (step > 0 && at <= last) || (step < 0 && at >= last) {
        if items.len() == 1000 {
            return Err("a range has 1000 items at most".to_owned());
        }
        items.push(Value::from(at));
        at = at.checked_add(step).ok_or("the range is too large")?;
    }
    Ok(items.into())
}

fn random(from: &Value, to: &Value, randomness: &dyn Randomness) -> Outcome {
    let (Some(from), Some(to)) = (whole(from), whole(to)) else {
        return Err("both ends must be numbers".to_owned());
    };
    if from >= to {
        return Err("the first end must be smaller than the second".to_owned());
    }
    #[expect(clippy::cast_precision_loss, reason = "a random number need not be exact")]
    let offset = (randomness.uniform() * (to - from) as f64).floor();
    #[expect(clippy::cast_possible_truncation, reason = "the offset lies between two i64")]
    Ok((from + offset as i64).min(to - 1).into())
}

fn hash(value: &Value, algorithm: &str) -> Outcome {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    within(&text, 10_000)?;
    let digest = match algorithm {
        "MD5" => md5::Md5::digest(&text).to_vec(),
        "SHA-1" => sha1::Sha1::digest(&text).to_vec(),
        "SHA-256" => sha2::Sha256::digest(&text).to_vec(),
        "SHA-384" => sha2::Sha384::digest(&text).to_vec(),
        "SHA-512" => sha2::Sha512::digest(&text).to_vec(),
        other => {
            return Err(format!("there is no algorithm {other}: MD5, SHA-1, SHA-256, SHA-384, SHA-512"));
        }
    };
    Ok(digest
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a String does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
        .into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(name: &str, arguments: &Value, expected: &Value) {
        let arguments = arguments.as_array().unwrap();
        assert_eq!(apply(name, None, arguments, &Seeded::new(1)).as_ref(), Ok(expected), "{name}");
    }

    #[test]
    fn rounding_is_half_up() {
        check("States.MathAdd", &json!([2.5, 0]), &json!(3));
        check("States.MathAdd", &json!([-2.5, 0]), &json!(-2));
        check("States.MathAdd", &json!([-0.5, 0]), &json!(0));
    }

    #[test]
    fn values_print_as_java_prints_them() {
        let arguments = json!(["{} and \\{{}\\}", {"a": 1, "b": ["x", null]}, true]);
        check("States.Format", &arguments, &json!("{a=1, b=[x, null]} and {true}"));
    }

    #[test]
    fn arrays_are_taken_apart() {
        check("States.ArrayPartition", &json!([[1, 2, 3], 2]), &json!([[1, 2], [3]]));
        check("States.ArrayRange", &json!([9, 0, -4]), &json!([9, 5, 1]));
        check("States.ArrayUnique", &json!([[1, 1.0, "1", [1], [1]]]), &json!([1, "1", [1]]));
        check("States.StringSplit", &json!([",a,,b", ","]), &json!(["a", "b"]));
        check("States.Base64Decode", &json!(["SGVsbG8="]), &json!("Hello"));
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for (name, arguments) in [
            ("States.Nope", json!([])),
            ("States.ArrayGetItem", json!([[1], 1])),
            ("States.ArrayRange", json!([0, 5000, 1])),
            ("States.Format", json!(["{}"])),
            ("States.JsonMerge", json!([{}, {}, true])),
            ("States.MathRandom", json!([5, 5])),
        ] {
            assert!(apply(name, None, arguments.as_array().unwrap(), &Seeded::new(1)).is_err(), "{name}");
        }
    }
}
