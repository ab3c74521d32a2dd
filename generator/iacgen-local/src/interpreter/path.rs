//! JSONPath in Jayway's dialect, which Step Functions speaks, with Jayway's own messages.
//!
//! A definite path (`$.a['b'][0]`) is walked by hand and gives one value or a message; any other path
//! is rewritten as RFC 9535 and gives the array of what it finds.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

/// A parsed path, without its `$`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JsonPath {
    steps: Vec<Step>,
    function: Option<Function>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Key(String),
    Index(i64),
    /// Anything that may find many values, as RFC 9535 writes it: `[*]`, `..['a']`, `[?(@.a)]`.
    Many(String),
}

/// A function at the end of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Function {
    Length,
    Min,
    Max,
    Average,
    Sum,
    Keys,
}

/// Why a path gives nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(super) enum PathError {
    /// It is no path.
    #[error("{0}")]
    Syntax(String),
    /// The data lacks what it asks for; the message is Jayway's.
    #[error("{0}")]
    Missing(String),
}

impl JsonPath {
    /// Parses what follows the `$`.
    pub(super) fn parse(text: &str) -> Result<Self, PathError> {
        let syntax = || PathError::Syntax(format!("could not parse the path `${text}`"));
        let mut steps = Vec::new();
        let mut function = None;
        let mut rest = text;
        while !rest.is_empty() {
            if function.is_some() {
                return Err(syntax());
            }
            let deep = rest.starts_with("..");
            if deep {
                rest = &rest[2..];
            }
            let step;
            if let Some(inner) = rest.strip_prefix('[') {
                let end = bracket_end(inner).ok_or_else(syntax)?;
                step = bracket(inner[..end].trim()).ok_or_else(syntax)?;
                rest = &inner[end + 1..];
            } else {
                let name = if deep { rest } else { rest.strip_prefix('.').ok_or_else(syntax)? };
                let end = name.find(['.', '[', '(']).unwrap_or(name.len());
                let (name, after) = name.split_at(end);
                if name.is_empty() {
                    return Err(syntax());
                }
                rest = after;
                if let Some(after) = rest.strip_prefix("()") {
                    function = Some(Function::named(name).ok_or_else(syntax)?);
                    rest = after;
                    continue;
                }
                if rest.starts_with('(') {
                    return Err(syntax());
                }
                step = if name == "*" { Step::Many("[*]".to_owned()) } else { Step::Key(name.to_owned()) };
            }
            steps.push(if deep { Step::Many(format!("..{}", step.render())) } else { step });
        }
        Ok(Self { steps, function })
    }

    /// Whether it finds one value at most.
    pub(super) fn is_definite(&self) -> bool {
        self.function.is_none() && self.steps.iter().all(|step| !matches!(step, Step::Many(_)))
    }

    /// The first step's key.
    pub(super) fn first_key(&self) -> Option<&str> {
        match self.steps.first() {
            Some(Step::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// What it finds.
    pub(super) fn find<'v>(&self, root: &'v Value) -> Result<Cow<'v, Value>, PathError> {
        let found = if self.steps.iter().any(|step| matches!(step, Step::Many(_))) {
            Cow::Owned(self.find_many(root)?)
        } else {
            Cow::Borrowed(self.walk(root)?)
        };
        match self.function {
            None => Ok(found),
            Some(function) => function.apply(&found).map(Cow::Owned),
        }
    }

    fn walk<'v>(&self, root: &'v Value) -> Result<&'v Value, PathError> {
        let mut value = root;
        for (position, step) in self.steps.iter().enumerate() {
            let last = position + 1 == self.steps.len();
            let next = match (step, value) {
                (Step::Key(key), Value::Object(entries)) => entries.get(key),
                (Step::Index(index), Value::Array(items)) => {
                    let at =
                        if *index < 0 { index + i64::try_from(items.len()).unwrap_or(0) } else { *index };
                    usize::try_from(at).ok().and_then(|at| items.get(at))
                }
                _ => None,
            };
            value = next.ok_or_else(|| {
                let so_far = render(&self.steps[..=position]);
                let message = match (step, last) {
                    (Step::Key(_), false) => format!("Missing property in path ${so_far}"),
                    _ => format!("No results for path: ${so_far}"),
                };
                PathError::Missing(message)
            })?;
        }
        Ok(value)
    }

    fn find_many(&self, root: &Value) -> Result<Value, PathError> {
        let text = format!("${}", render(&self.steps));
        let path = serde_json_path::JsonPath::parse(&text)
            .map_err(|error| PathError::Syntax(format!("could not parse the path `{text}`: {error}")))?;
        Ok(path.query(root).into_iter().cloned().collect())
    }

    /// Puts a value where the path leads, making objects on the way. The error is the part of the path
    /// that cannot be followed.
    pub(super) fn insert(&self, root: Value, value: Value) -> Result<Value, String> {
        if !self.is_definite() {
            return Err(format!("${}", render(&self.steps)));
        }
        let mut root = root;
        let mut place = &mut root;
        for (position, step) in self.steps.iter().enumerate() {
            let blocked = || format!("${}", render(&self.steps[..=position]));
            place = match step {
                Step::Key(key) => {
                    if place.is_null() && position > 0 {
                        *place = Value::Object(serde_json::Map::new());
                    }
                    let entries = place.as_object_mut().ok_or_else(blocked)?;
                    entries.entry(key.clone()).or_insert(Value::Null)
                }
                Step::Index(index) => {
                    let items = place.as_array_mut().ok_or_else(blocked)?;
                    usize::try_from(*index).ok().and_then(|at| items.get_mut(at)).ok_or_else(blocked)?
                }
                Step::Many(_) => return Err(blocked()),
            };
        }
        *place = value;
        Ok(root)
    }
}

impl Step {
    fn render(&self) -> String {
        match self {
            Step::Key(key) => format!("['{}']", key.replace('\\', "\\\\").replace('\'', "\\'")),
            Step::Index(index) => format!("[{index}]"),
            Step::Many(text) => text.clone(),
        }
    }
}

fn render(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |mut text, step| {
        // Writing to a String does not fail.
        let _ = write!(text, "{}", step.render());
        text
    })
}

/// Where the bracket closes that was opened just before `text`.
fn bracket_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if let Some(open) = quote {
            if !escaped {
                quote = Some(open).filter(|open| *open != character);
            }
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '\'' | '"' => quote = Some(character),
            '[' | '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ']' if depth == 0 => return Some(at),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What stands between brackets.
fn bracket(text: &str) -> Option<Step> {
    if text == "*" || text.starts_with('?') {
        return Some(Step::Many(format!("[{text}]")));
    }
    if let Ok(index) = text.parse::<i64>() {
        return Some(Step::Index(index));
    }
    if let Some(back) = text.strip_prefix("(@.length").and_then(|rest| rest.strip_suffix(')')) {
        let back = back.strip_prefix("()").unwrap_or(back).replace(' ', "");
        return back.parse::<i64>().ok().filter(|back| *back < 0).map(Step::Index);
    }
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.chars().next().filter(|first| matches!(first, '\'' | '"')) {
        let mut key = String::new();
        let mut end = None;
        let mut characters = rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            if character == '\\' {
                // AWS keeps a backslash that escapes neither the quote nor a backslash.
                let escaped = characters.next()?.1;
                if escaped != open && escaped != '\\' {
                    key.push('\\');
                }
                key.push(escaped);
            } else if character == open {
                end = Some(at + 1);
                break;
            } else {
                key.push(character);
            }
        }
        keys.push(key);
        rest = rest[end?..].trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    if !keys.is_empty() && rest.is_empty() {
        return match <[String; 1]>::try_from(keys) {
            Ok([key]) => Some(Step::Key(key)),
            Err(_) => Some(Step::Many(format!("[{text}]"))),
        };
    }
    let slice = text.chars().all(|character| character.is_ascii_digit() || " ,:-".contains(character));
    (slice && !text.is_empty()).then(|| Step::Many(format!("[{text}]")))
}

impl Function {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "length" | "size" => Function::Length,
            "min" => Function::Min,
            "max" => Function::Max,
            "avg" => Function::Average,
            "sum" => Function::Sum,
            "keys" => Function::Keys,
            _ => return None,
        })
    }

    fn apply(self, value: &Value) -> Result<Value, PathError> {
        let numbers = || -> Result<Vec<f64>, PathError> {
            let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let numbers: Vec<f64> = items.iter().filter_map(Value::as_f64).collect();
            if numbers.is_empty() {
                let message = "Aggregation function attempted to calculate value using empty array";
                return Err(PathError::Missing(message.to_owned()));
            }
            Ok(numbers)
        };
        #[expect(clippy::cast_precision_loss, reason = "an array has far fewer than 2^52 items")]
        let average = |numbers: &[f64]| numbers.iter().sum::<f64>() / numbers.len() as f64;
        match self {
            Function::Length => Ok(match value {
                Value::Array(items) => items.len().into(),
                Value::Object(entries) => entries.len().into(),
                Value::String(text) => text.chars().count().into(),
                _ => Value::Null,
            }),
            Function::Keys => match value {
                Value::Object(entries) => Ok(entries.keys().cloned().collect()),
                _ => Ok(Value::Null),
            },
            Function::Min => Ok(numbers()?.into_iter().fold(f64::INFINITY, f64::min).into()),
            Function::Max => Ok(numbers()?.into_iter().fold(f64::NEG_INFINITY, f64::max).into()),
            Function::Sum => Ok(numbers()?.into_iter().sum::<f64>().into()),
            Function::Average => Ok(average(&numbers()?).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(path: &str, data: &Value, expected: Result<Value, &str>) {
        let found = JsonPath::parse(path).and_then(|path| path.find(data).map(Cow::into_owned));
        assert_eq!(found.map_err(|error| error.to_string()), expected.map_err(str::to_owned), "${path}");
    }

    #[test]
    fn definite_paths_give_one_value() {
        let data = json!({"a": {"b-c": [1, 2, {"d'e": 3}]}, "é": 4});
        check("", &data, Ok(data.clone()));
        check(".a.b-c[0]", &data, Ok(json!(1)));
        check(".a['b-c'][-1]['d\\'e']", &data, Ok(json!(3)));
        check(".a.b-c[(@.length-2)]", &data, Ok(json!(2)));
        check(".é", &data, Ok(json!(4)));
        check("['a\\\"b']", &json!({"a\\\"b": 5}), Ok(json!(5)));
        check(".a.b-c.length()", &data, Ok(json!(3)));
    }

    #[test]
    fn missing_values_are_told_as_jayway_does() {
        check(".no", &json!({}), Err("No results for path: $['no']"));
        check(".no.such", &json!({}), Err("Missing property in path $['no']"));
        check("[5]", &json!([]), Err("No results for path: $[5]"));
    }

    #[test]
    fn indefinite_paths_give_an_array() {
        let data = json!({"a": [{"x": 1, "y": "p"}, {"x": 2}], "b": {"x": 3}});
        check(".a[*].x", &data, Ok(json!([1, 2])));
        check("..x", &data, Ok(json!([1, 2, 3])));
        check(".a[?(@.x > 1)].x", &data, Ok(json!([2])));
        check(".a[?(@.y == 'p')].x", &data, Ok(json!([1])));
        check(".a[1:].x", &data, Ok(json!([2])));
        check(".a[?(@.x > 9)]", &data, Ok(json!([])));
        check(".a[0]['x','y']", &data, Ok(json!([1, "p"])));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for path in ["a", ".", ".a[", ".a(", ".a['b", "..", ".a.nope()"] {
            assert!(matches!(JsonPath::parse(path), Err(PathError::Syntax(_))), "${path}");
        }
    }

    #[test]
    fn insertion_makes_objects_and_stops_at_other_values() {
        let insert = |path, root| JsonPath::parse(path).map(|path| path.insert(root, json!(1)));
        assert_eq!(insert("", json!({"a": 2})), Ok(Ok(json!(1))));
        assert_eq!(insert(".a.b", json!({"c": 2})), Ok(Ok(json!({"c": 2, "a": {"b": 1}}))));
        assert_eq!(insert(".a[1]", json!({"a": [5, 6]})), Ok(Ok(json!({"a": [5, 1]}))));
        assert_eq!(insert(".a.b", json!({"a": "text"})), Ok(Err("$['a']['b']".to_owned())));
        assert_eq!(insert(".a", json!(7)), Ok(Err("$['a']".to_owned())));
    }
}
