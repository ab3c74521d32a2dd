//! What an expression gives, by a walk over its tree in the order of its text.

use std::collections::BTreeMap;
use std::ops::Range;

use jsonata_core::ast::{AstNode, PathStep, UnaryOp};

use super::kinds::Kinds;
use super::navigate::{Value, many, spread};
use super::token::{Token, TokenKind, names_after};
use super::{Expression, Finding, FindingKind, Interval, Judgement, Reference, Scope, Undefined};
use crate::{Certainty, Field, Shape};

/// The deepest nesting that is followed.
const DEEPEST: usize = 200;

pub(super) fn judge(expression: &Expression, scope: &Scope<'_>) -> Judgement {
    let guards = guards(expression);
    let mut walk = Walk {
        text: &expression.text,
        tokens: &expression.tokens,
        next: 0,
        signs: 0,
        doubts: 0,
        lambdas: 0,
        lost: false,
        scope,
        locals: vec![BTreeMap::new()],
        guards,
        depth: 0,
        findings: Vec::new(),
        suspects: Vec::new(),
        references: Vec::new(),
    };
    walk.operators();
    let value = walk.node(&expression.tree, None);
    // What gives nothing in the end fails as a whole: then what is wrong where it is reached is why.
    let told = walk.findings.iter().any(|finding| finding.certainty == Certainty::Always);
    if let Some(first) = walk.suspects.first_mut()
        && value.undefined == Undefined::Always
        && !told
    {
        first.certainty = Certainty::Always;
    }
    walk.findings.append(&mut walk.suspects);
    Judgement {
        range: value.range,
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
    /// The token after the last operator that was met.
    signs: usize,
    /// How many constructs there are around that may not come to what stands in them.
    doubts: usize,
    /// How many functions of the expression's own there are around.
    lambdas: usize,
    /// Whether the tree and the tokens do not agree: then nothing has a place.
    lost: bool,
    pub(super) scope: &'e Scope<'e>,
    /// The variables that the expression itself binds, by block.
    locals: Vec<BTreeMap<String, Value>>,
    pub(super) guards: Vec<String>,
    depth: usize,
    pub(super) findings: Vec<Finding>,
    /// What fails where it is reached, or gives nothing.
    suspects: Vec<Finding>,
    pub(super) references: Vec<Reference>,
}

impl Walk<'_> {
    /// The operators that Step Functions' JSONata lacks.
    fn operators(&mut self) {
        for token in self.tokens {
            if let TokenKind::Sign(sign @ ("??" | "?:")) = token.kind {
                let kind = FindingKind::TooNew(sign);
                self.findings.push(Finding { kind, span: token.span.clone(), certainty: Certainty::Always });
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
        self.findings.push(Finding { kind, span, certainty: Certainty::Always });
    }

    /// Reports what fails wherever it is reached.
    pub(super) fn fault(&mut self, kind: FindingKind, span: Range<usize>) -> Value {
        if self.doubts > 0 {
            return self.doubt(kind, span);
        }
        self.report(kind, span);
        Value::nothing()
    }

    /// Reports what fails or gives nothing.
    pub(super) fn doubt(&mut self, kind: FindingKind, span: Range<usize>) -> Value {
        self.suspects.push(Finding { kind, span, certainty: Certainty::Sometimes });
        Value::nothing()
    }

    /// Walks what may not be reached where `doubtful`.
    pub(super) fn within<R>(&mut self, doubtful: bool, walk: impl FnOnce(&mut Self) -> R) -> R {
        self.doubts += usize::from(doubtful);
        let result = walk(self);
        self.doubts -= usize::from(doubtful);
        result
    }

    /// Where the next operator is looked for.
    pub(super) fn next_sign(&self) -> usize {
        self.signs.max(self.next)
    }

    pub(super) fn pass_sign(&mut self, token: usize) {
        self.signs = token + 1;
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost
    }

    pub(super) fn has_lambda(&self) -> bool {
        self.tokens
            .iter()
            .any(|token| matches!(&token.kind, TokenKind::Name(name) if name == "function" || name == "λ"))
    }

    pub(super) fn local(&self, name: &str) -> Option<&Value> {
        self.locals.iter().rev().find_map(|block| block.get(name))
    }

    /// Whether a name is bound by when it is read: a function reads what its block binds, itself included, also behind it.
    pub(super) fn is_bound_later(&self, name: &str) -> bool {
        let binds = |pair: &[Token]| {
            pair[0].kind == TokenKind::Variable(name.to_owned()) && pair[1].kind == TokenKind::Sign(":=")
        };
        self.lambdas > 0 && self.tokens.windows(2).any(binds)
    }

    pub(super) fn bind(&mut self, name: &str, value: Value) {
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
            AstNode::Number(number) => {
                let shape = if number.fract() == 0.0 { Shape::Integer } else { Shape::Number };
                Value::number(shape, Interval::exactly(*number))
            }
            AstNode::Boolean(_) => Value::sure(Shape::Bool),
            AstNode::Null => Value::sure(Shape::Null),
            AstNode::Undefined => Value::nothing(),
            AstNode::Variable(_) | AstNode::ParentVariable(_) | AstNode::Name(_) => {
                self.path(std::slice::from_ref(node), |node| (node, &[]), focus)
            }
            AstNode::Path { steps } => self.path(steps, |step: &PathStep| (&step.node, &step.stages), focus),
            AstNode::Binary { op, lhs, rhs } => self.binary(*op, lhs, rhs, focus),
            AstNode::Unary { op: UnaryOp::Negate, operand } => self.negation(operand, focus),
            AstNode::Unary { op: UnaryOp::Not, operand } => {
                self.node(operand, focus);
                Value::sure(Shape::Bool)
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
                self.within(true, |walk| {
                    let then = walk.node(then_branch, focus);
                    let other =
                        else_branch.as_ref().map_or_else(Value::nothing, |branch| walk.node(branch, focus));
                    then.or(&other)
                })
            }
            AstNode::Lambda { params, body, .. } => self.block(|walk| {
                for parameter in params {
                    walk.variable_token(parameter);
                    walk.bind(parameter, Value::unknown());
                }
                walk.lambdas += 1;
                walk.within(true, |walk| walk.node(body, focus));
                walk.lambdas -= 1;
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
                self.within(true, |walk| {
                    for (term, _) in terms {
                        walk.node(term, Some(&item));
                    }
                });
                many(&value.shape)
            }
            AstNode::ObjectTransform { input, pattern } => {
                let value = self.node(input, focus);
                let item = Value::sure(spread(&value.shape));
                self.within(true, |walk| {
                    for (key, inner) in pattern {
                        walk.node(key, Some(&item));
                        walk.node(inner, Some(&Value::unknown()));
                    }
                });
                Value::unknown()
            }
            AstNode::Transform { location, update, delete } => {
                let any = Value::unknown();
                self.within(true, |walk| {
                    for part in [Some(location), Some(update), delete.as_ref()].into_iter().flatten() {
                        walk.node(part, Some(&any));
                    }
                });
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

    pub(super) fn all(&mut self, nodes: &[AstNode], focus: Option<&Value>) -> Vec<Value> {
        nodes.iter().map(|node| self.node(node, focus)).collect()
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
            let key = self.node(key, focus);
            if !Kinds::of(&key).meets(Kinds::TEXT.with(Kinds::NOTHING)) {
                let kind = FindingKind::Key { found: key.shape.describe() };
                self.fault(kind, self.whole());
            }
            let name = key.shape.as_text().map(str::to_owned);
            // A field without a name is left out.
            let value = self
                .within(key.undefined != Undefined::Never, |walk| walk.node(inner, focus))
                .after(key.undefined);
            let undefined = if key.undefined == Undefined::Always { key.undefined } else { value.undefined };
            match (name, undefined) {
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
