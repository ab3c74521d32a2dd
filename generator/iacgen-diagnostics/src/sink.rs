//! Where findings are collected.

use std::cell::RefCell;

use crate::{Diagnostic, Severity};

/// Collects findings; nothing is thrown at the first.
#[derive(Debug, Default)]
pub struct Sink(RefCell<Vec<Diagnostic>>);

impl Sink {
    /// Adds a finding. One that is there already is not added again.
    pub fn push(&self, diagnostic: Diagnostic) {
        let mut all = self.0.borrow_mut();
        if !all.contains(&diagnostic) {
            all.push(diagnostic);
        }
    }

    /// Adds findings that were collected elsewhere.
    pub fn extend(&self, findings: impl IntoIterator<Item = Diagnostic>) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }

    /// Tells whether an error is among the findings.
    pub fn has_errors(&self) -> bool {
        self.0.borrow().iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns `Some` when there is no error: `sink.ok()?` is a stop point between two stages.
    pub fn ok(&self) -> Option<()> {
        (!self.has_errors()).then_some(())
    }

    /// Returns the findings by file, place, code and message.
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut all = self.0.into_inner();
        all.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.primary.as_ref().map(|label| label.span), d.code.id);
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        all
    }
}
