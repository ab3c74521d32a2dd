//! The files as they are written: every field optional, nothing judged but the shape, every value with its place.
//!
//! A field that is `None` here was left out, or a finding says what is wrong with it.

mod environment;
mod function;
mod reader;
mod settings;
mod state;
mod workflow;

use iacgen_diagnostics::Span;

pub(crate) use environment::{RawEnvironment, read_environment};
pub(crate) use function::{RawAccess, RawFunction, RawModel};
pub(crate) use settings::{RawBucket, RawExpiry, RawRetry};
pub(crate) use state::{RawInvoke, RawKind, RawMap, RawNext, RawState, RawStates};
pub(crate) use workflow::{RawWorkflow, read_workflow};

use crate::yaml::{Scalar, Spanned};

/// Named things in the file's order.
pub(crate) type Named<T> = Vec<(Spanned<String>, T)>;

/// Finds a named thing.
pub(crate) fn find<'a, T>(all: &'a Named<T>, name: &str) -> Option<&'a (Spanned<String>, T)> {
    all.iter().find(|(id, _)| id.value == name)
}

/// A scalar, or a reference to a value of the environment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawValue {
    /// As it is written.
    Literal(Spanned<Scalar>),
    /// `${env.NAME}`: the name.
    Environment(Spanned<String>),
}

impl RawValue {
    /// Returns its place in `workflow.yaml`.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Literal(scalar) => scalar.span,
            Self::Environment(name) => name.span,
        }
    }
}

/// A payload or a selector.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawTemplate {
    Value(RawValue),
    Object(Named<RawTemplate>),
}
