//! Queues and topics.

use iacgen_diagnostics::Sink;

use super::reader::{self, What};
use super::{RawExisting, RawValue};
use crate::yaml::{Node, Spanned};

/// A queue.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawQueue {
    pub(crate) existing: RawExisting,
    pub(crate) fifo: Option<RawValue>,
    pub(crate) visibility: Option<RawValue>,
    pub(crate) retain: Option<RawValue>,
    pub(crate) dead_letters: Option<RawValue>,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawTopic {
    pub(crate) existing: RawExisting,
    pub(crate) fifo: Option<RawValue>,
}

impl RawQueue {
    pub(super) fn read(id: &Spanned<String>, node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a queue", span: id.span };
        let allowed = ["existing", "fifo", "visibility", "retain", "dead_letters"];
        let fields = reader::fields(node, what, &allowed, sink)?;
        Some(Self {
            existing: RawExisting::read(&fields, &["fifo", "visibility", "retain", "dead_letters"]),
            fifo: fields.value("fifo"),
            visibility: fields.value("visibility"),
            retain: fields.value("retain"),
            dead_letters: fields.value("dead_letters"),
        })
    }
}

impl RawTopic {
    pub(super) fn read(id: &Spanned<String>, node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a topic", span: id.span };
        let fields = reader::fields(node, what, &["existing", "fifo"], sink)?;
        Some(Self { existing: RawExisting::read(&fields, &["fifo"]), fifo: fields.value("fifo") })
    }
}
