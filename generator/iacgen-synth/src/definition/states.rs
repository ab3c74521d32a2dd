//! States of every kind, and what they have in common.

use iacgen_asl as asl;
use iacgen_asl::{
    Branch, Catcher, ErrorName, Expression, FailState, MapState, ParallelState, PassState, Path, PathField,
    Quantity, Retrier, StateName, SucceedState, Transition, WaitState, WaitUntil,
};
use iacgen_spec::model::{
    self, Dynamic, Located, Next, Output, PathSetting, RetryPolicy, State, StateKind, States, Template, Wait,
};
use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::Lowering;
use crate::error::SynthesisError;

/// What becomes of a state's data, in the language's own fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Data {
    pub(super) input_path: PathField,
    pub(super) result_selector: Option<Value>,
    pub(super) result_path: PathField,
    pub(super) output_path: PathField,
    pub(super) output: Option<Value>,
    pub(super) assign: Option<Map<String, Value>>,
}

impl Lowering<'_> {
    pub(super) fn states(&self, states: &States) -> Result<(StateName, asl::States), SynthesisError> {
        let lowered = states
            .states
            .iter()
            .map(|(name, state)| Ok((state_name(name)?, self.state(name, state)?)))
            .collect::<Result<_, SynthesisError>>()?;
        Ok((state_name(&states.start)?, lowered))
    }

    fn state(&self, name: &str, state: &State) -> Result<asl::State, SynthesisError> {
        let comment = state.comment.clone();
        let query_language = self.own_language(state.query);
        let data = self.data(name, state)?;
        let transition = match &state.next {
            Next::State(next) => Transition::Next(state_name(&next.value)?),
            Next::End => Transition::End,
        };
        let retry: Vec<Retrier> = state.retry.iter().map(|policy| retrier(&policy.value)).collect();
        let catch =
            state.catch.iter().map(|catcher| self.catcher(name, state, catcher)).collect::<Result<_, _>>()?;
        let arguments = || {
            let lower = |template| self.json(name, state.query, template);
            state.data.arguments.as_ref().map(lower).transpose()
        };
        let (parameters, jsonata_arguments) = match state.query {
            asl::QueryLanguage::JsonPath => (arguments()?, None),
            asl::QueryLanguage::Jsonata => (None, arguments()?),
        };
        let Data { input_path, result_selector, result_path, output_path, output, assign } = data;
        Ok(match &state.kind {
            StateKind::Task(task) => asl::State::Task(Box::new(asl::TaskState {
                comment,
                query_language,
                retry,
                catch,
                transition,
                ..self.task(name, state, task)?
            })),
            StateKind::Map(map) => asl::State::Map(Box::new(MapState {
                comment,
                query_language,
                input_path,
                result_selector,
                result_path,
                output_path,
                output,
                assign,
                retry,
                catch,
                transition,
                ..self.map(name, state, map)?
            })),
            StateKind::Parallel(branches) => asl::State::Parallel(Box::new(ParallelState {
                comment,
                query_language,
                input_path,
                parameters,
                arguments: jsonata_arguments,
                branches: branches.iter().map(|branch| self.branch(branch)).collect::<Result<_, _>>()?,
                result_selector,
                result_path,
                output_path,
                output,
                assign,
                retry,
                catch,
                transition,
            })),
            StateKind::Choice(choice) => asl::State::Choice(Box::new(asl::ChoiceState {
                comment,
                query_language,
                input_path,
                output_path,
                output,
                assign,
                ..self.choice(name, state.query, choice)?
            })),
            StateKind::Pass { value } => asl::State::Pass(Box::new(PassState {
                comment,
                query_language,
                input_path,
                parameters,
                result: value.as_ref().map(|value| value.value.clone()),
                result_path,
                output_path,
                output,
                assign,
                transition,
            })),
            StateKind::Wait(wait) => asl::State::Wait(Box::new(WaitState {
                comment,
                query_language,
                input_path,
                output_path,
                output,
                assign,
                transition,
                ..WaitState::new(Self::until(name, wait)?)
            })),
            StateKind::Succeed => asl::State::Succeed(Box::new(SucceedState {
                comment,
                query_language,
                input_path,
                output_path,
                output,
                assign,
            })),
            StateKind::Fail { error, cause } => {
                let text = |text: &Option<Located<Dynamic<String>>>| {
                    text.as_ref().map(|text| quantity(name, text, String::clone)).transpose()
                };
                let (error, cause) = (text(error)?, text(cause)?);
                asl::State::Fail(Box::new(FailState { comment, query_language, error, cause }))
            }
        })
    }

    /// Returns what becomes of the data of any state but an invocation, which has defaults of its own.
    pub(super) fn data(&self, name: &str, state: &State) -> Result<Data, SynthesisError> {
        let data = &state.data;
        let json = |template| self.json(name, state.query, template);
        let (output_path, output) = match &data.output {
            Output::Unset => (PathField::Unset, None),
            Output::Null(_) => (PathField::Null, None),
            Output::Path(text) => (PathField::Path(path(name, &text.value)?), None),
            Output::Template(template) => (PathField::Unset, Some(json(template)?)),
        };
        Ok(Data {
            input_path: path_field(name, &data.input)?,
            result_selector: data.result_selector.as_ref().map(json).transpose()?,
            result_path: path_field(name, &data.result)?,
            output_path,
            output,
            assign: self.assign(name, state, &data.assign)?,
        })
    }

    pub(super) fn assign(
        &self,
        name: &str,
        state: &State,
        variables: &IndexMap<String, Template>,
    ) -> Result<Option<Map<String, Value>>, SynthesisError> {
        if variables.is_empty() {
            return Ok(None);
        }
        self.fields(name, state.query, variables).map(Some)
    }

    fn branch(&self, branch: &model::Branch) -> Result<Branch, SynthesisError> {
        let (start_at, states) = self.states(&branch.states)?;
        Ok(Branch { comment: branch.comment.clone(), ..Branch::new(start_at, states) })
    }

    fn until(name: &str, wait: &Wait) -> Result<WaitUntil, SynthesisError> {
        Ok(match wait {
            Wait::Seconds(seconds) => {
                WaitUntil::Seconds(quantity(name, seconds, |seconds| u64::from(*seconds))?)
            }
            Wait::Until(moment) => WaitUntil::Timestamp(quantity(name, moment, Clone::clone)?),
        })
    }

    fn catcher(
        &self,
        name: &str,
        state: &State,
        catcher: &model::Catcher,
    ) -> Result<Catcher, SynthesisError> {
        let errors = catcher.errors.iter().map(|error| ErrorName::new(error.as_str()));
        Ok(Catcher {
            comment: catcher.comment.clone(),
            result_path: path_field(name, &catcher.result)?,
            output: catcher
                .output
                .as_ref()
                .map(|template| self.json(name, state.query, template))
                .transpose()?,
            assign: self.assign(name, state, &catcher.assign)?,
            ..Catcher::new(errors, state_name(&catcher.next.value)?)
        })
    }
}

pub(super) fn state_name(name: &str) -> Result<StateName, SynthesisError> {
    StateName::new(name).map_err(|source| SynthesisError::StateName { state: name.to_owned(), source })
}

pub(super) fn path(state: &str, text: &str) -> Result<Path, SynthesisError> {
    Path::new(text).map_err(|source| SynthesisError::Path { state: state.to_owned(), source })
}

fn path_field(state: &str, setting: &PathSetting) -> Result<PathField, SynthesisError> {
    Ok(match setting {
        PathSetting::Unset => PathField::Unset,
        PathSetting::Null(_) => PathField::Null,
        PathSetting::Path(text) => PathField::Path(path(state, &text.value)?),
    })
}

/// Returns a value that is written out, looked up or computed.
pub(super) fn quantity<T, U>(
    state: &str,
    dynamic: &Located<Dynamic<T>>,
    written: impl Fn(&T) -> U,
) -> Result<Quantity<U>, SynthesisError> {
    Ok(match &dynamic.value {
        Dynamic::Value(value) => Quantity::Value(written(value)),
        Dynamic::Path(text) => Quantity::Path(path(state, text)?),
        Dynamic::Expression(text) => Quantity::Expression(expression(state, text)?),
    })
}

pub(super) fn expression(state: &str, text: &str) -> Result<Expression, SynthesisError> {
    Expression::recognise(text)
        .ok_or_else(|| SynthesisError::Expression { state: state.to_owned(), text: text.to_owned() })
}

fn retrier(policy: &RetryPolicy) -> Retrier {
    Retrier {
        interval_seconds: Some(policy.interval.get().into()),
        max_attempts: Some(policy.attempts.into()),
        backoff_rate: Some(policy.backoff),
        max_delay_seconds: policy.cap.map(|cap| cap.get().into()),
        jitter_strategy: Some(policy.jitter),
        ..Retrier::new(policy.errors.iter().map(|error| ErrorName::new(error.as_str())))
    }
}
