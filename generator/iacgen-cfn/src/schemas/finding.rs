//! What is wrong with properties, and the mend.

use std::fmt;

/// Something that CloudFormation would refuse.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaFinding {
    /// Where it is, as a JSON pointer into the properties; empty for the properties as a whole.
    pub path: String,
    /// What it is.
    pub problem: SchemaProblem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemaProblem {
    /// There is no such type.
    UnknownType {
        /// Its name.
        name: String,
        /// The type that was probably meant.
        nearest: Option<&'static str>,
    },
    /// There is no such property.
    UnknownProperty {
        /// Its name.
        name: String,
        /// The property that was probably meant.
        nearest: Option<String>,
        /// All that there are.
        known: Vec<String>,
    },
    /// There is no such intrinsic function.
    UnknownFunction {
        /// Its name.
        name: String,
        /// The function that was probably meant.
        nearest: Option<&'static str>,
    },
    /// An intrinsic function needs a part that our templates do not have.
    UnusableFunction {
        /// Its name.
        name: String,
        /// What it needs.
        needs: &'static str,
    },
    /// The value is of another kind.
    WrongKind {
        /// The kinds that it may be of.
        expected: Vec<JsonKind>,
        /// The kind that it is of.
        found: JsonKind,
    },
    /// A property is missing.
    Missing {
        /// Its name.
        name: String,
    },
    /// None of several properties is there, of which one must be.
    NoneOf {
        /// Their names; several that belong together are joined by ` with `.
        names: Vec<String>,
    },
    /// Properties exclude each other.
    Exclusive {
        /// Their names.
        names: Vec<String>,
    },
    /// The value is none of those that there are.
    NotAllowed {
        /// The value.
        value: String,
        /// The value that was probably meant.
        nearest: Option<String>,
        /// All that there are.
        allowed: Vec<String>,
    },
    /// There is too much or too little of something.
    OutOfRange {
        /// Of what.
        quantity: Quantity,
        /// How much there is.
        actual: String,
        /// The least that there must be.
        least: Option<String>,
        /// The most that there may be.
        most: Option<String>,
    },
    /// Two items are the same and must not be.
    Repeated {
        /// The index of the first.
        first: usize,
        /// The index of the second.
        second: usize,
    },
    /// CloudFormation sets the property itself.
    ReadOnly {
        /// Its name.
        name: String,
    },
}

/// Of what there is too much or too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The value of a number.
    Value,
    /// The characters of a text.
    Characters,
    /// The items of a list.
    Items,
    /// The properties of an object.
    Properties,
}

/// A kind of JSON value. Kinds are written as JSON Schema names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JsonKind {
    /// `{...}`.
    Object,
    /// `[...]`.
    Array,
    /// A text.
    String,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
}

impl JsonKind {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "object" => Self::Object,
            "array" => Self::Array,
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "null" => Self::Null,
            _ => return None,
        })
    }

    const fn with_article(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "a text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Null => "null",
        }
    }
}

impl fmt::Display for SchemaFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl SchemaFinding {
    /// Says what to do about it.
    pub fn mend(&self) -> String {
        self.problem.mend()
    }
}

impl fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownType { name, .. } => write!(f, "CloudFormation has no resource type `{name}`"),
            Self::UnknownProperty { name, .. } => write!(f, "there is no property `{name}` here"),
            Self::UnknownFunction { name, .. } => {
                write!(f, "CloudFormation has no intrinsic function `{name}`")
            }
            Self::UnusableFunction { name, needs } => {
                write!(f, "`{name}` needs {needs}, which the template does not have")
            }
            Self::WrongKind { expected, found } => {
                let expected: Vec<_> = expected.iter().map(|kind| kind.with_article()).collect();
                write!(f, "this must be {}, and it is {}", expected.join(" or "), found.with_article())
            }
            Self::Missing { name } => write!(f, "`{name}` is missing"),
            Self::NoneOf { names } => write!(f, "one of {} must be set, and none is", list(names)),
            Self::Exclusive { names } => write!(f, "only one of {} can be set", list(names)),
            Self::NotAllowed { value, .. } => {
                write!(f, "`{value}` is not a value that CloudFormation takes here")
            }
            Self::OutOfRange { quantity, actual, least, most } => {
                match quantity {
                    Quantity::Value => write!(f, "{actual} is out of range")?,
                    Quantity::Characters => write!(f, "the text has {actual} characters")?,
                    Quantity::Items => write!(f, "the list has {actual} items")?,
                    Quantity::Properties => write!(f, "there are {actual} properties")?,
                }
                match (least, most) {
                    (Some(least), Some(most)) => write!(f, ": {least} to {most} are allowed"),
                    (Some(least), None) => write!(f, ": {least} is the least that is allowed"),
                    (None, Some(most)) => write!(f, ": {most} is the most that is allowed"),
                    (None, None) => Ok(()),
                }
            }
            Self::Repeated { first, second } => {
                write!(f, "the items {first} and {second} are the same, and each may stand once")
            }
            Self::ReadOnly { name } => write!(f, "`{name}` is set by CloudFormation itself"),
        }
    }
}

impl SchemaProblem {
    /// Returns the name or value that was probably meant.
    pub fn nearest(&self) -> Option<&str> {
        match self {
            Self::UnknownType { nearest, .. } | Self::UnknownFunction { nearest, .. } => *nearest,
            Self::UnknownProperty { nearest, .. } | Self::NotAllowed { nearest, .. } => nearest.as_deref(),
            _ => None,
        }
    }

    /// Says what to do about it.
    pub fn mend(&self) -> String {
        if let Some(nearest) = self.nearest() {
            return format!("did you mean `{nearest}`?");
        }
        match self {
            Self::UnknownType { .. } => {
                "the types stand in the page \"AWS resource and property types reference\"".to_owned()
            }
            Self::UnknownProperty { known, .. } if known.is_empty() => "remove it".to_owned(),
            Self::UnknownProperty { known, .. } => format!("the properties are {}", list(known)),
            Self::UnknownFunction { .. } => {
                "the functions stand in the page \"Intrinsic function reference\"".to_owned()
            }
            Self::UnusableFunction { .. } => {
                "write the value itself; what differs between environments stands in their files".to_owned()
            }
            Self::WrongKind { expected, .. } => {
                let expected: Vec<_> = expected.iter().map(|kind| kind.with_article()).collect();
                format!("write {}", expected.join(" or "))
            }
            Self::Missing { name } => format!("add `{name}`"),
            Self::NoneOf { names } => format!("add one of {}", list(names)),
            Self::Exclusive { names } => format!("keep one of {}", list(names)),
            Self::NotAllowed { allowed, .. } => format!("the values are {}", list(allowed)),
            Self::OutOfRange { quantity, actual, least, most } => {
                let over = match (least, most) {
                    (Some(_), None) => false,
                    (None, Some(_)) => true,
                    _ => match (actual.parse::<f64>(), most.as_deref().unwrap_or_default().parse::<f64>()) {
                        (Ok(actual), Ok(most)) => actual > most,
                        _ => false,
                    },
                };
                let bound = if over { most } else { least };
                let bound = bound.as_deref().unwrap_or_default();
                let side = if over { "at most" } else { "at least" };
                match quantity {
                    Quantity::Value => format!("set {side} {bound}"),
                    Quantity::Characters => format!("write {side} {bound} characters"),
                    Quantity::Items => format!("list {side} {bound}"),
                    Quantity::Properties => format!("set {side} {bound} properties"),
                }
            }
            Self::Repeated { .. } => "remove one of them".to_owned(),
            Self::ReadOnly { name } => {
                format!("remove it; `Fn::GetAtt` with `{name}` gives its value elsewhere")
            }
        }
    }
}

/// The first names, so that a long list does not hide what it is for.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<_> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}
