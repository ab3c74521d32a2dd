//! What starts executions.

use iacgen_diagnostics::Sink;

use super::reader::{self, What};
use super::{RawJson, RawValue};
use crate::check::{conflicting_fields, missing_field};
use crate::yaml::{Node, Spanned};

/// What a trigger may be for.
const KINDS: [&str; 2] = ["schedule", "objects"];

/// A trigger. Of one that cannot be read both kinds are `None`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawTrigger {
    pub(crate) schedule: Option<RawValue>,
    pub(crate) time_zone: Option<RawValue>,
    pub(crate) input: Option<RawJson>,
    pub(crate) objects: Option<Spanned<String>>,
    pub(crate) prefix: Option<RawValue>,
    pub(crate) suffix: Option<RawValue>,
}

impl RawTrigger {
    pub(super) fn read(id: &Spanned<String>, node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a trigger", span: id.span };
        let allowed = ["schedule", "time_zone", "input", "objects", "prefix", "suffix"];
        let fields = reader::fields(node, what, &allowed, sink)?;
        let mut kinds = KINDS.iter().filter_map(|kind| fields.entry(kind));
        let Some(kind) = kinds.next() else {
            sink.push(missing_field::one_of(id.span, "a trigger", &KINDS));
            return None;
        };
        if let Some(other) = kinds.next() {
            let help = "a trigger is for one of them; write two";
            sink.push(conflicting_fields::finding(&other.key, &kind.key, help));
            return None;
        }
        let of_the_other = match kind.key.value.as_str() {
            "schedule" => ["prefix", "suffix"],
            _ => ["time_zone", "input"],
        };
        for field in of_the_other.iter().filter_map(|field| fields.entry(field)) {
            let help = match kind.key.value.as_str() {
                "schedule" => "keys belong to `objects`",
                _ => "the event is the execution's input, and has its own time",
            };
            sink.push(conflicting_fields::finding(&field.key, &kind.key, help));
        }
        Some(Self {
            schedule: fields.value("schedule"),
            time_zone: fields.value("time_zone"),
            input: fields.entry("input").and_then(|entry| RawJson::literal(&entry.value, "`input`", sink)),
            objects: fields.name("objects"),
            prefix: fields.value("prefix"),
            suffix: fields.value("suffix"),
        })
    }
}
