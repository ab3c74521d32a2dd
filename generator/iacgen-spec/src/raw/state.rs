//! States.

use iacgen_diagnostics::{Sink, Span};

use super::reader::{self, Fields, What};
use super::{Named, RawTemplate, RawValue};
use crate::check::{conflicting_fields, missing_field, wrong_kind};
use crate::suggest;
use crate::yaml::{Entry, Node, Scalar, Spanned, Value};

/// The words that say what a state does.
const KINDS: [&str; 4] = ["invoke", "map", "succeed", "fail"];

/// A machine's states, or a Map's.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawStates {
    /// The key `states`, or what stands for it.
    pub(crate) span: Span,
    pub(crate) start: Option<Spanned<String>>,
    pub(crate) states: Named<RawState>,
    /// The section is there, and nothing is in it.
    pub(crate) is_empty: bool,
}

/// A state.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawState {
    pub(crate) comment: Option<RawValue>,
    /// `None` when a finding says what is wrong with it.
    pub(crate) kind: Option<RawKind>,
    pub(crate) next: Option<RawNext>,
    /// The key `next`, whether its value can be read or not.
    pub(crate) next_key: Option<Span>,
    /// The key `end`, whatever its value.
    pub(crate) end_key: Option<Span>,
}

/// What a state does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawKind {
    Invoke(RawInvoke),
    Map(Box<RawMap>),
    Succeed,
    Fail { error: Option<RawValue>, cause: Option<RawValue> },
}

/// An invocation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawInvoke {
    pub(crate) function: Option<Spanned<String>>,
    pub(crate) payload: Option<RawTemplate>,
    pub(crate) retry: Vec<Spanned<String>>,
    pub(crate) timeout: Option<RawValue>,
}

/// A Map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawMap {
    pub(crate) mode: Option<Spanned<String>>,
    pub(crate) children: Option<Spanned<String>>,
    pub(crate) items: Option<Spanned<String>>,
    pub(crate) select: Option<RawTemplate>,
    pub(crate) concurrency: Option<RawValue>,
    pub(crate) tolerated_percentage: Option<RawValue>,
    pub(crate) tolerated_count: Option<RawValue>,
    pub(crate) label: Option<RawValue>,
    pub(crate) result: Option<Spanned<String>>,
    pub(crate) retry: Vec<Spanned<String>>,
    pub(crate) states: RawStates,
}

/// What follows a state.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawNext {
    /// One state.
    State(Spanned<String>),
    /// One of two, as the environment says.
    Switch { when: Option<RawValue>, then: Option<Spanned<String>>, otherwise: Option<Spanned<String>> },
}

impl RawNext {
    /// Returns the states that may follow, in any environment.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &Spanned<String>> {
        let (first, second) = match self {
            Self::State(name) => (Some(name), None),
            Self::Switch { then, otherwise, .. } => (then.as_ref(), otherwise.as_ref()),
        };
        first.into_iter().chain(second)
    }
}

impl RawStates {
    /// Reads the fields `start` and `states`.
    pub(super) fn read(fields: &Fields<'_, '_>, sink: &Sink) -> Self {
        let states = fields.required("states");
        let is_empty = states.is_some_and(|node| match &node.value {
            Value::Mapping(entries) => entries.is_empty(),
            value => *value == Value::Scalar(Scalar::Null),
        });
        Self {
            span: fields.entry("states").map_or(fields.what.span, |entry| entry.key.span),
            start: fields.required_name("start"),
            states: if is_empty {
                Vec::new()
            } else {
                fields.named_or_empty("states", |name, node| RawState::read(name, node, sink))
            },
            is_empty,
        }
    }
}

impl RawState {
    fn read(name: &Spanned<String>, node: &Node, sink: &Sink) -> Option<Self> {
        let entries = reader::mapping(node, "a state", sink)?;
        let mut kinds = entries.iter().filter(|entry| KINDS.contains(&entry.key.value.as_str()));
        let Some(kind) = kinds.next() else {
            sink.push(unknown_kind(name, entries));
            // Its transitions still say what it leads to.
            let next = entries.iter().find(|entry| entry.key.value == "next");
            return Some(Self {
                next: next.and_then(|entry| RawNext::read(entry, sink)),
                next_key: next.map(|entry| entry.key.span),
                ..Self::default()
            });
        };
        for other in kinds {
            sink.push(conflicting_fields::finding(
                &other.key,
                &kind.key,
                "a state does one thing; make two states",
            ));
        }
        let (what, allowed): (_, &[&str]) = match kind.key.value.as_str() {
            "invoke" => {
                ("an invoke state", &["invoke", "payload", "retry", "timeout", "comment", "next", "end"])
            }
            "map" => (
                "a map state",
                &[
                    "map",
                    "children",
                    "items",
                    "select",
                    "concurrency",
                    "tolerated_failure_percentage",
                    "tolerated_failure_count",
                    "label",
                    "start",
                    "states",
                    "result",
                    "retry",
                    "comment",
                    "next",
                    "end",
                ],
            ),
            "succeed" => ("a succeed state", &["succeed", "comment"]),
            _ => ("a fail state", &["fail", "comment"]),
        };
        let what = What { kind: what, span: name.span };
        // A second kind is reported above; it is not an unknown field besides.
        let fields = reader::fields_besides(node, what, allowed, &KINDS, sink)?;
        let next = fields.entry("next");
        if let Some(end) = fields.entry("end") {
            always_true(end, sink);
        }
        Some(Self {
            comment: fields.value("comment"),
            kind: Self::kind(kind, &fields, sink),
            next: next.and_then(|entry| RawNext::read(entry, sink)),
            next_key: next.map(|entry| entry.key.span),
            end_key: fields.entry("end").map(|entry| entry.key.span),
        })
    }

    fn kind(kind: &Entry, fields: &Fields<'_, '_>, sink: &Sink) -> Option<RawKind> {
        match kind.key.value.as_str() {
            "invoke" => Some(RawKind::Invoke(RawInvoke {
                function: fields.name("invoke"),
                payload: fields.template("payload"),
                retry: fields.names("retry"),
                timeout: fields.value("timeout"),
            })),
            "map" => Some(RawKind::Map(Box::new(RawMap {
                mode: fields.name("map"),
                children: fields.name("children"),
                items: fields.required_name("items"),
                select: select(fields, sink),
                concurrency: fields.value("concurrency"),
                tolerated_percentage: fields.value("tolerated_failure_percentage"),
                tolerated_count: fields.value("tolerated_failure_count"),
                label: fields.value("label"),
                result: fields.name("result"),
                retry: fields.names("retry"),
                states: RawStates::read(fields, sink),
            }))),
            "succeed" => always_true(kind, sink).map(|()| RawKind::Succeed),
            _ => {
                let what = What { kind: "`fail`", span: kind.key.span };
                let fields = reader::fields(&kind.value, what, &["error", "cause"], sink)?;
                Some(RawKind::Fail { error: fields.required_value("error"), cause: fields.value("cause") })
            }
        }
    }
}

impl RawNext {
    fn read(entry: &Entry, sink: &Sink) -> Option<Self> {
        if !matches!(entry.value.value, Value::Mapping(_)) {
            return reader::name(&entry.value, "`next`", sink).map(Self::State);
        }
        let what = What { kind: "a switch", span: entry.key.span };
        let fields = reader::fields(&entry.value, what, &["when", "then", "else"], sink)?;
        Some(Self::Switch {
            when: fields.required_value("when"),
            then: fields.required_name("then"),
            otherwise: fields.required_name("else"),
        })
    }
}

/// Reads a Map's selector, which Step Functions takes as an object only.
fn select(fields: &Fields<'_, '_>, sink: &Sink) -> Option<RawTemplate> {
    let node = &fields.entry("select")?.value;
    if matches!(node.value, Value::Mapping(_)) {
        return fields.template("select");
    }
    wrong_kind::report(node, "`select`", "an object, such as `{ item: $$.Map.Item.Value }`", sink);
    None
}

/// Reads a field that can only be `true`.
fn always_true(entry: &Entry, sink: &Sink) -> Option<()> {
    if entry.value.value == Value::Scalar(Scalar::Bool(true)) {
        return Some(());
    }
    wrong_kind::report(
        &entry.value,
        &format!("`{}`", entry.key.value),
        "`true`, or the field left out",
        sink,
    );
    None
}

fn unknown_kind(name: &Spanned<String>, entries: &[Entry]) -> iacgen_diagnostics::Diagnostic {
    let near =
        entries.iter().find_map(|entry| Some((&entry.key, suggest::nearest(&entry.key.value, KINDS)?)));
    match near {
        Some((key, kind)) => crate::check::unknown_field::misspelt(key, "a state", kind),
        None => missing_field::one_of(name.span, "a state", &KINDS),
    }
}
