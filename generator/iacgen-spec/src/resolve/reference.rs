//! References to things of the workflow, `${bucket.results}`.

use super::Context;
use crate::check::{bad_reference, unknown_bucket, unknown_definition, unknown_function};
use crate::model::{Place, Reference, ReferenceKind};
use crate::raw::Named;
use crate::yaml::Spanned;

impl Context<'_> {
    /// Resolves a text that begins with `${`.
    pub(super) fn reference(&self, text: &str, place: Place) -> Option<Reference> {
        let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let parts = inner.and_then(|inner| inner.split_once('.'));
        let kind =
            parts.and_then(|(word, _)| ReferenceKind::ALL.into_iter().find(|kind| kind.word() == word));
        let (Some((word, id)), Some(kind)) = (parts, kind) else {
            self.sink.push(bad_reference::malformed(place.at(), text));
            return None;
        };
        // The id stands behind `${`, the word and a dot.
        let start = word.len() + 3;
        let id = Spanned { value: id.to_owned(), span: place.part(start, start + id.len()).at() };
        self.is_known(kind, &id).then_some(Reference { kind, id: id.value })
    }

    /// Tells whether the workflow has a thing of a name; a finding says so if not.
    pub(super) fn is_known(&self, kind: ReferenceKind, id: &Spanned<String>) -> bool {
        let known = self.names(kind);
        if known.contains(&id.value.as_str()) {
            return true;
        }
        self.sink.push(match kind {
            ReferenceKind::Bucket => unknown_bucket::finding(id, known),
            ReferenceKind::Function => unknown_function::finding(id, known),
            ReferenceKind::Queue | ReferenceKind::Topic | ReferenceKind::Table | ReferenceKind::Resource => {
                unknown_definition::finding(id, kind.word(), known)
            }
        });
        false
    }

    fn names(&self, kind: ReferenceKind) -> Vec<&str> {
        let workflow = self.workflow;
        match kind {
            ReferenceKind::Bucket => ids(&workflow.buckets),
            ReferenceKind::Queue => ids(&workflow.queues),
            ReferenceKind::Topic => ids(&workflow.topics),
            ReferenceKind::Table => ids(&workflow.tables),
            ReferenceKind::Function => ids(&workflow.functions),
            ReferenceKind::Resource => ids(&workflow.resources),
        }
    }
}

fn ids<T>(section: &Named<T>) -> Vec<&str> {
    section.iter().map(|(id, _)| id.value.as_str()).collect()
}
