//! States, and which of them an environment reaches.

use iacgen_diagnostics::Span;
use indexmap::IndexMap;

use super::function::Functions;
use super::path::{self, Scope};
use super::retry::Retries;
use super::settings::executions;
use super::{Context, Place};
use crate::check::{
    bad_map_label, bad_state_name, conflicting_fields, distributed_map_in_express, empty_states,
    endless_loop, express_too_long, field_not_for_inline, last_try_cut, no_transition, out_of_range,
    state_timeout_too_short, unknown_function, unknown_word, unreachable_state,
};
use crate::model::{
    Children, Invoke, Map, MapMode, MapResult, Next, PayloadTemplate, State, StateKind, States,
    ToleratedFailure,
};
use crate::raw::{RawInvoke, RawKind, RawMap, RawNext, RawState, RawStates, RawValue};
use crate::yaml::Spanned;

/// What a state's timeout leaves to Lambda and the network beyond the function's own, in seconds.
const TIMEOUT_MARGIN: u32 = 10;
/// The most children of a distributed Map at once. Page: "Using Map state in Distributed mode".
const MOST_CHILDREN: u32 = 10_000;
/// The most iterations of an inline Map at once. Page: "Using Map state in Inline mode".
const MOST_ITERATIONS: u32 = 40;

/// What the states need besides the context.
pub(super) struct Machine<'c, 'a> {
    pub(super) context: &'c Context<'a>,
    pub(super) functions: &'c Functions<'a>,
    pub(super) retries: &'c Retries<'a>,
}

/// Where states run.
#[derive(Clone, Copy)]
struct Around {
    /// The word that makes the execution EXPRESS, where it is.
    express: Option<Span>,
    scope: Scope,
}

impl<'a> Machine<'_, 'a> {
    /// Resolves the workflow's states.
    pub(super) fn states(&self, machine_type: Option<Children>) -> Option<States> {
        let workflow = self.context.workflow;
        let express = workflow.machine_type.as_ref().filter(|_| machine_type == Some(Children::Express));
        let around = Around { express: express.map(|word| word.span), scope: Scope::Machine };
        self.scope(&workflow.states, "the workflow", around)
    }

    fn scope(&self, raw: &'a RawStates, what: &str, around: Around) -> Option<States> {
        let sink = self.context.sink;
        empty_states::check(raw, what, sink);
        unreachable_state::check(raw, sink);
        for (name, state) in &raw.states {
            bad_state_name::check(name, sink);
            no_transition::check(name, state, sink);
        }
        let follow = |next: &'a RawNext| self.chosen(next);
        endless_loop::check(raw, follow, sink, self.context.here);

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

    fn state(&self, name: &Spanned<String>, raw: &'a RawState, around: Around) -> Option<State> {
        let comment = self.context.optional_text(raw.comment.as_ref(), "`comment`");
        let kind = match raw.kind.as_ref()? {
            RawKind::Invoke(invoke) => self.invoke(invoke, around).map(StateKind::Invoke),
            RawKind::Map(map) => self.map(name, map, around).map(StateKind::Map),
            RawKind::Succeed => Some(StateKind::Succeed),
            RawKind::Fail { error, cause } => {
                let cause = self.context.optional_text(cause.as_ref(), "`cause`");
                let error = self.context.optional_text(error.as_ref(), "`error`");
                error.map(|error| StateKind::Fail { error, cause })
            }
        };
        let next = match &raw.next {
            Some(next) => self.chosen(next).map(|name| Next::State(name.value.clone())),
            None => Some(Next::End),
        };
        Some(State { comment, kind: kind?, next: next? })
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

    fn invoke(&self, raw: &'a RawInvoke, around: Around) -> Option<Invoke> {
        let context = self.context;
        let payload = match &raw.payload {
            Some(payload) => context.template(payload, around.scope),
            None => Some(PayloadTemplate::Path("$".to_owned())),
        };
        let retry = context.named_retries(&raw.retry, self.retries);
        let own = raw.timeout.as_ref().map(|raw| context.duration(raw, "`timeout`"));
        let name = raw.function.as_ref()?;
        let Some(function) = self.functions.get(&name.value) else {
            let known = context.workflow.functions.iter().map(|(id, _)| id.value.as_str());
            context.sink.push(unknown_function::finding(name, known));
            return None;
        };
        let (function_timeout, function_value) = function.timeout?;
        let margin = if own.is_some() { 0 } else { TIMEOUT_MARGIN };
        if let Some(express) = around.express {
            let (function, at) = (&name.value, &function_value);
            express_too_long::check_function(function, function_timeout, margin, at, express, context.sink);
        }
        let (timeout, timeout_at) = match own {
            None => (function_timeout.saturating_add(TIMEOUT_MARGIN), function_value.place.at),
            Some(own) => {
                let (timeout, value) = own?;
                let at = function_value.place.at;
                state_timeout_too_short::check(&value, timeout, function_timeout, at, context.sink);
                if let Some(express) = around.express {
                    express_too_long::check_state(timeout, &value, express, context.sink);
                }
                (timeout, value.place.at)
            }
        };
        if let (Some(express), Some(retry)) = (around.express, &retry) {
            let named: Vec<_> = raw.retry.iter().zip(retry).collect();
            last_try_cut::check(&named, timeout, margin, timeout_at, express, context.sink);
        }
        Some(Invoke { function: name.value.clone(), payload: payload?, retry: retry?, timeout })
    }

    fn map(&self, name: &Spanned<String>, raw: &'a RawMap, around: Around) -> Option<Map> {
        let context = self.context;
        let mode = self.mode(raw);
        let (most, inside) = match mode {
            Some(MapMode::Distributed(children)) => {
                if let (Some(express), Some(word)) = (around.express, &raw.mode) {
                    context.sink.push(distributed_map_in_express::finding(word.span, express));
                }
                let express = raw.children.as_ref().filter(|_| children == Children::Express);
                (MOST_CHILDREN, express.map(|word| word.span))
            }
            Some(MapMode::Inline) => {
                self.check_inline(raw);
                (MOST_ITERATIONS, around.express)
            }
            None => (MOST_CHILDREN, around.express),
        };
        let items = raw
            .items
            .as_ref()
            .filter(|items| path::check_reference(items, around.scope, context.sink))
            .map(|items| items.value.clone());
        let select = raw.select.as_ref().map(|select| context.template(select, Scope::Map));
        let concurrency = raw
            .concurrency
            .as_ref()
            .and_then(|raw| context.whole(raw, "`concurrency`", 1..=most))
            .map(|(n, _)| n);
        let tolerated_failure = self.tolerated_failure(raw);
        let label = context.optional_text(raw.label.as_ref(), "`label`");
        if let (Some(label), Some(value)) =
            (&label, raw.label.as_ref().and_then(|raw| context.values.get(raw)))
        {
            bad_map_label::check(&value, label, context.sink);
        }
        let result = self.result(raw);
        let retry = context.named_retries(&raw.retry, self.retries);
        let around = Around { express: inside, scope: Scope::Map };
        let states = self.scope(&raw.states, &format!("the Map `{}`", name.value), around);
        let select = match select {
            Some(select) => Some(select?),
            None => None,
        };
        Some(Map {
            mode: mode?,
            items: items?,
            select,
            concurrency,
            tolerated_failure,
            label,
            states: states?,
            result: result?,
            retry: retry?,
        })
    }

    /// Reads a Map's mode. Children are STANDARD where they are left out, as in Step Functions.
    fn mode(&self, raw: &RawMap) -> Option<MapMode> {
        let children = raw.children.as_ref().map(|word| executions(self.context, word, "a type of children"));
        let word = raw.mode.as_ref()?;
        match word.value.as_str() {
            "inline" => Some(MapMode::Inline),
            "distributed" => children.unwrap_or(Some(Children::Standard)).map(MapMode::Distributed),
            other => {
                let words = ["distributed", "inline"];
                let finding =
                    unknown_word::finding(other, Place::written(word.span), "a mode of Maps", &words);
                self.context.sink.push(finding);
                None
            }
        }
    }

    fn check_inline(&self, raw: &RawMap) {
        let Some(mode) = &raw.mode else { return };
        let fields = [
            ("children", raw.children.as_ref().map(|word| word.span)),
            ("label", raw.label.as_ref().map(RawValue::span)),
            ("tolerated_failure_percentage", raw.tolerated_percentage.as_ref().map(RawValue::span)),
            ("tolerated_failure_count", raw.tolerated_count.as_ref().map(RawValue::span)),
        ];
        for (field, span) in fields {
            if let Some(span) = span {
                self.context.sink.push(field_not_for_inline::finding(field, span, mode.span));
            }
        }
    }

    fn tolerated_failure(&self, raw: &'a RawMap) -> Option<ToleratedFailure> {
        const PERCENTAGE: &str = "`tolerated_failure_percentage`";
        const COUNT: &str = "`tolerated_failure_count`";
        let percentage = raw.tolerated_percentage.as_ref().and_then(|raw| {
            let (percentage, value) = self.context.number(raw, PERCENTAGE)?;
            if !(0.0..=100.0).contains(&percentage) {
                self.context.sink.push(out_of_range::finding(&value, PERCENTAGE, "0 to 100"));
            }
            Some(ToleratedFailure::Percentage(percentage))
        });
        let count = raw.tolerated_count.as_ref().and_then(|raw| {
            self.context.whole(raw, COUNT, 0..=u32::MAX).map(|(count, _)| ToleratedFailure::Count(count))
        });
        if let (Some(first), Some(second)) = (&raw.tolerated_percentage, &raw.tolerated_count) {
            let key = |name: &str, span| Spanned { value: name.to_owned(), span };
            let first = key("tolerated_failure_percentage", first.span());
            let second = key("tolerated_failure_count", second.span());
            self.context.sink.push(conflicting_fields::finding(&second, &first, "keep one of them"));
        }
        percentage.or(count)
    }

    fn result(&self, raw: &RawMap) -> Option<MapResult> {
        match raw.result.as_ref().map(|word| (word.value.as_str(), word.span)) {
            None | Some(("keep", _)) => Some(MapResult::Keep),
            Some(("discard", _)) => Some(MapResult::Discard),
            Some((other, span)) => {
                let words = ["discard", "keep"];
                self.context.sink.push(unknown_word::finding(
                    other,
                    Place::written(span),
                    "a Map's result",
                    &words,
                ));
                None
            }
        }
    }
}
