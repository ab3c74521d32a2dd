//! Maps.

use iacgen_diagnostics::{Sink, Span};

use super::reader::{self, Fields, What};
use super::{RawItems, RawStates, RawTemplate, RawValue, RawWriter};
use crate::check::wrong_kind;
use crate::yaml::{Node, Scalar, Spanned, Value};

/// A Map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawMap {
    pub(crate) mode: Option<Spanned<String>>,
    pub(crate) children: Option<Spanned<String>>,
    pub(crate) items: Option<RawItems>,
    pub(crate) select: Option<RawTemplate>,
    pub(crate) batch: Option<RawBatch>,
    pub(crate) concurrency: Option<RawValue>,
    pub(crate) tolerated_percentage: Option<RawValue>,
    pub(crate) tolerated_count: Option<RawValue>,
    pub(crate) label: Option<RawValue>,
    pub(crate) writer: Option<RawWriter>,
    /// ASL allows a language an item processor.
    pub(crate) query: Option<Spanned<String>>,
    /// What ASL lets an item processor say of itself.
    pub(crate) comment: Option<Spanned<String>>,
    pub(crate) states: RawStates,
}

/// `ItemBatcher`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawBatch {
    pub(crate) span: Span,
    pub(crate) items: Option<RawValue>,
    pub(crate) bytes: Option<RawValue>,
    pub(crate) input: Option<RawTemplate>,
}

impl RawMap {
    /// Returns the templates of its own fields.
    pub(super) fn templates(&self) -> impl Iterator<Item = &RawTemplate> {
        let batch = self.batch.as_ref().and_then(|batch| batch.input.as_ref());
        let (values, reader) = match &self.items {
            Some(RawItems::Values(values)) => (Some(values), None),
            Some(RawItems::Reader(reader)) => (None, Some(reader)),
            None => (None, None),
        };
        let reader =
            reader.into_iter().flat_map(|reader| [&reader.key, &reader.version, &reader.prefix]).flatten();
        let prefix = self.writer.as_ref().and_then(|writer| writer.prefix.as_ref());
        self.select.iter().chain(batch).chain(values).chain(reader).chain(prefix)
    }

    /// Reads the fields of a state of the kind `map`.
    pub(super) fn read(fields: &Fields<'_, '_>, sink: &Sink) -> Self {
        Self {
            mode: fields.name("map"),
            children: fields.name("children"),
            items: fields.required("items").and_then(|node| RawItems::read(node, sink)),
            select: select(fields, sink),
            batch: fields.entry("batch").and_then(|entry| RawBatch::read(&entry.value, entry.key.span, sink)),
            concurrency: fields.value("concurrency"),
            tolerated_percentage: fields.value("tolerated_failure_percentage"),
            tolerated_count: fields.value("tolerated_failure_count"),
            label: fields.value("label"),
            writer: fields
                .entry("result_writer")
                .and_then(|entry| RawWriter::read(&entry.value, entry.key.span, sink)),
            query: None,
            comment: None,
            states: RawStates::read(fields, sink),
        }
    }
}

impl RawBatch {
    fn read(node: &Node, key: Span, sink: &Sink) -> Option<Self> {
        let what = What { kind: "`batch`", span: key };
        let fields = reader::fields(node, what, &["items", "bytes", "input"], sink)?;
        Some(Self {
            span: key,
            items: fields.value("items"),
            bytes: fields.value("bytes"),
            input: fields.template("input"),
        })
    }
}

/// Reads a Map's selector, which Step Functions takes as an object only, or in JSONata as an expression.
fn select(fields: &Fields<'_, '_>, sink: &Sink) -> Option<RawTemplate> {
    let node = &fields.entry("select")?.value;
    match &node.value {
        Value::Mapping(_) => return fields.template("select"),
        Value::Scalar(Scalar::Text(text)) if text.starts_with("{%") => return fields.template("select"),
        _ => {}
    }
    wrong_kind::report(node, "`select`", "an object, such as `{ item: $$.Map.Item.Value }`", sink);
    None
}
