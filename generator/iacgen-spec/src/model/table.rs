//! Tables.

use super::{Located, Place};

/// A `DynamoDB` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name that the spec gives it.
    pub id: String,
    /// Where its name stands.
    pub place: Place,
    /// Whose it is.
    pub origin: TableOrigin,
}

/// Whose a table is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableOrigin {
    /// It exists already and is not touched; its name.
    Existing(Located<String>),
    /// The stack makes it: on demand, with point-in-time recovery.
    Managed {
        /// The partition key.
        key: Attribute,
        /// The sort key.
        sort: Option<Attribute>,
        /// The attribute that says when an item expires, in seconds since 1970.
        expires: Option<String>,
        /// Whether it outlives the stack.
        retain: bool,
    },
}

/// An attribute of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: AttributeType,
}

/// The type of a key's attribute. Page: "Core components of Amazon `DynamoDB`".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeType {
    /// `S`.
    Text,
    /// `N`.
    Number,
    /// `B`.
    Binary,
}

impl AttributeType {
    /// Returns the letter that `AttributeDefinitions` has for it.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Text => "S",
            Self::Number => "N",
            Self::Binary => "B",
        }
    }
}
