//! A running execution, a scope of it, and a visit to one of its states.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use iacgen_asl::{Catcher, ErrorName, Path, PathField, QueryLanguage, State, StateName, States, Transition};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use super::data::{Context, Data, EvaluationError, MapItem, Variables, iso};
use super::event::{EventKind, ExecutionEvent, Observer};
use super::execution::ExecutionIdentity;
use super::failure::Failure;
use super::limits;
use super::path::JsonPath;
use super::randomness::Randomness;
use super::{Objects, TaskRunner};

/// What all executions of an interpreter share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) tasks: Arc<dyn TaskRunner>,
    pub(super) objects: Option<Arc<dyn Objects>>,
    pub(super) observer: Option<Arc<dyn Observer>>,
    pub(super) randomness: Arc<dyn Randomness>,
}

/// A running execution.
pub(super) struct Run {
    pub(super) shared: Shared,
    pub(super) identity: Arc<ExecutionIdentity>,
    execution: Value,
    machine: Value,
    last_event: AtomicU64,
    /// Cancelled when the history can take nothing but the execution's end.
    history_full: CancellationToken,
}

/// A scope of a running execution: the machine itself, a branch, an iteration.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// The event that the next one follows.
    pub(super) previous: u64,
    pub(super) variables: Variables,
    pub(super) map_item: Option<MapItem>,
    /// The type of the state under way.
    current: CurrentState,
}

/// The type of the state that a scope is in, readable by whoever may have to stop it.
#[derive(Debug, Clone, Default)]
pub(super) struct CurrentState(Arc<Mutex<Option<&'static str>>>);

impl CurrentState {
    fn set(&self, state_type: Option<&'static str>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state_type;
    }

    pub(super) fn get(&self) -> Option<&'static str> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Frame {
    /// The frame of a scope inside this one: it sees the same variables and the same item.
    pub(super) fn inner(&self, previous: u64) -> Self {
        Self {
            previous,
            variables: Arc::clone(&self.variables),
            map_item: self.map_item.clone(),
            current: CurrentState::default(),
        }
    }

    pub(super) fn current(&self) -> CurrentState {
        self.current.clone()
    }
}

impl Run {
    pub(super) fn new(shared: Shared, identity: Arc<ExecutionIdentity>, input: &Value) -> Self {
        let execution = json!({"Execution": {
            "Id": identity.arn,
            "Input": input,
            "StartTime": iso(identity.start_time),
            "Name": identity.name,
            "RoleArn": identity.role_arn,
            "RedriveCount": 0,
        }});
        let machine = json!({"StateMachine": {
            "Id": identity.state_machine_arn,
            "Name": identity.state_machine_name,
        }});
        let (last_event, history_full) = (AtomicU64::new(0), CancellationToken::new());
        Self { shared, identity, execution, machine, last_event, history_full }
    }

    /// Becomes ready when the history is full.
    pub(super) fn history_full(&self) -> WaitForCancellationFuture<'_> {
        self.history_full.cancelled()
    }

    /// Whether the history is full: the execution must go no further.
    pub(super) fn is_history_full(&self) -> bool {
        self.history_full.is_cancelled()
    }

    /// Records an event and tells the observer. A full history takes only the end of the execution.
    pub(super) fn emit(&self, frame: &mut Frame, kind: EventKind) -> u64 {
        let mut id = self.last_event.fetch_add(1, Ordering::Relaxed) + 1;
        if self.identity.is_standard() {
            if id >= limits::HISTORY_EVENTS && !kind.ends_execution() {
                self.history_full.cancel();
                return id;
            }
            id = id.min(limits::HISTORY_EVENTS);
        }
        let previous_id = frame.previous;
        if !kind.stands_aside() && !matches!(kind, EventKind::ExecutionStarted { .. }) {
            frame.previous = id;
        }
        if let Some(observer) = &self.shared.observer {
            let execution = Arc::clone(&self.identity);
            observer.event(&ExecutionEvent { execution, id, previous_id, timestamp: Timestamp::now(), kind });
        }
        id
    }
}

/// A visit to a state, from entry to exit.
pub(super) struct Visit<'a> {
    pub(super) run: &'a Run,
    pub(super) name: &'a StateName,
    state_type: &'static str,
    /// Whether it is the execution's first state.
    pub(super) first: bool,
    /// The number of the entry's event; messages name it.
    entered: u64,
    entered_at: Timestamp,
    has_retry_count: bool,
}

/// Where a visit leads.
pub(super) enum Step<'a> {
    Next(&'a StateName, Arc<Value>),
    End(Arc<Value>),
}

impl<'a> Step<'a> {
    pub(super) fn of(transition: &'a Transition, output: Arc<Value>) -> Self {
        match transition {
            Transition::Next(name) => Step::Next(name, output),
            Transition::End => Step::End(output),
        }
    }
}

/// How a Task, Map or Parallel state ends: the fields it shares with the others.
pub(super) struct Ending<'a> {
    pub(super) result_selector: Option<&'a Value>,
    pub(super) result_path: &'a PathField,
    pub(super) output_path: &'a PathField,
    pub(super) assign: Option<&'a Map<String, Value>>,
    pub(super) catch: &'a [Catcher],
    pub(super) transition: &'a Transition,
}

impl<'a> Visit<'a> {
    pub(super) fn enter(
        run: &'a Run,
        frame: &mut Frame,
        name: &'a StateName,
        state: &State,
        input: &Arc<Value>,
    ) -> Self {
        let state_type = state.type_name();
        let kind = EventKind::StateEntered { state_type, name: name.clone(), input: Arc::clone(input) };
        let first = frame.previous == 0;
        let entered = run.emit(frame, kind);
        frame.current.set(Some(state_type));
        let has_retry_count = matches!(state, State::Task(_));
        Self { run, name, state_type, first, entered, entered_at: Timestamp::now(), has_retry_count }
    }

    pub(super) fn runtime(&self, message: &str) -> Failure {
        Failure::runtime(self.name, self.entered, message)
    }

    pub(super) fn evaluation(&self, error: EvaluationError) -> Failure {
        Failure::evaluation(self.name, self.entered, error)
    }

    /// Evaluates something against `root`, the context object and the variables.
    pub(super) fn evaluate<T>(
        &self,
        frame: &Frame,
        root: &Value,
        retries: u64,
        token: Option<&str>,
        evaluate: impl FnOnce(&Data<'_>) -> Result<T, EvaluationError>,
    ) -> Result<T, Failure> {
        let context = Context {
            execution: &self.run.execution,
            machine: &self.run.machine,
            state: self.name,
            entered: self.entered_at,
            retry_count: self.has_retry_count.then_some(retries),
            map_item: frame.map_item.as_ref(),
            token,
            randomness: self.run.shared.randomness.as_ref(),
        };
        let data = Data { root, context: &context, variables: &frame.variables };
        evaluate(&data).map_err(|error| self.evaluation(error))
    }

    /// `InputPath` or `OutputPath`.
    pub(super) fn select(
        &self,
        frame: &Frame,
        field: &PathField,
        from: &Arc<Value>,
    ) -> Result<Arc<Value>, Failure> {
        match field {
            PathField::Unset => Ok(Arc::clone(from)),
            PathField::Null => Ok(Arc::new(json!({}))),
            PathField::Path(path) => self.at(frame, path, from),
        }
    }

    /// What a path finds.
    pub(super) fn at(&self, frame: &Frame, path: &Path, from: &Arc<Value>) -> Result<Arc<Value>, Failure> {
        if path.as_str() == "$" {
            return Ok(Arc::clone(from));
        }
        self.evaluate(frame, from, 0, None, |data| {
            let found = data.find(path.as_str()).map_err(|error| EvaluationError::Runtime {
                message: format!("Invalid path '{path}' : {error}"),
            })?;
            Ok(Arc::new(found.into_owned()))
        })
    }

    /// A payload template, or the input where there is none.
    pub(super) fn template(
        &self,
        frame: &Frame,
        template: Option<&Value>,
        input: &Arc<Value>,
        retries: u64,
        token: Option<&str>,
    ) -> Result<Arc<Value>, Failure> {
        match template {
            None => Ok(Arc::clone(input)),
            Some(template) => {
                self.evaluate(frame, input, retries, token, |data| data.template(template)).map(Arc::new)
            }
        }
    }

    /// `ResultPath`: where the result goes in the state's raw input.
    pub(super) fn combine(
        &self,
        field: &PathField,
        raw: &Arc<Value>,
        result: Arc<Value>,
    ) -> Result<Arc<Value>, Failure> {
        let path = match field {
            PathField::Unset => return Ok(result),
            PathField::Null => return Ok(Arc::clone(raw)),
            PathField::Path(path) if path.as_str() == "$" => return Ok(result),
            PathField::Path(path) => path.as_str(),
        };
        let parsed = JsonPath::parse(path.strip_prefix('$').unwrap_or(path))
            .map_err(|error| self.runtime(&format!("Invalid path '{path}' : {error}")))?;
        parsed.insert(Value::clone(raw), Arc::unwrap_or_clone(result)).map(Arc::new).map_err(|_| {
            let cause = format!("Unable to apply ReferencePath {path} to input {raw}");
            Failure::new(&ErrorName::RESULT_PATH_MATCH_FAILURE, cause, self.name)
        })
    }

    /// Leaves the state: checks the output's size, assigns variables, records the event.
    pub(super) fn exit(
        &self,
        frame: &mut Frame,
        output: &Arc<Value>,
        assigned: Map<String, Value>,
    ) -> Result<(), Failure> {
        if limits::exceeds(output) {
            return Err(Failure { catchable: false, ..Failure::too_large(self.name.as_str(), self.name) });
        }
        if !assigned.is_empty() {
            Arc::make_mut(&mut frame.variables).extend(assigned);
        }
        let output = Arc::clone(output);
        let kind = EventKind::StateExited { state_type: self.state_type, name: self.name.clone(), output };
        self.run.emit(frame, kind);
        frame.current.set(None);
        Ok(())
    }

    /// The values of `Assign`; `$` is the state's result.
    pub(super) fn assigned(
        &self,
        frame: &Frame,
        assign: Option<&Map<String, Value>>,
        result: &Value,
        retries: u64,
    ) -> Result<Map<String, Value>, Failure> {
        match assign {
            None => Ok(Map::new()),
            Some(assign) => self.evaluate(frame, result, retries, None, |data| data.templates(assign)),
        }
    }

    /// Ends a Task, Map or Parallel state with its result, or with what a catcher makes of its failure.
    pub(super) fn conclude<'s>(
        &self,
        frame: &mut Frame,
        raw: &Arc<Value>,
        result: Result<Arc<Value>, Failure>,
        retries: u64,
        ending: &Ending<'s>,
    ) -> Result<Step<'s>, Failure> {
        let shaped = result.and_then(|result| {
            let result = self.template(frame, ending.result_selector, &result, retries, None)?;
            let assigned = self.assigned(frame, ending.assign, &result, retries)?;
            let combined = self.combine(ending.result_path, raw, result)?;
            Ok((self.select(frame, ending.output_path, &combined)?, assigned))
        });
        let failure = match shaped {
            Ok((output, assigned)) => {
                self.exit(frame, &output, assigned)?;
                return Ok(Step::of(ending.transition, output));
            }
            Err(failure) => failure,
        };
        let Some(catcher) = ending.catch.iter().find(|catcher| failure.matches(&catcher.error_equals)) else {
            return Err(failure);
        };
        let caught = Arc::new(failure.output());
        let assigned = self.assigned(frame, catcher.assign.as_ref(), &caught, retries)?;
        let output = self.combine(&catcher.result_path, raw, caught)?;
        self.exit(frame, &output, assigned)?;
        Ok(Step::Next(&catcher.next, output))
    }
}

/// A block of states with its first one.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) start_at: &'a StateName,
    pub(super) states: &'a States,
}

/// The first state, in any depth, that is written in JSONata.
pub(super) fn jsonata_state(states: &States, default: QueryLanguage) -> Option<&StateName> {
    states.iter().find_map(|(name, state)| {
        if state.query_language().unwrap_or(default) == QueryLanguage::Jsonata {
            return Some(name);
        }
        match state {
            State::Map(map) => {
                let processor = &map.item_processor;
                jsonata_state(&processor.states, processor.query_language.unwrap_or(default))
            }
            State::Parallel(parallel) => parallel
                .branches
                .iter()
                .find_map(|branch| jsonata_state(&branch.states, branch.query_language.unwrap_or(default))),
            _ => None,
        }
    })
}
