//! What follows a state.

use iacgen_diagnostics::Sink;

use super::RawValue;
use super::reader::{self, What};
use crate::yaml::{Entry, Spanned, Value};

/// What follows a state.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawNext {
    /// One state.
    State(Spanned<String>),
    /// One of two, as the environment says.
    Switch { when: Option<RawValue>, then: Option<Spanned<String>>, otherwise: Option<Spanned<String>> },
}

impl RawNext {
    /// Returns the states that may follow, in any environment.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &Spanned<String>> {
        let (first, second) = match self {
            Self::State(name) => (Some(name), None),
            Self::Switch { then, otherwise, .. } => (then.as_ref(), otherwise.as_ref()),
        };
        first.into_iter().chain(second)
    }

    /// Reads the field `next` of a state.
    pub(super) fn read(entry: &Entry, sink: &Sink) -> Option<Self> {
        if !matches!(entry.value.value, Value::Mapping(_)) {
            return reader::name(&entry.value, "`next`", sink).map(Self::State);
        }
        let what = What { kind: "a switch", span: entry.key.span };
        let fields = reader::fields(&entry.value, what, &["when", "then", "else"], sink)?;
        Some(Self::Switch {
            when: fields.required_value("when"),
            then: fields.required_name("then"),
            otherwise: fields.required_name("else"),
        })
    }
}
