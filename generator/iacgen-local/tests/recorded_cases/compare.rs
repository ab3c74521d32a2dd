//! When an actual result satisfies a recorded one: the rules of the recordings.

use serde_json::Value;

/// Words that stand for text that differs from run to run.
const PLACEHOLDERS: [&str; 16] = [
    "timestamp",
    "datetime",
    "date",
    "RequestId",
    "x-amzn-RequestId",
    "X-Amzn-Trace-Id",
    "x-amz-crc32",
    "start-date",
    "stop-date",
    "LogResult",
    "RandomNumberGenerated",
    "start-time",
    "entered-time",
    "snf_role_arn",
    "sfn_role_arn",
    "time",
];

/// The differences, each with its place; none if the actual value satisfies the expected one.
pub(crate) fn differences(expected: &Value, actual: &Value, place: &str) -> Vec<String> {
    if expected.as_str().is_some_and(|text| PLACEHOLDERS.contains(&text)) {
        return Vec::new();
    }
    match (expected, actual) {
        // Snapshots parse strings that hold an object.
        (Value::Object(_) | Value::Array(_), Value::String(text)) => {
            match serde_json::from_str::<Value>(text) {
                Ok(parsed) if !parsed.is_string() => differences(expected, &parsed, place),
                _ => vec![format!("{place}: want {expected}, got the text {text:?}")],
            }
        }
        (Value::Object(want), Value::Object(got)) => {
            let mut found: Vec<String> = got
                .iter()
                .filter(|(key, _)| !want.contains_key(*key))
                .map(|(key, value)| format!("{place}.{key}: unexpected {value}"))
                .collect();
            for (key, value) in want {
                match got.get(key) {
                    Some(actual) => found.extend(differences(value, actual, &format!("{place}.{key}"))),
                    None => found.push(format!("{place}.{key}: missing")),
                }
            }
            found
        }
        (Value::Array(want), Value::Array(got)) if want.len() == got.len() => want
            .iter()
            .zip(got)
            .enumerate()
            .flat_map(|(index, (want, got))| differences(want, got, &format!("{place}[{index}]")))
            .collect(),
        (Value::String(want), Value::String(got)) if matches(want, got) => Vec::new(),
        (Value::Number(want), Value::Number(got)) if want == got || want.as_f64() == got.as_f64() => {
            Vec::new()
        }
        _ if expected == actual => Vec::new(),
        _ => vec![format!("{place}: want {expected}, got {actual}")],
    }
}

/// Whether a text is the expected one, whose `<...>` tokens stand for any text.
fn matches(expected: &str, actual: &str) -> bool {
    if expected == actual {
        return true;
    }
    let parts = literals(expected);
    let Some((first, rest)) = parts.split_first() else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return false;
    };
    let Some(mut left) = actual.strip_prefix(first.as_str()) else {
        return false;
    };
    for part in middle {
        match left.find(part.as_str()) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last.as_str())
}

/// What stands between the tokens.
fn literals(expected: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = expected;
    while let Some(open) = rest.find('<') {
        let token = &rest[open + 1..];
        let end = token.find(|character: char| !(character.is_alphanumeric() || "_:.-".contains(character)));
        let named = token.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let close = end.filter(|end| named && token[*end..].starts_with('>'));
        let (literal, after) = match close {
            Some(end) => (&rest[..open], &token[end + 1..]),
            None => (&rest[..=open], token),
        };
        if let Some(part) = parts.last_mut() {
            part.push_str(literal);
        }
        if close.is_some() {
            parts.push(String::new());
        }
        rest = after;
    }
    if let Some(part) = parts.last_mut() {
        part.push_str(rest);
    }
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_stand_for_any_text() {
        assert!(matches("arn:<id:1>:x<name>", "arn:abc:xyz"));
        assert!(!matches("arn:<id:1>:x", "arn:abc:y"));
        assert!(!matches("a < b", "a > b"));
    }

    #[test]
    fn objects_match_their_json_text_and_numbers_their_value() {
        assert!(differences(&json!({"a": 1}), &json!("{\"a\": 1.0}"), "$").is_empty());
        assert_eq!(differences(&json!({"a": 1}), &json!({"b": 1}), "$").len(), 2);
        assert_eq!(differences(&json!(true), &json!(1), "$").len(), 1);
    }
}
