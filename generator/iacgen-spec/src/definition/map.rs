//! Maps, with their readers, batchers and writers.

use iacgen_asl::QueryLanguage;

use super::fields::{self, Known, Object, What};
use super::{machine, state};
use crate::check::{
    conflicting_fields, missing_execution_type, missing_field, processor_config_misplaced, unknown_word,
};
use crate::model::Place;
use crate::raw::{
    Named, RawBatch, RawBucketName, RawItems, RawMap, RawReader, RawTemplate, RawValue, RawWriter,
};
use crate::yaml::{Entry, Scalar, Spanned};

const PROCESSOR: Known = Known::both(&["ProcessorConfig", "Comment", "QueryLanguage", "StartAt", "States"]);
const CONFIG: Known = Known::both(&["Mode", "ExecutionType"]);
const READER: Known =
    Known { both: &["Resource", "ReaderConfig"], jsonpath: &["Parameters"], jsonata: &["Arguments"] };
const READER_CONFIG: Known = Known {
    both: &[
        "InputType",
        "Transformation",
        "CSVDelimiter",
        "CSVHeaderLocation",
        "CSVHeaders",
        "ManifestType",
        "MaxItems",
        "ItemsPointer",
    ],
    jsonpath: &["MaxItemsPath"],
    jsonata: &[],
};
const BATCHER: Known = Known {
    both: &["MaxItemsPerBatch", "MaxInputBytesPerBatch", "BatchInput"],
    jsonpath: &["MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath"],
    jsonata: &[],
};
const WRITER: Known =
    Known { both: &["Resource", "WriterConfig"], jsonpath: &["Parameters"], jsonata: &["Arguments"] };
const WRITER_CONFIG: Known = Known::both(&["Transformation", "OutputType"]);

/// `InputType`, and the spec's words.
const FORMATS: [(&str, &str); 5] =
    [("CSV", "csv"), ("JSON", "json"), ("JSONL", "jsonl"), ("MANIFEST", "manifest"), ("PARQUET", "parquet")];

/// Reads a Map. `around` is the language of the block that it stands in.
pub(super) fn map(state: &Object<'_, '_>, around: QueryLanguage) -> Option<RawMap> {
    let (processor, iterator) = (state.entry("ItemProcessor"), state.entry("Iterator"));
    if let (Some(processor), Some(iterator)) = (processor, iterator) {
        state.conflict(iterator, processor);
    }
    let written = processor.or(iterator);
    if let Some(misplaced) = state.entry("ProcessorConfig") {
        let finding = processor_config_misplaced::beside(&misplaced.key, written.map(|entry| &entry.key));
        state.sink.push(finding);
    }
    let Some(written) = written else {
        // A misspelt one is found by name already.
        state.required("ItemProcessor");
        return None;
    };
    let what = What { kind: "an item processor", span: written.key.span, language: around };
    let processor = fields::object(&written.value, what, PROCESSOR, state.sink)?;
    let (query, language) = machine::language(&processor, around);
    let config = processor.entry("ProcessorConfig").or_else(|| state.entry("ProcessorConfig"));
    let (mode, children) = processor_config(state, written, config);
    if let (Some(config), "Iterator") = (processor.entry("ProcessorConfig"), written.key.value.as_str()) {
        let finding = processor_config_misplaced::in_iterator(&config.key, written.key.span);
        state.sink.push(finding);
    }
    Some(RawMap {
        mode,
        children,
        items: items(state),
        select: select(state),
        batch: state.entry("ItemBatcher").and_then(|entry| batcher(state, entry)),
        // 0 says that there is no limit, as the field left out does.
        concurrency: state.number_or_path("MaxConcurrency").filter(|value| !state::is_zero(value)),
        tolerated_percentage: state.number_or_path("ToleratedFailurePercentage"),
        tolerated_count: state.number_or_path("ToleratedFailureCount"),
        label: state.text_value("Label"),
        writer: state.entry("ResultWriter").and_then(|entry| writer(state, entry)),
        query,
        comment: processor.text("Comment"),
        states: machine::block(&processor, language),
    })
}

/// Reads the mode and the type of the children. Without a configuration a Map is inline.
fn processor_config(
    state: &Object<'_, '_>,
    processor: &Entry,
    config: Option<&Entry>,
) -> (Option<Spanned<String>>, Option<Spanned<String>>) {
    let inline = Spanned { value: "inline".to_owned(), span: processor.key.span };
    let Some(entry) = config else {
        return (Some(inline), None);
    };
    let what = What { kind: "`ProcessorConfig`", span: entry.key.span, language: state.what.language };
    let Some(config) = fields::object(&entry.value, what, CONFIG, state.sink) else {
        return (None, None);
    };
    let mode = match config.entry("Mode") {
        Some(_) => config.word("Mode", "a mode", &[("INLINE", "inline"), ("DISTRIBUTED", "distributed")]),
        None => Some(inline),
    };
    let words = [("STANDARD", "standard"), ("EXPRESS", "express")];
    let children = config.word("ExecutionType", "a type of children", &words);
    if let Some(mode) = mode.as_ref().filter(|mode| mode.value == "distributed")
        && config.entry("ExecutionType").is_none()
    {
        state.sink.push(missing_execution_type::finding(mode.span));
    }
    (mode, children)
}

fn items(state: &Object<'_, '_>) -> Option<RawItems> {
    let path = state.path("ItemsPath");
    let Some(entry) = state.entry("ItemReader") else {
        let values = path.map(RawTemplate::Value).or_else(|| state.template("Items"));
        return values.map(RawItems::Values);
    };
    if let Some(items) = state.entry("Items") {
        state.conflict(entry, items);
    }
    let mut reader = reader(state, entry)?;
    reader.items = path.and_then(text);
    Some(RawItems::Reader(Box::new(reader)))
}

fn select(state: &Object<'_, '_>) -> Option<RawTemplate> {
    match (state.entry("ItemSelector"), state.entry("Parameters")) {
        (Some(selector), Some(old)) => {
            let help = "`Parameters` is the old name of `ItemSelector`: keep one of them";
            let (first, second) =
                if selector.key.span <= old.key.span { (selector, old) } else { (old, selector) };
            state.sink.push(conflicting_fields::finding(&second.key, &first.key, help));
            None
        }
        (Some(_), None) => state.template("ItemSelector"),
        (None, _) => state.template("Parameters"),
    }
}

fn reader(state: &Object<'_, '_>, entry: &Entry) -> Option<RawReader> {
    let what = What { kind: "`ItemReader`", span: entry.key.span, language: state.what.language };
    let object = fields::object(&entry.value, what, READER, state.sink)?;
    let resource = object.required_text("Resource")?;
    let action = action(state, &resource, &["s3:getObject", "s3:listObjectsV2"])?;
    let mut reader = RawReader { span: Some(entry.key.span), ..RawReader::default() };
    let mut arguments = arguments(&object);
    let mut argument = |name: &str| {
        let index = arguments.iter().position(|(key, _)| key.value == name)?;
        Some(arguments.remove(index).1)
    };
    reader.bucket = argument("Bucket").map(RawBucketName::Given);
    let allowed: &[&str] = if action == "s3:getObject" {
        reader.key = argument("Key");
        reader.version = argument("VersionId");
        &["Bucket", "Key", "VersionId"]
    } else {
        reader.prefix = argument("Prefix");
        reader.format = Some(Spanned { value: "list".to_owned(), span: resource.span });
        &["Bucket", "Prefix"]
    };
    unknown_arguments(state, &arguments, &format!("`{action}`"), allowed);
    if reader.bucket.is_none() && !arguments_given(&object) {
        state.sink.push(missing_field::key(entry.key.span, "`ItemReader`", arguments_field(&object)));
    } else if reader.bucket.is_none() {
        state.sink.push(missing_field::key(entry.key.span, "`ItemReader`", "Bucket"));
    }
    let Some(config) = object.entry("ReaderConfig") else {
        if action == "s3:getObject" {
            state.sink.push(missing_field::key(entry.key.span, "`ItemReader`", "ReaderConfig"));
        }
        return Some(reader);
    };
    reader_config(state, config, &mut reader);
    Some(reader)
}

fn reader_config(state: &Object<'_, '_>, entry: &Entry, reader: &mut RawReader) {
    let what = What { kind: "`ReaderConfig`", span: entry.key.span, language: state.what.language };
    let Some(config) = fields::object(&entry.value, what, READER_CONFIG, state.sink) else {
        return;
    };
    let format = config.word("InputType", "a format", &FORMATS);
    let listing = reader.format.is_some();
    if listing {
        reader.load = format;
        config.word(
            "Transformation",
            "a transformation of listings",
            &[("NONE", "none"), ("LOAD_AND_FLATTEN", "flatten")],
        );
    } else {
        if config.entry("InputType").is_none() {
            config.required("InputType");
        }
        reader.format = format;
        config.word("Transformation", "a transformation", &[("NONE", "none")]);
    }
    reader.pointer = config.text_value("ItemsPointer");
    reader.headers = config.texts("CSVHeaders");
    reader.delimiter = config.text_value("CSVDelimiter").map(lower);
    reader.manifest = config.word(
        "ManifestType",
        "a type of manifests",
        &[("S3_INVENTORY", "inventory"), ("ATHENA_DATA", "athena")],
    );
    reader.limit = config.number_or_path("MaxItems");
    let location = config.word(
        "CSVHeaderLocation",
        "a place of headers",
        &[("FIRST_ROW", "first-row"), ("GIVEN", "given")],
    );
    if let Some(location) = location {
        headers(state, &config, &location);
    }
}

/// Holds `CSVHeaderLocation` to `CSVHeaders`.
fn headers(state: &Object<'_, '_>, config: &Object<'_, '_>, location: &Spanned<String>) {
    match (location.value.as_str(), config.entry("CSVHeaders"), config.entry("CSVHeaderLocation")) {
        ("given", None, _) => {
            config.required("CSVHeaders");
        }
        ("first-row", Some(headers), Some(location)) => {
            let help = "write `\"CSVHeaderLocation\": \"GIVEN\"`, or delete the headers";
            state.sink.push(conflicting_fields::finding(&headers.key, &location.key, help));
        }
        _ => {}
    }
}

fn batcher(state: &Object<'_, '_>, entry: &Entry) -> Option<RawBatch> {
    let what = What { kind: "`ItemBatcher`", span: entry.key.span, language: state.what.language };
    let object = fields::object(&entry.value, what, BATCHER, state.sink)?;
    Some(RawBatch {
        span: entry.key.span,
        items: object.number_or_path("MaxItemsPerBatch"),
        bytes: object.number_or_path("MaxInputBytesPerBatch"),
        input: object.template("BatchInput"),
    })
}

fn writer(state: &Object<'_, '_>, entry: &Entry) -> Option<RawWriter> {
    let what = What { kind: "`ResultWriter`", span: entry.key.span, language: state.what.language };
    let object = fields::object(&entry.value, what, WRITER, state.sink)?;
    if let Some(resource) = object.text("Resource") {
        action(state, &resource, &["s3:putObject"]);
    }
    let mut arguments = arguments(&object);
    let mut argument = |name: &str| {
        let index = arguments.iter().position(|(key, _)| key.value == name)?;
        Some(arguments.remove(index).1)
    };
    let bucket = argument("Bucket").map(RawBucketName::Given);
    let prefix = argument("Prefix");
    unknown_arguments(state, &arguments, "`s3:putObject`", &["Bucket", "Prefix"]);
    let config = object.entry("WriterConfig").and_then(|entry| {
        let what = What { kind: "`WriterConfig`", span: entry.key.span, language: state.what.language };
        fields::object(&entry.value, what, WRITER_CONFIG, state.sink)
    });
    let transformations = [("NONE", "none"), ("COMPACT", "compact"), ("FLATTEN", "flatten")];
    let formats = [("JSON", "json"), ("JSONL", "jsonl")];
    Some(RawWriter {
        span: entry.key.span,
        bucket,
        buckets: None,
        prefix,
        transformation: config
            .as_ref()
            .and_then(|config| config.word("Transformation", "a transformation", &transformations)),
        format: config.as_ref().and_then(|config| config.word("OutputType", "a format", &formats)),
    })
}

/// The field that holds the arguments in the state's language.
fn arguments_field(object: &Object<'_, '_>) -> &'static str {
    match object.what.language {
        QueryLanguage::JsonPath => "Parameters",
        QueryLanguage::Jsonata => "Arguments",
    }
}

fn arguments_given(object: &Object<'_, '_>) -> bool {
    object.entry(arguments_field(object)).is_some()
}

fn arguments(object: &Object<'_, '_>) -> Named<RawTemplate> {
    match object.template(arguments_field(object)) {
        Some(RawTemplate::Object(_, fields)) => fields,
        _ => Vec::new(),
    }
}

fn unknown_arguments(state: &Object<'_, '_>, left: &Named<RawTemplate>, kind: &str, allowed: &[&str]) {
    for (key, _) in left {
        state.sink.push(crate::check::unknown_field::finding(key, kind, allowed));
    }
}

/// Returns the action that a `Resource` names: the text behind `arn:aws:states:::`, in any partition.
fn action<'a>(state: &Object<'_, '_>, resource: &Spanned<String>, known: &[&'a str]) -> Option<&'a str> {
    let found = resource.value.split_once(":states:::").map(|(_, action)| action);
    let action = known.iter().find(|action| Some(**action) == found).copied();
    if action.is_none() {
        let words: Vec<String> = known.iter().map(|action| format!("arn:aws:states:::{action}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let place = Place::written(resource.span);
        state.sink.push(unknown_word::finding(
            &resource.value,
            place,
            "an action that is known here",
            &words,
        ));
    }
    action
}

fn text(value: RawValue) -> Option<Spanned<String>> {
    match value {
        RawValue::Literal(Spanned { value: Scalar::Text(text), span }) => Some(Spanned { value: text, span }),
        _ => None,
    }
}

/// A word of AWS in the spec's spelling.
fn lower(value: RawValue) -> RawValue {
    match value {
        RawValue::Literal(Spanned { value: Scalar::Text(text), span }) => {
            let value = if text.to_uppercase() == text { text.to_lowercase() } else { text };
            RawValue::Literal(Spanned { value: Scalar::Text(value), span })
        }
        other => other,
    }
}
