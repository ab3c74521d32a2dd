//! Functions.

use iacgen_diagnostics::{Sink, Span};

use super::reader::{self, Fields, What};
use super::{Named, RawValue};
use crate::check::{conflicting_fields, missing_field, wrong_kind};
use crate::yaml::{Node, Spanned, Value};

const FIELDS: [&str; 11] = [
    "handler",
    "description",
    "memory",
    "timeout",
    "architecture",
    "ephemeral_storage",
    "environment",
    "model",
    "tensors",
    "provisioned",
    "access",
];

/// The words of the three kinds of grants.
const GRANTS: [&str; 3] = ["list", "read", "write"];

/// A function.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawFunction {
    pub(crate) handler: Option<Spanned<String>>,
    pub(crate) description: Option<RawValue>,
    pub(crate) memory: Option<RawValue>,
    pub(crate) timeout: Option<RawValue>,
    pub(crate) architecture: Option<RawValue>,
    pub(crate) ephemeral_storage: Option<RawValue>,
    pub(crate) environment: Named<RawValue>,
    pub(crate) model: RawModel,
    pub(crate) provisioned: Option<RawValue>,
    pub(crate) access: Vec<RawAccess>,
}

/// A model and its tensors.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawModel {
    pub(crate) path: Option<RawValue>,
    pub(crate) path_key: Option<Span>,
    pub(crate) tensors_key: Option<Span>,
    pub(crate) inputs: Named<Spanned<String>>,
    pub(crate) outputs: Named<Spanned<String>>,
    pub(crate) labels: Named<Spanned<String>>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawAccess {
    /// `list`, `read` or `write`.
    pub(crate) kind: Spanned<String>,
    pub(crate) bucket: Option<Spanned<String>>,
    pub(crate) prefix: Option<RawValue>,
}

impl RawFunction {
    pub(super) fn read(id: &Spanned<String>, node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a function", span: id.span };
        let fields = reader::fields(node, what, &FIELDS, sink)?;
        Some(Self {
            handler: fields.required_name("handler"),
            description: fields.value("description"),
            memory: fields.required_value("memory"),
            timeout: fields.required_value("timeout"),
            architecture: fields.value("architecture"),
            ephemeral_storage: fields.value("ephemeral_storage"),
            environment: fields.named("environment", |_, node| {
                reader::value(node, "an environment variable", "a text", sink)
            }),
            model: RawModel::read(&fields, sink),
            provisioned: fields.value("provisioned"),
            access: access(&fields, sink),
        })
    }
}

impl RawModel {
    fn read(fields: &Fields<'_, '_>, sink: &Sink) -> Self {
        let tensors = fields.entry("tensors");
        let sides = tensors.and_then(|entry| {
            let what = What { kind: "`tensors`", span: entry.key.span };
            let sides = reader::fields(&entry.value, what, &["inputs", "outputs", "labels"], sink)?;
            sides.required("inputs");
            sides.required("outputs");
            Some(sides)
        });
        let side = |name: &str| {
            sides.as_ref().map_or_else(Vec::new, |sides| {
                sides.named(name, |_, node| reader::name(node, "a tensor's type", sink))
            })
        };
        Self {
            path: fields.value("model"),
            path_key: fields.entry("model").map(|entry| entry.key.span),
            tensors_key: tensors.map(|entry| entry.key.span),
            inputs: side("inputs"),
            outputs: side("outputs"),
            labels: side("labels"),
        }
    }
}

fn access(fields: &Fields<'_, '_>, sink: &Sink) -> Vec<RawAccess> {
    let Some(entry) = fields.entry("access") else {
        return Vec::new();
    };
    let Value::Sequence(items) = &entry.value.value else {
        wrong_kind::report(&entry.value, "`access`", "a list, such as `[ { read: data } ]`", sink);
        return Vec::new();
    };
    items.iter().filter_map(|item| grant(item, sink)).collect()
}

fn grant(node: &Node, sink: &Sink) -> Option<RawAccess> {
    let what = What { kind: "a grant", span: node.span };
    let fields = reader::fields(node, what, &["list", "read", "write", "prefix"], sink)?;
    let mut kinds = GRANTS.iter().filter_map(|kind| fields.entry(kind));
    let Some(first) = kinds.next() else {
        sink.push(missing_field::one_of(node.span, "a grant", &GRANTS));
        return None;
    };
    for other in kinds {
        sink.push(conflicting_fields::finding(
            &other.key,
            &first.key,
            "a grant is for one of them; write two",
        ));
    }
    Some(RawAccess {
        kind: first.key.clone(),
        bucket: fields.name(&first.key.value),
        prefix: fields.value("prefix"),
    })
}
