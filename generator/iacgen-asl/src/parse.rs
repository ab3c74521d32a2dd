//! Reads a state machine from JSON.

mod error;
mod fields;
mod references;
mod rules;
mod states;
mod strict;

use serde_json::Value;

pub use self::error::{ParseError, Pointer, Problem};
use self::fields::{Fields, Parsed, wrong_type};
use crate::machine::{Branch, QueryLanguage, StateMachine, States};
use crate::names::StateName;

impl StateMachine {
    /// Reads a definition. Unknown fields, repeated keys, transitions to nowhere and state names that
    /// occur twice are errors, each with its place.
    pub fn from_json(text: &str) -> Result<Self, ParseError> {
        Self::from_value(strict::read(text)?)
    }

    /// Reads a definition that is JSON already.
    pub fn from_value(value: Value) -> Result<Self, ParseError> {
        let mut fields = Fields::of(value, Pointer::default(), "a state machine")?;
        let comment = fields.text("Comment")?;
        let query_language = query_language(&mut fields)?;
        let default = query_language.unwrap_or_default();
        if !fields.has("StartAt") && !fields.has("States") {
            return Err(fields.missing("StartAt` and `States"));
        }
        let (start_at, states) = block(&mut fields, default)?;
        let timeout_seconds = fields.unsigned("TimeoutSeconds")?;
        let version = fields.text("Version")?;
        fields.finish()?;
        let machine = Self { comment, query_language, start_at, states, timeout_seconds, version };
        machine.check_references()?;
        Ok(machine)
    }
}

impl<'de> serde::Deserialize<'de> for StateMachine {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// `StartAt` and `States`.
fn block(fields: &mut Fields, default: QueryLanguage) -> Parsed<(StateName, States)> {
    let start_at = fields.state_name("StartAt")?.ok_or_else(|| fields.missing("StartAt"))?;
    let place = fields.pointer.child("States");
    let entries = match fields.require("States")? {
        Value::Object(entries) => entries,
        other => return Err(wrong_type(&other, "an object", place, fields.state.clone())),
    };
    let mut states = States::with_capacity(entries.len());
    for (name, value) in entries {
        let place = place.child(&name);
        let name = StateName::new(name).map_err(|invalid| ParseError {
            pointer: place.clone(),
            state: fields.state.clone(),
            problem: invalid.into(),
        })?;
        let state = states::state(value, place, &name, default)?;
        states.insert(name, state);
    }
    Ok((start_at, states))
}

/// A branch of a Parallel state.
fn branch(mut fields: Fields, default: QueryLanguage) -> Parsed<Branch> {
    let comment = fields.text("Comment")?;
    let query_language = query_language(&mut fields)?;
    let (start_at, states) = block(&mut fields, query_language.unwrap_or(default))?;
    fields.finish()?;
    Ok(Branch { comment, query_language, start_at, states })
}

fn query_language(fields: &mut Fields) -> Parsed<Option<QueryLanguage>> {
    word(
        fields,
        "QueryLanguage",
        "JSONPath or JSONata",
        &[QueryLanguage::JsonPath, QueryLanguage::Jsonata],
        QueryLanguage::as_str,
    )
}

/// A field that holds one of a few words.
fn word<T: Copy>(
    fields: &mut Fields,
    field: &str,
    expected: &'static str,
    words: &[T],
    spell: impl Fn(T) -> &'static str,
) -> Parsed<Option<T>> {
    let Some(text) = fields.text(field)? else {
        return Ok(None);
    };
    match words.iter().find(|word| spell(**word) == text) {
        Some(word) => Ok(Some(*word)),
        None => {
            Err(wrong_type(&Value::String(text), expected, fields.pointer.child(field), fields.state.clone()))
        }
    }
}
