//! The event that a function is smoke-tested with.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use iacgen_local::stack::{FunctionDeclaration, Stack};
use iacgen_spec::model::Function;
use serde_json::{Map, Value};

use super::instance::minimal;
use crate::error::CommandError;
use crate::project::Project;

/// An event, and where it is from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Event {
    /// A file that was named, as it is.
    Given(Vec<u8>),
    /// The first of the contract's `examples`.
    Example(Value),
    /// Made from the contract: what it demands and nothing else.
    Minimal(Value),
    /// The handler has no contract.
    Empty,
}

/// Reads the events that are given, by function.
pub(super) fn given<'a, 'w>(
    events: &'a [(String, Utf8PathBuf)],
    functions: impl Iterator<Item = &'w str>,
) -> Result<BTreeMap<&'a str, Vec<u8>>, CommandError> {
    let known: Vec<&str> = functions.fold(Vec::new(), |mut known, function| {
        if !known.contains(&function) {
            known.push(function);
        }
        known
    });
    let mut given = BTreeMap::new();
    for (function, path) in events {
        if !known.contains(&function.as_str()) {
            return Err(CommandError::new(format!("there is no function `{function}`"))
                .help(format!("the functions are {}", known.join(", "))));
        }
        let failed = || CommandError::new(format!("cannot read the event {path} of {function}"));
        let text = std::fs::read(path).map_err(|error| failed().because(error))?;
        serde_json::from_slice::<Value>(&text)
            .map_err(|error| failed().because(error).help("an event is one JSON document"))?;
        given.insert(function.as_str(), text);
    }
    Ok(given)
}

/// Chooses a function's event.
pub(super) fn choose(
    function: &Function,
    project: &Project,
    given: &BTreeMap<&str, Vec<u8>>,
) -> Result<Event, CommandError> {
    if let Some(text) = given.get(function.id.as_str()) {
        return Ok(Event::Given(text.clone()));
    }
    let path = project.root().join(&function.handler).join("contract.json");
    let failed = || CommandError::new(format!("cannot read {}", project.display(&path)));
    let text = match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Event::Empty),
        read => read.map_err(|error| failed().because(error))?,
    };
    let contract: Value = serde_json::from_slice(&text).map_err(|error| failed().because(error))?;
    Ok(of_schema(contract.get("input").unwrap_or(&Value::Null)))
}

fn of_schema(schema: &Value) -> Event {
    match schema.get("examples").and_then(Value::as_array).and_then(|examples| examples.first()) {
        Some(example) => Event::Example(example.clone()),
        None => Event::Minimal(minimal(schema)),
    }
}

impl Event {
    /// Returns where it is from, in a word or two.
    pub(super) fn origin(&self) -> &'static str {
        match self {
            Self::Given(_) => "file",
            Self::Example(_) => "example",
            Self::Minimal(_) => "schema",
            Self::Empty => "empty",
        }
    }

    /// Returns the event of a deployed function. In an example, `${NAME}` stands for a variable of the function, or of
    /// another of its stack: the names of buckets differ between environments.
    pub(super) fn text(&self, declaration: &FunctionDeclaration, stack: &Stack) -> Vec<u8> {
        match self {
            Self::Given(text) => text.clone(),
            Self::Example(example) => {
                let others = stack.functions.values();
                let variable = |name: &str| {
                    let mut all = std::iter::once(declaration).chain(others.clone());
                    all.find_map(|function| function.variables.get(name)).cloned()
                };
                fill(example, &variable).to_string().into_bytes()
            }
            Self::Minimal(event) => event.to_string().into_bytes(),
            Self::Empty => b"{}".to_vec(),
        }
    }
}

/// Puts variables into the texts that are nothing but `${NAME}`; one that is not known stays.
fn fill(value: &Value, variable: &impl Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) => {
            let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
            Value::String(name.and_then(variable).unwrap_or_else(|| text.clone()))
        }
        Value::Array(items) => items.iter().map(|item| fill(item, variable)).collect(),
        Value::Object(entries) => {
            let filled = entries.iter().map(|(name, value)| (name.clone(), fill(value, variable)));
            Value::Object(filled.collect::<Map<_, _>>())
        }
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_example_comes_before_what_the_schema_demands() {
        let schema = json!({ "type": "object", "required": ["n"], "examples": [{ "n": 7 }, { "n": 8 }] });
        assert_eq!(of_schema(&schema), Event::Example(json!({ "n": 7 })));
        let schema =
            json!({ "type": "object", "required": ["n"], "properties": { "n": { "type": "integer" } } });
        assert_eq!(of_schema(&schema), Event::Minimal(json!({ "n": 0 })));
    }

    #[test]
    fn a_text_that_is_a_variables_name_is_filled_in() {
        let variable = |name: &str| (name == "BUCKET_DATA").then(|| "galaxies".to_owned());
        let example =
            json!({ "a": ["${BUCKET_DATA}", "x ${BUCKET_DATA}", "${OTHER}", 1], "${BUCKET_DATA}": null });
        assert_eq!(
            fill(&example, &variable),
            json!({ "a": ["galaxies", "x ${BUCKET_DATA}", "${OTHER}", 1], "${BUCKET_DATA}": null })
        );
    }

    #[test]
    fn an_event_for_nobody_names_the_functions() {
        let events = [("infr".to_owned(), Utf8PathBuf::from("event.json"))];
        let error = given(&events, ["infer", "fmi", "infer"].into_iter()).unwrap_err();
        assert_eq!(error.to_string(), "there is no function `infr`");
        assert_eq!(error.mend(), Some("the functions are infer, fmi"));
    }
}
