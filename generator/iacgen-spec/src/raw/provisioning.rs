//! Environments of functions that are kept initialised.

use iacgen_diagnostics::{Sink, Span};

use super::RawValue;
use super::reader::{self, Fields, What};
use crate::check::missing_field;
use crate::yaml::{Node, Value};

/// `provisioned`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawProvisioning {
    /// A number, or `null`.
    Fixed(RawValue),
    /// Limits, between which it scales.
    Scaled(Box<RawScaling>),
}

/// How it scales.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawScaling {
    /// The key `provisioned`.
    pub(crate) span: Span,
    pub(crate) min: Option<RawValue>,
    pub(crate) max: Option<RawValue>,
    pub(crate) target: Option<RawValue>,
    pub(crate) schedule: Vec<RawScheduled>,
    /// Whether `schedule` has something in it, readable or not.
    pub(crate) has_schedule: bool,
}

/// A moment from which other limits hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawScheduled {
    pub(crate) span: Span,
    pub(crate) at: Option<RawValue>,
    pub(crate) time_zone: Option<RawValue>,
    pub(crate) min: Option<RawValue>,
    pub(crate) max: Option<RawValue>,
}

impl RawProvisioning {
    pub(super) fn read(fields: &Fields<'_, '_>, sink: &Sink) -> Option<Self> {
        let entry = fields.entry("provisioned")?;
        if !matches!(entry.value.value, Value::Mapping(_)) {
            let expected = "a whole number, or `{ min: 1, max: 10, target: 0.7 }`";
            return reader::value(&entry.value, "`provisioned`", expected, sink).map(Self::Fixed);
        }
        let what = What { kind: "`provisioned`", span: entry.key.span };
        let fields = reader::fields(&entry.value, what, &["min", "max", "target", "schedule"], sink)?;
        let schedule: Vec<Option<RawScheduled>> = match fields.entry("schedule") {
            Some(entry) => {
                reader::one_or_many(&entry.value).iter().map(|node| RawScheduled::read(node, sink)).collect()
            }
            None => Vec::new(),
        };
        Some(Self::Scaled(Box::new(RawScaling {
            span: entry.key.span,
            min: fields.required_value("min"),
            max: fields.required_value("max"),
            target: fields.value("target"),
            has_schedule: !schedule.is_empty(),
            schedule: schedule.into_iter().flatten().collect(),
        })))
    }
}

impl RawScheduled {
    fn read(node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a scheduled action", span: node.span };
        let fields = reader::fields(node, what, &["at", "time_zone", "min", "max"], sink)?;
        if fields.entry("min").is_none() && fields.entry("max").is_none() {
            sink.push(missing_field::one_of(node.span, "a scheduled action", &["min", "max"]));
        }
        Some(Self {
            span: node.span,
            at: fields.required_value("at"),
            time_zone: fields.value("time_zone"),
            min: fields.value("min"),
            max: fields.value("max"),
        })
    }
}
