//! For tests: a small universe of requests, policies over it, and a decision by brute force that shares no code with the
//! evaluator.

use proptest::prelude::*;
use serde_json::{Value, json};

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) action: &'static str,
    pub(crate) resource: String,
    pub(crate) context: Vec<(&'static str, &'static str)>,
}

const ACTIONS: [&str; 3] = ["s3:Get", "s3:Put", "sqs:Send"];
const RESOURCES: [&str; 8] = ["a", "b", "ab", "ba", "aa", "aba", "c", ""];
const KEYS: [&str; 2] = ["s3:prefix", "iam:PassedToService"];
const VALUES: [&str; 4] = ["a", "b", "ab", "arn:p:s:r:1:ab"];

/// Returns every request.
pub(crate) fn universe() -> Vec<Asked> {
    let mut contexts: Vec<Vec<(&'static str, &'static str)>> = vec![Vec::new()];
    for key in KEYS {
        let with = contexts.iter().flat_map(|context| {
            VALUES.map(|value| context.iter().copied().chain([(key, value)]).collect::<Vec<_>>())
        });
        let with: Vec<_> = with.collect();
        contexts.extend(with);
    }
    // Several values of one key.
    contexts.push(vec![(KEYS[0], "a"), (KEYS[0], "b")]);
    let mut all = Vec::new();
    for action in ACTIONS {
        for resource in RESOURCES {
            for context in &contexts {
                all.push(Asked { action, resource: resource.to_owned(), context: context.clone() });
            }
        }
    }
    all
}

/// Policies of up to four statements.
pub(crate) fn statements() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(prop_oneof![3 => statement("Allow"), 1 => statement("Deny")], 0..4)
}

/// A statement with an effect.
pub(crate) fn statement(effect: &'static str) -> impl Strategy<Value = Value> {
    let actions = proptest::sample::subsequence(
        vec!["s3:Get", "S3:put", "s3:*", "*", "s3:?et", "sqs:Send", "sqs:*", "none:X"],
        1..3,
    );
    let resources = proptest::collection::vec(
        prop_oneof![4 => "[ab*?]{0,3}", 1 => Just("*".to_owned()), 1 => Just("${s3:prefix}*".to_owned())],
        1..3,
    );
    (actions, resources, proptest::option::weighted(0.5, conditions())).prop_map(
        move |(actions, resources, conditions)| {
            let mut value = json!({ "Effect": effect, "Action": actions, "Resource": resources });
            if let Some(conditions) = conditions {
                value["Condition"] = conditions;
            }
            value
        },
    )
}

fn conditions() -> impl Strategy<Value = Value> {
    let operator = proptest::sample::select(vec![
        "StringEquals",
        "StringLike",
        "StringNotEquals",
        "StringEqualsIfExists",
        "StringLikeIfExists",
        "ForAnyValue:StringEquals",
        "ForAllValues:StringLike",
        "ArnLike",
        "Null",
    ]);
    let one = (operator, proptest::sample::select(KEYS.to_vec())).prop_flat_map(|(operator, key)| {
        let value = match operator {
            "Null" => proptest::sample::select(vec!["true", "false"]).prop_map(str::to_owned).boxed(),
            "ArnLike" => proptest::sample::select(vec!["arn:p:s:*:1:a*", "arn:*:ab", "*", "arn:p:s:r:1:ab"])
                .prop_map(str::to_owned)
                .boxed(),
            _ => prop_oneof!["[ab*?]{0,2}", Just("${iam:PassedToService}".to_owned())].boxed(),
        };
        proptest::collection::vec(value, 1..3).prop_map(move |values| (operator, key, values))
    });
    proptest::collection::vec(one, 1..3).prop_map(|conditions| {
        let mut block = json!({});
        for (operator, key, values) in conditions {
            if block.get(operator).is_none() {
                block[operator] = json!({});
            }
            block[operator][key] = json!(values);
        }
        block
    })
}

/// Splits a statement into one for each action and resource.
pub(crate) fn split(statement: &Value) -> Vec<Value> {
    let mut split = Vec::new();
    for action in list(&statement["Action"]) {
        for resource in list(&statement["Resource"]) {
            let mut one = statement.clone();
            one["Action"] = json!(action);
            one["Resource"] = json!(resource);
            split.push(one);
        }
    }
    split
}

/// Decides on a request.
pub(crate) fn allows(statements: &[Value], asked: &Asked) -> bool {
    let applies = |effect: &str| {
        statements.iter().any(|statement| statement["Effect"] == effect && concerns(statement, asked))
    };
    !applies("Deny") && applies("Allow")
}

fn concerns(statement: &Value, asked: &Asked) -> bool {
    let action = list(&statement["Action"])
        .iter()
        .any(|action| glob(&action.to_lowercase(), &asked.action.to_lowercase()));
    let resource = list(&statement["Resource"]).iter().any(|resource| {
        with_values(resource, asked).is_some_and(|(text, plain)| glob_but(&text, &plain, &asked.resource))
    });
    let blocks = statement.get("Condition").and_then(Value::as_object);
    let conditions = blocks.into_iter().flatten().flat_map(|(operator, keys)| {
        keys.as_object()
            .into_iter()
            .flatten()
            .map(move |(key, values)| (operator.as_str(), key.as_str(), list(values)))
    });
    action
        && resource
        && conditions.into_iter().all(|(operator, key, values)| holds(operator, key, &values, asked))
}

fn holds(operator: &str, key: &str, values: &[String], asked: &Asked) -> bool {
    let actual: Vec<&str> =
        asked.context.iter().filter(|(name, _)| *name == key).map(|(_, value)| *value).collect();
    let equal = |pattern: &str, actual: &str, like: bool| {
        with_values(pattern, asked)
            .is_some_and(|(text, plain)| if like { glob_but(&text, &plain, actual) } else { text == actual })
    };
    let some = |actual: &str, like: bool| values.iter().any(|pattern| equal(pattern, actual, like));
    match operator {
        "StringEquals" | "ForAnyValue:StringEquals" => actual.iter().any(|actual| some(actual, false)),
        "StringLike" => actual.iter().any(|actual| some(actual, true)),
        // One value that is none of these.
        "StringNotEquals" => actual.is_empty() || actual.iter().any(|actual| !some(actual, false)),
        "StringEqualsIfExists" => actual.is_empty() || actual.iter().any(|actual| some(actual, false)),
        "StringLikeIfExists" => actual.is_empty() || actual.iter().any(|actual| some(actual, true)),
        "ForAllValues:StringLike" => actual.iter().all(|actual| some(actual, true)),
        "ArnLike" => actual.iter().any(|actual| {
            values.iter().any(|pattern| {
                let (pattern, actual): (Vec<&str>, Vec<&str>) =
                    (pattern.split(':').collect(), actual.split(':').collect());
                actual.len() == 6
                    && (pattern == ["*"]
                        || (pattern.len() == 6 && pattern.iter().zip(&actual).all(|(p, a)| glob(p, a))))
            })
        }),
        "Null" => values.iter().any(|value| (value == "true") == actual.is_empty()),
        other => unreachable!("{other} is not in the universe"),
    }
}

/// Puts the request's values in; the second text marks with `x` what stands for itself.
fn with_values(text: &str, asked: &Asked) -> Option<(String, String)> {
    let Some((before, after)) = text.split_once("${") else {
        return Some((text.to_owned(), ".".repeat(text.len())));
    };
    let (key, after) = after.split_once('}')?;
    let mut values = asked.context.iter().filter(|(name, _)| *name == key);
    let (Some((_, value)), None) = (values.next(), values.next()) else {
        return None;
    };
    let marks = format!("{}{}{}", ".".repeat(before.len()), "x".repeat(value.len()), ".".repeat(after.len()));
    Some((format!("{before}{value}{after}"), marks))
}

/// Tries every way in which a pattern can match.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    glob_but(pattern, &".".repeat(pattern.len()), text)
}

fn glob_but(pattern: &str, marks: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return text.is_empty();
    };
    let (rest, rest_marks) = (&pattern[1..], &marks[1..]);
    let meant = marks.starts_with('.');
    match first {
        '*' if meant => (0..=text.len()).any(|from| glob_but(rest, rest_marks, &text[from..])),
        '?' if meant => !text.is_empty() && glob_but(rest, rest_marks, &text[1..]),
        other => text.starts_with(other) && glob_but(rest, rest_marks, &text[1..]),
    }
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}
