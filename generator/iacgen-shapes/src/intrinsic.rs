//! Intrinsic functions of JSONPath states: `States.Format('{}', $.name)`.
//!
//! Source: AWS page "Intrinsic functions for JSONPath states in Step Functions".

mod check;
mod parse;
mod signature;

use std::ops::Range;

use serde_json::Value;

use crate::path::Path;

pub use check::{CallFault, CallProblem};
pub use parse::{InvalidCall, SyntaxFault};
pub use signature::{Function, Kind};

/// The deepest nesting of calls that AWS takes.
pub const DEEPEST: usize = 10;

/// A call of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function's name as it is written: `States.Format`.
    pub name: String,
    /// The name's place in the text, in bytes.
    pub name_span: Range<usize>,
    /// The function, where there is one of that name.
    pub function: Option<Function>,
    /// The arguments.
    pub arguments: Vec<Argument>,
    /// The whole call's place in the text, in bytes.
    pub span: Range<usize>,
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// What it is.
    pub value: ArgumentValue,
    /// Its place in the text, in bytes.
    pub span: Range<usize>,
}

/// What an argument is.
#[derive(Debug, Clone, PartialEq)]
pub enum ArgumentValue {
    /// A text between single quotes, with its escapes.
    Text(String),
    /// A number, `true`, `false` or `null`.
    Literal(Value),
    /// A path. The places in it count from [`Argument::span`]'s start.
    Path(Path),
    /// A call.
    Call(Call),
}

/// Whether a text is an intrinsic call rather than a path.
pub fn is_call(text: &str) -> bool {
    text.starts_with("States.")
}

impl Call {
    /// Parses a call.
    ///
    /// # Errors
    /// [`InvalidCall`], with the place of the fault.
    pub fn parse(text: &str) -> Result<Self, InvalidCall> {
        parse::whole(text)
    }

    /// Every path among the arguments, at any depth, with the place in the text where it begins, in bytes.
    pub fn paths(&self) -> Vec<(usize, &Path)> {
        let mut found = Vec::new();
        self.collect_paths(&mut found);
        found
    }

    fn collect_paths<'c>(&'c self, found: &mut Vec<(usize, &'c Path)>) {
        for argument in &self.arguments {
            match &argument.value {
                ArgumentValue::Path(path) => found.push((argument.span.start, path)),
                ArgumentValue::Call(call) => call.collect_paths(found),
                ArgumentValue::Text(_) | ArgumentValue::Literal(_) => {}
            }
        }
    }
}
