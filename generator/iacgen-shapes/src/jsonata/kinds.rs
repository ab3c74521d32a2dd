//! Kinds of values, as JSONata's functions and operators tell them apart.

use super::Undefined;
use super::navigate::Value;
use crate::Shape;

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const TEXT: Self = Self(1);
    pub(super) const NUMBER: Self = Self(2);
    pub(super) const BOOL: Self = Self(4);
    pub(super) const NULL: Self = Self(8);
    pub(super) const LIST: Self = Self(16);
    pub(super) const OBJECT: Self = Self(32);
    pub(super) const FUNCTION: Self = Self(64);
    /// No value.
    pub(super) const NOTHING: Self = Self(128);
    pub(super) const ANY: Self = Self(255);

    /// The kind of a symbol of a signature.
    pub(super) fn of_symbol(symbol: char) -> Self {
        match symbol {
            's' => Self::TEXT,
            'n' => Self::NUMBER,
            'b' => Self::BOOL,
            'l' => Self::NULL,
            'a' => Self::LIST,
            'o' => Self::OBJECT,
            'f' => Self::FUNCTION,
            _ => Self::ANY,
        }
    }

    /// What a value may be. A value of which nothing is known may be a function.
    pub(super) fn of(value: &Value) -> Self {
        let shape = Self::of_shape(&value.shape);
        match value.undefined {
            Undefined::Always => Self::NOTHING,
            Undefined::Never if shape == Self::NONE => Self::ANY,
            Undefined::Never => shape,
            Undefined::Unknown | Undefined::Sometimes => shape.with(Self::NOTHING),
        }
    }

    /// What a value of a shape may be.
    pub(super) fn of_shape(shape: &Shape) -> Self {
        shape.variants().iter().fold(Self::NONE, |kinds, variant| {
            kinds.with(match variant {
                Shape::Any | Shape::OneOf(_) => Self::ANY.without(Self::NOTHING),
                Shape::Never => Self::NONE,
                Shape::Null => Self::NULL,
                Shape::Bool => Self::BOOL,
                Shape::Integer | Shape::Number => Self::NUMBER,
                Shape::String(_) => Self::TEXT,
                Shape::List(_) => Self::LIST,
                Shape::Object(_) => Self::OBJECT,
            })
        })
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// What it is, for messages.
    pub(super) fn describe(self) -> String {
        if self.with(Self::NOTHING) == Self::ANY {
            return "a value".to_owned();
        }
        let known = [
            (Self::TEXT, "a text"),
            (Self::NUMBER, "a number"),
            (Self::BOOL, "true or false"),
            (Self::NULL, "null"),
            (Self::LIST, "a list"),
            (Self::OBJECT, "an object"),
            (Self::FUNCTION, "a function"),
        ];
        let named = known.into_iter().filter(|(kind, _)| self.meets(*kind)).map(|(_, name)| name);
        named.collect::<Vec<_>>().join(" or ")
    }

    /// What a list of these is, for messages.
    pub(super) fn describe_list(self) -> String {
        let items = match self {
            Self::TEXT => "texts",
            Self::NUMBER => "numbers",
            Self::OBJECT => "objects",
            _ => return "a list".to_owned(),
        };
        format!("a list of {items}")
    }
}
