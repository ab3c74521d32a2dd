//! Reads the eight kinds of states.

use serde_json::Value;

use super::error::{ParseError, Pointer, Problem};
use super::fields::{Fields, Parsed, wrong_type};
use super::{block, branch, query_language, rules, word};
use crate::machine::QueryLanguage;
use crate::map::{
    CsvHeaderLocation, ExecutionType, InputType, ItemBatcher, ItemProcessor, ItemReader, ManifestType,
    OutputType, ProcessorMode, ReaderConfig, ResultWriter, Transformation, WriterConfig,
};
use crate::names::StateName;
use crate::state::{
    ChoiceState, FailState, MapState, ParallelState, PassState, State, SucceedState, TaskState, Transition,
    WaitState, WaitUntil,
};

/// A state; `default` is the query language of its scope.
pub(super) fn state(
    value: Value,
    pointer: Pointer,
    name: &StateName,
    default: QueryLanguage,
) -> Parsed<State> {
    let mut fields = Fields::of(value, pointer, "a state")?;
    fields.state = Some(name.clone());
    let kind = fields.text("Type")?.ok_or_else(|| fields.missing("Type"))?;
    let comment = fields.text("Comment")?;
    let own = query_language(&mut fields)?;
    if own == Some(QueryLanguage::JsonPath) && default == QueryLanguage::Jsonata {
        return Err(ParseError {
            pointer: fields.pointer,
            state: fields.state,
            problem: Problem::LanguageDowngrade,
        });
    }
    let holder = format!("a {kind} state");
    let mut fields = fields.renamed(holder);
    fields.language = own.unwrap_or(default);
    let mut state = match kind.as_str() {
        "Task" => State::Task(Box::new(task(&mut fields)?)),
        "Map" => State::Map(Box::new(map(&mut fields, default)?)),
        "Parallel" => State::Parallel(Box::new(parallel(&mut fields, default)?)),
        "Choice" => State::Choice(Box::new(choice(&mut fields)?)),
        "Pass" => State::Pass(Box::new(pass(&mut fields)?)),
        "Wait" => State::Wait(Box::new(wait(&mut fields)?)),
        "Succeed" => State::Succeed(Box::new(succeed(&mut fields)?)),
        "Fail" => State::Fail(Box::new(fail(&mut fields)?)),
        _ => {
            let expected = "Task, Map, Parallel, Choice, Pass, Wait, Succeed or Fail";
            return Err(wrong_type(&kind.into(), expected, fields.pointer.child("Type"), fields.state));
        }
    };
    fields.finish()?;
    set_common(&mut state, comment, own);
    Ok(state)
}

fn set_common(state: &mut State, comment: Option<String>, own: Option<QueryLanguage>) {
    let (comment_field, language_field) = match state {
        State::Task(state) => (&mut state.comment, &mut state.query_language),
        State::Map(state) => (&mut state.comment, &mut state.query_language),
        State::Parallel(state) => (&mut state.comment, &mut state.query_language),
        State::Choice(state) => (&mut state.comment, &mut state.query_language),
        State::Pass(state) => (&mut state.comment, &mut state.query_language),
        State::Wait(state) => (&mut state.comment, &mut state.query_language),
        State::Succeed(state) => (&mut state.comment, &mut state.query_language),
        State::Fail(state) => (&mut state.comment, &mut state.query_language),
    };
    *comment_field = comment;
    *language_field = own;
}

fn transition(fields: &mut Fields) -> Parsed<Transition> {
    match (fields.state_name("Next")?, fields.boolean("End")?) {
        (Some(_), Some(true)) => {
            Err(fields
                .error("Next", Problem::Conflict { first: "Next".to_owned(), second: "End".to_owned() }))
        }
        (Some(next), _) => Ok(Transition::Next(next)),
        (None, Some(true)) => Ok(Transition::End),
        (None, _) => Err(fields.missing("Next` or `End")),
    }
}

fn task(fields: &mut Fields) -> Parsed<TaskState> {
    Ok(TaskState {
        resource: fields.text("Resource")?.ok_or_else(|| fields.missing("Resource"))?,
        input_path: fields.path_field("InputPath")?,
        parameters: fields.template("Parameters")?,
        arguments: fields.expression_template("Arguments")?,
        result_selector: fields.template("ResultSelector")?,
        result_path: fields.result_path()?,
        output_path: fields.path_field("OutputPath")?,
        output: fields.expression_template("Output")?,
        assign: fields.assign()?,
        timeout_seconds: fields.quantity("TimeoutSeconds", Fields::unsigned)?,
        heartbeat_seconds: fields.quantity("HeartbeatSeconds", Fields::unsigned)?,
        credentials: fields.object("Credentials")?,
        retry: rules::retriers(fields)?,
        catch: rules::catchers(fields)?,
        transition: transition(fields)?,
        ..TaskState::default()
    })
}

fn map(fields: &mut Fields, default: QueryLanguage) -> Parsed<MapState> {
    let processor = match (fields.has("ItemProcessor"), fields.has("Iterator")) {
        (true, true) => {
            let problem =
                Problem::Conflict { first: "ItemProcessor".to_owned(), second: "Iterator".to_owned() };
            return Err(fields.error("Iterator", problem));
        }
        (true, false) => "ItemProcessor",
        (false, true) => "Iterator",
        (false, false) => return Err(fields.missing("ItemProcessor")),
    };
    let value = fields.require(processor)?;
    let processor = fields.nested(value, fields.pointer.child(processor), "an item processor")?;
    let selector = match (fields.template("ItemSelector")?, fields.template("Parameters")?) {
        (Some(_), Some(_)) => {
            let problem =
                Problem::Conflict { first: "ItemSelector".to_owned(), second: "Parameters".to_owned() };
            return Err(fields.error("Parameters", problem));
        }
        (selector, parameters) => selector.or(parameters),
    };
    let selector = match selector {
        None => fields.expression_template("ItemSelector")?,
        found => found,
    };
    Ok(MapState {
        input_path: fields.path_field("InputPath")?,
        items_path: if fields.jsonata() { None } else { fields.path("ItemsPath")? },
        items: fields.expression_template("Items")?,
        item_reader: section(fields, "ItemReader", "an item reader", item_reader)?,
        item_selector: selector,
        item_batcher: section(fields, "ItemBatcher", "an item batcher", item_batcher)?,
        result_writer: section(fields, "ResultWriter", "a result writer", result_writer)?,
        max_concurrency: fields.quantity("MaxConcurrency", Fields::unsigned)?,
        tolerated_failure_count: fields.quantity("ToleratedFailureCount", Fields::unsigned)?,
        tolerated_failure_percentage: fields.quantity("ToleratedFailurePercentage", Fields::decimal)?,
        label: fields.text("Label")?,
        result_selector: fields.template("ResultSelector")?,
        result_path: fields.result_path()?,
        output_path: fields.path_field("OutputPath")?,
        output: fields.expression_template("Output")?,
        assign: fields.assign()?,
        retry: rules::retriers(fields)?,
        catch: rules::catchers(fields)?,
        transition: transition(fields)?,
        ..MapState::new(item_processor(processor, default)?)
    })
}

fn item_processor(mut fields: Fields, default: QueryLanguage) -> Parsed<ItemProcessor> {
    let mode = section(&mut fields, "ProcessorConfig", "a processor configuration", |fields| {
        let mode = fields.text("Mode")?;
        let execution_type = word(
            fields,
            "ExecutionType",
            "STANDARD or EXPRESS",
            &[ExecutionType::Standard, ExecutionType::Express],
            ExecutionType::as_str,
        )?;
        match (mode.as_deref(), execution_type) {
            (None | Some("INLINE"), None) => Ok(ProcessorMode::Inline),
            (None | Some("INLINE"), Some(_)) => {
                let problem =
                    Problem::Conflict { first: "Mode INLINE".to_owned(), second: "ExecutionType".to_owned() };
                Err(fields.error("ExecutionType", problem))
            }
            (Some("DISTRIBUTED"), kind) => {
                Ok(ProcessorMode::Distributed { execution_type: kind.unwrap_or_default() })
            }
            (Some(other), _) => Err(wrong_type(
                &other.into(),
                "INLINE or DISTRIBUTED",
                fields.pointer.child("Mode"),
                fields.state.clone(),
            )),
        }
    })?
    .unwrap_or_default();
    let comment = fields.text("Comment")?;
    let query_language = query_language(&mut fields)?;
    let (start_at, states) = block(&mut fields, query_language.unwrap_or(default))?;
    fields.finish()?;
    Ok(ItemProcessor { mode, comment, query_language, start_at, states })
}

/// An object field, read to its end.
fn section<T>(
    fields: &mut Fields,
    field: &str,
    holder: &str,
    read: impl FnOnce(&mut Fields) -> Parsed<T>,
) -> Parsed<Option<T>> {
    let Some(value) = fields.take(field) else {
        return Ok(None);
    };
    let mut nested = fields.nested(value, fields.pointer.child(field), holder)?;
    let section = read(&mut nested)?;
    nested.finish()?;
    Ok(Some(section))
}

fn item_reader(fields: &mut Fields) -> Parsed<ItemReader> {
    Ok(ItemReader {
        resource: fields.text("Resource")?.ok_or_else(|| fields.missing("Resource"))?,
        parameters: fields.template("Parameters")?,
        arguments: fields.expression_template("Arguments")?,
        reader_config: section(fields, "ReaderConfig", "a reader configuration", |fields| {
            Ok(ReaderConfig {
                input_type: word(
                    fields,
                    "InputType",
                    "CSV, JSON, JSONL, MANIFEST or PARQUET",
                    &InputType::ALL,
                    InputType::as_str,
                )?,
                transformation: fields.text("Transformation")?,
                csv_delimiter: fields.text("CSVDelimiter")?,
                csv_header_location: word(
                    fields,
                    "CSVHeaderLocation",
                    "FIRST_ROW or GIVEN",
                    &[CsvHeaderLocation::FirstRow, CsvHeaderLocation::Given],
                    CsvHeaderLocation::as_str,
                )?,
                csv_headers: fields.texts("CSVHeaders")?,
                manifest_type: word(
                    fields,
                    "ManifestType",
                    "S3_INVENTORY or ATHENA_DATA",
                    &[ManifestType::S3Inventory, ManifestType::AthenaData],
                    ManifestType::as_str,
                )?,
                max_items: fields.quantity("MaxItems", |fields, field| {
                    let Some(number) = fields.number(field)? else {
                        return Ok(None);
                    };
                    number.as_i64().map(Some).ok_or_else(|| {
                        wrong_type(
                            &Value::Number(number),
                            "a whole number",
                            fields.pointer.child(field),
                            fields.state.clone(),
                        )
                    })
                })?,
                items_pointer: fields.text("ItemsPointer")?,
            })
        })?,
    })
}

fn item_batcher(fields: &mut Fields) -> Parsed<ItemBatcher> {
    let batch_input = match fields.template("BatchInput")? {
        None => fields.expression_template("BatchInput")?,
        found => found,
    };
    Ok(ItemBatcher {
        max_items_per_batch: fields.quantity("MaxItemsPerBatch", Fields::unsigned)?,
        max_input_bytes_per_batch: fields.quantity("MaxInputBytesPerBatch", Fields::unsigned)?,
        batch_input,
    })
}

fn result_writer(fields: &mut Fields) -> Parsed<ResultWriter> {
    Ok(ResultWriter {
        resource: fields.text("Resource")?,
        parameters: fields.template("Parameters")?,
        arguments: fields.expression_template("Arguments")?,
        writer_config: section(fields, "WriterConfig", "a writer configuration", |fields| {
            Ok(WriterConfig {
                transformation: word(
                    fields,
                    "Transformation",
                    "NONE, COMPACT or FLATTEN",
                    &[Transformation::None, Transformation::Compact, Transformation::Flatten],
                    Transformation::as_str,
                )?,
                output_type: word(
                    fields,
                    "OutputType",
                    "JSON or JSONL",
                    &[OutputType::Json, OutputType::Jsonl],
                    OutputType::as_str,
                )?,
            })
        })?,
    })
}

fn parallel(fields: &mut Fields, default: QueryLanguage) -> Parsed<ParallelState> {
    let place = fields.pointer.child("Branches");
    let branches = fields.array("Branches")?.ok_or_else(|| fields.missing("Branches"))?;
    Ok(ParallelState {
        input_path: fields.path_field("InputPath")?,
        parameters: fields.template("Parameters")?,
        arguments: fields.expression_template("Arguments")?,
        branches: branches
            .into_iter()
            .enumerate()
            .map(|(index, value)| branch(fields.nested(value, place.child(index), "a branch")?, default))
            .collect::<Parsed<_>>()?,
        result_selector: fields.template("ResultSelector")?,
        result_path: fields.result_path()?,
        output_path: fields.path_field("OutputPath")?,
        output: fields.expression_template("Output")?,
        assign: fields.assign()?,
        retry: rules::retriers(fields)?,
        catch: rules::catchers(fields)?,
        transition: transition(fields)?,
        ..ParallelState::default()
    })
}

fn choice(fields: &mut Fields) -> Parsed<ChoiceState> {
    Ok(ChoiceState {
        input_path: fields.path_field("InputPath")?,
        output_path: fields.path_field("OutputPath")?,
        choices: rules::choice_rules(fields)?,
        default: fields.state_name("Default")?,
        output: fields.expression_template("Output")?,
        assign: fields.assign()?,
        ..ChoiceState::default()
    })
}

fn pass(fields: &mut Fields) -> Parsed<PassState> {
    Ok(PassState {
        input_path: fields.path_field("InputPath")?,
        parameters: fields.template("Parameters")?,
        result: fields.take_in(QueryLanguage::JsonPath, "Result"),
        result_path: fields.result_path()?,
        output_path: fields.path_field("OutputPath")?,
        output: fields.expression_template("Output")?,
        assign: fields.assign()?,
        transition: transition(fields)?,
        ..PassState::default()
    })
}

fn wait(fields: &mut Fields) -> Parsed<WaitState> {
    let seconds = fields.quantity("Seconds", Fields::unsigned)?;
    let timestamp = fields.quantity("Timestamp", Fields::timestamp)?;
    let until = match (seconds, timestamp) {
        (Some(_), Some(_)) => {
            let problem = Problem::Conflict { first: "Seconds".to_owned(), second: "Timestamp".to_owned() };
            return Err(fields.error("Seconds", problem));
        }
        (Some(seconds), None) => WaitUntil::Seconds(seconds),
        (None, Some(timestamp)) => WaitUntil::Timestamp(timestamp),
        (None, None) => return Err(fields.missing("Seconds` or `Timestamp")),
    };
    Ok(WaitState {
        input_path: fields.path_field("InputPath")?,
        output_path: fields.path_field("OutputPath")?,
        output: fields.expression_template("Output")?,
        assign: fields.assign()?,
        transition: transition(fields)?,
        ..WaitState::new(until)
    })
}

fn succeed(fields: &mut Fields) -> Parsed<SucceedState> {
    Ok(SucceedState {
        input_path: fields.path_field("InputPath")?,
        output_path: fields.path_field("OutputPath")?,
        output: fields.expression_template("Output")?,
        assign: fields.assign()?,
        ..SucceedState::default()
    })
}

fn fail(fields: &mut Fields) -> Parsed<FailState> {
    Ok(FailState {
        error: fields.quantity("Error", Fields::text)?,
        cause: fields.quantity("Cause", Fields::text)?,
        ..FailState::default()
    })
}
