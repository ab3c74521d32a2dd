//! Where a path, a template or an expression stands: what it may be, and what it can see.

use iacgen_asl::QueryLanguage;
use iacgen_diagnostics::Span;

use crate::dialect::Dialect;

/// The language of paths and expressions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Language {
    pub(super) query: QueryLanguage,
    /// The word that sets it, where one does.
    pub(super) set: Option<Span>,
}

impl Language {
    /// Whether it is JSONata.
    pub(super) fn is_jsonata(self) -> bool {
        self.query == QueryLanguage::Jsonata
    }
}

/// Where a value of a state stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    pub(super) language: Language,
    /// What it is written in.
    pub(super) dialect: Dialect,
    /// Whether that is in a Map's `select`, or in its states.
    pub(super) in_map: bool,
    /// Whether the state waits for its task's token.
    pub(super) has_token: bool,
}

/// Where states run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    /// The word that makes the execution EXPRESS, where it is.
    pub(super) express: Option<Span>,
    pub(super) scope: Scope,
}
