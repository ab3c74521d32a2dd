//! What an expression gives, by a walk over its tree in the order of its text.

use std::collections::BTreeMap;
use std::ops::Range;

use jsonata_core::ast::{AstNode, BinaryOp, PathStep, Stage};

use super::navigate::{Value, field, many, spread};
use super::token::{Token, TokenKind, names_after};
use super::{Expression, Finding, FindingKind, Judgement, Reference, Root, Scope, Undefined, builtins};
use crate::{Field, Shape, closest};

/// The deepest nesting that is followed.
const DEEPEST: usize = 200;

pub(super) fn judge(expression: &Expression, scope: &Scope<'_>) -> Judgement {
    let guards = guards(expression);
    let mut walk = Walk {
        text: &expression.text,
        tokens: &expression.tokens,
        next: 0,
        lost: false,
        scope,
        locals: vec![BTreeMap::new()],
        guards,
        depth: 0,
        findings: Vec::new(),
        references: Vec::new(),
    };
    walk.operators();
    let value = walk.node(&expression.tree, None);
    Judgement {
        shape: value.shape,
        undefined: value.undefined,
        findings: walk.findings,
        references: walk.references,
    }
}

/// What the expression asks about with `$exists(...)`, as texts without blanks: nothing is said of what may be missing there.
fn guards(expression: &Expression) -> Vec<String> {
    let tokens = &expression.tokens;
    let mut guards = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let opens = tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Sign("("));
        if token.kind == TokenKind::Variable("exists".to_owned())
            && opens
            && let Some(Token { kind: TokenKind::Variable(name), .. }) = tokens.get(at + 2)
        {
            guards.push(chain(expression, at + 2, name));
        }
    }
    guards
}

/// A variable and the names after it: `$states.input.a`.
fn chain(expression: &Expression, at: usize, variable: &str) -> String {
    let names = names_after(&expression.tokens, at).into_iter();
    names.fold(format!("${variable}"), |text, span| format!("{text}.{}", unquote(&expression.text[span])))
}

fn unquote(name: &str) -> &str {
    name.trim_matches(['`', '\'', '"'])
}

struct Walk<'e> {
    text: &'e str,
    tokens: &'e [Token],
    /// The token after the last variable that was met.
    next: usize,
    /// Whether the tree and the tokens do not agree: then nothing has a place.
    lost: bool,
    scope: &'e Scope<'e>,
    /// The variables that the expression itself binds, by block.
    locals: Vec<BTreeMap<String, Value>>,
    guards: Vec<String>,
    depth: usize,
    findings: Vec<Finding>,
    references: Vec<Reference>,
}

impl Walk<'_> {
    /// The operators that Step Functions' JSONata lacks.
    fn operators(&mut self) {
        for token in self.tokens {
            if let TokenKind::Sign(sign @ ("??" | "?:")) = token.kind {
                self.findings.push(Finding { kind: FindingKind::TooNew(sign), span: token.span.clone() });
            }
        }
    }

    /// The token of the next variable of the tree.
    fn variable_token(&mut self, name: &str) -> Option<usize> {
        if self.lost {
            return None;
        }
        let found =
            (self.next..self.tokens.len()).find(|at| matches!(self.tokens[*at].kind, TokenKind::Variable(_)));
        match found {
            Some(at) if self.tokens[at].kind == TokenKind::Variable(name.to_owned()) => {
                self.next = at + 1;
                Some(at)
            }
            _ => {
                self.lost = true;
                None
            }
        }
    }

    fn whole(&self) -> Range<usize> {
        0..self.text.len()
    }

    fn span(&self, token: Option<usize>) -> Range<usize> {
        token.and_then(|at| self.tokens.get(at)).map_or_else(|| self.whole(), |token| token.span.clone())
    }

    /// The place of a bare name: the first after the last variable that follows no dot.
    fn name_span(&self, name: &str) -> Range<usize> {
        let from = if self.lost { 0 } else { self.next };
        let found = (from..self.tokens.len()).find(|at| {
            let dotted = *at > 0 && self.tokens[at - 1].kind == TokenKind::Sign(".");
            !dotted && self.tokens[*at].kind == TokenKind::Name(name.to_owned())
        });
        self.span(found)
    }

    fn report(&mut self, kind: FindingKind, span: Range<usize>) {
        self.findings.push(Finding { kind, span });
    }

    fn local(&self, name: &str) -> Option<&Value> {
        self.locals.iter().rev().find_map(|block| block.get(name))
    }

    fn bind(&mut self, name: &str, value: Value) {
        if let Some(block) = self.locals.last_mut() {
            block.insert(name.to_owned(), value);
        }
    }

    fn block<R>(&mut self, walk: impl FnOnce(&mut Self) -> R) -> R {
        self.locals.push(BTreeMap::new());
        let result = walk(self);
        self.locals.pop();
        result
    }

    /// The value of a node. `focus` is what `$` and bare names read of.
    fn node(&mut self, node: &AstNode, focus: Option<&Value>) -> Value {
        if self.depth > DEEPEST {
            // What lies deeper is not walked, so its variables are not met.
            self.lost = true;
            return Value::maybe(Shape::Any);
        }
        self.depth += 1;
        let value = self.one(node, focus);
        self.depth -= 1;
        value
    }

    fn one(&mut self, node: &AstNode, focus: Option<&Value>) -> Value {
        match node {
            AstNode::String(text) => Value::sure(Shape::text(text)),
            AstNode::Number(number) if number.fract() == 0.0 => Value::sure(Shape::Integer),
            AstNode::Number(_) => Value::sure(Shape::Number),
            AstNode::Boolean(_) => Value::sure(Shape::Bool),
            AstNode::Null => Value::sure(Shape::Null),
            AstNode::Undefined => Value::nothing(),
            AstNode::Variable(_) | AstNode::ParentVariable(_) | AstNode::Name(_) => {
                self.path(std::slice::from_ref(node), |node| (node, &[]), focus)
            }
            AstNode::Path { steps } => self.path(steps, |step: &PathStep| (&step.node, &step.stages), focus),
            AstNode::Binary { op, lhs, rhs } => self.binary(*op, lhs, rhs, focus),
            AstNode::Unary { operand, .. } => {
                let value = self.node(operand, focus);
                let shape = if value.shape == Shape::Integer { Shape::Integer } else { Shape::Number };
                Value::sure(shape).after(value.undefined)
            }
            AstNode::Function { name, args, is_builtin } => self.function(name, args, *is_builtin, focus),
            AstNode::Array(items) => self.array(items, focus),
            AstNode::Object(pairs) => self.object(pairs, focus),
            AstNode::Block(nodes) => self.block(|walk| {
                let mut last = Value::nothing();
                for node in nodes {
                    last = walk.node(node, focus);
                }
                last
            }),
            AstNode::Conditional { condition, then_branch, else_branch } => {
                self.node(condition, focus);
                let then = self.node(then_branch, focus);
                let other =
                    else_branch.as_ref().map_or_else(Value::nothing, |branch| self.node(branch, focus));
                then.or(&other)
            }
            AstNode::Lambda { params, body, .. } => self.block(|walk| {
                for parameter in params {
                    walk.variable_token(parameter);
                    walk.bind(parameter, Value::maybe(Shape::Any));
                }
                walk.node(body, focus);
                Value::sure(Shape::Any)
            }),
            AstNode::Call { procedure, args } => {
                self.node(procedure, focus);
                self.all(args, focus);
                Value::maybe(Shape::Any)
            }
            AstNode::Sort { input, terms } => {
                let value = self.node(input, focus);
                let item = Value::sure(spread(&value.shape));
                for (term, _) in terms {
                    self.node(term, Some(&item));
                }
                many(&value.shape)
            }
            AstNode::ObjectTransform { input, pattern } => {
                let value = self.node(input, focus);
                let item = Value::sure(spread(&value.shape));
                for (key, inner) in pattern {
                    self.node(key, Some(&item));
                    self.node(inner, Some(&Value::maybe(Shape::Any)));
                }
                Value::maybe(Shape::Any)
            }
            AstNode::Transform { location, update, delete } => {
                let any = Value::maybe(Shape::Any);
                self.node(location, Some(&any));
                self.node(update, Some(&any));
                if let Some(delete) = delete {
                    self.node(delete, Some(&any));
                }
                Value::sure(Shape::Any)
            }
            AstNode::ArrayGroup(items) => {
                self.all(items, focus);
                Value::maybe(Shape::Any)
            }
            AstNode::FunctionApplication(inner) => self.node(inner, focus),
            AstNode::Placeholder | AstNode::Regex { .. } => Value::sure(Shape::Any),
            AstNode::Wildcard | AstNode::Descendant | AstNode::Parent(_) => Value::maybe(Shape::Any),
        }
    }

    fn all(&mut self, nodes: &[AstNode], focus: Option<&Value>) -> Vec<Value> {
        nodes.iter().map(|node| self.node(node, focus)).collect()
    }

    fn binary(&mut self, op: BinaryOp, lhs: &AstNode, rhs: &AstNode, focus: Option<&Value>) -> Value {
        if op == BinaryOp::ColonEqual {
            if let AstNode::Variable(name) = lhs {
                self.variable_token(name);
                let value = self.node(rhs, focus);
                self.bind(name, value.clone());
                return value;
            }
            self.node(lhs, focus);
            return self.node(rhs, focus);
        }
        if matches!(op, BinaryOp::FocusBind | BinaryOp::IndexBind) {
            let value = self.node(lhs, focus);
            if let AstNode::Variable(name) = rhs {
                self.variable_token(name);
                self.bind(name, Value::maybe(Shape::Any));
            }
            return Value::maybe(if op == BinaryOp::IndexBind { value.shape } else { Shape::Any });
        }
        let left = self.node(lhs, focus);
        if op == BinaryOp::ChainPipe {
            return self.pipe(left, rhs, focus);
        }
        let right = self.node(rhs, focus);
        let undefined = left.undefined.max(right.undefined);
        let shape = match op {
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply => {
                builtins::arithmetic(&left.shape, &right.shape, true)
            }
            BinaryOp::Divide | BinaryOp::Modulo => Shape::Number,
            BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::And | BinaryOp::Or | BinaryOp::In => {
                return Value::sure(Shape::Bool);
            }
            BinaryOp::LessThan
            | BinaryOp::LessThanOrEqual
            | BinaryOp::GreaterThan
            | BinaryOp::GreaterThanOrEqual => Shape::Bool,
            BinaryOp::Concatenate => return Value::sure(Shape::TEXT),
            BinaryOp::Range => Shape::list_of(Shape::Integer),
            BinaryOp::Coalesce | BinaryOp::Default => return left.or(&right),
            BinaryOp::ColonEqual | BinaryOp::FocusBind | BinaryOp::IndexBind | BinaryOp::ChainPipe => {
                Shape::Any
            }
        };
        Value::sure(shape).after(undefined)
    }

    /// `value ~> $function(more)`.
    fn pipe(&mut self, left: Value, rhs: &AstNode, focus: Option<&Value>) -> Value {
        match rhs {
            AstNode::Function { name, args, is_builtin: true } => {
                self.callee(name);
                let mut arguments = vec![left];
                arguments.extend(self.all(args, focus));
                if self.local(name).is_some() {
                    Value::maybe(Shape::Any)
                } else {
                    builtins::gives(name, &arguments)
                }
            }
            AstNode::Variable(name)
                if self.local(name).is_none() && builtins::names().any(|known| known == name) =>
            {
                self.variable_token(name);
                builtins::gives(name, &[left])
            }
            other => {
                self.node(other, focus);
                Value::maybe(Shape::Any)
            }
        }
    }

    /// Meets the name of a function that is called.
    fn callee(&mut self, name: &str) {
        let token = self.variable_token(name);
        if self.local(name).is_some() || builtins::names().any(|known| known == name) {
            return;
        }
        let span = self.span(token);
        let kind = if name == "eval" {
            FindingKind::Eval
        } else {
            let meant = closest(name, builtins::names()).map(|meant| format!("${meant}"));
            FindingKind::NoFunction { name: format!("${name}"), meant }
        };
        self.report(kind, span);
    }

    fn function(&mut self, name: &str, args: &[AstNode], is_builtin: bool, focus: Option<&Value>) -> Value {
        if is_builtin {
            self.callee(name);
        } else {
            let known = builtins::names().any(|known| known == name) || self.local(name).is_some();
            let span = self.name_span(name);
            let meant = known.then(|| format!("${name}"));
            self.report(FindingKind::NoFunction { name: name.to_owned(), meant }, span);
        }
        let arguments = self.all(args, focus);
        let own = !is_builtin || self.local(name).is_some() || args.contains(&AstNode::Placeholder);
        // A function of one argument that is given none takes what it is applied to.
        if own || arguments.is_empty() && focus.is_some() {
            let undefined = if own { Undefined::Sometimes } else { Undefined::Never };
            let shape = if own { Shape::Any } else { builtins::gives(name, &[]).shape };
            return Value { shape, undefined };
        }
        builtins::gives(name, &arguments)
    }

    fn array(&mut self, items: &[AstNode], focus: Option<&Value>) -> Value {
        let mut exact = Some(Vec::new());
        let mut any = Shape::Never;
        for item in items {
            let value = self.node(item, focus);
            let (inner, single) = if matches!(item, AstNode::Array(_)) {
                (value.shape.clone(), true)
            } else {
                // A list within is taken apart.
                let certain = |variant: &Shape| !matches!(variant, Shape::Any | Shape::List(_));
                (spread(&value.shape), value.shape.variants().iter().all(certain))
            };
            any = any.join(&inner);
            match &mut exact {
                Some(items) if single && value.undefined == Undefined::Never => items.push(inner),
                Some(_) if value.undefined == Undefined::Always => {}
                _ => exact = None,
            }
        }
        Value::sure(exact.map_or_else(|| Shape::list_of(any), Shape::tuple))
    }

    fn object(&mut self, pairs: &[(AstNode, AstNode)], focus: Option<&Value>) -> Value {
        let mut fields = Vec::new();
        let mut rest = Shape::Never;
        for (key, inner) in pairs {
            let name = builtins::key(&self.node(key, focus).shape);
            let value = self.node(inner, focus);
            match (name, value.undefined) {
                (_, Undefined::Always) => {}
                (Some(name), Undefined::Never) => fields.push((name, Field::required(value.shape))),
                (Some(name), Undefined::Sometimes) => fields.push((name, Field::optional(value.shape))),
                (None, _) => rest = rest.join(&value.shape),
            }
        }
        if rest != Shape::Never {
            // A name that is computed may be that of any field.
            fields = fields
                .into_iter()
                .map(|(name, field)| (name, Field::optional(field.shape.join(&rest))))
                .collect();
        }
        Value::sure(Shape::object(fields, rest))
    }

    fn path<'n, S>(
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
        value = self.stages(value, stages);
        for step in rest {
            let (node, stages) = parts(step);
            value = match node {
                AstNode::Name(name) => {
                    let found = self.named(&value, name, &mut trail);
                    found.after(value.undefined)
                }
                other => {
                    trail = None;
                    let item = Value::sure(spread(&value.shape));
                    let found = self.node(other, Some(&item));
                    let lists = value.shape.can_be_list();
                    if lists { many(&found.shape) } else { found.after(value.undefined) }
                }
            };
            value = self.stages(value, stages);
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

    fn stages(&mut self, value: Value, stages: &[Stage]) -> Value {
        let mut value = value;
        for stage in stages {
            value = match stage {
                Stage::Filter(filter) if matches!(**filter, AstNode::Number(_)) => {
                    Value::maybe(spread(&value.shape))
                }
                Stage::Filter(filter) => {
                    let item = Value::sure(spread(&value.shape));
                    self.node(filter, Some(&item));
                    many(&value.shape)
                }
                Stage::KeepArray => Value { shape: Shape::list_of(spread(&value.shape)), ..value },
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
            None if builtins::names().any(|known| known == name) => return (Value::sure(Shape::Any), None),
            None => {
                if !guarded {
                    self.report(FindingKind::NoVariable { name: name.to_owned() }, span.clone());
                }
                Value::nothing()
            }
        };
        let root = Root::Variable(name.to_owned());
        self.references.push(Reference { root, names: names.clone(), span });
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
                return (Value::maybe(Shape::Any), None);
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
