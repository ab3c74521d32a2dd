//! Where a Map's items come from, and where its results go.

use iacgen_asl::{InputType, ManifestType, OutputType, Transformation};

use super::{Dynamic, Located, Place, Template};

/// Where a Map's items come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Items {
    /// `ItemsPath`, a reference path; `None` for the state's input itself.
    Path(Option<Located<String>>),
    /// JSONata: `Items`, a list or an expression.
    Values(Template),
    /// `ItemReader`: out of S3.
    Reader(Box<ItemReader>),
}

/// `ItemReader`.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemReader {
    /// Where it stands.
    pub place: Place,
    /// The bucket.
    pub bucket: BucketName,
    /// The buckets of the spec that it may be, where it comes out of the input.
    pub buckets: Vec<Located<String>>,
    /// What is read.
    pub source: ItemSource,
    /// `MaxItems`.
    pub limit: Option<Located<Dynamic<u64>>>,
    /// `ItemsPath` beside the reader: where in what was read the items stand.
    pub items: Option<Located<String>>,
}

/// A bucket that a state names.
#[derive(Debug, Clone, PartialEq)]
pub enum BucketName {
    /// One of the spec.
    Named(Located<String>),
    /// A text, a path or an expression.
    Given(Template),
}

/// What an item reader reads.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemSource {
    /// `s3:getObject`: the items stand in one object.
    Object {
        /// Its key.
        key: Template,
        /// `VersionId`.
        version: Option<Template>,
        /// Its format.
        format: ItemFormat,
    },
    /// `s3:listObjectsV2`: the objects are the items.
    Listing {
        /// Their prefix.
        prefix: Option<Template>,
        /// The format of the objects, where what they hold is taken as items (`LOAD_AND_FLATTEN`).
        load: Option<ItemFormat>,
    },
}

/// The format of an object that holds items.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemFormat {
    /// `InputType`.
    pub input_type: InputType,
    /// JSON: `ItemsPointer`, where in the object the array stands.
    pub pointer: Option<Located<String>>,
    /// CSV: `CSVHeaders`; `None` for the first row.
    pub headers: Option<Vec<String>>,
    /// CSV: `CSVDelimiter`, such as `COMMA`.
    pub delimiter: Option<String>,
    /// Manifests: who wrote it.
    pub manifest: Option<ManifestType>,
}

/// `ResultWriter`.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultWriter {
    /// Where it stands.
    pub place: Place,
    /// The bucket; without one the results stay in the state's output.
    pub bucket: Option<BucketName>,
    /// The buckets of the spec that it may be, where it comes out of the input.
    pub buckets: Vec<Located<String>>,
    /// The prefix.
    pub prefix: Option<Template>,
    /// `Transformation` of `WriterConfig`.
    pub transformation: Option<Transformation>,
    /// `OutputType` of `WriterConfig`.
    pub output_type: Option<OutputType>,
}
