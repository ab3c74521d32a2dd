//! Maps.

use iacgen_asl::{ExecutionType, ProcessorMode};

use super::scope::{Around, Scope};
use super::settings::executions;
use super::state::{Machine, optional};
use crate::check::{
    bad_map_label, distributed_map_in_express, field_not_for_inline, missing_field, out_of_range,
    unknown_word,
};
use crate::dialect::Dialect;
use crate::model::{Batch, Dynamic, Located, Map, Place};
use crate::raw::{RawBatch, RawItems, RawMap, RawValue};
use crate::yaml::Spanned;

/// The most children of a distributed Map at once. Page: "Using Map state in Distributed mode".
const MOST_CHILDREN: u32 = 10_000;
/// The most iterations of an inline Map at once. Page: "Using Map state in Inline mode".
const MOST_ITERATIONS: u32 = 40;
/// The most bytes of a batch. Page: "ItemBatcher (Map)".
const MOST_BATCH_BYTES: u32 = 262_144;

impl<'a> Machine<'_, 'a> {
    /// Resolves a Map. `scope` is that of its own fields.
    pub(super) fn map(
        &self,
        name: &Spanned<String>,
        raw: &'a RawMap,
        scope: Scope,
        around: Around,
    ) -> Option<Map> {
        let context = self.context;
        let mode = self.mode(raw);
        let (most, express) = match mode {
            Some(ProcessorMode::Distributed { execution_type }) => {
                if let (Some(express), Some(word)) = (around.express, &raw.mode) {
                    context.sink.push(distributed_map_in_express::finding(
                        word.span,
                        express,
                        context.workflow.machine_type.as_ref().map(|word| word.span),
                        context.dialect,
                    ));
                }
                let express = raw.children.as_ref().filter(|_| execution_type == ExecutionType::Express);
                (MOST_CHILDREN, express.map(|word| word.span))
            }
            Some(ProcessorMode::Inline) => {
                self.check_inline(raw);
                (MOST_ITERATIONS, around.express)
            }
            None => (MOST_CHILDREN, around.express),
        };
        let inside = Scope { in_map: true, ..scope };
        let items = self.items(raw.items.as_ref(), scope);
        let select = raw.select.as_ref().map(|select| context.template(select, inside));
        let batch = raw.batch.as_ref().map(|batch| self.batch(batch, scope));
        let range = match context.dialect {
            Dialect::Spec => 1..=most,
            // 0 is Step Functions' own limit, and more than an inline Map's 40 is allowed, if of no effect.
            Dialect::Definition => 0..=MOST_CHILDREN,
        };
        let concurrency = raw.concurrency.as_ref();
        let concurrency =
            concurrency.map(|raw| context.dynamic_whole(Some(raw), "concurrency", range, scope));
        let percentage = raw.tolerated_percentage.as_ref().map(|raw| self.percentage(raw, scope));
        let count = raw.tolerated_count.as_ref();
        let count =
            count.map(|raw| context.dynamic_whole(Some(raw), "tolerated_failure_count", 0..=u32::MAX, scope));
        let label = raw.label.as_ref().map(|raw| self.label(raw));
        let writer = raw.writer.as_ref().map(|writer| self.writer(writer, scope));
        let language = self.language(raw.query.as_ref(), around.scope.language);
        let around = Around { express, scope: Scope { language, in_map: true, has_token: false, ..scope } };
        let states = self.block(&raw.states, &format!("the Map `{}`", name.value), around);
        let mode_place = raw.mode.as_ref().map_or(name.span, |word| word.span);
        Some(Map {
            mode: mode?,
            mode_place: Place::written(mode_place),
            items: items?,
            select: optional(select)?,
            batch: optional(batch)?,
            concurrency: optional(concurrency)?,
            tolerated_percentage: optional(percentage)?,
            tolerated_count: optional(count)?,
            label: optional(label)?,
            states: states?,
            writer: optional(writer)?,
        })
    }

    /// Reads a Map's mode. Children are STANDARD where they are left out, as in Step Functions.
    fn mode(&self, raw: &RawMap) -> Option<ProcessorMode> {
        let children = raw.children.as_ref().map(|word| executions(self.context, word, "a type of children"));
        let Some(word) = &raw.mode else {
            // A definition that says nothing means an inline Map.
            return (self.context.dialect == Dialect::Definition).then_some(ProcessorMode::Inline);
        };
        match word.value.as_str() {
            "inline" => Some(ProcessorMode::Inline),
            "distributed" => children
                .unwrap_or(Some(ExecutionType::Standard))
                .map(|execution_type| ProcessorMode::Distributed { execution_type }),
            other => {
                let words = ["distributed", "inline"];
                let place = Place::written(word.span);
                self.context.sink.push(unknown_word::finding(other, place, "a mode of Maps", &words));
                None
            }
        }
    }

    fn check_inline(&self, raw: &RawMap) {
        let Some(mode) = &raw.mode else { return };
        let reader = match &raw.items {
            Some(RawItems::Reader(reader)) => reader.format.as_ref().map(|word| word.span),
            _ => None,
        };
        let fields = [
            ("children", raw.children.as_ref().map(|word| word.span)),
            ("label", raw.label.as_ref().map(RawValue::span)),
            ("tolerated_failure_percentage", raw.tolerated_percentage.as_ref().map(RawValue::span)),
            ("tolerated_failure_count", raw.tolerated_count.as_ref().map(RawValue::span)),
            ("batch", raw.batch.as_ref().map(|batch| batch.span)),
            ("result_writer", raw.writer.as_ref().map(|writer| writer.span)),
        ];
        let (dialect, sink) = (self.context.dialect, self.context.sink);
        for (field, span) in fields {
            if let Some(span) = span {
                sink.push(field_not_for_inline::finding(field, span, mode.span, dialect));
            }
        }
        if let Some(span) = reader {
            sink.push(field_not_for_inline::reader(span, mode.span, dialect));
        }
    }

    fn percentage(&self, raw: &'a RawValue, scope: Scope) -> Option<Located<Dynamic<f64>>> {
        let context = self.context;
        let kind = context.dialect.field("tolerated_failure_percentage");
        context.dynamic(raw, scope, |value| {
            let percentage = context.number_value(value, &kind)?;
            if !(0.0..=100.0).contains(&percentage) {
                context.sink.push(out_of_range::finding(value, &kind, "0 to 100"));
                return None;
            }
            Some(percentage)
        })
    }

    fn label(&self, raw: &'a RawValue) -> Option<Located<String>> {
        let (label, value) = self.context.text(raw, &self.context.dialect.field("label"))?;
        bad_map_label::check(&value, label, self.context.sink);
        Some(Located { value: label.to_owned(), place: value.place })
    }

    fn batch(&self, raw: &'a RawBatch, scope: Scope) -> Option<Batch> {
        let context = self.context;
        let whole = |raw: &'a RawValue, field, most| context.dynamic_whole(Some(raw), field, 1..=most, scope);
        let items = raw.items.as_ref().map(|raw| whole(raw, "items", u32::MAX));
        let bytes = raw.bytes.as_ref().map(|raw| whole(raw, "bytes", MOST_BATCH_BYTES));
        let input = raw.input.as_ref().map(|raw| context.template(raw, scope));
        if items.is_none() && bytes.is_none() && context.dialect == Dialect::Spec {
            context.sink.push(missing_field::one_of(raw.span, "`batch`", &["items", "bytes"]));
        }
        Some(Batch {
            place: Place::written(raw.span),
            items: optional(items)?,
            bytes: optional(bytes)?,
            input: optional(input)?,
        })
    }
}
