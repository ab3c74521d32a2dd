//! Catchers.

use super::Context;
use super::retry::members;
use super::scope::Scope;
use super::state::{located, optional};
use crate::check::{dead_handler, other_query_language, states_all_misplaced};
use crate::model::{Catcher, Place};
use crate::raw::{RawCatcher, RawTemplate, RawValue};

impl<'a> Context<'a> {
    /// Resolves the catchers of a state.
    pub(super) fn catchers(
        &self,
        raw: &'a [RawCatcher],
        scope: Scope,
        is_task: bool,
    ) -> Option<Vec<Catcher>> {
        let handlers: Vec<_> =
            raw.iter().map(|catcher| (catcher.span, "this catcher".to_owned(), &catcher.on[..])).collect();
        states_all_misplaced::check_last(&handlers, self.sink);
        dead_handler::check(&handlers, is_task, members, self.sink);
        let catchers: Vec<_> = raw.iter().map(|catcher| self.catcher(catcher, scope)).collect();
        catchers.into_iter().collect()
    }

    fn catcher(&self, raw: &'a RawCatcher, scope: Scope) -> Option<Catcher> {
        let comment = self.optional_text(raw.comment.as_ref(), &self.dialect.field("comment"));
        states_all_misplaced::check_alone(&raw.on, self.sink);
        let errors = self.errors(&raw.on);
        let result = if scope.language.is_jsonata() {
            let result = raw.result.as_ref().map(RawValue::span);
            other_query_language::jsonpath_fields(&[("result", result)], scope.language.set, self.sink);
            Some(crate::model::PathSetting::Unset)
        } else {
            let output = raw.output.as_ref().map(RawTemplate::span);
            other_query_language::jsonata_fields(&[("output", output)], scope.language.set, self.sink);
            self.result(raw.result.as_ref(), scope)
        };
        let output = raw.output.as_ref().map(|output| self.template(output, scope));
        let assign = self.assign(&raw.assign, scope);
        Some(Catcher {
            place: Place::written(raw.span),
            comment,
            errors: errors?,
            next: located(raw.next.as_ref()?),
            result: result?,
            output: optional(output)?,
            assign: assign?,
        })
    }
}
