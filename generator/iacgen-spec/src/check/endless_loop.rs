//! IAC042 `endless-loop`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::raw::{RawNext, RawStates, find};
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC042",
    name: "endless-loop",
    explanation: "States follow each other in a circle, and nothing leaves it.

## Why
A standard execution would run until its history is full at 25,000 events, and every transition is billed.

## What to write instead
Let one of the states end, or lead out of the circle. To do something again after a failure, use `retry`.
",
};

/// Follows the transitions from the start, as one environment takes them. A loop behind a switch goes to `own`.
pub(crate) fn check<'a>(
    states: &'a RawStates,
    follow: impl Fn(&'a RawNext) -> Option<&'a Spanned<String>>,
    sink: &Sink,
    own: &Sink,
) {
    let mut seen: Vec<&str> = Vec::new();
    let mut switched = false;
    let Some(mut here) = states.start.as_ref() else {
        return;
    };
    while let Some((name, state)) = find(&states.states, &here.value) {
        if let Some(first) = seen.iter().position(|seen| *seen == name.value) {
            let mut circle: Vec<&str> = seen[first..].to_vec();
            circle.push(&name.value);
            let finding = Diagnostic::error(
                &CODE,
                format!("nothing leaves the loop {}", circle.join(" -> ")),
            )
            .primary(here.span, "this closes the loop")
            .secondary(name.span, "it goes on from here")
            .help(
                "end one of the states, or lead out of the loop; to try again after a failure, use `retry`",
            );
            if switched { own } else { sink }.push(finding);
            return;
        }
        if state.end_key.is_some() {
            return;
        }
        seen.push(&name.value);
        let Some(next) = &state.next else { return };
        switched |= matches!(next, RawNext::Switch { .. });
        let Some(follows) = follow(next) else { return };
        here = follows;
    }
}
