//! Buckets and retries.

use iacgen_diagnostics::Sink;

use super::reader::{self, What};
use super::{RawExisting, RawValue};
use crate::check::wrong_kind;
use crate::yaml::{Node, Spanned, Value};

/// A bucket.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawBucket {
    pub(crate) existing: RawExisting,
    pub(crate) name: Option<RawValue>,
    pub(crate) retain: Option<RawValue>,
    pub(crate) expire: Vec<RawExpiry>,
    pub(crate) access_logs: Option<RawValue>,
}

/// A rule that deletes objects.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawExpiry {
    pub(crate) prefix: Option<RawValue>,
    pub(crate) after: Option<RawValue>,
}

/// A retry policy.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawRetry {
    pub(crate) on: Vec<Spanned<String>>,
    pub(crate) interval: Option<RawValue>,
    pub(crate) attempts: Option<RawValue>,
    pub(crate) backoff: Option<RawValue>,
    pub(crate) jitter: Option<Spanned<String>>,
    pub(crate) cap: Option<RawValue>,
    /// What ASL lets a retrier say of itself.
    pub(crate) comment: Option<Spanned<String>>,
}

impl RawBucket {
    pub(super) fn read(id: &Spanned<String>, node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a bucket", span: id.span };
        let fields =
            reader::fields(node, what, &["existing", "name", "retain", "expire", "access_logs"], sink)?;
        let expire = fields.entry("expire").map(|entry| {
            let what = What { kind: "`expire`", span: entry.key.span };
            reader::one_or_many(&entry.value)
                .iter()
                .filter_map(|node| {
                    let fields = reader::fields(node, what, &["prefix", "after"], sink)?;
                    Some(RawExpiry { prefix: fields.value("prefix"), after: fields.required_value("after") })
                })
                .collect()
        });
        Some(Self {
            existing: RawExisting::read(&fields, &["name", "retain", "expire", "access_logs"]),
            name: fields.value("name"),
            retain: fields.value("retain"),
            expire: expire.unwrap_or_default(),
            access_logs: fields.value("access_logs"),
        })
    }
}

impl RawRetry {
    pub(super) fn read(id: &Spanned<String>, node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a retry", span: id.span };
        let allowed = ["on", "interval", "attempts", "backoff", "jitter", "cap"];
        let fields = reader::fields(node, what, &allowed, sink)?;
        if let Some(on) = fields.required("on").filter(|on| on.value == Value::Sequence(Vec::new())) {
            wrong_kind::report(on, "`on`", "an error's name, or a list with at least one", sink);
        }
        Some(Self {
            on: fields.names("on"),
            interval: fields.value("interval"),
            attempts: fields.value("attempts"),
            backoff: fields.value("backoff"),
            jitter: fields.name("jitter"),
            cap: fields.value("cap"),
            comment: None,
        })
    }
}
