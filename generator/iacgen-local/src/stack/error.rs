//! Why a template cannot be deployed on this machine.

use std::fmt;

use iacgen_assembly::AssemblyError;

/// A property of a resource, as it is shown: `InferFunction.Environment.Variables.BUCKET`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    resource: String,
    property: String,
}

impl Place {
    pub(super) fn new(resource: impl Into<String>, property: impl Into<String>) -> Self {
        Self { resource: resource.into(), property: property.into() }
    }

    pub(super) fn within(&self, name: impl fmt::Display) -> Self {
        Self { resource: self.resource.clone(), property: format!("{}.{name}", self.property) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.resource, self.property)
    }
}

/// Why a template cannot be deployed on this machine.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The assembly itself is broken.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// The template is no CloudFormation template in JSON.
    #[error("template.json is no CloudFormation template: {message}")]
    Template {
        /// What is wrong.
        message: String,
    },
    /// A property is missing.
    #[error("{place} is missing")]
    Missing {
        /// The property.
        place: Place,
    },
    /// A property has another type or value than AWS takes.
    #[error("{place} is {found}, expected {expected}")]
    Wrong {
        /// The property.
        place: Place,
        /// What is there.
        found: String,
        /// What AWS takes.
        expected: String,
    },
    /// An intrinsic function or attribute that is not evaluated here.
    #[error("{place} uses {what}, which the local target does not evaluate")]
    Intrinsic {
        /// The property.
        place: Place,
        /// The function, with what it refers to.
        what: String,
    },
    /// A reference to something that the template does not declare.
    #[error("{place} refers to `{name}`, which the template does not declare")]
    Unknown {
        /// The property.
        place: Place,
        /// The name.
        name: String,
    },
    /// A parameter without a value.
    #[error("{place} needs the parameter `{name}`, which has no default and was not given")]
    Parameter {
        /// The property.
        place: Place,
        /// The parameter.
        name: String,
    },
    /// References that lead back to themselves.
    #[error("{place} refers to itself")]
    Circular {
        /// The property.
        place: Place,
    },
    /// A property whose effect the local target does not have.
    #[error("{place} is not supported by the local target: {why}")]
    Unsupported {
        /// The property.
        place: Place,
        /// What to do instead, or why not.
        why: &'static str,
    },
    /// A layer that the template does not make.
    #[error(
        "{place} is the layer `{layer}`, which exists on AWS and not on this machine: put its files into the package, or leave the layer out in the environment that runs here"
    )]
    ForeignLayer {
        /// The property.
        place: Place,
        /// The layer's ARN.
        layer: String,
    },
    /// The definition cannot be read.
    #[error("the definition of {resource} is no state machine")]
    Definition {
        /// The state machine's logical id.
        resource: String,
        /// What is wrong.
        source: Box<iacgen_asl::ParseError>,
    },
    /// The definition has a substitution without a value.
    #[error("the definition of {resource} uses `${{{name}}}`, which DefinitionSubstitutions does not have")]
    Substitution {
        /// The state machine's logical id.
        resource: String,
        /// The name.
        name: String,
    },
}
