//! What an expression gives, by a walk over its tree in the order of its text.

use std::collections::BTreeMap;
use std::ops::Range;

use jsonata_core::ast::{AstNode, BinaryOp, PathStep};

use super::navigate::{Value, many, spread};
use super::token::{Token, TokenKind, names_after};
use super::{Expression, Finding, FindingKind, Judgement, Reference, Scope, Undefined, builtins};
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

pub(super) struct Walk<'e> {
    text: &'e str,
    pub(super) tokens: &'e [Token],
    /// The token after the last variable that was met.
    next: usize,
    /// Whether the tree and the tokens do not agree: then nothing has a place.
    lost: bool,
    pub(super) scope: &'e Scope<'e>,
    /// The variables that the expression itself binds, by block.
    locals: Vec<BTreeMap<String, Value>>,
    pub(super) guards: Vec<String>,
    depth: usize,
    findings: Vec<Finding>,
    pub(super) references: Vec<Reference>,
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
    pub(super) fn variable_token(&mut self, name: &str) -> Option<usize> {
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

    pub(super) fn whole(&self) -> Range<usize> {
        0..self.text.len()
    }

    pub(super) fn span(&self, token: Option<usize>) -> Range<usize> {
        token.and_then(|at| self.tokens.get(at)).map_or_else(|| self.whole(), |token| token.span.clone())
    }

    /// The place of a bare name: the first after the last variable that follows no dot.
    pub(super) fn name_span(&self, name: &str) -> Range<usize> {
        let from = if self.lost { 0 } else { self.next };
        let found = (from..self.tokens.len()).find(|at| {
            let dotted = *at > 0 && self.tokens[at - 1].kind == TokenKind::Sign(".");
            !dotted && self.tokens[*at].kind == TokenKind::Name(name.to_owned())
        });
        self.span(found)
    }

    pub(super) fn report(&mut self, kind: FindingKind, span: Range<usize>) {
        self.findings.push(Finding { kind, span });
    }

    pub(super) fn local(&self, name: &str) -> Option<&Value> {
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
    pub(super) fn node(&mut self, node: &AstNode, focus: Option<&Value>) -> Value {
        if self.depth > DEEPEST {
            // What lies deeper is not walked, so its variables are not met.
            self.lost = true;
            return Value::unknown();
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
                    walk.bind(parameter, Value::unknown());
                }
                walk.node(body, focus);
                Value::sure(Shape::Any)
            }),
            AstNode::Call { procedure, args } => {
                self.node(procedure, focus);
                self.all(args, focus);
                Value::unknown()
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
                    self.node(inner, Some(&Value::unknown()));
                }
                Value::unknown()
            }
            AstNode::Transform { location, update, delete } => {
                let any = Value::unknown();
                self.node(location, Some(&any));
                self.node(update, Some(&any));
                if let Some(delete) = delete {
                    self.node(delete, Some(&any));
                }
                Value::sure(Shape::Any)
            }
            AstNode::ArrayGroup(items) => {
                self.all(items, focus);
                Value::unknown()
            }
            AstNode::FunctionApplication(inner) => self.node(inner, focus),
            AstNode::Placeholder | AstNode::Regex { .. } => Value::sure(Shape::Any),
            AstNode::Wildcard | AstNode::Descendant | AstNode::Parent(_) => Value::unknown(),
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
                self.bind(name, Value::unknown());
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
                if self.local(name).is_some() { Value::unknown() } else { builtins::gives(name, &arguments) }
            }
            AstNode::Variable(name)
                if self.local(name).is_none() && builtins::names().any(|known| known == name) =>
            {
                self.variable_token(name);
                builtins::gives(name, &[left])
            }
            other => {
                self.node(other, focus);
                Value::unknown()
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
            let undefined = if own { Undefined::Unknown } else { Undefined::Never };
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
                (Some(name), Undefined::Unknown) => fields.push((name, Field::unknown(value.shape))),
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
}
