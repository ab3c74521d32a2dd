//! What is wrong with an expression.

use std::ops::Range;

use crate::Shape;

/// Something wrong in an expression.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{kind}")]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// Where, in bytes from the text's begin: the whole expression where the place is not known.
    pub span: Range<usize>,
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
    /// An operator of JSONata 2.1; Step Functions speaks 2.0.6.
    #[error(
        "Step Functions speaks JSONata 2.0.6, which has no `{0}`: write a condition, `$exists(a) ? a : b`"
    )]
    TooNew(&'static str),
}

fn did_you_mean(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
}
