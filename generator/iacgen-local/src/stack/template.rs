//! A CloudFormation template as JSON, as far as the local target reads it.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::error::StackError;

/// A template: its resources in the order of the file.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) resources: IndexMap<String, Resource>,
    /// The parameters' defaults, by name.
    pub(super) parameters: BTreeMap<String, Option<String>>,
    /// The outputs' values, unresolved.
    pub(super) outputs: BTreeMap<String, Value>,
}

/// A resource of the template.
#[derive(Debug, Deserialize)]
pub(super) struct Resource {
    #[serde(rename = "Type")]
    pub(super) kind: String,
    #[serde(rename = "Properties", default)]
    pub(super) properties: serde_json::Map<String, Value>,
    #[serde(rename = "Condition")]
    condition: Option<String>,
}

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, StackError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Raw {
            resources: IndexMap<String, Resource>,
            #[serde(default)]
            parameters: BTreeMap<String, RawParameter>,
            #[serde(default)]
            outputs: BTreeMap<String, RawOutput>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct RawParameter {
            default: Option<Value>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct RawOutput {
            value: Value,
        }
        let raw: Raw = serde_json::from_str(text)
            .map_err(|error| StackError::Template { message: error.to_string() })?;
        if let Some((id, _)) = raw.resources.iter().find(|(_, resource)| resource.condition.is_some()) {
            let message =
                format!("the resource {id} has a Condition, which the local target does not evaluate");
            return Err(StackError::Template { message });
        }
        let default = |parameter: RawParameter| {
            parameter.default.map(|value| match value {
                Value::String(text) => text,
                other => other.to_string(),
            })
        };
        Ok(Self {
            resources: raw.resources,
            parameters: raw
                .parameters
                .into_iter()
                .map(|(name, parameter)| (name, default(parameter)))
                .collect(),
            outputs: raw.outputs.into_iter().map(|(name, output)| (name, output.value)).collect(),
        })
    }

    /// Returns the resources of a type in the order of the file.
    pub(super) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Resource)> {
        self.resources
            .iter()
            .filter(move |(_, resource)| resource.kind == kind)
            .map(|(id, resource)| (id.as_str(), resource))
    }
}
