//! Functions.

use iacgen_diagnostics::{Sink, Span};

use super::reader::{self, Fields, What};
use super::{Named, RawExisting, RawProvisioning, RawValue};
use crate::check::{conflicting_fields, missing_field, wrong_kind};
use crate::model::ReferenceKind;
use crate::yaml::{Node, Spanned, Value};

const FIELDS: [&str; 18] = [
    "handler",
    "existing",
    "description",
    "memory",
    "timeout",
    "architecture",
    "ephemeral_storage",
    "environment",
    "model",
    "tensors",
    "layers",
    "reserved",
    "provisioned",
    "network",
    "on_failure",
    "keep_versions",
    "snap_start",
    "access",
];

/// The words of the kinds of grants.
const GRANTS: [&str; 8] = ["list", "read", "write", "send", "receive", "publish", "query", "put"];

/// A function.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawFunction {
    pub(crate) existing: RawExisting,
    pub(crate) handler: Option<Spanned<String>>,
    pub(crate) description: Option<RawValue>,
    pub(crate) memory: Option<RawValue>,
    pub(crate) timeout: Option<RawValue>,
    pub(crate) architecture: Option<RawValue>,
    pub(crate) ephemeral_storage: Option<RawValue>,
    pub(crate) environment: Named<RawValue>,
    pub(crate) model: RawModel,
    pub(crate) layers: Vec<RawValue>,
    pub(crate) reserved: Option<RawValue>,
    pub(crate) provisioned: Option<RawProvisioning>,
    pub(crate) network: Option<RawValue>,
    pub(crate) on_failure: Option<Spanned<String>>,
    pub(crate) keep_versions: Option<RawValue>,
    pub(crate) snap_start: Option<RawValue>,
    pub(crate) access: Vec<RawAccess>,
}

/// A model and its tensors.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawModel {
    pub(crate) path: Option<RawValue>,
    pub(crate) optimize: Option<RawValue>,
    pub(crate) path_key: Option<Span>,
    pub(crate) tensors_key: Option<Span>,
    pub(crate) inputs: Named<Spanned<String>>,
    pub(crate) outputs: Named<Spanned<String>>,
    pub(crate) labels: Named<Spanned<String>>,
}

/// A grant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawAccess {
    /// `list`, `read`, `write`, `send`, `receive`, `publish`, `query` or `put`.
    pub(crate) kind: Spanned<String>,
    /// What is granted: the name of a bucket, a queue, a topic or a table.
    pub(crate) target: Option<Spanned<String>>,
    /// Of objects.
    pub(crate) prefix: Option<RawValue>,
}

impl RawFunction {
    pub(super) fn read(id: &Spanned<String>, node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a function", span: id.span };
        let fields = reader::fields(node, what, &FIELDS, sink)?;
        let own: Vec<&str> = FIELDS.into_iter().filter(|field| *field != "existing").collect();
        let existing = RawExisting::read(&fields, &own);
        // What somebody else deploys has its settings there.
        let needed = |field| match existing.key {
            Some(_) => fields.value(field),
            None => fields.required_value(field),
        };
        Some(Self {
            handler: match existing.key {
                Some(_) => fields.name("handler"),
                None => fields.required_name("handler"),
            },
            description: fields.value("description"),
            memory: needed("memory"),
            timeout: needed("timeout"),
            architecture: fields.value("architecture"),
            ephemeral_storage: fields.value("ephemeral_storage"),
            environment: fields.named("environment", |_, node| {
                reader::value(node, "an environment variable", "a text", sink)
            }),
            model: RawModel::read(&fields, sink),
            layers: fields.values("layers"),
            reserved: fields.value("reserved"),
            provisioned: RawProvisioning::read(&fields, sink),
            network: fields.value("network"),
            on_failure: fields.name("on_failure"),
            keep_versions: fields.value("keep_versions"),
            snap_start: fields.value("snap_start"),
            access: access(&fields, sink),
            existing,
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
        let written = fields.entry("model");
        let (path, optimize) = match written.map(|entry| (entry, &entry.value.value)) {
            Some((entry, Value::Mapping(_))) => {
                let what = What { kind: "`model`", span: entry.key.span };
                let own = reader::fields(&entry.value, what, &["path", "optimize"], sink);
                own.map_or((None, None), |own| (own.required_value("path"), own.value("optimize")))
            }
            _ => (fields.value("model"), None),
        };
        Self {
            path,
            optimize,
            path_key: written.map(|entry| entry.key.span),
            tensors_key: tensors.map(|entry| entry.key.span),
            inputs: side("inputs"),
            outputs: side("outputs"),
            labels: side("labels"),
        }
    }
}

impl RawAccess {
    /// Returns what is granted.
    pub(crate) fn granted(&self) -> ReferenceKind {
        match self.kind.value.as_str() {
            "send" | "receive" => ReferenceKind::Queue,
            "publish" => ReferenceKind::Topic,
            "query" | "put" => ReferenceKind::Table,
            _ => ReferenceKind::Bucket,
        }
    }

    /// Tells whether objects of a bucket are granted.
    fn is_of_objects(&self) -> bool {
        self.granted() == ReferenceKind::Bucket
    }
}

pub(super) fn access(fields: &Fields<'_, '_>, sink: &Sink) -> Vec<RawAccess> {
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
    let allowed: Vec<&str> = GRANTS.into_iter().chain(["prefix"]).collect();
    let fields = reader::fields(node, what, &allowed, sink)?;
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
    let grant = RawAccess {
        kind: first.key.clone(),
        target: fields.name(&first.key.value),
        prefix: fields.value("prefix"),
    };
    if let Some(prefix) = fields.entry("prefix").filter(|_| !grant.is_of_objects()) {
        let help = "a prefix is of the keys of a bucket; delete it";
        sink.push(conflicting_fields::finding(&prefix.key, &first.key, help));
    }
    Some(grant)
}
