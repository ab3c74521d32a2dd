//! Resources that are written as CloudFormation has them.

use iacgen_diagnostics::Sink;

use super::RawJson;
use super::reader::{self, What};
use crate::check::wrong_kind;
use crate::yaml::{Node, Spanned, Value};

/// A resource.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawCloudFormation {
    pub(crate) kind: Option<Spanned<String>>,
    pub(crate) properties: Option<RawJson>,
    pub(crate) depends_on: Vec<Spanned<String>>,
    pub(crate) deletion_policy: Option<Spanned<String>>,
    pub(crate) update_replace_policy: Option<Spanned<String>>,
}

impl RawCloudFormation {
    pub(super) fn read(id: &Spanned<String>, node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a resource", span: id.span };
        let allowed = ["type", "properties", "depends_on", "deletion_policy", "update_replace_policy"];
        let fields = reader::fields(node, what, &allowed, sink)?;
        let properties = fields.entry("properties").and_then(|entry| {
            if !matches!(entry.value.value, Value::Mapping(_)) {
                wrong_kind::report(&entry.value, "`properties`", "an object, as CloudFormation has it", sink);
                return None;
            }
            RawJson::cloudformation(&entry.value, "a property", sink)
        });
        Some(Self {
            kind: fields.required_name("type"),
            properties,
            depends_on: fields.names("depends_on"),
            deletion_policy: fields.name("deletion_policy"),
            update_replace_policy: fields.name("update_replace_policy"),
        })
    }
}
