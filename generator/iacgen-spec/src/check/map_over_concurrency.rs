//! IAC155 `map-over-concurrency`.

use iacgen_asl::ProcessorMode;
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use super::provisioned_over_account::ConcurrencyLimit;
use crate::model::{Dynamic, Located, Map, StateKind, States, Work, Workflow};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC155",
    name: "map-over-concurrency",
    explanation: r#"A Map runs more iterations at one time than a function inside it may. A warning.

## Why
Lambda refuses what goes beyond a function's reserved concurrency, or beyond what the account has left, with
`Lambda.TooManyRequestsException`. Retries carry a few over; with more, items fail though nothing is wrong with them, and the
functions of others in the account are throttled as well. The Map and the function are right, each alone. Pages: "Understanding
Lambda function scaling", "Map workflow state".

## What to write instead
A `concurrency` of the Map that its functions have, more `reserved`, or, where AWS has raised the account's quota, that number in the
environment: `concurrency_limit: 5000`.
"#,
};

/// The most children of a distributed Map at once. Page: "Using Map state in Distributed mode".
const MOST_CHILDREN: u32 = 10_000;

/// Compares every Map with the functions inside it.
pub(crate) fn check(workflow: &Workflow, limit: &ConcurrencyLimit, here: &Sink) {
    let all_reserved: u32 =
        workflow.functions.values().filter_map(|function| Some(function.reserved?.value)).sum();
    let unreserved = limit.executions().saturating_sub(all_reserved);
    workflow.states.walk(&mut |name, state| {
        let StateKind::Map(map) = &state.kind else { return };
        let Some(concurrency) = concurrency(map) else { return };
        let mut invoked = Vec::new();
        functions(&map.states, &mut invoked);
        for id in invoked {
            let Some(function) = workflow.functions.get(&id.value) else { continue };
            let (most, whose) = match &function.reserved {
                Some(reserved) => (reserved.value, "reserves"),
                None => (unreserved, "has of the account"),
            };
            // Without a limit of its own a Map is bounded by the account alone, which is no slip.
            if concurrency.value <= most || (map.concurrency.is_none() && function.reserved.is_none()) {
                continue;
            }
            let message = format!(
                "`{name}` runs up to {} at one time, `{}` {whose} {most}",
                concurrency.value, id.value
            );
            let finding = concurrency.place.on(Diagnostic::warning(&CODE, message), "");
            let finding = match &function.reserved {
                Some(reserved) => finding.secondary(reserved.place.at(), "reserved here"),
                None => finding,
            };
            here.push(
                finding.help(format!("write a `concurrency` of at most {most}, or give the function more")),
            );
        }
    });
}

/// Returns how many iterations run at one time; `None` where that is known only at run time, or small in any case.
fn concurrency(map: &Map) -> Option<Located<u32>> {
    match (&map.concurrency, map.mode) {
        (Some(Located { value: Dynamic::Value(0), place }), ProcessorMode::Distributed { .. }) => {
            Some(Located { value: MOST_CHILDREN, place: *place })
        }
        (Some(Located { value: Dynamic::Value(most), place }), _) => {
            Some(Located { value: *most, place: *place })
        }
        (None, ProcessorMode::Distributed { .. }) => {
            Some(Located { value: MOST_CHILDREN, place: map.mode_place })
        }
        _ => None,
    }
}

/// Collects the functions that states invoke, but not those inside a distributed Map of their own.
fn functions<'a>(states: &'a States, found: &mut Vec<&'a Located<String>>) {
    for state in states.states.values() {
        match &state.kind {
            StateKind::Task(task) => {
                if let Work::Function { id, .. } = &task.work {
                    found.push(id);
                }
            }
            StateKind::Map(map) if matches!(map.mode, ProcessorMode::Distributed { .. }) => {}
            _ => state.blocks().into_iter().for_each(|block| functions(block, found)),
        }
    }
}
