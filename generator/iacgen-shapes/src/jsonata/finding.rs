//! What is wrong with an expression.

use std::fmt;
use std::ops::Range;

use crate::{Certainty, Shape};

/// Something wrong in an expression.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{kind}")]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// Where, in bytes from the text's begin: the whole expression where the place is not known.
    pub span: Range<usize>,
    /// Whether the expression fails on every value that can arrive, or gives nothing. What is wrong only where it is
    /// reached (in one branch of a condition, for an item of a list) is [`Certainty::Sometimes`].
    pub certainty: Certainty,
}

/// What is wrong in an expression.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FindingKind {
    /// A field that is certainly not there, so that the value is undefined.
    #[error("`{at}` has no field `{name}`: it is {}{}", parent.describe(), did_you_mean(meant.as_deref()))]
    NoField {
        /// What has no such field: `$states.input.run`.
        at: String,
        /// What that is.
        parent: Shape,
        /// The field.
        name: String,
        /// What was probably meant, in whole: `$states.input.run.id`.
        meant: Option<String>,
    },
    /// `$states` has no such field anywhere.
    #[error("`$states` has no field `{name}`{}", did_you_mean(meant.as_deref()))]
    NoPart {
        /// The field.
        name: String,
        /// What was probably meant: `$states.input`.
        meant: Option<String>,
    },
    /// `$states` has that field, but not here.
    #[error("`$states.{name}` is not there in this field")]
    NotHere {
        /// `result` or `errorOutput`.
        name: &'static str,
    },
    /// A variable that is not assigned before.
    #[error("no variable `${name}` is assigned before this")]
    NoVariable {
        /// Its name.
        name: String,
    },
    /// A name, `$` or `$$` outside of any value: Step Functions gives an expression no document to read.
    #[error("`{name}` reads of no value here{}", did_you_mean(meant.as_deref()))]
    NoDocument {
        /// As it is written.
        name: String,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// There is no such function.
    #[error("there is no function `{name}`{}", did_you_mean(meant.as_deref()))]
    NoFunction {
        /// As it is written.
        name: String,
        /// What was probably meant: `$count`.
        meant: Option<String>,
    },
    /// `$eval`.
    #[error("Step Functions has no `$eval`; `$parse` reads JSON")]
    Eval,
    /// Too few or too many arguments.
    #[error("`${function}` takes {takes}, not {found}")]
    Count {
        /// The function, without `$`.
        function: &'static str,
        /// How many it takes: `1 argument`, `2 to 3 arguments`.
        takes: String,
        /// How many there are.
        found: usize,
    },
    /// An argument that is not there.
    #[error("`${function}` lacks an argument: {takes}")]
    Lacking {
        /// The function, without `$`.
        function: &'static str,
        /// What it takes, described.
        takes: String,
    },
    /// An argument of the wrong kind.
    #[error("`${function}` takes {takes} here; this is {found}")]
    Argument {
        /// The function, without `$`.
        function: &'static str,
        /// What it takes there, described.
        takes: String,
        /// What the argument is, described.
        found: String,
    },
    /// A function that is applied to what it does not take.
    #[error("`${function}` without that argument takes what it is applied to: {takes}, not {found}")]
    AppliedTo {
        /// The function, without `$`.
        function: &'static str,
        /// What it takes, described.
        takes: String,
        /// What it is applied to, described.
        found: String,
    },
    /// An operator beside a value that it does not take.
    #[error("`{operator}` takes {takes}; its {side} side is {found}")]
    Operand {
        /// The operator.
        operator: &'static str,
        /// What it takes, described.
        takes: &'static str,
        /// Which value.
        side: Side,
        /// What that is, described.
        found: String,
    },
    /// A comparison of a number with a text.
    #[error("`{operator}` compares two numbers or two texts, not {left} with {right}")]
    Compared {
        /// The operator.
        operator: &'static str,
        /// What the left side is, described.
        left: String,
        /// What the right side is, described.
        right: String,
    },
    /// The name of a field that is no text.
    #[error("the name of a field is a text; this is {found}")]
    Key {
        /// What it is, described.
        found: String,
    },
    /// An algorithm that `$hash` does not know.
    #[error("`$hash` knows no algorithm `{name}`: {}", HASHES.join(", "))]
    Algorithm {
        /// The name.
        name: String,
    },
    /// An operator of JSONata 2.1; Step Functions speaks 2.0.6.
    #[error(
        "Step Functions speaks JSONata 2.0.6, which has no `{0}`: write a condition, `$exists(a) ? a : b`"
    )]
    TooNew(&'static str),
}

impl FindingKind {
    /// Whether it is about what an operator or a function is given, rather than about what is read or called.
    pub fn is_about_operands(&self) -> bool {
        match self {
            Self::Count { .. }
            | Self::Lacking { .. }
            | Self::Argument { .. }
            | Self::AppliedTo { .. }
            | Self::Operand { .. }
            | Self::Compared { .. }
            | Self::Key { .. }
            | Self::Algorithm { .. } => true,
            Self::NoField { .. }
            | Self::NoPart { .. }
            | Self::NotHere { .. }
            | Self::NoVariable { .. }
            | Self::NoDocument { .. }
            | Self::NoFunction { .. }
            | Self::Eval
            | Self::TooNew(_) => false,
        }
    }
}

/// A side of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Before it.
    Left,
    /// Behind it.
    Right,
}

impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Left => "left",
            Self::Right => "right",
        })
    }
}

/// The algorithms of `$hash` (AWS page "Transforming data with JSONata in Step Functions").
pub(super) const HASHES: [&str; 5] = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];

fn did_you_mean(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
}
