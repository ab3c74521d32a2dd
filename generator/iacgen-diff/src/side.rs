//! One side of a comparison.

use iacgen_assembly::{Assembly, AssemblyError, Assets, Manifest};
use serde_json::{Map, Value};

/// What is compared. An assembly gives one ([`Side::of`]); whoever has a stack fills one with the stack's template.
#[derive(Debug, Clone)]
pub struct Side {
    /// What it is, for people: a revision, a folder, a stack.
    pub name: String,
    /// Whose it is.
    pub identity: Manifest,
    /// The CloudFormation template.
    pub template: Map<String, Value>,
    /// The state machine's definition.
    pub definition: String,
    /// The packages.
    pub assets: Assets,
}

/// A side that cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// The assembly is not whole.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// The template is no JSON object.
    #[error("the template of {side} cannot be read")]
    Template {
        /// Whose.
        side: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The definition is none.
    #[error("the definition of {side} cannot be read")]
    Definition {
        /// Whose.
        side: String,
        /// Why.
        source: Box<iacgen_asl::ParseError>,
    },
}

impl Side {
    /// Takes an assembly apart.
    ///
    /// # Errors
    /// [`DiffError`] when one of its files is missing or cannot be read.
    pub fn of(assembly: &Assembly, name: impl Into<String>) -> Result<Self, DiffError> {
        let name = name.into();
        let template = serde_json::from_str(assembly.template()?)
            .map_err(|source| DiffError::Template { side: name.clone(), source })?;
        Ok(Self {
            name,
            identity: assembly.manifest()?,
            template,
            definition: assembly.definition()?.to_owned(),
            assets: assembly.assets()?,
        })
    }

    /// Returns the resources by logical id, in the template's order.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (&str, &Value)> {
        section(&self.template, "Resources")
    }

    /// Returns a resource.
    pub(crate) fn resource(&self, id: &str) -> Option<&Value> {
        self.template.get("Resources")?.get(id)
    }

    /// Returns the parts of another section of the template.
    pub(crate) fn section(&self, name: &str) -> impl Iterator<Item = (&str, &Value)> {
        section(&self.template, name)
    }
}

fn section<'a>(template: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let parts = template.get(name).and_then(Value::as_object);
    parts.into_iter().flatten().map(|(id, value)| (id.as_str(), value))
}

/// Returns a resource's type.
pub(crate) fn type_of(resource: &Value) -> &str {
    resource["Type"].as_str().unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use iacgen_assembly::{FORMAT, Identity, Target};
    use iacgen_aws_types::{AccountId, Environment, LogicalId, Region, StackName};
    use serde_json::json;

    use super::*;

    /// A side with these resources, and a workflow that does nothing.
    pub(crate) fn side(resources: &Value) -> Side {
        with_definition(resources, &json!({ "StartAt": "A", "States": { "A": { "Type": "Succeed" } } }))
    }

    pub(crate) fn with_definition(resources: &Value, definition: &Value) -> Side {
        let identity = Identity {
            project: "p".to_owned(),
            environment: Environment::new("dev").unwrap(),
            target: Target::Aws,
            region: Region::new("us-east-1").unwrap(),
            account: AccountId::new("111111111111").unwrap(),
            stack: StackName::new("p-dev").unwrap(),
            state_machine: LogicalId::new("StateMachine").unwrap(),
            packaged: true,
        };
        Side {
            name: "a side".to_owned(),
            identity: Manifest::new(identity, &BTreeMap::new()),
            template: Map::from_iter([("Resources".to_owned(), resources.clone())]),
            definition: definition.to_string(),
            assets: Assets { format: FORMAT, functions: Vec::new(), layers: Vec::new() },
        }
    }
}
