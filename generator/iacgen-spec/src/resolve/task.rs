//! Tasks: what they call, and how long they may take.

use iacgen_aws_types::Seconds;

use super::scope::Around;
use super::state::{Machine, located, optional};
use super::{Context, Resolved};
use crate::check::{
    bad_resource, express_too_long, heartbeat_over_timeout, last_try_cut, not_in_express,
    state_timeout_too_short, token_not_passed, wait_without_end,
};
use crate::model::{DataFlow, Dynamic, Located, Place, ReferenceKind, RetryPolicy, Task, Work};
use crate::raw::{RawRetrier, RawState, RawTask, RawValue, RawWork};

/// What a state's timeout leaves to Lambda and the network beyond the function's own, in seconds.
const TIMEOUT_MARGIN: u32 = 10;
/// The longest timeout and heartbeat in seconds. Page: "Task workflow state".
const LONGEST: u32 = 99_999_999;

impl<'a> Machine<'_, 'a> {
    /// Resolves a task.
    pub(super) fn task(
        &self,
        state: &'a RawState,
        raw: &'a RawTask,
        data: Option<&DataFlow>,
        retry: Option<&[Located<RetryPolicy>]>,
        around: Around,
    ) -> Option<Task> {
        let context = self.context;
        let scope = around.scope;
        let timeout = raw.timeout.as_ref().map(|raw| self.time(raw, "timeout", around));
        let heartbeat = raw.heartbeat.as_ref().map(|raw| self.time(raw, "heartbeat", around));
        if let (Some(Some(timeout)), Some(Some(heartbeat))) = (&timeout, &heartbeat) {
            heartbeat_over_timeout::check(heartbeat, timeout, context.sink);
        }
        let role = raw.role.as_ref().map(|role| context.template(role, scope));
        let work = raw.work.as_ref().and_then(|work| self.work(raw, work));
        if let Some(work) = &work {
            let token = token_place(raw, work);
            if let Some(express) = around.express {
                not_in_express::check(work, token, express, context.dialect, context.sink);
            }
            if let (Some(place), Some(data)) = (token, data) {
                token_not_passed::check(place, data.arguments.as_ref(), context.dialect, context.sink);
                if raw.timeout.is_none() && raw.heartbeat.is_none() {
                    context.sink.push(wait_without_end::finding(place, context.dialect));
                }
            }
        }
        let timeout = match (&raw.work, &work) {
            (Some(RawWork::Function(name)), Some(Work::Function { wait_for_token, .. })) => {
                self.timeout_of(&state.retry, &name.value, *wait_for_token, timeout, retry, around)?
            }
            _ => optional(timeout)?,
        };
        let resources: Vec<_> = raw
            .resources
            .iter()
            .map(|raw| {
                let (text, value) = context.text(raw, "`resources`")?;
                Some(Located { value: text.to_owned(), place: value.place })
            })
            .collect();
        let access: Vec<_> = raw.access.iter().map(|access| context.access(access)).collect();
        Some(Task {
            work: work?,
            timeout,
            heartbeat: optional(heartbeat)?,
            role: optional(role)?,
            resources: resources.into_iter().collect::<Option<_>>()?,
            access: access.into_iter().collect::<Option<_>>()?,
        })
    }

    fn work(&self, raw: &'a RawTask, work: &'a RawWork) -> Option<Work> {
        let context = self.context;
        match work {
            RawWork::Function(name) => {
                let wait_for_token = match &raw.wait_for_token {
                    Some(raw) => context.boolean(raw, "`wait_for_token`"),
                    None => Some(false),
                };
                context.is_known(ReferenceKind::Function, name).then_some(())?;
                Some(Work::Function { id: located(name), wait_for_token: wait_for_token? })
            }
            RawWork::Resource(resource) => bad_resource::check(resource, context.sink),
        }
    }

    /// Reads a timeout or a heartbeat.
    fn time(&self, raw: &'a RawValue, field: &str, around: Around) -> Option<Located<Dynamic<Seconds>>> {
        let context = self.context;
        let kind = context.dialect.field(field);
        let read = |value: &Resolved<'a>| {
            let time = context.seconds_up_to(value, &kind, LONGEST)?;
            if let Some(express) = around.express.filter(|_| field == "timeout") {
                express_too_long::check_state(time, value, express, context.dialect, context.sink);
            }
            Some(time)
        };
        context.dynamic(raw, around.scope, read)
    }

    /// Judges the timeout of a state that invokes a function; one that has none gets the function's and a margin.
    #[expect(clippy::option_option, reason = "a timeout can be left out, and be wrong")]
    fn timeout_of(
        &self,
        retriers: &'a [RawRetrier],
        function: &str,
        wait_for_token: bool,
        own: Option<Option<Located<Dynamic<Seconds>>>>,
        retry: Option<&[Located<RetryPolicy>]>,
        around: Around,
    ) -> Option<Option<Located<Dynamic<Seconds>>>> {
        let sink = self.context.sink;
        // The timeout of a function that is somebody else's is not known, and a token may come back at any time.
        let Some((function_timeout, at)) = self.functions.get(function).and_then(|known| known.timeout)
        else {
            return optional(own);
        };
        let margin = if own.is_some() { 0 } else { TIMEOUT_MARGIN };
        if let Some(express) = around.express {
            express_too_long::check_function(function, function_timeout, margin, &at, express, sink);
        }
        let timeout = match own {
            None if wait_for_token => return Some(None),
            None => {
                let timeout = function_timeout.saturating_add(TIMEOUT_MARGIN);
                Located { value: Dynamic::Value(timeout), place: at.place }
            }
            Some(own) => {
                let own = own?;
                if let Dynamic::Value(timeout) = own.value {
                    let function_at = at.place.at();
                    state_timeout_too_short::check(own.place, timeout, function_timeout, function_at, sink);
                }
                own
            }
        };
        if let (Some(express), Some(retry), Dynamic::Value(time)) = (around.express, retry, &timeout.value) {
            let named: Vec<_> = retriers.iter().zip(retry).collect();
            last_try_cut::check(&named, *time, margin, timeout.place.at(), express, sink);
        }
        Some(Some(timeout))
    }
}

impl Context<'_> {
    /// Takes a duration up to a limit in seconds.
    pub(super) fn seconds_up_to(&self, value: &Resolved<'_>, kind: &str, most: u32) -> Option<Seconds> {
        let seconds = self.duration_value(value, kind)?;
        if seconds.get() > most {
            let range = format!("at most {most}s");
            self.sink.push(crate::check::out_of_range::finding(value, kind, &range));
            return None;
        }
        Some(seconds)
    }
}

/// Returns what says that a task waits for its token, if one does.
fn token_place(raw: &RawTask, work: &Work) -> Option<Place> {
    match work {
        Work::Function { wait_for_token: true, .. } => {
            raw.wait_for_token.as_ref().map(|raw| Place::written(raw.span()))
        }
        Work::Service(resource) if resource.value.ends_with(".waitForTaskToken") => Some(resource.place),
        _ => None,
    }
}
