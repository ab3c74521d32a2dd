//! Where a Map's items come from, and where its results go.

use iacgen_diagnostics::{Sink, Span};

use super::reader::{self, Fields, What};
use super::{RawTemplate, RawValue};
use crate::check::{conflicting_fields, missing_field};
use crate::yaml::{Node, Spanned, Value};

/// Where a Map's items come from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawItems {
    /// A path, an expression, or in JSONata a list.
    Values(RawTemplate),
    Reader(Box<RawReader>),
}

/// An item reader.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawReader {
    /// `json`, `jsonl`, `csv`, `parquet`, `manifest` or `list`, with the bucket: a name of the spec, or a template.
    pub(crate) format: Option<Spanned<String>>,
    pub(crate) bucket: Option<RawBucketName>,
    pub(crate) buckets: Option<RawBuckets>,
    pub(crate) key: Option<RawTemplate>,
    pub(crate) version: Option<RawTemplate>,
    pub(crate) prefix: Option<RawTemplate>,
    /// Of a listing: the format of the objects whose items are taken.
    pub(crate) load: Option<Spanned<String>>,
    pub(crate) pointer: Option<RawValue>,
    pub(crate) headers: Vec<Spanned<String>>,
    pub(crate) delimiter: Option<RawValue>,
    pub(crate) manifest: Option<Spanned<String>>,
    pub(crate) limit: Option<RawValue>,
    /// `ItemsPath` beside a reader.
    pub(crate) items: Option<Spanned<String>>,
    pub(crate) span: Option<Span>,
}

/// A bucket that a state names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawBucketName {
    /// One of the spec.
    Named(Spanned<String>),
    Given(RawTemplate),
}

/// The buckets that a path or an expression may give.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawBuckets {
    pub(crate) key: Spanned<String>,
    pub(crate) names: Vec<Spanned<String>>,
}

/// `ResultWriter`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawWriter {
    pub(crate) span: Span,
    pub(crate) bucket: Option<RawBucketName>,
    pub(crate) buckets: Option<RawBuckets>,
    pub(crate) prefix: Option<RawTemplate>,
    pub(crate) transformation: Option<Spanned<String>>,
    pub(crate) format: Option<Spanned<String>>,
}

/// The words that say what is read; their value is the bucket.
const SOURCES: [&str; 6] = ["jsonl", "json", "csv", "parquet", "manifest", "list"];

impl RawItems {
    pub(super) fn read(node: &Node, sink: &Sink) -> Option<Self> {
        if matches!(node.value, Value::Mapping(_)) {
            return RawReader::read(node, sink).map(Box::new).map(Self::Reader);
        }
        reader::template(node, "`items`", sink).map(Self::Values)
    }
}

impl RawReader {
    fn read(node: &Node, sink: &Sink) -> Option<Self> {
        const FIELDS: [&str; 17] = [
            "jsonl",
            "json",
            "csv",
            "parquet",
            "manifest",
            "list",
            "buckets",
            "key",
            "version_id",
            "prefix",
            "load",
            "pointer",
            "headers",
            "delimiter",
            "type",
            "limit",
            "items",
        ];
        let what = What { kind: "an item reader", span: node.span };
        let fields = reader::fields(node, what, &FIELDS, sink)?;
        let mut sources = SOURCES.iter().filter_map(|source| fields.entry(source));
        let source = sources.next();
        for second in sources {
            let help = "a reader reads one object, or lists one bucket";
            sink.push(conflicting_fields::finding(&second.key, &source?.key, help));
        }
        if source.is_none() && !fields.misspells_one_of(&SOURCES) {
            sink.push(missing_field::one_of(node.span, "an item reader", &SOURCES));
        }
        if source.is_some_and(|source| source.key.value != "list") {
            fields.required("key");
        }
        Some(Self {
            format: source.map(|entry| entry.key.clone()),
            bucket: source
                .and_then(|entry| RawBucketName::read(&entry.value, &format!("`{}`", entry.key.value), sink)),
            buckets: RawBuckets::read(&fields),
            key: fields.template("key"),
            version: fields.template("version_id"),
            prefix: fields.template("prefix"),
            load: fields.name("load"),
            pointer: fields.value("pointer"),
            headers: fields.names("headers"),
            delimiter: fields.value("delimiter"),
            manifest: fields.name("type"),
            limit: fields.value("limit"),
            items: fields.name("items"),
            span: Some(node.span),
        })
    }
}

impl RawBucketName {
    /// Reads a bucket's name in the spec; a path, an expression or a reference is a template.
    fn read(node: &Node, kind: &str, sink: &Sink) -> Option<Self> {
        if reader::is_computed(node) {
            return reader::template(node, kind, sink).map(Self::Given);
        }
        reader::name(node, kind, sink).map(Self::Named)
    }
}

impl RawBuckets {
    fn read(fields: &Fields<'_, '_>) -> Option<Self> {
        let key = fields.entry("buckets")?.key.clone();
        Some(Self { key, names: fields.names("buckets") })
    }
}

impl RawWriter {
    pub(super) fn read(node: &Node, key: Span, sink: &Sink) -> Option<Self> {
        let what = What { kind: "`result_writer`", span: key };
        let fields =
            reader::fields(node, what, &["bucket", "buckets", "prefix", "transformation", "format"], sink)?;
        Some(Self {
            span: key,
            bucket: fields
                .entry("bucket")
                .and_then(|entry| RawBucketName::read(&entry.value, "`bucket`", sink)),
            buckets: RawBuckets::read(&fields),
            prefix: fields.template("prefix"),
            transformation: fields.name("transformation"),
            format: fields.name("format"),
        })
    }
}
