//! The state machine: its definition in the Amazon States Language, and its resource.

use iacgen_asl as asl;
use iacgen_asl::{
    ErrorName, ExecutionType, ItemProcessor, JitterStrategy, MapState, Path, PathField, ProcessorMode,
    Quantity, Retrier, StateName, TaskState, Transition,
};
use iacgen_aws_types::{Partition, StackName};
use iacgen_cfn::resources::{
    Destination, LogGroup, LogLevel, Logging, MachineType, StateMachine, Tag, Tracing,
};
use iacgen_cfn::{DeletionPolicy, Expr, Resource};
use iacgen_spec::model::{
    Children, Invoke, Jitter, Map, MapMode, MapResult, Next, PayloadTemplate, RetryPolicy, State, StateKind,
    States, ToleratedFailure, Workflow,
};
use serde_json::{Number, Value};

use crate::error::SynthesisError;
use crate::graph::Graph;
use crate::ids;

/// Returns the definition. A function's alias stands in it as `${<Function>Alias}`, which the template substitutes.
pub(crate) fn definition(workflow: &Workflow) -> Result<asl::StateMachine, SynthesisError> {
    let lowering = Lowering { workflow, partition: workflow.settings.region.partition() };
    let (start_at, states) = lowering.states(&workflow.states)?;
    Ok(asl::StateMachine {
        comment: workflow.comment.clone(),
        timeout_seconds: workflow.timeout.map(|timeout| timeout.get().into()),
        ..asl::StateMachine::new(start_at, states)
    })
}

/// Returns the log group of the machine. The prefix of its name keeps AWS from listing it in the resource policy of
/// all log deliveries, which has a size limit. Page: "Logging in CloudWatch Logs", "CloudWatch Logs resource policy
/// size limits".
pub(crate) fn log_group(workflow: &Workflow, stack: &StackName, tags: Vec<Tag>) -> Resource {
    let group = LogGroup {
        log_group_name: Some(format!("/aws/vendedlogs/states/{}", stack.as_str())),
        retention_in_days: workflow.log_retention_days,
        tags,
    };
    Resource::from(group).when_removed(DeletionPolicy::Delete)
}

/// Returns the resource of the machine.
pub(crate) fn resource(
    workflow: &Workflow,
    graph: &Graph,
    definition: &asl::StateMachine,
    tags: Vec<Tag>,
) -> Resource {
    let substitutions = graph.invoked.iter().map(|function| {
        let alias = ids::alias(function);
        (alias.as_str().to_owned(), Expr::Ref(alias))
    });
    Resource::from(StateMachine {
        machine_type: match workflow.machine_type {
            Children::Standard => MachineType::Standard,
            Children::Express => MachineType::Express,
        },
        role_arn: Expr::get_att(&ids::state_machine_role(), "Arn"),
        definition_string: definition.to_value().to_string(),
        definition_substitutions: substitutions.collect(),
        logging: Logging {
            level: LogLevel::Error,
            include_execution_data: false,
            // `Fn::GetAtt Arn` of a log group ends in `:*`, which Step Functions asks for.
            destinations: [Destination::log_group(Expr::get_att(&ids::state_machine_log_group(), "Arn"))],
        },
        tracing: Tracing { enabled: true },
        tags,
    })
}

struct Lowering<'a> {
    workflow: &'a Workflow,
    partition: Partition,
}

impl Lowering<'_> {
    fn states(&self, states: &States) -> Result<(StateName, asl::States), SynthesisError> {
        let lowered = states
            .states
            .iter()
            .map(|(name, state)| Ok((state_name(name)?, self.state(name, state)?)))
            .collect::<Result<_, SynthesisError>>()?;
        Ok((state_name(&states.start)?, lowered))
    }

    fn state(&self, name: &str, state: &State) -> Result<asl::State, SynthesisError> {
        let comment = state.comment.clone();
        let transition = match &state.next {
            Next::State(next) => Transition::Next(state_name(next)?),
            Next::End => Transition::End,
        };
        Ok(match &state.kind {
            StateKind::Invoke(invoke) => {
                asl::State::Task(Box::new(TaskState { comment, transition, ..self.task(name, invoke)? }))
            }
            StateKind::Map(map) => {
                asl::State::Map(Box::new(MapState { comment, transition, ..self.map(name, map)? }))
            }
            StateKind::Succeed => {
                asl::State::Succeed(Box::new(asl::SucceedState { comment, ..Default::default() }))
            }
            StateKind::Fail { error, cause } => asl::State::Fail(Box::new(asl::FailState {
                comment,
                error: Some(Quantity::Value(error.clone())),
                cause: cause.clone().map(Quantity::Value),
                ..Default::default()
            })),
        })
    }

    fn task(&self, name: &str, invoke: &Invoke) -> Result<TaskState, SynthesisError> {
        if !self.workflow.functions.contains_key(&invoke.function) {
            return Err(SynthesisError::Unknown {
                what: "function",
                name: invoke.function.clone(),
                by: format!("the state `{name}`"),
            });
        }
        let alias = Value::from(format!("${{{}}}", ids::alias(&invoke.function)));
        let parameters = [("FunctionName".to_owned(), alias), entry("Payload", &invoke.payload)];
        Ok(TaskState {
            resource: format!("arn:{}:states:::lambda:invoke", self.partition.as_str()),
            parameters: Some(Value::Object(parameters.into_iter().collect())),
            // The function's own answer, without the status and headers of the invocation around it.
            output_path: PathField::Path(Path::field("Payload")),
            timeout_seconds: Some(Quantity::Value(invoke.timeout.get().into())),
            retry: invoke.retry.iter().map(retrier).collect(),
            ..TaskState::default()
        })
    }

    fn map(&self, name: &str, map: &Map) -> Result<MapState, SynthesisError> {
        let mode = match map.mode {
            MapMode::Inline => ProcessorMode::Inline,
            MapMode::Distributed(Children::Standard) => {
                ProcessorMode::Distributed { execution_type: ExecutionType::Standard }
            }
            MapMode::Distributed(Children::Express) => {
                ProcessorMode::Distributed { execution_type: ExecutionType::Express }
            }
        };
        let (start_at, states) = self.states(&map.states)?;
        let items_path = Path::new(&map.items)
            .map_err(|source| SynthesisError::Path { state: name.to_owned(), source })?;
        let item_selector = match &map.select {
            None => None,
            Some(PayloadTemplate::Object(fields)) => Some(object(fields)),
            Some(_) => {
                return Err(SynthesisError::SelectIsNoObject { state: name.to_owned() });
            }
        };
        let mut lowered = MapState::new(ItemProcessor::new(mode, start_at, states));
        lowered.items_path = Some(items_path);
        lowered.item_selector = item_selector;
        lowered.max_concurrency = map.concurrency.map(|most| Quantity::Value(most.into()));
        // A tolerance of zero is the default, but one that was written is kept: it says that it is meant.
        match map.tolerated_failure {
            None => {}
            Some(ToleratedFailure::Percentage(percentage)) => {
                lowered.tolerated_failure_percentage = Some(Quantity::Value(percentage));
            }
            Some(ToleratedFailure::Count(count)) => {
                lowered.tolerated_failure_count = Some(Quantity::Value(count.into()));
            }
        }
        lowered.label.clone_from(&map.label);
        lowered.result_path = match map.result {
            MapResult::Discard => PathField::Null,
            MapResult::Keep => PathField::Unset,
        };
        lowered.retry = map.retry.iter().map(retrier).collect();
        Ok(lowered)
    }
}

fn state_name(name: &str) -> Result<StateName, SynthesisError> {
    StateName::new(name).map_err(|source| SynthesisError::StateName { state: name.to_owned(), source })
}

fn retrier(policy: &RetryPolicy) -> Retrier {
    Retrier {
        interval_seconds: Some(policy.interval.get().into()),
        max_attempts: Some(policy.attempts.into()),
        backoff_rate: Some(policy.backoff),
        max_delay_seconds: policy.cap.map(|cap| cap.get().into()),
        jitter_strategy: Some(match policy.jitter {
            Jitter::Full => JitterStrategy::Full,
            Jitter::None => JitterStrategy::None,
        }),
        ..Retrier::new(policy.errors.iter().map(|error| ErrorName::new(error.as_str())))
    }
}

/// Returns a field of a payload template: the key of a path ends in `.$`.
fn entry(key: &str, template: &PayloadTemplate) -> (String, Value) {
    match template {
        PayloadTemplate::Path(path) => (format!("{key}.$"), Value::from(path.as_str())),
        PayloadTemplate::Text(text) => (key.to_owned(), Value::from(text.as_str())),
        PayloadTemplate::Number(number) => (key.to_owned(), self::number(*number)),
        PayloadTemplate::Bool(truth) => (key.to_owned(), Value::from(*truth)),
        PayloadTemplate::Object(fields) => (key.to_owned(), object(fields)),
    }
}

fn object(fields: &indexmap::IndexMap<String, PayloadTemplate>) -> Value {
    Value::Object(fields.iter().map(|(key, template)| entry(key, template)).collect())
}

/// Returns a number, whole where it is whole: handlers take `90` for a count and refuse `90.0`.
fn number(number: f64) -> Value {
    let text = number.to_string();
    text.parse::<Number>().map_or_else(|_| Value::from(number), Value::Number)
}
