//! What a state hands on: its input and its result, put together as its fields say.

use iacgen_asl::ExecutionType;
use iacgen_shapes::{Path, Shape, known};

use super::arrival::{Arrival, Origin, Variable};
use super::scope::Scope;
use super::{Flow, Inside, LONGEST};
use crate::check::result_path_blocked;
use crate::model::{
    Answer, Catcher, Dynamic, Located, Output, PathSetting, State, StateKind, Template, Wait, Work,
};

impl<'a> Flow<'a> {
    /// Makes what the fields of a state can read.
    pub(super) fn scope<'r>(self, state: &'a State, arrival: &'r Arrival, inside: &Inside) -> Scope<'a, 'r> {
        let token = match &state.kind {
            StateKind::Task(task) => match &task.work {
                Work::Function { wait_for_token, .. } => *wait_for_token,
                Work::Service(action) => action.value.ends_with(".waitForTaskToken"),
                Work::Arn(_) => false,
            },
            _ => false,
        };
        let context = known::Context {
            execution: match inside.execution {
                ExecutionType::Standard => known::Execution::Standard,
                ExecutionType::Express => known::Execution::Express,
            },
            input: inside.input.clone(),
            retry_count: matches!(
                state.kind,
                StateKind::Task(_) | StateKind::Map(_) | StateKind::Parallel(_)
            ),
            task_token: token,
            map_item: inside.item.clone(),
        };
        let context = context.shape();
        let mut scope = Scope {
            flow: self,
            state,
            arrival,
            input: arrival.input.clone(),
            origin: arrival.origin.clone(),
            context,
            result: None,
            error: None,
            hidden: inside.hidden.clone(),
        };
        match &state.data.input {
            PathSetting::Unset => {}
            PathSetting::Null(_) => scope.input = Shape::record::<String>([]),
            PathSetting::Path(path) => {
                let input = scope.path(&path.value, path.place);
                if path.value != "$" {
                    scope.origin = Origin::Selected(path.value.clone());
                }
                scope.input = input;
            }
        }
        scope
    }

    /// Follows a state that has a result. What it hands on has the shape [`Shape::Never`] where it never ends well.
    pub(super) fn output(self, name: &str, state: &'a State, arrival: &Arrival, inside: &Inside) -> Arrival {
        let scope = self.scope(state, arrival, inside);
        let result = match &state.kind {
            StateKind::Task(task) => self.task(&scope, name, state, task),
            StateKind::Map(map) => self.map(&scope, name, state, map, inside),
            StateKind::Parallel(branches) => {
                let input = state.data.arguments.as_ref().map_or_else(
                    || if scope.is_jsonata() { arrival.input.clone() } else { scope.input.clone() },
                    |arguments| scope.template(arguments),
                );
                let start = Arrival { input, ..arrival.clone() };
                let outputs = branches
                    .iter()
                    .map(|branch| self.block(&branch.states, start.clone(), inside))
                    .collect::<Vec<_>>();
                // One branch that never ends well fails the whole state.
                if outputs.contains(&Shape::Never) { Shape::Never } else { Shape::tuple(outputs) }
            }
            StateKind::Pass { value } => match (value, &state.data.arguments) {
                (Some(value), arguments) => {
                    if let Some(arguments) = arguments {
                        scope.template(arguments);
                    }
                    Shape::of(&value.value)
                }
                (None, Some(arguments)) => scope.template(arguments),
                (None, None) => scope.input.clone(),
            },
            StateKind::Wait(wait) => {
                match wait {
                    Wait::Seconds(seconds) => scope.number(Some(seconds), 0.0..=LONGEST),
                    Wait::Until(moment) => scope.text(Some(moment)),
                }
                scope.input.clone()
            }
            StateKind::Succeed | StateKind::Choice(_) | StateKind::Fail { .. } => scope.input.clone(),
        };
        let has_result = matches!(
            state.kind,
            StateKind::Task(_) | StateKind::Map(_) | StateKind::Parallel(_) | StateKind::Pass { .. }
        );
        let variables = assigned(&scope, name, state, arrival, &result);
        if result == Shape::Never {
            return Arrival { input: Shape::Never, origin: Origin::Several, variables };
        }
        let (input, origin) = if scope.is_jsonata() {
            jsonata_output(&scope, name, state, result, has_result)
        } else {
            self.jsonpath_output(&scope, name, state, arrival, result, has_result)
        };
        Arrival { input, origin, variables }
    }

    fn jsonpath_output(
        self,
        scope: &Scope<'a, '_>,
        name: &str,
        state: &'a State,
        arrival: &Arrival,
        result: Shape,
        has_result: bool,
    ) -> (Shape, Origin) {
        let returned = Origin::Returned(name.to_owned());
        let handed_on = Origin::HandedOn(name.to_owned());
        let selected = match (&state.data.result_selector, state.answer()) {
            (Some(selector), _) => {
                scope.with_input(result, Origin::ResultOf(name.to_owned())).template(selector)
            }
            (None, Answer::Selected) => Shape::record([("Payload", payload(&result))]),
            (None, _) => result,
        };
        let (combined, origin) = match &state.data.result {
            PathSetting::Unset => (selected, if has_result { returned } else { scope.origin.clone() }),
            PathSetting::Null(_) => {
                let before = Box::new(arrival.origin.clone());
                (arrival.input.clone(), Origin::Discarded { by: name.to_owned(), before })
            }
            PathSetting::Path(path) => (self.put(&arrival.input, path, &selected), handed_on.clone()),
        };
        if state.answer() == Answer::Payload {
            return (payload(&combined), origin);
        }
        match &state.data.output {
            Output::Unset | Output::Template(_) => (combined, origin),
            Output::Null(_) => (Shape::record::<String>([]), handed_on),
            Output::Path(path) => {
                let within = match origin {
                    Origin::Returned(state) => Origin::ResultOf(state),
                    other => other,
                };
                (scope.with_input(combined, within).path(&path.value, path.place), handed_on)
            }
        }
    }

    /// Puts a result at a path. A place that cannot be written to is a finding.
    fn put(self, input: &Shape, path: &Located<String>, value: &Shape) -> Shape {
        let Ok(parsed) = Path::parse(&path.value) else { return Shape::Any };
        input.put(&parsed, value).unwrap_or_else(|blocked| {
            if let Some(sink) = self.sink {
                sink.push(result_path_blocked::finding(path, &parsed, &blocked));
            }
            Shape::Any
        })
    }

    /// Judges what a Fail state looks up.
    pub(super) fn fail(
        self,
        state: &'a State,
        error: Option<&'a Located<Dynamic<String>>>,
        cause: Option<&'a Located<Dynamic<String>>>,
        arrival: &Arrival,
        inside: &Inside,
    ) {
        let scope = self.scope(state, arrival, inside);
        scope.text(error);
        scope.text(cause);
    }
}

impl<'a> Scope<'a, '_> {
    /// What a catcher hands on.
    pub(super) fn caught(&self, catcher: &'a Catcher, error: &Shape, raw: &Shape) -> Shape {
        if self.is_jsonata() {
            let output = catcher.output.as_ref();
            return output.map_or_else(|| error.clone(), |output: &Template| self.template(output));
        }
        match &catcher.result {
            PathSetting::Unset => error.clone(),
            PathSetting::Null(_) => raw.clone(),
            PathSetting::Path(path) => self.flow.put(raw, path, error),
        }
    }
}

/// Returns the function's own answer in what `lambda:invoke` gives.
fn payload(result: &Shape) -> Shape {
    Path::parse("$.Payload").map_or(Shape::Any, |path| result.lookup(&path).shape())
}

fn jsonata_output<'a>(
    scope: &Scope<'a, '_>,
    name: &str,
    state: &'a State,
    result: Shape,
    has_result: bool,
) -> (Shape, Origin) {
    let is_pass = matches!(state.kind, StateKind::Pass { .. });
    let returned = Origin::Returned(name.to_owned());
    if let Output::Template(output) = &state.data.output {
        let scope = if has_result && !is_pass { scope.with_result(result) } else { scope.clone() };
        return (scope.template(output), Origin::HandedOn(name.to_owned()));
    }
    match state.answer() {
        Answer::Payload => (payload(&result), returned),
        _ if has_result && !is_pass => (result, returned),
        _ => (scope.arrival.input.clone(), scope.arrival.origin.clone()),
    }
}

/// Returns the variables behind a state.
fn assigned<'a>(
    scope: &Scope<'a, '_>,
    name: &str,
    state: &'a State,
    arrival: &Arrival,
    result: &Shape,
) -> indexmap::IndexMap<String, Variable> {
    let mut variables = arrival.variables.clone();
    let works = matches!(state.kind, StateKind::Task(_) | StateKind::Map(_) | StateKind::Parallel(_));
    let passes = matches!(state.kind, StateKind::Pass { .. });
    // In JSONPath `$` is the result of states that have one, a Pass among them. Page: "Passing data between states with
    // variables". It does not say whether that is before or after `ResultSelector`, so nothing is held known there.
    let scope = match (scope.is_jsonata(), works) {
        (true, true) => scope.with_result(result.clone()),
        (false, _) if works && state.data.result_selector.is_some() => {
            scope.with_input(Shape::Any, Origin::ResultOf(name.to_owned()))
        }
        (false, _) if works || passes => scope.with_input(result.clone(), Origin::ResultOf(name.to_owned())),
        _ => scope.clone(),
    };
    for (variable, template) in &state.data.assign {
        let shape = scope.template(template);
        variables.insert(variable.clone(), Variable { shape, always: true });
    }
    variables
}
