//! What holds for the whole stack: logs, alarms, the network, how a new definition takes over.

use iacgen_diagnostics::{Sink, Span};

use super::RawValue;
use super::reader::{self, Fields, What};
use crate::check::conflicting_fields;
use crate::yaml::{Spanned, Value};

/// `logs`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawLogs {
    pub(crate) retain: Option<RawValue>,
    pub(crate) level: Option<RawValue>,
    pub(crate) data: Option<RawValue>,
}

/// `network`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawNetwork {
    /// The key.
    pub(crate) span: Span,
    pub(crate) subnets: Vec<RawValue>,
    pub(crate) subnets_key: Option<Span>,
    pub(crate) security_groups: Vec<RawValue>,
    pub(crate) security_groups_key: Option<Span>,
}

/// `alarms`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawAlarms {
    /// Whether there are any.
    Switch(RawValue),
    /// The topic that they tell.
    Notify(Option<Spanned<String>>),
}

/// `release`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawRelease {
    /// The key.
    pub(crate) span: Span,
    pub(crate) shift: Option<RawValue>,
    pub(crate) percent: Option<RawValue>,
    pub(crate) percent_key: Option<Spanned<String>>,
    pub(crate) interval: Option<RawValue>,
    pub(crate) interval_key: Option<Spanned<String>>,
}

/// `onnxruntime`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawOnnxRuntime {
    pub(crate) place: Option<RawValue>,
    pub(crate) version: Option<RawValue>,
    pub(crate) library: Option<RawValue>,
}

impl RawOnnxRuntime {
    pub(super) fn read(fields: &Fields<'_, '_>, sink: &Sink) -> Self {
        let read = || {
            let entry = fields.entry("onnxruntime")?;
            let what = What { kind: "`onnxruntime`", span: entry.key.span };
            let fields = reader::fields(&entry.value, what, &["place", "version", "library"], sink)?;
            if let (Some(version), Some(library)) = (fields.entry("version"), fields.entry("library")) {
                let help =
                    "a version is of the pinned builds, a library is the project's own; keep one of them";
                sink.push(conflicting_fields::finding(&library.key, &version.key, help));
            }
            Some(Self {
                place: fields.value("place"),
                version: fields.value("version"),
                library: fields.value("library"),
            })
        };
        read().unwrap_or_default()
    }
}

impl RawLogs {
    pub(super) fn read(fields: &Fields<'_, '_>, sink: &Sink) -> Self {
        let read = || {
            let entry = fields.entry("logs")?;
            let what = What { kind: "`logs`", span: entry.key.span };
            let fields = reader::fields(&entry.value, what, &["retain", "level", "data"], sink)?;
            Some(Self {
                retain: fields.value("retain"),
                level: fields.value("level"),
                data: fields.value("data"),
            })
        };
        read().unwrap_or_default()
    }
}

impl RawNetwork {
    pub(super) fn read(fields: &Fields<'_, '_>, sink: &Sink) -> Option<Self> {
        let entry = fields.entry("network")?;
        let what = What { kind: "`network`", span: entry.key.span };
        let fields = reader::fields(&entry.value, what, &["subnets", "security_groups"], sink)?;
        fields.required("subnets");
        fields.required("security_groups");
        let key = |field| fields.entry(field).map(|entry| entry.key.span);
        Some(Self {
            span: entry.key.span,
            subnets: fields.values("subnets"),
            subnets_key: key("subnets"),
            security_groups: fields.values("security_groups"),
            security_groups_key: key("security_groups"),
        })
    }
}

impl RawAlarms {
    pub(super) fn read(fields: &Fields<'_, '_>, sink: &Sink) -> Option<Self> {
        let entry = fields.entry("alarms")?;
        if !matches!(entry.value.value, Value::Mapping(_)) {
            return reader::value(&entry.value, "`alarms`", "`false`, or `{ notify: TOPIC }`", sink)
                .map(Self::Switch);
        }
        let what = What { kind: "`alarms`", span: entry.key.span };
        let fields = reader::fields(&entry.value, what, &["notify"], sink)?;
        Some(Self::Notify(fields.required_name("notify")))
    }
}

impl RawRelease {
    pub(super) fn read(fields: &Fields<'_, '_>, sink: &Sink) -> Option<Self> {
        let entry = fields.entry("release")?;
        let what = What { kind: "`release`", span: entry.key.span };
        let fields = reader::fields(&entry.value, what, &["shift", "percent", "interval"], sink)?;
        let key = |field| fields.entry(field).map(|entry| entry.key.clone());
        Some(Self {
            span: entry.key.span,
            shift: fields.required_value("shift"),
            percent: fields.value("percent"),
            percent_key: key("percent"),
            interval: fields.value("interval"),
            interval_key: key("interval"),
        })
    }
}
