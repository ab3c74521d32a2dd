//! IAC042 `endless-loop`.

use std::collections::{BTreeSet, VecDeque};

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::dialect::Dialect;
use crate::raw::{RawKind, RawNext, RawState, RawStates, find};
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC042",
    name: "endless-loop",
    explanation: "States follow each other in a circle, and nothing leaves it.

## Why
A standard execution would run until its history is full at 25,000 events, and every transition is billed.

## What to write instead
Let one of the states end, or lead out of the circle: a rule of a Choice or a catcher that leads out is enough. To do something
again after a failure, use `retry`.
",
};

/// Looks for states from which no end can be reached, as one environment takes the transitions. A loop behind a switch
/// goes to `own`.
pub(crate) fn check<'a>(
    states: &'a RawStates,
    follow: impl Fn(&'a RawNext) -> Option<&'a Spanned<String>>,
    dialect: Dialect,
    sink: &Sink,
    own: &Sink,
) {
    let Some(start) = &states.start else { return };
    let graph = Graph { states, follow };
    // What is trapped leads to trapped states only, so the first way on from each closes a circle.
    let Some(path) = graph.path_to_trapped(start) else { return };
    let mut seen: Vec<&'a Spanned<String>> = Vec::new();
    let mut switched = path.iter().any(|name| graph.is_switch(name));
    let mut here = path.last().copied();
    while let Some(name) = here {
        switched |= graph.is_switch(name);
        seen.push(name);
        here = None;
        let Some(next) = graph.targets(name).into_iter().next() else { return };
        let Some(first) = seen.iter().position(|seen| seen.value == next.value) else {
            here = find(&states.states, &next.value).map(|(name, _)| name);
            continue;
        };
        let mut circle: Vec<&str> = seen[first..].iter().map(|name| name.value.as_str()).collect();
        circle.push(&next.value);
        let finding = Diagnostic::error(&CODE, format!("nothing leaves the loop {}", circle.join(" -> ")))
            .primary(next.span, "this closes the loop")
            .secondary(seen[first].span, "it goes on from here")
            .help(format!(
                "end one of the states, or lead out of the loop; to try again after a failure, use {}",
                dialect.field("retry")
            ));
        if switched { own } else { sink }.push(finding);
    }
}

/// The transitions of one environment.
struct Graph<'a, F> {
    states: &'a RawStates,
    follow: F,
}

impl<'a, F: Fn(&'a RawNext) -> Option<&'a Spanned<String>>> Graph<'a, F> {
    fn state(&self, name: &str) -> Option<&'a RawState> {
        find(&self.states.states, name).map(|(_, state)| state)
    }

    fn targets(&self, name: &Spanned<String>) -> Vec<&'a Spanned<String>> {
        let Some(state) = self.state(&name.value) else { return Vec::new() };
        let next = state.next.as_ref().filter(|_| state.end_key.is_none());
        next.and_then(|next| (self.follow)(next)).into_iter().chain(state.side_targets()).collect()
    }

    fn is_switch(&self, name: &Spanned<String>) -> bool {
        self.state(&name.value).is_some_and(|state| matches!(state.next, Some(RawNext::Switch { .. })))
    }

    /// Tells whether a state may be the last. What cannot be read may lead anywhere; a finding says so.
    fn may_end(&self, state: &'a RawState) -> bool {
        let next = state.next.as_ref().filter(|_| state.end_key.is_none());
        let chosen = next.map(|next| (self.follow)(next));
        let unclear = state.has_unread_target()
            || chosen == Some(None)
            || state.targets().any(|target| self.state(&target.value).is_none());
        let goes_on = chosen.is_some() || matches!(state.kind, Some(RawKind::Choice { .. }));
        unclear || !goes_on
    }

    /// Returns the states from which an end can be reached.
    fn ending(&self) -> BTreeSet<&'a str> {
        let all = || self.states.states.iter();
        let mut ending: BTreeSet<&str> =
            all().filter(|(_, state)| self.may_end(state)).map(|(name, _)| name.value.as_str()).collect();
        loop {
            let more: Vec<&str> = all()
                .filter(|(name, _)| !ending.contains(name.value.as_str()))
                .filter(|(name, _)| {
                    self.targets(name).iter().any(|target| ending.contains(target.value.as_str()))
                })
                .map(|(name, _)| name.value.as_str())
                .collect();
            if more.is_empty() {
                return ending;
            }
            ending.extend(more);
        }
    }

    /// Returns a shortest path from the start to a state from which no end can be reached.
    fn path_to_trapped(&self, start: &'a Spanned<String>) -> Option<Vec<&'a Spanned<String>>> {
        let ending = self.ending();
        let (first, _) = find(&self.states.states, &start.value)?;
        let mut seen = BTreeSet::from([first.value.as_str()]);
        let mut open = VecDeque::from([vec![first]]);
        while let Some(path) = open.pop_front() {
            let here = *path.last()?;
            if !ending.contains(here.value.as_str()) {
                return Some(path);
            }
            for target in self.targets(here) {
                let Some((name, _)) = find(&self.states.states, &target.value) else { continue };
                if seen.insert(&name.value) {
                    open.push_back([&path[..], &[name]].concat());
                }
            }
        }
        None
    }
}
