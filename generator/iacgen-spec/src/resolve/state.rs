//! States, and which of them an environment reaches.

use iacgen_asl::{ExecutionType, QueryLanguage};
use indexmap::IndexMap;

use super::Context;
use super::function::Functions;
use super::retry::Retries;
use super::scope::{Around, Language, Scope};
use crate::check::{
    bad_state_name, empty_list, empty_states, endless_loop, no_transition, other_query_language,
    query_downgrade, unknown_word, unreachable_state,
};
use crate::model::{Branch, Located, Next, Place, State, StateKind, States};
use crate::raw::{RawBranch, RawKind, RawNext, RawState, RawStates, RawTask, RawWork};
use crate::yaml::{Scalar, Spanned};

/// What the states need besides the context.
pub(super) struct Machine<'c, 'a> {
    pub(super) context: &'c Context<'a>,
    pub(super) functions: &'c Functions<'a>,
    pub(super) retries: &'c Retries<'a>,
}

impl<'a> Machine<'_, 'a> {
    /// Resolves the workflow's states.
    pub(super) fn states(&self, machine_type: Option<ExecutionType>, language: Language) -> Option<States> {
        let workflow = self.context.workflow;
        let express = workflow.machine_type.as_ref().filter(|_| machine_type == Some(ExecutionType::Express));
        let scope = Scope { language, dialect: self.context.dialect, in_map: false, has_token: false };
        let around = Around { express: express.map(|word| word.span), scope };
        self.block(&workflow.states, "the workflow", around)
    }

    /// Resolves a block of states.
    pub(super) fn block(&self, raw: &'a RawStates, what: &str, around: Around) -> Option<States> {
        let (dialect, sink) = (self.context.dialect, self.context.sink);
        empty_states::check(raw, what, sink);
        unreachable_state::check(raw, what, dialect, sink);
        for (name, state) in &raw.states {
            bad_state_name::check(name, sink);
            no_transition::check(name, state, dialect, sink);
        }
        let follow = |next: &'a RawNext| self.chosen(next);
        endless_loop::check(raw, follow, dialect, sink, self.context.here);

        let mut states = IndexMap::new();
        let mut complete = true;
        for (name, state) in &raw.states {
            match self.state(name, state, around) {
                Some(state) => drop(states.insert(name.value.clone(), state)),
                None => complete = false,
            }
        }
        let start = raw.start.as_ref()?;
        let reached =
            unreachable_state::reachable(raw, start, |next| self.chosen(next).into_iter().collect());
        states.retain(|name, _| reached.contains(name.as_str()));
        complete.then(|| States { start: start.value.clone(), states })
    }

    fn state(&self, name: &'a Spanned<String>, raw: &'a RawState, around: Around) -> Option<State> {
        let context = self.context;
        let comment = context.optional_text(raw.comment.as_ref(), &context.dialect.field("comment"));
        let language = self.language(raw.query.as_ref(), around.scope.language);
        let scope = Scope { language, has_token: waits_for_token(raw), ..around.scope };
        let data = context.data_flow(&raw.data, scope);
        let is_task = matches!(raw.kind, Some(RawKind::Task(_)));
        let retry = context.retriers(&raw.retry, self.retries, is_task);
        let catch = context.catchers(&raw.catch, scope, is_task);
        let kind = match raw.kind.as_ref()? {
            RawKind::Task(task) => {
                let task = self.task(raw, task, data.as_ref(), retry.as_deref(), Around { scope, ..around });
                task.map(Box::new).map(StateKind::Task)
            }
            RawKind::Map(map) => {
                let map = self.map(name, map, scope, around);
                map.map(Box::new).map(StateKind::Map)
            }
            RawKind::Parallel(branches) => self.parallel(name, branches, around).map(StateKind::Parallel),
            RawKind::Choice { rules, default } => {
                context.choice(name, rules, default.as_ref(), scope).map(StateKind::Choice)
            }
            RawKind::Pass { value } => {
                if language.is_jsonata() {
                    let fields = [
                        ("arguments", raw.data.arguments.as_ref().map(crate::raw::RawTemplate::span)),
                        ("value", value.as_ref().map(|value| value.span)),
                    ];
                    other_query_language::jsonpath_fields(&fields, language.set, context.sink);
                }
                let located = |value: &Spanned<serde_json::Value>| Located {
                    value: value.value.clone(),
                    place: Place::written(value.span),
                };
                Some(StateKind::Pass { value: value.as_ref().map(located) })
            }
            RawKind::WaitSeconds(raw) => {
                context.wait_seconds(raw, Around { scope, ..around }).map(StateKind::Wait)
            }
            RawKind::WaitUntil(raw) => context.wait_until(raw, scope).map(StateKind::Wait),
            RawKind::Succeed => Some(StateKind::Succeed),
            RawKind::Fail { error, cause } => {
                let text = |raw: &'a crate::raw::RawValue, field| {
                    context.dynamic_text_value(raw, &context.dialect.field(field), scope)
                };
                let error = error.as_ref().map(|raw| text(raw, "error"));
                let cause = cause.as_ref().map(|raw| text(raw, "cause"));
                optional(error).zip(optional(cause)).map(|(error, cause)| StateKind::Fail { error, cause })
            }
        };
        let next = match &raw.next {
            Some(next) => self.chosen(next).map(|name| Next::State(located(name))),
            None => Some(Next::End),
        };
        Some(State {
            place: Place::written(name.span),
            comment,
            query: language.query,
            kind: kind?,
            data: data?,
            retry: retry?,
            catch: catch?,
            next: next?,
        })
    }

    /// Returns the state that follows in this environment.
    fn chosen(&self, next: &'a RawNext) -> Option<&'a Spanned<String>> {
        match next {
            RawNext::State(name) => Some(name),
            RawNext::Switch { when, then, otherwise } => {
                let taken = self.context.boolean(when.as_ref()?, "`when`")?;
                if taken { then.as_ref() } else { otherwise.as_ref() }
            }
        }
    }

    /// Reads the language that a state or a block sets.
    pub(super) fn language(&self, word: Option<&Spanned<String>>, around: Language) -> Language {
        let Some(word) = word else { return around };
        let Some(query) = query_language(self.context, word) else { return around };
        if query == QueryLanguage::JsonPath && around.is_jsonata() {
            self.context.sink.push(query_downgrade::finding(word.span, around.set));
        }
        Language { query, set: Some(word.span) }
    }

    fn parallel(
        &self,
        name: &Spanned<String>,
        branches: &'a [RawBranch],
        around: Around,
    ) -> Option<Vec<Branch>> {
        let context = self.context;
        if branches.is_empty() {
            context.sink.push(empty_list::finding(name.span, &name.value, "branch", context.dialect));
        }
        let branch = |(index, raw): (usize, &'a RawBranch)| {
            let comment = context.optional_text(raw.comment.as_ref(), &context.dialect.field("comment"));
            let language = self.language(raw.query.as_ref(), around.scope.language);
            let around = Around { scope: Scope { language, ..around.scope }, ..around };
            let what = format!("branch {} of `{}`", index + 1, name.value);
            Some(Branch { comment, states: self.block(&raw.states, &what, around)? })
        };
        let branches: Vec<Option<Branch>> = branches.iter().enumerate().map(branch).collect();
        branches.into_iter().collect()
    }
}

/// Reads the language of the whole machine, JSONPath where it is left out.
pub(super) fn machine_language(context: &Context<'_>) -> Language {
    let word = context.workflow.query.as_ref();
    let query = word.and_then(|word| query_language(context, word));
    Language { query: query.unwrap_or_default(), set: word.map(|word| word.span) }
}

/// Reads a language.
fn query_language(context: &Context<'_>, word: &Spanned<String>) -> Option<QueryLanguage> {
    match word.value.as_str() {
        "jsonpath" => Some(QueryLanguage::JsonPath),
        "jsonata" => Some(QueryLanguage::Jsonata),
        other => {
            let words = ["jsonpath", "jsonata"];
            let place = Place::written(word.span);
            context.sink.push(unknown_word::finding(other, place, "a query language", &words));
            None
        }
    }
}

/// Tells whether a state hands out a token and waits until it comes back.
fn waits_for_token(state: &RawState) -> bool {
    let Some(RawKind::Task(task)) = &state.kind else { return false };
    let RawTask { work, wait_for_token, .. } = &**task;
    match work {
        Some(RawWork::Resource(resource)) => resource.value.ends_with(".waitForTaskToken"),
        _ => wait_for_token.as_ref().is_some_and(|raw| match raw {
            crate::raw::RawValue::Literal(value) => value.value != Scalar::Bool(false),
            // Whether an environment's value is true is judged where it is read.
            crate::raw::RawValue::Environment(_) => true,
        }),
    }
}

/// Returns a name with its place.
pub(super) fn located(name: &Spanned<String>) -> Located<String> {
    Located { value: name.value.clone(), place: Place::written(name.span) }
}

/// What may be left out: `None` only for what is written and has a finding.
#[expect(clippy::option_option, reason = "left out, with a finding, and read are three things")]
pub(super) fn optional<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    value.map_or(Some(None), |value| value.map(Some))
}
