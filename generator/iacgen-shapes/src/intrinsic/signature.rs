//! The functions, and what they take and give.

use crate::{Field, Shape};

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are AWS's")]
pub enum Function {
    Array,
    ArrayContains,
    ArrayGetItem,
    ArrayLength,
    ArrayPartition,
    ArrayRange,
    ArrayUnique,
    Base64Decode,
    Base64Encode,
    Format,
    Hash,
    JsonMerge,
    JsonToString,
    MathAdd,
    MathRandom,
    StringSplit,
    StringToJson,
    Uuid,
}

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any value.
    Any,
    /// A list.
    List,
    /// A text.
    Text,
    /// A number; a fraction is rounded.
    Number,
    /// An object.
    Object,
    /// `true` or `false`.
    Bool,
}

impl Function {
    /// Every function, by name.
    pub const ALL: [Self; 18] = [
        Self::Array,
        Self::ArrayContains,
        Self::ArrayGetItem,
        Self::ArrayLength,
        Self::ArrayPartition,
        Self::ArrayRange,
        Self::ArrayUnique,
        Self::Base64Decode,
        Self::Base64Encode,
        Self::Format,
        Self::Hash,
        Self::JsonMerge,
        Self::JsonToString,
        Self::MathAdd,
        Self::MathRandom,
        Self::StringSplit,
        Self::StringToJson,
        Self::Uuid,
    ];

    /// The function of a name, `States.Format`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Array => "States.Array",
            Self::ArrayContains => "States.ArrayContains",
            Self::ArrayGetItem => "States.ArrayGetItem",
            Self::ArrayLength => "States.ArrayLength",
            Self::ArrayPartition => "States.ArrayPartition",
            Self::ArrayRange => "States.ArrayRange",
            Self::ArrayUnique => "States.ArrayUnique",
            Self::Base64Decode => "States.Base64Decode",
            Self::Base64Encode => "States.Base64Encode",
            Self::Format => "States.Format",
            Self::Hash => "States.Hash",
            Self::JsonMerge => "States.JsonMerge",
            Self::JsonToString => "States.JsonToString",
            Self::MathAdd => "States.MathAdd",
            Self::MathRandom => "States.MathRandom",
            Self::StringSplit => "States.StringSplit",
            Self::StringToJson => "States.StringToJson",
            Self::Uuid => "States.UUID",
        }
    }

    /// What it takes, by place.
    pub fn takes(self) -> &'static [Kind] {
        match self {
            Self::Array | Self::Uuid => &[],
            Self::ArrayContains => &[Kind::List, Kind::Any],
            Self::ArrayGetItem | Self::ArrayPartition => &[Kind::List, Kind::Number],
            Self::ArrayLength | Self::ArrayUnique => &[Kind::List],
            Self::Base64Decode | Self::Base64Encode | Self::Format | Self::StringToJson => &[Kind::Text],
            Self::Hash => &[Kind::Any, Kind::Text],
            Self::JsonMerge => &[Kind::Object, Kind::Object, Kind::Bool],
            Self::JsonToString => &[Kind::Any],
            Self::MathAdd => &[Kind::Number, Kind::Number],
            // The third of `States.MathRandom` is a seed, and may be left out.
            Self::ArrayRange | Self::MathRandom => &[Kind::Number, Kind::Number, Kind::Number],
            Self::StringSplit => &[Kind::Text, Kind::Text],
        }
    }

    /// The fewest arguments, and the most where there is a most.
    pub fn arity(self) -> (usize, Option<usize>) {
        let takes = self.takes().len();
        match self {
            Self::Array | Self::Format => (takes, None),
            Self::MathRandom => (2, Some(3)),
            _ => (takes, Some(takes)),
        }
    }

    /// What it gives for arguments of these shapes.
    pub fn gives(self, arguments: &[Shape]) -> Shape {
        let first = arguments.first();
        let item = || first.map_or(Shape::Any, Shape::items);
        match self {
            Self::Array => Shape::tuple(arguments.to_vec()),
            Self::ArrayContains => Shape::Bool,
            Self::ArrayGetItem => item(),
            Self::ArrayUnique => Shape::list_of(item()),
            Self::ArrayPartition => Shape::list_of(Shape::list_of(item())),
            Self::ArrayRange => Shape::list_of(Shape::Integer),
            Self::ArrayLength | Self::MathAdd | Self::MathRandom => Shape::Integer,
            Self::Base64Decode
            | Self::Base64Encode
            | Self::Format
            | Self::Hash
            | Self::JsonToString
            | Self::Uuid => Shape::TEXT,
            Self::StringSplit => Shape::list_of(Shape::TEXT),
            Self::StringToJson => Shape::Any,
            Self::JsonMerge => match arguments {
                [left, right, ..] => merge(left, right),
                _ => Shape::Any,
            },
        }
    }
}

/// The fields of both; the second's where both have one of a name.
fn merge(left: &Shape, right: &Shape) -> Shape {
    let (Some(left), Some(right)) = (left.as_object(), right.as_object()) else { return Shape::Any };
    let mut fields = left.fields.clone();
    for (name, field) in &right.fields {
        let merged = match (left.fields.get(name), field.presence) {
            (_, crate::Presence::Required) => field.clone(),
            (Some(own), _) => Field { shape: own.shape.join(&field.shape), presence: own.presence },
            (None, _) => Field { shape: field.shape.join(&left.rest), ..field.clone() },
        };
        fields.insert(name.clone(), merged);
    }
    if !right.is_closed() {
        // The second's other fields may take the place of any of the first.
        for (name, field) in &mut fields {
            if !right.fields.contains_key(name) {
                field.shape = field.shape.join(&right.rest);
            }
        }
    }
    Shape::object(fields, left.rest.join(&right.rest))
}

impl Kind {
    /// What it accepts.
    pub fn shape(self) -> Shape {
        match self {
            Self::Any => Shape::Any,
            Self::List => Shape::list_of(Shape::Any),
            Self::Text => Shape::TEXT,
            Self::Number => Shape::Number,
            Self::Object => Shape::open::<String>([]),
            Self::Bool => Shape::Bool,
        }
    }
}
