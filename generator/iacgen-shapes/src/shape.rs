//! The types of JSON values.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

/// A set of JSON values that holds at least every value that can arrive. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Nothing is known.
    Any,
    /// No value at all: what an empty list has as its items.
    Never,
    /// `null`.
    Null,
    /// `true` and `false`.
    Bool,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Texts.
    String(Text),
    /// Lists.
    List(Arc<List>),
    /// Objects.
    Object(Arc<Object>),
    /// A value of one of these. Made by [`Shape::join`] only: never nested, never with `Any` or `Never`, at least two.
    OneOf(Arc<[Shape]>),
}

/// Which texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// Any text.
    Any,
    /// One of these.
    OneOf(Arc<BTreeSet<String>>),
}

/// Lists that begin with certain items.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The items that every such list begins with.
    pub first: Vec<Shape>,
    /// Any number of further items; [`Shape::Never`] for none.
    pub rest: Shape,
    /// The most items there can be, those of `first` among them; `None` where nothing bounds them.
    pub most: Option<usize>,
}

/// Objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// The fields that are declared, in their order.
    pub fields: IndexMap<String, Field>,
    /// The values of any other field: [`Shape::Never`] where there is no other (a closed object), [`Shape::Any`] where
    /// nothing is known of them.
    pub rest: Shape,
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its value.
    pub shape: Shape,
    /// Whether it is always there.
    pub presence: Presence,
}

/// Whether a field is always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// In every value.
    Required,
    /// Nothing is known.
    Unknown,
    /// In some.
    Optional,
}

impl Field {
    /// Makes a field that is always there.
    pub fn required(shape: Shape) -> Self {
        Self { shape, presence: Presence::Required }
    }

    /// Makes a field of which it is not known whether it is there.
    pub fn unknown(shape: Shape) -> Self {
        Self { shape, presence: Presence::Unknown }
    }

    /// Makes a field that may be absent.
    pub fn optional(shape: Shape) -> Self {
        Self { shape, presence: Presence::Optional }
    }
}

impl Object {
    /// Whether no other field than those declared can be there.
    pub fn is_closed(&self) -> bool {
        self.rest == Shape::Never
    }
}

impl Shape {
    /// Any text.
    pub const TEXT: Self = Self::String(Text::Any);

    /// Makes the shape of one text.
    pub fn text(value: impl Into<String>) -> Self {
        Self::texts([value.into()])
    }

    /// Makes the shape of some texts.
    pub fn texts(values: impl IntoIterator<Item = String>) -> Self {
        let values: BTreeSet<String> = values.into_iter().collect();
        if values.is_empty() { Self::Never } else { Self::String(Text::OneOf(Arc::new(values))) }
    }

    /// Makes the shape of lists of any length.
    pub fn list_of(item: Self) -> Self {
        Self::List(Arc::new(List::new(Vec::new(), item, None)))
    }

    /// Makes the shape of lists with exactly these items.
    pub fn tuple(items: Vec<Self>) -> Self {
        Self::List(Arc::new(List::new(items, Self::Never, None)))
    }

    /// Makes the shape of objects with these fields and no other.
    pub fn closed<N: Into<String>>(fields: impl IntoIterator<Item = (N, Field)>) -> Self {
        Self::object(fields, Self::Never)
    }

    /// Makes the shape of objects with these fields, and others of which nothing is known.
    pub fn open<N: Into<String>>(fields: impl IntoIterator<Item = (N, Field)>) -> Self {
        Self::object(fields, Self::Any)
    }

    /// Makes the shape of objects with these fields, and others with values of `rest`.
    pub fn object<N: Into<String>>(fields: impl IntoIterator<Item = (N, Field)>, rest: Self) -> Self {
        let fields = fields.into_iter().map(|(name, field)| (name.into(), field)).collect();
        Self::Object(Arc::new(Object { fields, rest }))
    }

    /// Makes the shape of objects whose fields are all there: `{ a, b }`.
    pub fn record<N: Into<String>>(fields: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::closed(fields.into_iter().map(|(name, shape)| (name, Field::required(shape))))
    }

    /// Makes the shape of one value: a literal in a workflow.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Bool,
            Value::Number(number) if is_whole(number) => Self::Integer,
            Value::Number(_) => Self::Number,
            Value::String(text) => Self::text(text),
            Value::Array(items) => Self::tuple(items.iter().map(Self::of).collect()),
            Value::Object(entries) => {
                Self::record(entries.iter().map(|(name, value)| (name, Self::of(value))))
            }
        }
    }

    /// The shapes that it is one of: itself, unless it is [`Shape::OneOf`].
    pub fn variants(&self) -> &[Self] {
        match self {
            Self::OneOf(variants) => variants,
            other => std::slice::from_ref(other),
        }
    }

    /// The text, where it is always the same.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::String(Text::OneOf(values)) if values.len() == 1 => values.first().map(String::as_str),
            _ => None,
        }
    }

    /// The object, where it is one of a single kind.
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// What the items of a list are: of every variant that can be a list. [`Shape::Never`] where none can.
    #[must_use]
    pub fn items(&self) -> Self {
        Self::join_all(self.variants().iter().map(|variant| match variant {
            Self::Any => Self::Any,
            Self::List(list) => list.any_item(),
            _ => Self::Never,
        }))
    }

    /// Whether some value of it can be a list.
    pub fn can_be_list(&self) -> bool {
        self.variants().iter().any(|variant| matches!(variant, Self::Any | Self::List(_)))
    }

    /// The most items that a list of it has; `None` where nothing bounds them. What cannot be a list has none.
    pub fn most_items(&self) -> Option<usize> {
        self.variants().iter().try_fold(0, |most, variant| match variant {
            Self::Any => None,
            Self::List(list) => Some(list.most?.max(most)),
            _ => Some(most),
        })
    }

    /// Whether nothing is known.
    pub fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }
}

impl List {
    /// Makes lists that begin with certain items and have at most `most` in all.
    pub fn new(first: Vec<Shape>, rest: Shape, most: Option<usize>) -> Self {
        if rest == Shape::Never {
            let most = Some(first.len());
            return Self { first, rest, most };
        }
        Self { most: most.map(|most| most.max(first.len())), first, rest }
    }

    /// What an item is, whatever its place.
    pub fn any_item(&self) -> Shape {
        Shape::join_all(self.first.iter().cloned().chain([self.rest.clone()]))
    }
}

/// Whether a number is whole, as JSON Schema has it: 1.0 is.
pub(crate) fn is_whole(number: &serde_json::Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|value| value.fract() == 0.0)
}
