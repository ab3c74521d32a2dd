//! What a Map state has of its own: processor, reader, batcher, writer.

use serde_json::Value;

use crate::machine::{QueryLanguage, States};
use crate::names::StateName;
use crate::state::Quantity;

/// The machine that a Map state runs once for every item or batch.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemProcessor {
    /// Where its iterations run.
    pub mode: ProcessorMode,
    /// A remark.
    pub comment: Option<String>,
    /// The language of paths and expressions; the machine's where absent.
    pub query_language: Option<QueryLanguage>,
    /// The first state.
    pub start_at: StateName,
    /// The states.
    pub states: States,
}

impl ItemProcessor {
    /// A processor with nothing but its mode and its states.
    pub fn new(mode: ProcessorMode, start_at: StateName, states: States) -> Self {
        Self { mode, comment: None, query_language: None, start_at, states }
    }
}

/// Where the iterations of a Map state run (`ProcessorConfig`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProcessorMode {
    /// Inside the parent's execution.
    #[default]
    Inline,
    /// Each as an execution of its own.
    Distributed {
        /// The kind of those executions.
        execution_type: ExecutionType,
    },
}

/// The kind of a child execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExecutionType {
    /// Up to a year.
    #[default]
    Standard,
    /// Up to five minutes.
    Express,
}

impl ExecutionType {
    /// The value of the `ExecutionType` field.
    pub fn as_str(self) -> &'static str {
        match self {
            ExecutionType::Standard => "STANDARD",
            ExecutionType::Express => "EXPRESS",
        }
    }
}

/// Where a Distributed Map reads its items.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ItemReader {
    /// The ARN of the action: `arn:aws:states:::s3:getObject` or `...:s3:listObjectsV2`.
    pub resource: String,
    /// JSONPath: a payload template with `Bucket` and `Key` or `Prefix`.
    pub parameters: Option<Value>,
    /// JSONata: the same.
    pub arguments: Option<Value>,
    /// How to read the object.
    pub reader_config: Option<ReaderConfig>,
}

/// How a Distributed Map reads an object.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReaderConfig {
    /// The object's format.
    pub input_type: Option<InputType>,
    /// How the object is compressed or packed (`Transformation`).
    pub transformation: Option<String>,
    /// CSV: the character between cells (`COMMA`, `PIPE`, `SEMICOLON`, `SPACE`, `TAB`).
    pub csv_delimiter: Option<String>,
    /// CSV: where the column names stand.
    pub csv_header_location: Option<CsvHeaderLocation>,
    /// CSV: the column names, where they are given.
    pub csv_headers: Option<Vec<String>>,
    /// Manifests: who wrote it.
    pub manifest_type: Option<ManifestType>,
    /// Items to read at most.
    pub max_items: Option<Quantity<i64>>,
    /// JSON: where in the object the array stands.
    pub items_pointer: Option<String>,
}

/// The format of an object that holds items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputType {
    /// Comma-separated values.
    Csv,
    /// A JSON array.
    Json,
    /// One JSON value a line.
    Jsonl,
    /// An inventory or query manifest.
    Manifest,
    /// Apache Parquet.
    Parquet,
}

impl InputType {
    /// All of them.
    pub const ALL: [InputType; 5] =
        [InputType::Csv, InputType::Json, InputType::Jsonl, InputType::Manifest, InputType::Parquet];

    /// The value of the `InputType` field.
    pub fn as_str(self) -> &'static str {
        match self {
            InputType::Csv => "CSV",
            InputType::Json => "JSON",
            InputType::Jsonl => "JSONL",
            InputType::Manifest => "MANIFEST",
            InputType::Parquet => "PARQUET",
        }
    }
}

/// Where a CSV file's column names stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvHeaderLocation {
    /// In the file's first row.
    FirstRow,
    /// In `CSVHeaders`.
    Given,
}

impl CsvHeaderLocation {
    /// The word in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            CsvHeaderLocation::FirstRow => "FIRST_ROW",
            CsvHeaderLocation::Given => "GIVEN",
        }
    }
}

/// Who wrote a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManifestType {
    /// S3 Inventory.
    S3Inventory,
    /// Athena's UNLOAD.
    AthenaData,
}

impl ManifestType {
    /// The word in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            ManifestType::S3Inventory => "S3_INVENTORY",
            ManifestType::AthenaData => "ATHENA_DATA",
        }
    }
}

/// How a Distributed Map gathers items into batches.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ItemBatcher {
    /// Items in a batch at most.
    pub max_items_per_batch: Option<Quantity<u64>>,
    /// Bytes in a batch at most, up to 262,144.
    pub max_input_bytes_per_batch: Option<Quantity<u64>>,
    /// A payload template that every batch receives.
    pub batch_input: Option<Value>,
}

/// Where a Distributed Map writes its children's results.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResultWriter {
    /// The ARN of the action: `arn:aws:states:::s3:putObject`.
    pub resource: Option<String>,
    /// JSONPath: a payload template with `Bucket` and `Prefix`.
    pub parameters: Option<Value>,
    /// JSONata: the same.
    pub arguments: Option<Value>,
    /// What is written.
    pub writer_config: Option<WriterConfig>,
}

/// What a result writer writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriterConfig {
    /// How much of a child's result is kept.
    pub transformation: Option<Transformation>,
    /// The format.
    pub output_type: Option<OutputType>,
}

/// How much of a child's result is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transformation {
    /// The execution's description, its output included.
    None,
    /// The output alone.
    Compact,
    /// The output, arrays taken apart.
    Flatten,
}

impl Transformation {
    /// The word in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Transformation::None => "NONE",
            Transformation::Compact => "COMPACT",
            Transformation::Flatten => "FLATTEN",
        }
    }
}

/// The format of written results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputType {
    /// One JSON array.
    Json,
    /// One JSON value a line.
    Jsonl,
}

impl OutputType {
    /// The word in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            OutputType::Json => "JSON",
            OutputType::Jsonl => "JSONL",
        }
    }
}
