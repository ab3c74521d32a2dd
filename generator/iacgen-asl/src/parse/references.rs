//! Checks what no single field shows: transitions lead somewhere, names are unique.

use std::collections::BTreeSet;

use super::error::{ParseError, Pointer, Problem};
use crate::machine::{StateMachine, States};
use crate::names::StateName;
use crate::state::{State, Transition};

impl StateMachine {
    /// Whether every transition leads to a state of its own scope and every name occurs once.
    /// [`StateMachine::from_json`] does this; a machine built as a value may ask for it.
    pub fn check_references(&self) -> Result<(), ParseError> {
        let mut seen = BTreeSet::new();
        scope(&self.start_at, &self.states, &Pointer::default(), &mut seen)
    }
}

fn scope<'m>(
    start_at: &StateName,
    states: &'m States,
    pointer: &Pointer,
    seen: &mut BTreeSet<&'m StateName>,
) -> Result<(), ParseError> {
    leads_somewhere(start_at, states, pointer.child("StartAt"), None)?;
    let ends = |state: &State| match state {
        State::Succeed(_) | State::Fail(_) => true,
        State::Task(state) => state.transition == Transition::End,
        State::Map(state) => state.transition == Transition::End,
        State::Parallel(state) => state.transition == Transition::End,
        State::Pass(state) => state.transition == Transition::End,
        State::Wait(state) => state.transition == Transition::End,
        State::Choice(_) => false,
    };
    let place = pointer.child("States");
    if !states.values().any(ends) {
        return Err(ParseError { pointer: place, state: None, problem: Problem::NoTerminalState });
    }
    for (name, state) in states {
        let place = place.child(name);
        if !seen.insert(name) {
            let problem = Problem::DuplicateState { name: name.clone() };
            return Err(ParseError { pointer: place, state: Some(name.clone()), problem });
        }
        for target in state.successors() {
            leads_somewhere(target, states, place.clone(), Some(name))?;
        }
        match state {
            State::Map(map) => {
                let processor = &map.item_processor;
                scope(&processor.start_at, &processor.states, &place.child("ItemProcessor"), seen)?;
            }
            State::Parallel(parallel) => {
                for (index, branch) in parallel.branches.iter().enumerate() {
                    let place = place.child("Branches").child(index);
                    scope(&branch.start_at, &branch.states, &place, seen)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn leads_somewhere(
    target: &StateName,
    states: &States,
    pointer: Pointer,
    state: Option<&StateName>,
) -> Result<(), ParseError> {
    if states.contains_key(target) {
        return Ok(());
    }
    let suggestion =
        states.keys().find(|name| name.as_str().eq_ignore_ascii_case(target.as_str().trim())).cloned();
    let problem = Problem::UnknownState { target: target.clone(), suggestion };
    Err(ParseError { pointer, state: state.cloned(), problem })
}
