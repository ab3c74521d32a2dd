//! Writes a state machine as JSON, keys in AWS's customary order.

use serde_json::{Map, Value};

use crate::choice::{ChoiceRule, Comparison, Condition, Operand};
use crate::machine::{Branch, QueryLanguage, StateMachine, States};
use crate::map::{
    CsvHeaderLocation, ItemBatcher, ItemProcessor, ItemReader, ManifestType, OutputType, ProcessorMode,
    ResultWriter, Transformation,
};
use crate::names::{Path, StateName};
use crate::retry::{Catcher, JitterStrategy, Retrier};
use crate::state::{MapState, PathField, Quantity, State, Transition, WaitUntil};

impl StateMachine {
    /// The definition as JSON.
    pub fn to_value(&self) -> Value {
        Object::default()
            .maybe("Comment", self.comment.as_ref())
            .maybe("QueryLanguage", self.query_language.map(QueryLanguage::as_str))
            .block(&self.start_at, &self.states)
            .maybe("TimeoutSeconds", self.timeout_seconds)
            .maybe("Version", self.version.as_ref())
            .done()
    }

    /// The definition as indented text that ends with a newline. The same machine always gives the
    /// same bytes.
    pub fn to_json_pretty(&self) -> String {
        format!("{:#}\n", self.to_value())
    }
}

impl serde::Serialize for StateMachine {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

/// An object under construction; what is absent leaves no key.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn put(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    fn maybe<T>(self, key: &str, value: Option<T>) -> Self
    where
        T: IntoJson,
    {
        match value {
            Some(value) => self.put(key, value.into_json()),
            None => self,
        }
    }

    fn path(self, key: &str, field: &PathField) -> Self {
        match field {
            PathField::Unset => self,
            PathField::Null => self.put(key, Value::Null),
            PathField::Path(path) => self.put(key, path.as_str()),
        }
    }

    fn quantity<T: Clone + IntoJson>(self, key: &str, quantity: Option<&Quantity<T>>) -> Self {
        match quantity {
            None => self,
            Some(Quantity::Value(value)) => self.put(key, value.clone().into_json()),
            Some(Quantity::Path(path)) => self.put(&format!("{key}Path"), path.as_str()),
            Some(Quantity::Expression(expression)) => self.put(key, expression.as_str()),
        }
    }

    fn list<T>(self, key: &str, items: &[T], emit: impl Fn(&T) -> Value) -> Self {
        if items.is_empty() { self } else { self.put(key, items.iter().map(emit).collect::<Vec<_>>()) }
    }

    fn block(self, start_at: &StateName, states: &States) -> Self {
        let states: Map<String, Value> =
            states.iter().map(|(name, value)| (name.as_str().to_owned(), state(value))).collect();
        self.put("StartAt", start_at.as_str()).put("States", states)
    }

    fn errors(self, retry: &[Retrier], catch: &[Catcher]) -> Self {
        self.list("Retry", retry, retrier).list("Catch", catch, catcher)
    }

    fn transition(self, transition: &Transition) -> Self {
        match transition {
            Transition::Next(name) => self.put("Next", name.as_str()),
            Transition::End => self.put("End", true),
        }
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

trait IntoJson {
    fn into_json(self) -> Value;
}

macro_rules! into_json {
    ($($type:ty),*) => {
        $(impl IntoJson for $type {
            fn into_json(self) -> Value {
                self.into()
            }
        })*
    };
}
into_json!(u64, i64, &str, String, Value, Map<String, Value>, Vec<String>);

impl IntoJson for f64 {
    /// A whole number without its decimal point.
    fn into_json(self) -> Value {
        #[expect(clippy::cast_possible_truncation, reason = "the value is whole and below 2^53")]
        if self.fract() == 0.0 && self.abs() < 9e15 { Value::from(self as i64) } else { Value::from(self) }
    }
}

impl<T: Clone + IntoJson> IntoJson for &T {
    fn into_json(self) -> Value {
        self.clone().into_json()
    }
}

impl IntoJson for crate::names::Timestamp {
    fn into_json(self) -> Value {
        self.as_str().into()
    }
}

impl IntoJson for Path {
    fn into_json(self) -> Value {
        self.as_str().into()
    }
}

impl IntoJson for StateName {
    fn into_json(self) -> Value {
        self.as_str().into()
    }
}

fn state(state: &State) -> Value {
    let object = Object::default().put("Type", state.type_name());
    let object = match state {
        State::Map(state) => map(object, state),
        State::Task(state) => object
            .maybe("Comment", state.comment.as_ref())
            .maybe("QueryLanguage", state.query_language.map(QueryLanguage::as_str))
            .put("Resource", state.resource.as_str())
            .path("InputPath", &state.input_path)
            .maybe("Parameters", state.parameters.as_ref())
            .maybe("Arguments", state.arguments.as_ref())
            .maybe("ResultSelector", state.result_selector.as_ref())
            .path("ResultPath", &state.result_path)
            .path("OutputPath", &state.output_path)
            .maybe("Output", state.output.as_ref())
            .maybe("Assign", state.assign.as_ref())
            .quantity("TimeoutSeconds", state.timeout_seconds.as_ref())
            .quantity("HeartbeatSeconds", state.heartbeat_seconds.as_ref())
            .maybe("Credentials", state.credentials.as_ref())
            .errors(&state.retry, &state.catch)
            .transition(&state.transition),
        State::Parallel(state) => object
            .maybe("Comment", state.comment.as_ref())
            .maybe("QueryLanguage", state.query_language.map(QueryLanguage::as_str))
            .path("InputPath", &state.input_path)
            .maybe("Parameters", state.parameters.as_ref())
            .maybe("Arguments", state.arguments.as_ref())
            .put("Branches", state.branches.iter().map(branch).collect::<Vec<_>>())
            .maybe("ResultSelector", state.result_selector.as_ref())
            .path("ResultPath", &state.result_path)
            .path("OutputPath", &state.output_path)
            .maybe("Output", state.output.as_ref())
            .maybe("Assign", state.assign.as_ref())
            .errors(&state.retry, &state.catch)
            .transition(&state.transition),
        State::Choice(state) => object
            .maybe("Comment", state.comment.as_ref())
            .maybe("QueryLanguage", state.query_language.map(QueryLanguage::as_str))
            .path("InputPath", &state.input_path)
            .path("OutputPath", &state.output_path)
            .put("Choices", state.choices.iter().map(choice_rule).collect::<Vec<_>>())
            .maybe("Default", state.default.as_ref())
            .maybe("Output", state.output.as_ref())
            .maybe("Assign", state.assign.as_ref()),
        State::Pass(state) => object
            .maybe("Comment", state.comment.as_ref())
            .maybe("QueryLanguage", state.query_language.map(QueryLanguage::as_str))
            .path("InputPath", &state.input_path)
            .maybe("Parameters", state.parameters.as_ref())
            .maybe("Result", state.result.as_ref())
            .path("ResultPath", &state.result_path)
            .path("OutputPath", &state.output_path)
            .maybe("Output", state.output.as_ref())
            .maybe("Assign", state.assign.as_ref())
            .transition(&state.transition),
        State::Wait(state) => {
            let object = object
                .maybe("Comment", state.comment.as_ref())
                .maybe("QueryLanguage", state.query_language.map(QueryLanguage::as_str))
                .path("InputPath", &state.input_path);
            match &state.until {
                WaitUntil::Seconds(seconds) => object.quantity("Seconds", Some(seconds)),
                WaitUntil::Timestamp(timestamp) => object.quantity("Timestamp", Some(timestamp)),
            }
            .path("OutputPath", &state.output_path)
            .maybe("Output", state.output.as_ref())
            .maybe("Assign", state.assign.as_ref())
            .transition(&state.transition)
        }
        State::Succeed(state) => object
            .maybe("Comment", state.comment.as_ref())
            .maybe("QueryLanguage", state.query_language.map(QueryLanguage::as_str))
            .path("InputPath", &state.input_path)
            .path("OutputPath", &state.output_path)
            .maybe("Output", state.output.as_ref())
            .maybe("Assign", state.assign.as_ref()),
        State::Fail(state) => object
            .maybe("Comment", state.comment.as_ref())
            .maybe("QueryLanguage", state.query_language.map(QueryLanguage::as_str))
            .quantity("Error", state.error.as_ref())
            .quantity("Cause", state.cause.as_ref()),
    };
    object.done()
}

fn map(object: Object, state: &MapState) -> Object {
    object
        .maybe("Comment", state.comment.as_ref())
        .maybe("QueryLanguage", state.query_language.map(QueryLanguage::as_str))
        .path("InputPath", &state.input_path)
        .maybe("ItemReader", state.item_reader.as_ref().map(item_reader))
        .maybe("ItemsPath", state.items_path.as_ref())
        .maybe("Items", state.items.as_ref())
        .maybe("ItemSelector", state.item_selector.as_ref())
        .maybe("ItemBatcher", state.item_batcher.as_ref().map(item_batcher))
        .quantity("MaxConcurrency", state.max_concurrency.as_ref())
        .quantity("ToleratedFailureCount", state.tolerated_failure_count.as_ref())
        .quantity("ToleratedFailurePercentage", state.tolerated_failure_percentage.as_ref())
        .maybe("Label", state.label.as_ref())
        .put("ItemProcessor", item_processor(&state.item_processor))
        .maybe("ResultWriter", state.result_writer.as_ref().map(result_writer))
        .maybe("ResultSelector", state.result_selector.as_ref())
        .path("ResultPath", &state.result_path)
        .path("OutputPath", &state.output_path)
        .maybe("Output", state.output.as_ref())
        .maybe("Assign", state.assign.as_ref())
        .errors(&state.retry, &state.catch)
        .transition(&state.transition)
}

fn item_processor(processor: &ItemProcessor) -> Value {
    let mode = match processor.mode {
        ProcessorMode::Inline => Object::default().put("Mode", "INLINE"),
        ProcessorMode::Distributed { execution_type } => {
            Object::default().put("Mode", "DISTRIBUTED").put("ExecutionType", execution_type.as_str())
        }
    };
    Object::default()
        .put("ProcessorConfig", mode.done())
        .maybe("Comment", processor.comment.as_ref())
        .maybe("QueryLanguage", processor.query_language.map(QueryLanguage::as_str))
        .block(&processor.start_at, &processor.states)
        .done()
}

fn branch(branch: &Branch) -> Value {
    Object::default()
        .maybe("Comment", branch.comment.as_ref())
        .maybe("QueryLanguage", branch.query_language.map(QueryLanguage::as_str))
        .block(&branch.start_at, &branch.states)
        .done()
}

fn item_reader(reader: &ItemReader) -> Value {
    let config = reader.reader_config.as_ref().map(|config| {
        Object::default()
            .maybe("InputType", config.input_type.map(crate::map::InputType::as_str))
            .maybe("Transformation", config.transformation.as_ref())
            .maybe("ManifestType", config.manifest_type.map(ManifestType::as_str))
            .maybe("CSVDelimiter", config.csv_delimiter.as_ref())
            .maybe("CSVHeaderLocation", config.csv_header_location.map(CsvHeaderLocation::as_str))
            .maybe("CSVHeaders", config.csv_headers.as_ref())
            .quantity("MaxItems", config.max_items.as_ref())
            .maybe("ItemsPointer", config.items_pointer.as_ref())
            .done()
    });
    Object::default()
        .put("Resource", reader.resource.as_str())
        .maybe("ReaderConfig", config)
        .maybe("Parameters", reader.parameters.as_ref())
        .maybe("Arguments", reader.arguments.as_ref())
        .done()
}

fn item_batcher(batcher: &ItemBatcher) -> Value {
    Object::default()
        .quantity("MaxItemsPerBatch", batcher.max_items_per_batch.as_ref())
        .quantity("MaxInputBytesPerBatch", batcher.max_input_bytes_per_batch.as_ref())
        .maybe("BatchInput", batcher.batch_input.as_ref())
        .done()
}

fn result_writer(writer: &ResultWriter) -> Value {
    let config = writer.writer_config.map(|config| {
        Object::default()
            .maybe("Transformation", config.transformation.map(Transformation::as_str))
            .maybe("OutputType", config.output_type.map(OutputType::as_str))
            .done()
    });
    Object::default()
        .maybe("Resource", writer.resource.as_ref())
        .maybe("Parameters", writer.parameters.as_ref())
        .maybe("Arguments", writer.arguments.as_ref())
        .maybe("WriterConfig", config)
        .done()
}

fn names(names: &[crate::error_name::ErrorName]) -> Value {
    names.iter().map(|name| Value::from(name.as_str())).collect()
}

fn retrier(retrier: &Retrier) -> Value {
    Object::default()
        .maybe("Comment", retrier.comment.as_ref())
        .put("ErrorEquals", names(&retrier.error_equals))
        .maybe("IntervalSeconds", retrier.interval_seconds)
        .maybe("MaxAttempts", retrier.max_attempts)
        // A `Value` keeps its decimal point; statelint and asl-validator ask for it.
        .maybe("BackoffRate", retrier.backoff_rate.map(Value::from))
        .maybe("MaxDelaySeconds", retrier.max_delay_seconds)
        .maybe("JitterStrategy", retrier.jitter_strategy.map(JitterStrategy::as_str))
        .done()
}

fn catcher(catcher: &Catcher) -> Value {
    Object::default()
        .maybe("Comment", catcher.comment.as_ref())
        .put("ErrorEquals", names(&catcher.error_equals))
        .path("ResultPath", &catcher.result_path)
        .maybe("Output", catcher.output.as_ref())
        .maybe("Assign", catcher.assign.as_ref())
        .put("Next", catcher.next.as_str())
        .done()
}

fn choice_rule(rule: &ChoiceRule) -> Value {
    condition(Object::default().maybe("Comment", rule.comment.as_ref()), &rule.condition)
        .maybe("Assign", rule.assign.as_ref())
        .maybe("Output", rule.output.as_ref())
        .put("Next", rule.next.as_str())
        .done()
}

fn condition(object: Object, condition: &Condition) -> Object {
    let nested = |inner: &Condition| self::condition(Object::default(), inner).done();
    match condition {
        Condition::And(all) => object.put("And", all.iter().map(nested).collect::<Vec<_>>()),
        Condition::Or(any) => object.put("Or", any.iter().map(nested).collect::<Vec<_>>()),
        Condition::Not(inner) => object.put("Not", nested(inner)),
        Condition::Expression(expression) => object.put("Condition", expression.as_str()),
        Condition::Constant(constant) => object.put("Condition", *constant),
        Condition::Compare { variable, comparison } => {
            object.put("Variable", variable.as_str()).put(&comparison.operator(), right_side(comparison))
        }
    }
}

fn right_side(comparison: &Comparison) -> Value {
    fn operand<T: Clone + Into<Value>>(operand: &Operand<T>) -> Value {
        match operand {
            Operand::Literal(value) => value.clone().into(),
            Operand::Path(path) => path.as_str().into(),
        }
    }
    match comparison {
        Comparison::String(_, right) | Comparison::Timestamp(_, right) => operand(right),
        Comparison::Numeric(_, Operand::Literal(number)) => Value::Number(number.clone()),
        Comparison::Numeric(_, Operand::Path(path)) => path.as_str().into(),
        Comparison::Boolean(right) => operand(right),
        Comparison::StringMatches(pattern) => pattern.as_str().into(),
        Comparison::IsNull(expected)
        | Comparison::IsPresent(expected)
        | Comparison::IsNumeric(expected)
        | Comparison::IsString(expected)
        | Comparison::IsBoolean(expected)
        | Comparison::IsTimestamp(expected) => (*expected).into(),
    }
}
