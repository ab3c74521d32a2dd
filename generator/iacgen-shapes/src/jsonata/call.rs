//! Calls of functions.

use std::ops::Range;

use jsonata_core::ast::AstNode;

use super::finding::HASHES;
use super::judge::Walk;
use super::kinds::Kinds;
use super::navigate::Value;
use super::signature::{self, Argument, Function, Lists, Refusal};
use super::token::TokenKind;
use super::{Finding, FindingKind, Undefined, builtins};
use crate::{Certainty, Shape, closest};

/// The arguments of a call.
struct Arguments {
    values: Vec<Value>,
    /// Whether the first stands before `~>`.
    piped: bool,
}

impl Walk<'_> {
    pub(super) fn function(
        &mut self,
        name: &str,
        args: &[AstNode],
        is_builtin: bool,
        focus: Option<&Value>,
    ) -> Value {
        if !is_builtin {
            let known = signature::function(name).is_some() || self.local(name).is_some();
            let span = self.name_span(name);
            let meant = known.then(|| format!("${name}"));
            self.report(FindingKind::NoFunction { name: name.to_owned(), meant }, span);
            self.all(args, focus);
            return Value::unknown();
        }
        let (token, function) = self.callee(name);
        let values = self.all(args, focus);
        match function {
            // Part of its arguments makes another function of it.
            Some(_) if args.contains(&AstNode::Placeholder) => Value::unknown(),
            Some(function) => self.call(function, token, &Arguments { values, piped: false }, focus),
            None => Value::unknown(),
        }
    }

    /// `value ~> $function(more)`.
    pub(super) fn pipe(&mut self, left: Value, rhs: &AstNode, focus: Option<&Value>) -> Value {
        let (name, args): (_, &[AstNode]) = match rhs {
            AstNode::Function { name, args, is_builtin: true } => (name, args),
            AstNode::Variable(name) if self.is_function(name) => (name, &[]),
            other => {
                self.node(other, focus);
                return Value::unknown();
            }
        };
        let (token, function) = self.callee(name);
        let mut values = vec![left];
        values.extend(self.all(args, focus));
        // Two functions make one that does both.
        let composes = values[0].shape.is_any();
        match function {
            Some(function) if !composes && !args.contains(&AstNode::Placeholder) => {
                self.call(function, token, &Arguments { values, piped: true }, focus)
            }
            _ => Value::unknown(),
        }
    }

    fn is_function(&self, name: &str) -> bool {
        signature::function(name).is_some()
            && self.local(name).is_none()
            && (self.scope.variable)(name).is_none()
    }

    /// Meets the name of a function that is called. No function for one of the expression's own, and for a name that is a
    /// variable's too.
    fn callee(&mut self, name: &str) -> (Option<usize>, Option<Function>) {
        let token = self.variable_token(name);
        if self.local(name).is_some() || self.is_bound_later(name) {
            return (token, None);
        }
        let known = signature::function(name);
        if known.is_none() {
            let span = self.span(token);
            let kind = if name == "eval" {
                FindingKind::Eval
            } else {
                let meant = closest(name, signature::names()).map(|meant| format!("${meant}"));
                FindingKind::NoFunction { name: format!("${name}"), meant }
            };
            self.report(kind, span);
        }
        (token, known.filter(|_| self.is_function(name)))
    }

    fn call(
        &mut self,
        function: Function,
        token: Option<usize>,
        arguments: &Arguments,
        focus: Option<&Value>,
    ) -> Value {
        // Outside of any value a function is applied to nothing, and gives nothing.
        let context = focus.map_or(Kinds::NONE, Kinds::of);
        let mut given: Vec<Argument<'_>> = arguments
            .values
            .iter()
            .map(|value| Argument { kinds: Kinds::of(value), shape: &value.shape })
            .collect();
        if let Some(refusal) = function.refuses(&given, context, Lists::MayBeEmpty) {
            let (kind, span) = self.refused(function, refusal, token, arguments, focus);
            let fails =
                focus.is_some() || function.refuses(&given, Kinds::NOTHING, Lists::MayBeEmpty).is_some();
            return if fails { self.fault(kind, span) } else { self.doubt(kind, span) };
        }
        let second = arguments.values.get(1).filter(|value| value.undefined == Undefined::Never);
        let named = second.and_then(|value| value.shape.as_text());
        if let Some(name) = named.filter(|name| function.name == "hash" && !HASHES.contains(name)) {
            let span = self.argument_span(token, arguments, 1);
            return self.fault(FindingKind::Algorithm { name: name.to_owned() }, span);
        }
        // A first argument that is nothing gives nothing; one that is there may be none that is given.
        let passes_on = function.passes_nothing_on(given.len());
        if let Some(first) = given.first_mut().filter(|_| passes_on) {
            if first.kinds == Kinds::NOTHING {
                return Value::nothing();
            }
            first.kinds = first.kinds.without(Kinds::NOTHING);
            if let Some(refusal) = function.refuses(&given, context, Lists::MayBeEmpty) {
                let (kind, span) = self.refused(function, refusal, token, arguments, focus);
                return self.doubt(kind, span);
            }
        }
        if let Some(refusal) = function.refuses(&given, context, Lists::HaveItems) {
            let (kind, span) = self.refused(function, refusal, token, arguments, focus);
            self.findings.push(Finding { kind, span, certainty: Certainty::Sometimes });
        }
        builtins::gives(function, &arguments.values)
    }

    fn refused(
        &self,
        function: Function,
        refusal: Refusal,
        token: Option<usize>,
        arguments: &Arguments,
        focus: Option<&Value>,
    ) -> (FindingKind, Range<usize>) {
        let name = function.name;
        let own = self.span(token);
        match refusal {
            Refusal::Count => {
                let found = arguments.values.len();
                (FindingKind::Count { function: name, takes: arity(function), found }, own)
            }
            Refusal::Missing { takes } => {
                (FindingKind::Lacking { function: name, takes: takes.describe() }, own)
            }
            Refusal::Context { takes } => {
                let takes = takes.describe();
                let kind = match focus {
                    Some(focus) => {
                        FindingKind::AppliedTo { function: name, takes, found: focus.shape.describe() }
                    }
                    None => FindingKind::Lacking { function: name, takes },
                };
                (kind, own)
            }
            Refusal::Kind { place, takes, list } => {
                let takes = if list { takes.describe_list() } else { takes.describe() };
                let found =
                    arguments.values.get(place).map_or(Shape::Never, |value| value.shape.clone()).describe();
                let span = self.argument_span(token, arguments, place);
                (FindingKind::Argument { function: name, takes, found }, span)
            }
        }
    }

    /// The place of an argument: between the brackets behind the function's name, and the commas there.
    fn argument_span(&self, callee: Option<usize>, arguments: &Arguments, place: usize) -> Range<usize> {
        let own = self.span(callee);
        let place = match (place, arguments.piped) {
            (0, true) => return own,
            (place, true) => place - 1,
            (place, false) => place,
        };
        let Some(callee) = callee else { return own };
        let mut depth = 0_usize;
        let mut index = 0;
        let mut span: Option<Range<usize>> = None;
        for token in &self.tokens[callee + 1..] {
            match token.kind {
                TokenKind::Sign("(") if depth == 0 => {
                    depth = 1;
                    continue;
                }
                TokenKind::Sign("(" | "[" | "{") => depth += 1,
                TokenKind::Sign(")" | "]" | "}") => depth = depth.saturating_sub(1),
                TokenKind::Sign(",") if depth == 1 => {
                    index += 1;
                    continue;
                }
                _ => {}
            }
            if depth == 0 || index > place {
                break;
            }
            if index == place {
                let start = span.map_or(token.span.start, |span| span.start);
                span = Some(start..token.span.end);
            }
        }
        span.unwrap_or(own)
    }
}

/// How many arguments a function takes.
fn arity(function: Function) -> String {
    match function.arity() {
        (0, Some(0)) => "no argument".to_owned(),
        (0, Some(1)) => "at most 1 argument".to_owned(),
        (1, Some(1)) => "1 argument".to_owned(),
        (least, Some(most)) if least == most => format!("{least} arguments"),
        (least, Some(most)) => format!("{least} to {most} arguments"),
        (least, None) => format!("at least {least} {}", if least == 1 { "argument" } else { "arguments" }),
    }
}
