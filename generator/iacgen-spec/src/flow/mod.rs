//! Types along the workflow: what arrives at every state, and whether what is read from it is there.
//!
//! The shapes of the execution's input and of what handlers take and give are known from their contracts; everything
//! else follows: what paths find, what templates make, what services answer. A shape holds at least every value that can
//! arrive, so what is reported is certain. First the shapes of all arrivals are found, loops included; then every state is
//! judged once.

mod argument;
mod arrival;
mod choice;
mod data;
mod map;
mod scope;
mod size;
mod task;

use iacgen_asl::ExecutionType;
use iacgen_diagnostics::Sink;
use iacgen_shapes::{Shape, known};
use indexmap::IndexMap;

use crate::model::{Next, State, StateKind, States, Workflow};
pub(crate) use argument::Argument;
pub(crate) use arrival::Origin;
use arrival::{Arrival, Variable};
pub(crate) use scope::Scope;
pub(crate) use size::fewest_bytes;

/// How often what arrives at a state may change before nothing is held known of it: a loop that builds up a value
/// changes it for ever.
const MOST_CHANGES: usize = 6;

/// The longest wait, timeout and heartbeat in seconds. Pages: "Wait workflow state", "Task workflow state".
const LONGEST: f64 = 99_999_999.0;

/// Judges every path, template and expression of a workflow against what arrives there.
pub(crate) fn check(workflow: &Workflow, sink: &Sink) {
    let flow = Flow { workflow, sink: Some(sink) };
    let input = workflow.input.clone().unwrap_or(Shape::Any);
    let inside =
        Inside { execution: workflow.machine_type, input: input.clone(), item: None, hidden: Vec::new() };
    flow.block(&workflow.states, Arrival::start(input), &inside);
}

/// The walk over a workflow.
#[derive(Clone, Copy)]
struct Flow<'a> {
    workflow: &'a Workflow,
    /// Where findings go; `None` as long as the arrivals are not known.
    sink: Option<&'a Sink>,
}

/// What states stand in: the machine, or a child of a Distributed Map, which is an execution of its own.
#[derive(Debug, Clone)]
struct Inside {
    /// The execution's type.
    execution: ExecutionType,
    /// The execution's input.
    input: Shape,
    /// An item of the Map around, if there is one.
    item: Option<Shape>,
    /// The variables that are set around a Distributed Map, which its children do not see.
    hidden: Vec<String>,
}

/// What a state gives: to whom, and what.
#[derive(Debug)]
struct Outcome {
    /// What arrives at each successor.
    onward: Vec<(String, Arrival)>,
    /// What a state without a successor gives.
    end: Option<Shape>,
}

impl<'a> Flow<'a> {
    /// Follows a block from its first state. Returns what it gives in the end: [`Shape::Never`] where it never ends well.
    fn block(self, states: &'a States, start: Arrival, inside: &Inside) -> Shape {
        let arrivals = Self { sink: None, ..self }.arrivals(states, start, inside);
        let mut ends = Vec::new();
        for (name, arrival) in &arrivals {
            if let Some(state) = states.states.get(name) {
                ends.extend(self.state(name, state, arrival, inside).end);
            }
        }
        Shape::join_all(ends)
    }

    /// Finds what arrives at every state that is reached.
    fn arrivals(self, states: &'a States, start: Arrival, inside: &Inside) -> IndexMap<String, Arrival> {
        let mut arrivals: IndexMap<String, Arrival> = IndexMap::from([(states.start.clone(), start)]);
        let mut changes: IndexMap<String, usize> = IndexMap::new();
        let mut open = vec![states.start.clone()];
        while let Some(name) = open.pop() {
            let (Some(state), Some(arrival)) = (states.states.get(&name), arrivals.get(&name).cloned())
            else {
                continue;
            };
            for (target, new) in self.state(&name, state, &arrival, inside).onward {
                let Some(known) = arrivals.get(&target) else {
                    arrivals.insert(target.clone(), new);
                    open.push(target);
                    continue;
                };
                let mut joined = known.join(&new);
                if joined == *known {
                    continue;
                }
                let count = changes.entry(target.clone()).or_default();
                *count += 1;
                if *count > MOST_CHANGES {
                    joined = joined.widened();
                    if joined == *known {
                        continue;
                    }
                }
                arrivals.insert(target.clone(), joined);
                if !open.contains(&target) {
                    open.push(target);
                }
            }
        }
        arrivals
    }

    /// Follows one state.
    fn state(self, name: &str, state: &'a State, arrival: &Arrival, inside: &Inside) -> Outcome {
        let mut onward = Vec::new();
        for catcher in &state.catch {
            onward.push((catcher.next.value.clone(), self.caught(name, state, catcher, arrival, inside)));
        }
        let output = match &state.kind {
            StateKind::Choice(choice) => {
                onward.extend(self.choice(name, state, choice, arrival, inside));
                return Outcome { onward, end: None };
            }
            StateKind::Fail { error, cause } => {
                self.fail(state, error.as_ref(), cause.as_ref(), arrival, inside);
                return Outcome { onward, end: None };
            }
            _ => self.output(name, state, arrival, inside),
        };
        // What never ends well never goes on: whatever stands behind it is reached by its catchers alone.
        if output.input == Shape::Never {
            return Outcome { onward, end: None };
        }
        match &state.next {
            Next::State(next) => {
                onward.push((next.value.clone(), output));
                Outcome { onward, end: None }
            }
            Next::End => Outcome { onward, end: Some(output.input) },
        }
    }

    /// What arrives at the state that a catcher leads to.
    fn caught(
        self,
        name: &str,
        state: &'a State,
        catcher: &crate::model::Catcher,
        arrival: &Arrival,
        inside: &Inside,
    ) -> Arrival {
        let error = known::error_output();
        let scope = self.scope(state, arrival, inside).catching(error.clone());
        let input = scope.caught(catcher, &error, &arrival.input);
        let mut variables = arrival.variables.clone();
        for (variable, template) in &catcher.assign {
            let shape = scope.with_input(error.clone(), Origin::Caught(name.to_owned())).template(template);
            variables.insert(variable.clone(), Variable { shape, always: true });
        }
        let origin = match &catcher.result {
            crate::model::PathSetting::Null(_) => arrival.origin.clone(),
            _ => Origin::Caught(name.to_owned()),
        };
        Arrival { input, origin, variables }
    }
}
