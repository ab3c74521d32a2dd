//! IAC158 `timeout-out-of-reach`.

use std::collections::BTreeMap;

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::dialect::Dialect;
use crate::model::{Dynamic, State, StateKind, States, Wait, Workflow};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC158",
    name: "timeout-out-of-reach",
    explanation: "The workflow's timeout ends an execution before one of its states can time out, or before it can get through its waits. A
warning.

## Why
When the workflow's time is up, the execution ends as `TIMED_OUT`, whatever its states say: no retry and no catcher of a state gets
the error, and no later state runs. A state whose own timeout is as long never times out, so what stands in its `catch` for
`States.Timeout` is never reached. Pages: \"State machine structure in Amazon States Language\", \"Task workflow state\".

## What to write instead
A longer timeout of the workflow: at least that of its slowest state and what comes before and behind it. Or a shorter one of the
state.
",
};

/// Compares the workflow's timeout, written at `at`, with those of its states and with the waits that no way avoids.
pub(crate) fn check(workflow: &Workflow, at: Span, dialect: Dialect, sink: &Sink) {
    let Some(timeout) = workflow.timeout else { return };
    workflow.states.walk(&mut |name, state| judge(name, state, timeout, at, dialect, sink));
    let waits = least(&workflow.states).unwrap_or(0);
    if waits >= u64::from(timeout.get()) {
        let waits = u32::try_from(waits).ok().and_then(|waits| Seconds::new(waits).ok());
        let waits = waits.map_or_else(|| "longer than any timeout".to_owned(), |waits| waits.to_string());
        let message = format!("no execution succeeds: its waits take {waits}, it ends after {timeout}");
        let finding = Diagnostic::warning(&CODE, message).primary(at, "");
        sink.push(finding.help("write a longer timeout than the waits take together, or shorten them"));
    }
}

fn judge(name: &str, state: &State, timeout: Seconds, at: Span, dialect: Dialect, sink: &Sink) {
    let StateKind::Task(task) = &state.kind else { return };
    let Some(own) = &task.timeout else { return };
    let Dynamic::Value(seconds) = own.value else { return };
    if seconds < timeout {
        return;
    }
    let message =
        format!("`{name}` never times out: it may take {seconds}, the workflow ends after {timeout}");
    let finding = own.place.on(Diagnostic::warning(&CODE, message), "");
    let finding = finding.secondary(at, "the workflow's timeout");
    let field = dialect.field("timeout");
    sink.push(
        finding.help(format!("write a {field} of the workflow above {seconds}, or a shorter one here")),
    );
}

/// Returns the least number of seconds of `Wait` on a way from the start to an end that is no failure; `None` where there is no
/// such way. What is known only at run time counts as nothing, a Map too: it may have no items.
fn least(states: &States) -> Option<u64> {
    let mut reached = BTreeMap::from([(states.start.as_str(), 0_u64)]);
    let mut waiting = vec![states.start.as_str()];
    let mut end: Option<u64> = None;
    while let Some(name) = waiting.pop() {
        let (Some(before), Some(state)) = (reached.get(name).copied(), states.states.get(name)) else {
            continue;
        };
        let behind = before.saturating_add(own(state));
        for next in state.successors() {
            // An error may come before the state has waited for anything.
            let is_caught = state.catch.iter().any(|catcher| catcher.next.value == next.value);
            let arrives = if is_caught { before } else { behind };
            let known = reached.get(next.value.as_str()).copied();
            if known.is_none_or(|known| arrives < known) {
                reached.insert(next.value.as_str(), arrives);
                waiting.push(next.value.as_str());
            }
        }
        let ends = match state.kind {
            StateKind::Choice(_) | StateKind::Fail { .. } => false,
            _ => matches!(state.next, crate::model::Next::End),
        };
        if ends {
            end = Some(end.map_or(behind, |end| end.min(behind)));
        }
    }
    end
}

/// Returns the least that a state itself waits.
fn own(state: &State) -> u64 {
    match &state.kind {
        StateKind::Wait(Wait::Seconds(time)) => match time.value {
            Dynamic::Value(seconds) => u64::from(seconds),
            _ => 0,
        },
        // A branch that only fails may be caught, at any time.
        StateKind::Parallel(branches) => {
            let waits: Option<Vec<u64>> = branches.iter().map(|branch| least(&branch.states)).collect();
            waits.into_iter().flatten().max().unwrap_or(0)
        }
        _ => 0,
    }
}
