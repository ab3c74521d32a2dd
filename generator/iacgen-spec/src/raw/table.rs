//! Tables.

use iacgen_diagnostics::Sink;

use super::reader::{self, What};
use super::{RawExisting, RawValue};
use crate::yaml::{Node, Spanned};

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawTable {
    pub(crate) existing: RawExisting,
    pub(crate) key: Option<Spanned<String>>,
    pub(crate) key_type: Option<Spanned<String>>,
    pub(crate) sort: Option<Spanned<String>>,
    pub(crate) sort_type: Option<Spanned<String>>,
    pub(crate) expires: Option<Spanned<String>>,
    pub(crate) retain: Option<RawValue>,
}

impl RawTable {
    pub(super) fn read(id: &Spanned<String>, node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a table", span: id.span };
        let allowed = ["existing", "key", "key_type", "sort", "sort_type", "expires", "retain"];
        let fields = reader::fields(node, what, &allowed, sink)?;
        let existing = RawExisting::read(&fields, &allowed[1..]);
        let key = match existing.key {
            Some(_) => fields.name("key"),
            None => fields.required_name("key"),
        };
        let sort = match fields.entry("sort_type") {
            Some(_) => fields.required_name("sort"),
            None => fields.name("sort"),
        };
        Some(Self {
            existing,
            key,
            key_type: fields.name("key_type"),
            sort,
            sort_type: fields.name("sort_type"),
            expires: fields.name("expires"),
            retain: fields.value("retain"),
        })
    }
}
