//! States, and the blocks of states that machines, Maps and branches are.

use iacgen_diagnostics::{Diagnostic, Sink, Span};

use super::catch::read_catchers;
use super::reader::{self, Fields, What};
use super::state_fields::{KINDS, fields_of, is_field_of_some};
use super::{
    Named, RawCatcher, RawDataFlow, RawMap, RawNext, RawRetry, RawRule, RawTask, RawTemplate, RawValue,
};
use crate::check::{conflicting_fields, missing_field, unknown_field, wrong_kind};
use crate::suggest;
use crate::yaml::{Entry, Node, Scalar, Spanned, Value};

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

/// A state. Fields that its kind does not know are findings already, and stay empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawState {
    pub(crate) comment: Option<RawValue>,
    pub(crate) query: Option<Spanned<String>>,
    /// `None` when a finding says what is wrong with it.
    pub(crate) kind: Option<RawKind>,
    pub(crate) data: RawDataFlow,
    pub(crate) retry: Vec<RawRetrier>,
    pub(crate) catch: Vec<RawCatcher>,
    pub(crate) next: Option<RawNext>,
    /// The key `next`, whether its value can be read or not.
    pub(crate) next_key: Option<Span>,
    /// The key `end`, whatever its value.
    pub(crate) end_key: Option<Span>,
}

/// A retrier of a state: the name of a policy, or one that stands here, as in ASL.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawRetrier {
    Named(Spanned<String>),
    Inline(Span, Box<RawRetry>),
}

/// What a state does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawKind {
    Task(Box<RawTask>),
    Map(Box<RawMap>),
    Parallel(Vec<RawBranch>),
    Choice {
        rules: Vec<RawRule>,
        default: Option<Spanned<String>>,
    },
    /// With `Result`, as it is written.
    Pass {
        value: Option<Spanned<serde_json::Value>>,
    },
    /// A duration, a number of seconds in ASL, a path or an expression.
    WaitSeconds(RawValue),
    /// A timestamp, a path or an expression.
    WaitUntil(RawValue),
    Succeed,
    Fail {
        error: Option<RawValue>,
        cause: Option<RawValue>,
    },
}

/// A branch of a Parallel state.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawBranch {
    pub(crate) span: Span,
    pub(crate) comment: Option<RawValue>,
    /// ASL allows a language a branch.
    pub(crate) query: Option<Spanned<String>>,
    pub(crate) states: RawStates,
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
    /// Returns the blocks of states inside this one.
    pub(crate) fn blocks(&self) -> Vec<&RawStates> {
        match &self.kind {
            Some(RawKind::Map(map)) => vec![&map.states],
            Some(RawKind::Parallel(branches)) => branches.iter().map(|branch| &branch.states).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the states that may follow besides `next`: those of rules, of their default, and of catchers.
    pub(crate) fn side_targets(&self) -> impl Iterator<Item = &Spanned<String>> {
        let (rules, default) = match &self.kind {
            Some(RawKind::Choice { rules, default }) => (rules.as_slice(), default.as_ref()),
            _ => (&[][..], None),
        };
        let rules = rules.iter().filter_map(|rule| rule.next.as_ref());
        rules.chain(default).chain(self.catch.iter().filter_map(|catcher| catcher.next.as_ref()))
    }

    /// Returns every state that may follow, in any environment.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.side_targets().chain(self.next.iter().flat_map(RawNext::targets))
    }

    /// Returns the templates of the state's own fields, those of its rules, catchers and batches included.
    pub(crate) fn templates(&self) -> Vec<&RawTemplate> {
        let RawDataFlow { arguments, result_selector, output, assign, .. } = &self.data;
        let mut templates: Vec<&RawTemplate> =
            arguments.iter().chain(result_selector).chain(output).collect();
        templates.extend(assign.iter().map(|(_, template)| template));
        for catcher in &self.catch {
            templates
                .extend(catcher.output.iter().chain(catcher.assign.iter().map(|(_, template)| template)));
        }
        match &self.kind {
            Some(RawKind::Task(task)) => templates.extend(&task.role),
            Some(RawKind::Choice { rules, .. }) => {
                for rule in rules {
                    templates
                        .extend(rule.output.iter().chain(rule.assign.iter().map(|(_, template)| template)));
                }
            }
            Some(RawKind::Map(map)) => templates.extend(map.templates()),
            _ => {}
        }
        templates
    }

    /// Tells whether a transition is written that cannot be read: a finding says so, and it may lead anywhere.
    pub(crate) fn has_unread_target(&self) -> bool {
        let next = match &self.next {
            None => self.next_key.is_some() || self.kind.is_none(),
            Some(RawNext::Switch { then, otherwise, .. }) => then.is_none() || otherwise.is_none(),
            Some(RawNext::State(_)) => false,
        };
        let rule = match &self.kind {
            Some(RawKind::Choice { rules, .. }) => rules.iter().any(|rule| rule.next.is_none()),
            _ => false,
        };
        next || rule || self.catch.iter().any(|catcher| catcher.next.is_none())
    }

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
            let help = "a state does one thing; make two states";
            sink.push(conflicting_fields::finding(&other.key, &kind.key, help));
        }
        let (what, allowed) = fields_of(&kind.key.value);
        let what = What { kind: what, span: name.span };
        // A second kind is reported above; it is not an unknown field besides.
        let fields = reader::fields_besides(node, what, allowed, &KINDS, sink)?;
        let next = fields.entry("next");
        if let Some(end) = fields.entry("end") {
            always_true(end, sink);
        }
        let arguments = if kind.key.value == "invoke" { "payload" } else { "arguments" };
        Some(Self {
            comment: fields.value("comment"),
            query: fields.name("query"),
            kind: Self::kind(kind, &fields, sink),
            data: RawDataFlow::read(&fields, arguments),
            retry: fields.names("retry").into_iter().map(RawRetrier::Named).collect(),
            catch: read_catchers(&fields, sink),
            next: next.and_then(|entry| RawNext::read(entry, sink)),
            next_key: next.map(|entry| entry.key.span),
            end_key: fields.entry("end").map(|entry| entry.key.span),
        })
    }

    fn kind(kind: &Entry, fields: &Fields<'_, '_>, sink: &Sink) -> Option<RawKind> {
        match kind.key.value.as_str() {
            "invoke" | "task" => Some(RawKind::Task(Box::new(RawTask::read(fields, sink)))),
            "map" => Some(RawKind::Map(Box::new(RawMap::read(fields, sink)))),
            "parallel" => branches(kind, sink).map(RawKind::Parallel),
            "choice" => {
                let rules = reader::one_or_many(&kind.value);
                Some(RawKind::Choice {
                    rules: rules.iter().filter_map(|node| RawRule::read(node, sink)).collect(),
                    default: fields.name("default"),
                })
            }
            "pass" => {
                let value = fields.entry("value").map(|entry| &entry.value);
                let value = value.map(|node| reader::literal(node, "`value`", sink));
                always_true(kind, sink)?;
                Some(RawKind::Pass { value: value.flatten() })
            }
            "wait" => wait(kind, sink),
            "succeed" => always_true(kind, sink).map(|()| RawKind::Succeed),
            _ => {
                let what = What { kind: "`fail`", span: kind.key.span };
                let fields = reader::fields(&kind.value, what, &["error", "cause"], sink)?;
                Some(RawKind::Fail { error: fields.value("error"), cause: fields.value("cause") })
            }
        }
    }
}

fn branches(entry: &Entry, sink: &Sink) -> Option<Vec<RawBranch>> {
    let Value::Sequence(nodes) = &entry.value.value else {
        wrong_kind::report(
            &entry.value,
            "`parallel`",
            "a list of branches, each with `start` and `states`",
            sink,
        );
        return None;
    };
    let branch = |node: &Node| {
        let what = What { kind: "a branch", span: node.span };
        let fields = reader::fields(node, what, &["start", "states", "comment"], sink)?;
        Some(RawBranch {
            span: node.span,
            comment: fields.value("comment"),
            query: None,
            states: RawStates::read(&fields, sink),
        })
    };
    let branches: Vec<Option<RawBranch>> = nodes.iter().map(branch).collect();
    branches.into_iter().collect()
}

fn wait(entry: &Entry, sink: &Sink) -> Option<RawKind> {
    if !matches!(entry.value.value, Value::Mapping(_)) {
        let expected = "a duration, such as `30s`, or `{ until: ... }`";
        return reader::value(&entry.value, "`wait`", expected, sink).map(RawKind::WaitSeconds);
    }
    let what = What { kind: "`wait`", span: entry.key.span };
    let fields = reader::fields(&entry.value, what, &["until"], sink)?;
    fields.required_value("until").map(RawKind::WaitUntil)
}

/// Reads a field that can only be `true`.
fn always_true(entry: &Entry, sink: &Sink) -> Option<()> {
    if entry.value.value == Value::Scalar(Scalar::Bool(true)) {
        return Some(());
    }
    let kind = format!("`{}`", entry.key.value);
    wrong_kind::report(&entry.value, &kind, "`true`, or the field left out", sink);
    None
}

fn unknown_kind(name: &Spanned<String>, entries: &[Entry]) -> Diagnostic {
    let mut unknown = entries.iter().filter(|entry| !is_field_of_some(&entry.key.value));
    match unknown.find_map(|entry| Some((&entry.key, suggest::nearest(&entry.key.value, KINDS)?))) {
        Some((key, kind)) => unknown_field::misspelt(key, "a state", kind),
        None => missing_field::one_of(name.span, "a state", &KINDS),
    }
}
