//! The files as they are written: every field optional, nothing judged but the shape, every value with its place.
//!
//! A field that is `None` here was left out, or a finding says what is wrong with it.

mod catch;
mod choice;
mod data_flow;
mod environment;
mod existing;
mod function;
mod items;
mod json;
mod map;
mod messaging;
mod next;
mod provisioning;
mod reader;
mod resource;
mod settings;
mod state;
mod state_fields;
mod surroundings;
mod table;
mod task;
mod trigger;
mod workflow;

use iacgen_diagnostics::Span;

pub(crate) use catch::RawCatcher;
pub(crate) use choice::{OPERATORS, RawCondition, RawRule};
pub(crate) use data_flow::RawDataFlow;
pub(crate) use environment::{RawEnvironment, read_environment};
pub(crate) use existing::RawExisting;
pub(crate) use function::{RawAccess, RawFunction, RawModel};
pub(crate) use items::{RawBucketName, RawBuckets, RawItems, RawReader, RawWriter};
pub(crate) use json::{RawJson, RawJsonNode};
pub(crate) use map::{RawBatch, RawMap};
pub(crate) use messaging::{RawQueue, RawTopic};
pub(crate) use next::RawNext;
pub(crate) use provisioning::{RawProvisioning, RawScaling, RawScheduled};
pub(crate) use resource::RawCloudFormation;
pub(crate) use settings::{RawBucket, RawExpiry, RawRetry};
pub(crate) use state::{RawBranch, RawKind, RawRetrier, RawState, RawStates};
pub(crate) use surroundings::{RawAlarms, RawLogs, RawNetwork, RawOnnxRuntime, RawRelease};
pub(crate) use table::RawTable;
pub(crate) use task::{RawTask, RawWork};
pub(crate) use trigger::RawTrigger;
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

/// A JSON value with paths, calls or expressions in it: a payload, a selector.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawTemplate {
    /// A scalar. What of a text is a path, a call or an expression is seen when it is resolved.
    Value(RawValue),
    /// ASL's `"name.$"`: the text is a path or a call, whatever it looks like.
    Dynamic(Spanned<String>),
    /// ASL without `.$`, and the spec behind a backslash: the text is a text.
    Literal(Spanned<String>),
    Array(Span, Vec<RawTemplate>),
    Object(Span, Named<RawTemplate>),
}

impl RawTemplate {
    /// Returns its place in the file.
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Value(value) => value.span(),
            Self::Dynamic(text) | Self::Literal(text) => text.span,
            Self::Array(span, _) | Self::Object(span, _) => *span,
        }
    }
}
