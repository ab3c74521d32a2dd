//! JSON that is written into the files: CloudFormation's properties, a schedule's input.

use iacgen_diagnostics::{Sink, Span};

use super::reader;
use super::{Named, RawValue};
use crate::check::bad_reference;
use crate::model::{Reference, ReferenceKind};
use crate::yaml::{Entry, Node, Scalar, Spanned, Value};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawJson {
    pub(crate) span: Span,
    pub(crate) node: RawJsonNode,
}

/// A node of a [`RawJson`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawJsonNode {
    Value(RawValue),
    Reference(Reference),
    Array(Vec<RawJson>),
    Object(Named<RawJson>),
}

/// What `${...}` may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Values of the environment.
    Values,
    /// Those, and things of the spec.
    Things,
    /// CloudFormation's own business: the text of `Fn::Sub`.
    Anything,
}

impl RawJson {
    /// Reads JSON in which only values of the environment may be named.
    pub(super) fn literal(node: &Node, kind: &str, sink: &Sink) -> Option<Self> {
        Self::read(node, kind, Names::Values, sink)
    }

    /// Reads JSON of CloudFormation's, in which things of the spec may be named, and `Fn::Sub` has its own names.
    pub(super) fn cloudformation(node: &Node, kind: &str, sink: &Sink) -> Option<Self> {
        Self::read(node, kind, Names::Things, sink)
    }

    fn read(node: &Node, kind: &str, names: Names, sink: &Sink) -> Option<Self> {
        let span = node.span;
        let node = match &node.value {
            Value::Refused => return None,
            Value::Sequence(items) => {
                let items: Vec<_> = items.iter().map(|item| Self::read(item, kind, names, sink)).collect();
                RawJsonNode::Array(items.into_iter().collect::<Option<_>>()?)
            }
            Value::Mapping(entries) => {
                let members: Vec<_> =
                    entries.iter().map(|entry| Self::member(entry, kind, names, sink)).collect();
                RawJsonNode::Object(members.into_iter().collect::<Option<_>>()?)
            }
            Value::Scalar(scalar) => match scalar {
                Scalar::Text(text) if names != Names::Values && text.contains("${") => {
                    Self::text(text, node, kind, names, sink)?
                }
                _ => RawJsonNode::Value(reader::value(node, kind, "", sink)?),
            },
        };
        Some(Self { span, node })
    }

    fn member(entry: &Entry, kind: &str, names: Names, sink: &Sink) -> Option<(Spanned<String>, Self)> {
        let sub = names == Names::Things && entry.key.value == "Fn::Sub";
        let names = if sub { Names::Anything } else { names };
        Some((entry.key.clone(), Self::read(&entry.value, kind, names, sink)?))
    }

    /// Reads a text that names something.
    fn text(text: &str, node: &Node, kind: &str, names: Names, sink: &Sink) -> Option<RawJsonNode> {
        let whole = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let reference = whole.and_then(|inner| inner.split_once('.')).and_then(|(word, id)| {
            let kind = ReferenceKind::ALL.into_iter().find(|kind| kind.word() == word)?;
            Some(Reference { kind, id: id.to_owned() })
        });
        if let Some(reference) = reference {
            return Some(RawJsonNode::Reference(reference));
        }
        let environment = whole.is_some_and(|inner| inner.starts_with("env."));
        if names == Names::Anything && !environment {
            let value = Spanned { value: Scalar::Text(text.to_owned()), span: node.span };
            return Some(RawJsonNode::Value(RawValue::Literal(value)));
        }
        if !environment {
            sink.push(bad_reference::in_resource(node.span, text));
            return None;
        }
        reader::value(node, kind, "", sink).map(RawJsonNode::Value)
    }
}
