//! What operators take and give.

use std::ops::Range;

use jsonata_core::ast::{AstNode, BinaryOp};

use super::finding::Side;
use super::judge::Walk;
use super::kinds::Kinds;
use super::navigate::Value;
use super::token::TokenKind;
use super::{FindingKind, Interval, builtins};
use crate::Shape;

impl Walk<'_> {
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        lhs: &AstNode,
        rhs: &AstNode,
        focus: Option<&Value>,
    ) -> Value {
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
        let place = self.sign_span(sign(op));
        // The right side is not always looked at.
        let lazy = matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce | BinaryOp::Default);
        let right = self.within(lazy, |walk| walk.node(rhs, focus));
        match op {
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => {
                self.arithmetic(op, &left, &right, place)
            }
            BinaryOp::LessThan
            | BinaryOp::LessThanOrEqual
            | BinaryOp::GreaterThan
            | BinaryOp::GreaterThanOrEqual => self.comparison(op, &left, &right, place),
            BinaryOp::Range => {
                // Implementations differ on whether null is no value here.
                let takes = ("whole numbers", Kinds::NUMBER.with(Kinds::NULL));
                match self.operands(sign(op), takes, [&left, &right], &place) {
                    Some(nothing) => nothing,
                    None => Value::maybe(Shape::list_of(Shape::Integer)),
                }
            }
            BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::And | BinaryOp::Or | BinaryOp::In => {
                Value::sure(Shape::Bool)
            }
            BinaryOp::Concatenate => Value::sure(Shape::TEXT),
            BinaryOp::Coalesce | BinaryOp::Default => left.or(&right),
            BinaryOp::ColonEqual | BinaryOp::FocusBind | BinaryOp::IndexBind | BinaryOp::ChainPipe => {
                Value::unknown()
            }
        }
    }

    pub(super) fn negation(&mut self, operand: &AstNode, focus: Option<&Value>) -> Value {
        let place = self.sign_span("-");
        let value = self.node(operand, focus);
        if let Some(nothing) = self.operands("-", ("a number", Kinds::NUMBER), [&value], &place) {
            return nothing;
        }
        let shape = if value.shape == Shape::Integer { Shape::Integer } else { Shape::Number };
        Value::number(shape, value.range.negated()).after(value.undefined)
    }

    fn arithmetic(&mut self, op: BinaryOp, left: &Value, right: &Value, place: Range<usize>) -> Value {
        let takes = ("numbers", Kinds::NUMBER);
        if let Some(nothing) = self.operands(sign(op), takes, [left, right], &place) {
            return nothing;
        }
        let whole = !matches!(op, BinaryOp::Divide | BinaryOp::Modulo);
        let range = match op {
            BinaryOp::Add => left.range.plus(right.range),
            BinaryOp::Subtract => left.range.plus(right.range.negated()),
            BinaryOp::Multiply => left.range.times(right.range),
            BinaryOp::Divide => left.range.over(right.range),
            _ => Interval::ALL,
        };
        Value::number(builtins::arithmetic(&left.shape, &right.shape, whole), range)
            .after(left.undefined.max(right.undefined))
    }

    fn comparison(&mut self, op: BinaryOp, left: &Value, right: &Value, place: Range<usize>) -> Value {
        let takes = ("numbers and texts", Kinds::NUMBER.with(Kinds::TEXT));
        if let Some(nothing) = self.operands(sign(op), takes, [left, right], &place) {
            return nothing;
        }
        let (one, other) = (Kinds::of(left), Kinds::of(right));
        let both = |kind: Kinds| one.meets(kind) && other.meets(kind);
        if both(Kinds::NUMBER) || both(Kinds::TEXT) {
            return Value::sure(Shape::Bool).after(left.undefined.max(right.undefined));
        }
        let kind = FindingKind::Compared {
            operator: sign(op),
            left: left.shape.describe(),
            right: right.shape.describe(),
        };
        let certain = !one.meets(Kinds::NOTHING) && !other.meets(Kinds::NOTHING);
        if certain { self.fault(kind, place) } else { self.doubt(kind, place) }
    }

    /// Judges what stands beside an operator that gives nothing where one of them is nothing. `Some` where it never gives
    /// anything.
    fn operands<const N: usize>(
        &mut self,
        operator: &'static str,
        (takes, kinds): (&'static str, Kinds),
        values: [&Value; N],
        place: &Range<usize>,
    ) -> Option<Value> {
        let sides = if N == 1 { [Side::Right, Side::Right] } else { [Side::Left, Side::Right] };
        let wrong: Vec<(Side, &Value, Kinds)> = sides
            .into_iter()
            .zip(values)
            .map(|(side, value)| (side, value, Kinds::of(value)))
            .filter(|(_, _, found)| !found.meets(kinds))
            .collect();
        let certain = wrong.iter().find(|(_, _, found)| !found.meets(Kinds::NOTHING));
        let doubted = wrong.iter().find(|(_, _, found)| *found != Kinds::NOTHING);
        let (side, value, _) = match certain.or(doubted) {
            Some(first) => first,
            None if wrong.is_empty() => return None,
            None => return Some(Value::nothing()),
        };
        let kind = FindingKind::Operand { operator, takes, side: *side, found: value.shape.describe() };
        Some(match certain {
            Some(_) => self.fault(kind, place.clone()),
            None => self.doubt(kind, place.clone()),
        })
    }

    /// The place of the next sign that is written so; the whole where signs of that form have other meanings too.
    fn sign_span(&mut self, sign: &str) -> Range<usize> {
        let is =
            |at: usize, sign: &str| matches!(self.tokens[at].kind, TokenKind::Sign(other) if other == sign);
        let has = |sign: &str| (0..self.tokens.len()).any(|at| is(at, sign));
        let orders = matches!(sign, "<" | ">") && (has("^") || self.has_lambda());
        if self.is_lost() || orders {
            return self.whole();
        }
        let Some(found) = (self.next_sign()..self.tokens.len()).find(|at| is(*at, sign)) else {
            return self.whole();
        };
        self.pass_sign(found);
        self.span(Some(found))
    }
}

/// An operator as it is written.
fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Modulo => "%",
        BinaryOp::Equal => "=",
        BinaryOp::NotEqual => "!=",
        BinaryOp::LessThan => "<",
        BinaryOp::LessThanOrEqual => "<=",
        BinaryOp::GreaterThan => ">",
        BinaryOp::GreaterThanOrEqual => ">=",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
        BinaryOp::In => "in",
        BinaryOp::Concatenate => "&",
        BinaryOp::Range => "..",
        BinaryOp::ColonEqual => ":=",
        BinaryOp::ChainPipe => "~>",
        BinaryOp::Coalesce => "??",
        BinaryOp::Default => "?:",
        BinaryOp::FocusBind => "@",
        BinaryOp::IndexBind => "#",
    }
}
