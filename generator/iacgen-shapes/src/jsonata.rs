//! JSONata expressions of Step Functions: `{% $states.input.items %}`.
//!
//! The grammar is `jsonata-core`'s. Its tree has no places, so they come from tokens of our own, matched with the tree
//! by the order of the variables.
//!
//! Sources: AWS page "Transforming data with JSONata in Step Functions" (JSONata 2.0.6, no `$eval`, functions of its own,
//! `$states`); the documentation of JSONata 2.0.

mod builtins;
mod call;
mod finding;
mod interval;
mod judge;
mod kinds;
mod navigate;
mod operators;
mod parse;
mod signature;
mod token;
mod way;

#[cfg(test)]
mod tests;

use std::ops::Range;

use jsonata_core::ast::AstNode;

use crate::Shape;

pub use finding::{Finding, FindingKind, Side};
pub use interval::Interval;
pub use parse::InvalidExpression;

/// A parsed expression.
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
    tree: AstNode,
    tokens: Vec<token::Token>,
}

/// What an expression can read.
pub struct Scope<'s> {
    /// `$states.input`.
    pub input: Shape,
    /// `$states.result`, in the fields that are read after the work is done.
    pub result: Option<Shape>,
    /// `$states.errorOutput`, in a catcher.
    pub error_output: Option<Shape>,
    /// `$states.context`.
    pub context: Shape,
    /// The shape of a variable, `None` where none of that name is assigned before.
    pub variable: &'s dyn Fn(&str) -> Option<Shape>,
}

/// What an expression gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Its value, where there is one.
    pub shape: Shape,
    /// Where it is a number, between which ones it lies.
    pub range: Interval,
    /// Whether there is none. Step Functions then fails with `States.QueryEvaluationError`.
    pub undefined: Undefined,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What it reads of `$states` and of variables, in order, but for the variables that it asks about with `$exists(...)`.
    pub references: Vec<Reference>,
}

/// Whether an expression has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Undefined {
    /// In no execution.
    Never,
    /// Nothing is known.
    Unknown,
    /// In some.
    Sometimes,
    /// In every one.
    Always,
}

/// Something that an expression reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it reads of.
    pub root: Root,
    /// The names that follow, each with its place in the text, in bytes.
    pub names: Vec<(String, Range<usize>)>,
    /// The root's place in the text, in bytes: `$states.input`, `$total`.
    pub span: Range<usize>,
}

/// What an expression reads of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// `$states` as a whole.
    States,
    /// `$states.input`.
    Input,
    /// `$states.result`.
    Result,
    /// `$states.errorOutput`.
    ErrorOutput,
    /// `$states.context`.
    Context,
    /// `$name`.
    Variable(String),
}

/// The expression within `{% ... %}`, and where it begins, in bytes. `None` for a text that is none: Step Functions takes
/// one for an expression only where nothing stands around the marks.
pub fn within(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_prefix("{%")?.strip_suffix("%}")?;
    Some((2, inner))
}

impl Expression {
    /// Parses what stands within `{% ... %}`.
    ///
    /// # Errors
    /// [`InvalidExpression`], with the place of the fault.
    pub fn parse(text: &str) -> Result<Self, InvalidExpression> {
        let (tree, tokens) = parse::parse(text)?;
        Ok(Self { text: text.to_owned(), tree, tokens })
    }

    /// Tells what the expression gives and what is wrong with it. What is too intricate to follow is [`Shape::Any`].
    pub fn judge(&self, scope: &Scope<'_>) -> Judgement {
        judge::judge(self, scope)
    }
}
