//! Paths of an expression: what they begin with, and the names along them.

use std::ops::Range;

use jsonata_core::ast::{AstNode, Stage};

use super::judge::Walk;
use super::navigate::{Value, field, many, spread};
use super::token::names_after;
use super::{FindingKind, Reference, Root, Undefined, signature};
use crate::{Field, Shape, closest};

impl Walk<'_> {
    pub(super) fn path<'n, S>(
        &mut self,
        steps: &'n [S],
        parts: impl Fn(&'n S) -> (&'n AstNode, &'n [Stage]),
        focus: Option<&Value>,
    ) -> Value {
        let Some((first, rest)) = steps.split_first() else { return Value::nothing() };
        let (node, stages) = parts(first);
        let mut trail = None;
        let mut value = match node {
            AstNode::Variable(name) if name.is_empty() => self.focused("$", focus),
            AstNode::ParentVariable(_) => self.focused("$$", None),
            AstNode::Variable(name) => {
                let names = rest.iter().map(|step| parts(step).0);
                let (value, found) = self.variable(name, names);
                trail = found;
                value
            }
            AstNode::Name(name) => self.bare(name, focus),
            other => self.node(other, focus),
        };
        let over = match node {
            AstNode::Name(_) if focus.is_some_and(|focus| focus.shape.can_be_list()) => Over::Items,
            AstNode::Name(_) => Over::Value,
            _ if !rest.is_empty() => Over::Value,
            _ => Over::Nothing,
        };
        value = self.stages(value, stages, over);
        for step in rest {
            let (node, stages) = parts(step);
            let over = if value.shape.can_be_list() { Over::Items } else { Over::Value };
            value = match node {
                AstNode::Name(name) => {
                    let found = self.named(&value, name, &mut trail);
                    found.after(value.undefined)
                }
                other => {
                    trail = None;
                    let item = Value::sure(spread(&value.shape));
                    let lists = value.shape.can_be_list();
                    let doubtful = lists || value.undefined != Undefined::Never;
                    let found = self.within(doubtful, |walk| walk.node(other, Some(&item)));
                    match found.undefined {
                        Undefined::Always => Value::nothing(),
                        _ if lists => many(&found.shape),
                        _ => found.after(value.undefined),
                    }
                }
            };
            value = self.stages(value, stages, over);
        }
        value
    }

    /// A name that follows no dot.
    fn bare(&mut self, name: &str, focus: Option<&Value>) -> Value {
        if let Some(focus) = focus {
            return field(&focus.shape, name).after(focus.undefined);
        }
        let input = &self.scope.input;
        let known = !input.is_any() && field(input, name).undefined != Undefined::Always;
        let meant = known.then(|| format!("$states.input.{name}"));
        let span = self.name_span(name);
        self.report(FindingKind::NoDocument { name: name.to_owned(), meant }, span);
        Value::nothing()
    }

    /// `$` or `$$`.
    fn focused(&mut self, name: &str, focus: Option<&Value>) -> Value {
        let token = self.variable_token(&name[1..]);
        if let Some(value) = focus {
            return value.clone();
        }
        let span = self.span(token);
        self.report(FindingKind::NoDocument { name: name.to_owned(), meant: None }, span);
        Value::nothing()
    }

    fn stages(&mut self, value: Value, stages: &[Stage], over: Over) -> Value {
        let mut value = value;
        for stage in stages {
            value = match stage {
                // One of each of the items' values, where they are many.
                Stage::Filter(filter) if matches!(**filter, AstNode::Number(_)) && over != Over::Items => {
                    Value::maybe(spread(&value.shape))
                }
                Stage::Filter(filter) => {
                    let item = Value::sure(spread(&value.shape));
                    self.within(true, |walk| walk.node(filter, Some(&item)));
                    many(&value.shape)
                }
                Stage::KeepArray => {
                    let list = Shape::list_of(spread(&value.shape));
                    // What is no path makes no list of a lone value.
                    let shape = if over == Over::Nothing { list.join(&value.shape) } else { list };
                    Value { undefined: value.undefined, ..Value::sure(shape) }
                }
                Stage::Index(_) => Value::maybe(value.shape),
            };
        }
        value
    }

    /// A variable: one of the expression's own, `$states`, or one of the workflow.
    fn variable<'n>(
        &mut self,
        name: &str,
        next: impl Iterator<Item = &'n AstNode>,
    ) -> (Value, Option<Trail>) {
        let token = self.variable_token(name);
        let span = self.span(token);
        if let Some(value) = self.local(name) {
            return (value.clone(), None);
        }
        if self.is_bound_later(name) {
            return (Value::unknown(), None);
        }
        let places = token.map(|at| names_after(self.tokens, at)).unwrap_or_default();
        let names: Vec<(String, Range<usize>)> = next
            .map_while(|node| if let AstNode::Name(name) = node { Some(name.clone()) } else { None })
            .enumerate()
            .map(|(index, name)| (name, places.get(index).cloned().unwrap_or_else(|| self.whole())))
            .collect();
        let text = names.iter().fold(format!("${name}"), |text, (name, _)| format!("{text}.{name}"));
        let guarded =
            self.guards.iter().any(|guard| text == *guard || text.starts_with(&format!("{guard}.")));
        if name == "states" {
            return self.states(names, span, guarded);
        }
        let value = match (self.scope.variable)(name) {
            Some(shape) => Value::sure(shape),
            None if signature::function(name).is_some() => return (Value::sure(Shape::Any), None),
            None => {
                if !guarded {
                    self.report(FindingKind::NoVariable { name: name.to_owned() }, span.clone());
                }
                Value::nothing()
            }
        };
        let root = Root::Variable(name.to_owned());
        if !guarded {
            self.references.push(Reference { root, names: names.clone(), span });
        }
        let trail = Trail {
            at: format!("${name}"),
            places: names.into_iter().map(|(_, place)| place).collect(),
            guarded,
        };
        (value, Some(trail))
    }

    fn states(
        &mut self,
        mut names: Vec<(String, Range<usize>)>,
        span: Range<usize>,
        guarded: bool,
    ) -> (Value, Option<Trail>) {
        let scope = self.scope;
        let mut fields = vec![("input", scope.input.clone()), ("context", scope.context.clone())];
        fields.extend(scope.result.clone().map(|shape| ("result", shape)));
        fields.extend(scope.error_output.clone().map(|shape| ("errorOutput", shape)));
        let value = Value::sure(Shape::record(fields.clone()));
        let places: Vec<Range<usize>> = names.iter().map(|(_, place)| place.clone()).collect();
        let trail = Trail { at: "$states".to_owned(), places, guarded };
        if names.is_empty() {
            self.references.push(Reference { root: Root::States, names, span });
            return (value, Some(trail));
        }
        let (part, place) = names.remove(0);
        let root = match part.as_str() {
            "input" => Root::Input,
            "result" => Root::Result,
            "errorOutput" => Root::ErrorOutput,
            "context" => Root::Context,
            _ => {
                let meant = closest(&part, ["input", "result", "errorOutput", "context"]);
                let meant = meant.map(|meant| format!("$states.{meant}"));
                self.report(FindingKind::NoPart { name: part, meant }, place);
                return (Value::unknown(), None);
            }
        };
        let missing = match root {
            Root::Result if scope.result.is_none() => Some("result"),
            Root::ErrorOutput if scope.error_output.is_none() => Some("errorOutput"),
            _ => None,
        };
        self.references.push(Reference { root, names, span: span.start..place.end.max(span.end) });
        if let Some(name) = missing {
            if !guarded {
                self.report(FindingKind::NotHere { name }, span.start..place.end.max(span.end));
            }
            let nothing = Shape::open([(name, Field::optional(Shape::Any))]);
            return (Value::maybe(nothing), None);
        }
        (value, Some(trail))
    }

    /// Follows a name, and reports one that is certainly not there.
    fn named(&mut self, value: &Value, name: &str, trail: &mut Option<Trail>) -> Value {
        let found = field(&value.shape, name);
        if let Some(way) = trail {
            let place = if way.places.is_empty() { self.whole() } else { way.places.remove(0) };
            if found.undefined == Undefined::Always && value.undefined != Undefined::Always {
                if !way.guarded {
                    let meant = meant(&value.shape, name).map(|meant| format!("{}.{meant}", way.at));
                    let kind = FindingKind::NoField {
                        at: way.at.clone(),
                        parent: value.shape.clone(),
                        name: name.to_owned(),
                        meant,
                    };
                    self.report(kind, place);
                }
                *trail = None;
            } else {
                way.at = format!("{}.{name}", way.at);
            }
        }
        found
    }
}

/// What a step of a path is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    /// Nothing: it is no path, but a value alone.
    Nothing,
    /// One value.
    Value,
    /// The items of a list.
    Items,
}

/// The way from a root along names.
struct Trail {
    /// As it is written so far.
    at: String,
    /// The places of the names that follow.
    places: Vec<Range<usize>>,
    /// Whether the expression asks itself whether it is there.
    guarded: bool,
}

/// The field that was probably meant: one of a near name, or one of that name an object deeper.
fn meant(parent: &Shape, name: &str) -> Option<String> {
    let item = spread(parent);
    let objects = || item.variants().iter().filter_map(Shape::as_object);
    let names = objects().flat_map(|object| object.fields.keys().map(String::as_str));
    if let Some(near) = closest(name, names) {
        return Some(near.to_owned());
    }
    objects().flat_map(|object| &object.fields).find_map(|(outer, inner)| {
        let has = inner
            .shape
            .variants()
            .iter()
            .filter_map(Shape::as_object)
            .any(|inner| inner.fields.contains_key(name));
        has.then(|| format!("{outer}.{name}"))
    })
}
