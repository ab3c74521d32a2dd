//! What paths and payload templates are evaluated against: the input, the context object, variables.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use iacgen_asl::StateName;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::intrinsics;
use super::path::{JsonPath, PathError};
use super::randomness::Randomness;

/// Variables by name. A scope shares its parent's until it assigns one of its own.
pub(super) type Variables = Arc<BTreeMap<String, Value>>;

/// The item that an iteration of a Map state works on.
#[derive(Debug, Clone)]
pub(super) struct MapItem {
    pub(super) index: usize,
    pub(super) value: Arc<Value>,
}

/// The context object (`$$`), in the parts it is made of.
///
/// Source: Step Functions developer guide, "Accessing execution data from the Context object".
pub(super) struct Context<'a> {
    /// `{"Execution": ...}`.
    pub(super) execution: &'a Value,
    /// `{"StateMachine": ...}`.
    pub(super) machine: &'a Value,
    pub(super) state: &'a StateName,
    pub(super) entered: Timestamp,
    /// Only Task states have one.
    pub(super) retry_count: Option<u64>,
    pub(super) map_item: Option<&'a MapItem>,
    pub(super) token: Option<&'a str>,
    pub(super) randomness: &'a dyn Randomness,
}

/// What an expression sees.
pub(super) struct Data<'a> {
    /// `$`.
    pub(super) root: &'a Value,
    /// `$$`.
    pub(super) context: &'a Context<'a>,
    /// `$name`.
    pub(super) variables: &'a Variables,
}

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum EvaluationError {
    /// A path that finds nothing, or is none.
    Runtime { message: String },
    /// An intrinsic function that failed.
    Intrinsic { call: String, message: String },
}

/// A moment as AWS writes it: `2026-11-24T02:28:19.000Z`.
pub(super) fn iso(timestamp: Timestamp) -> String {
    timestamp.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl Context<'_> {
    fn part(&self, name: &str) -> Option<Cow<'_, Value>> {
        Some(match name {
            "Execution" => Cow::Borrowed(self.execution),
            "StateMachine" => Cow::Borrowed(self.machine),
            "State" => {
                let mut state = json!({"Name": self.state.as_str(), "EnteredTime": iso(self.entered)});
                if let Some(count) = self.retry_count {
                    state["RetryCount"] = count.into();
                }
                Cow::Owned(json!({ "State": state }))
            }
            "Map" => {
                let item = self.map_item?;
                let value = item.value.as_ref().clone();
                Cow::Owned(json!({"Map": {"Item": {"Index": item.index, "Value": value}}}))
            }
            "Task" => Cow::Owned(json!({"Task": {"Token": self.token?}})),
            _ => return None,
        })
    }

    fn whole(&self) -> Value {
        let mut whole = Map::new();
        for name in ["Execution", "StateMachine", "State", "Map", "Task"] {
            if let Some(Value::Object(entries)) = self.part(name).map(Cow::into_owned) {
                whole.extend(entries);
            }
        }
        Value::Object(whole)
    }
}

impl<'a> Data<'a> {
    pub(super) fn randomness(&self) -> &dyn Randomness {
        self.context.randomness
    }

    /// What a path finds; `$`, `$$` and variables.
    pub(super) fn find(&self, path: &str) -> Result<Cow<'a, Value>, PathError> {
        let syntax = || PathError::Syntax(format!("`{path}` is not a path"));
        let rest = path.strip_prefix('$').ok_or_else(syntax)?;
        if let Some(rest) = rest.strip_prefix('$') {
            let parsed = JsonPath::parse(rest)?;
            // Only the part that is asked for is put together: the whole holds the execution's input.
            return match parsed.first_key().and_then(|key| self.context.part(key)) {
                Some(Cow::Borrowed(part)) => parsed.find(part),
                Some(Cow::Owned(part)) => parsed.find(&part).map(|found| Cow::Owned(found.into_owned())),
                None => {
                    let whole = self.context.whole();
                    parsed.find(&whole).map(|found| Cow::Owned(found.into_owned()))
                }
            };
        }
        if rest.is_empty() {
            return Ok(Cow::Borrowed(self.root));
        }
        if rest.starts_with(['.', '[']) {
            return JsonPath::parse(rest)?.find(self.root);
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let missing = || PathError::Missing(format!("No results for path: $['{name}']"));
        let variable = self.variables.get(name).ok_or_else(missing)?;
        JsonPath::parse(rest)?.find(variable)
    }

    /// The data that a message about a path shows.
    pub(super) fn shown(&self, path: &str) -> String {
        if path.starts_with("$$") { self.context.whole().to_string() } else { self.root.to_string() }
    }

    /// The value of a field that holds a path or an intrinsic function call.
    pub(super) fn field(&self, field: &str, text: &str) -> Result<Cow<'a, Value>, EvaluationError> {
        if intrinsics::is_call(text) {
            return intrinsics::evaluate(text, self).map(Cow::Owned);
        }
        self.find(text).map_err(|_| EvaluationError::Runtime {
            message: format!(
                "The JSONPath '{text}' specified for the field '{field}' could not be found in the input '{}'",
                self.shown(text)
            ),
        })
    }

    /// The value of a payload template: keys that end in `.$` are looked up or computed.
    pub(super) fn template(&self, template: &Value) -> Result<Value, EvaluationError> {
        match template {
            Value::Object(entries) => self.templates(entries).map(Value::Object),
            Value::Array(items) => items.iter().map(|item| self.template(item)).collect(),
            other => Ok(other.clone()),
        }
    }

    /// The entries of a payload template.
    pub(super) fn templates(
        &self,
        entries: &Map<String, Value>,
    ) -> Result<Map<String, Value>, EvaluationError> {
        entries
            .iter()
            .map(|(key, value)| match (key.strip_suffix(".$"), value) {
                (Some(plain), Value::String(text)) => {
                    Ok((plain.to_owned(), self.field(key, text)?.into_owned()))
                }
                _ => Ok((key.clone(), self.template(value)?)),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpreter::randomness::Seeded;

    #[track_caller]
    fn check(template: &Value, expected: Result<Value, &str>) {
        let state = StateName::new("S").unwrap();
        let item = MapItem { index: 3, value: Arc::new(json!({"key": "k"})) };
        let context = Context {
            execution: &json!({"Execution": {"Id": "arn", "Input": {"a": 1}}}),
            machine: &json!({"StateMachine": {"Id": "machine"}}),
            state: &state,
            entered: Timestamp::UNIX_EPOCH,
            retry_count: None,
            map_item: Some(&item),
            token: None,
            randomness: &Seeded::new(1),
        };
        let variables = Variables::new(BTreeMap::from([("v".to_owned(), json!({"x": [7]}))]));
        let data = Data { root: &json!({"a": {"b": 2}}), context: &context, variables: &variables };
        let result = data.template(template).map_err(|error| match error {
            EvaluationError::Runtime { message } | EvaluationError::Intrinsic { message, .. } => message,
        });
        assert_eq!(result, expected.map_err(str::to_owned));
    }

    #[test]
    fn templates_see_input_context_and_variables() {
        check(
            &json!({"p.$": "$.a.b", "q": [{"r.$": "$v.x[0]"}], "s.$": "$$.Execution.Input.a", "t": "$.a"}),
            Ok(json!({"p": 2, "q": [{"r": 7}], "s": 1, "t": "$.a"})),
        );
        check(
            &json!({"i.$": "$$.Map.Item.Index", "k.$": "$$.Map.Item.Value.key", "n.$": "$$.State.Name"}),
            Ok(json!({"i": 3, "k": "k", "n": "S"})),
        );
        check(&json!({"e.$": "$$.State.EnteredTime"}), Ok(json!({"e": "1970-01-01T00:00:00.000Z"})));
        check(&json!({"f.$": "States.Format('{}-{}', $.a.b, $v.x)"}), Ok(json!({"f": "2-[7]"})));
    }

    #[test]
    fn a_path_that_finds_nothing_names_its_field() {
        check(
            &json!({"p.$": "$.no"}),
            Err(
                "The JSONPath '$.no' specified for the field 'p.$' could not be found in the input '{\"a\":{\"b\":2}}'",
            ),
        );
    }
}
