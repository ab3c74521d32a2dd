//! What a name finds in a value, as JSONata looks: through lists, and with no value where there is none.

use super::{Interval, Undefined};
use crate::{Presence, Shape};

/// A value that may be undefined.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub(super) shape: Shape,
    pub(super) undefined: Undefined,
    /// Where it is a number, between which ones it lies.
    pub(super) range: Interval,
}

impl Value {
    pub(super) fn sure(shape: Shape) -> Self {
        Self { shape, undefined: Undefined::Never, range: Interval::ALL }
    }

    pub(super) fn maybe(shape: Shape) -> Self {
        Self { undefined: Undefined::Sometimes, ..Self::sure(shape) }
    }

    pub(super) fn unknown() -> Self {
        Self { undefined: Undefined::Unknown, ..Self::sure(Shape::Any) }
    }

    pub(super) fn nothing() -> Self {
        Self { undefined: Undefined::Always, ..Self::sure(Shape::Never) }
    }

    /// A number between certain ones.
    pub(super) fn number(shape: Shape, range: Interval) -> Self {
        Self { range, ..Self::sure(shape) }
    }

    /// One value or the other.
    pub(super) fn or(self, other: &Self) -> Self {
        let range = match (self.undefined, other.undefined) {
            (Undefined::Always, _) => other.range,
            (_, Undefined::Always) => self.range,
            _ => self.range.hull(other.range),
        };
        let undefined = self.undefined.or(other.undefined);
        Self { shape: self.shape.join(&other.shape), undefined, range }
    }

    /// The value, undefined at least as often as what it was made of.
    pub(super) fn after(self, source: Undefined) -> Self {
        Self { undefined: self.undefined.max(source.min(Undefined::Sometimes)), ..self }
    }
}

impl Undefined {
    /// One or the other.
    fn or(self, other: Self) -> Self {
        if self == other { self } else { self.max(other).min(Self::Sometimes) }
    }
}

/// What a name finds.
pub(super) fn field(shape: &Shape, name: &str) -> Value {
    let mut found = shape.variants().iter().map(|variant| field_of_one(variant, name));
    let first = found.next().unwrap_or_else(Value::nothing);
    found.fold(first, |all, value| all.or(&value))
}

fn field_of_one(shape: &Shape, name: &str) -> Value {
    match shape {
        Shape::Any => Value::unknown(),
        Shape::Object(object) => match object.fields.get(name) {
            Some(field) if field.shape == Shape::Never => Value::nothing(),
            Some(field) => {
                let undefined = match field.presence {
                    Presence::Required => Undefined::Never,
                    Presence::Unknown => Undefined::Unknown,
                    Presence::Optional => Undefined::Sometimes,
                };
                Value { undefined, ..Value::sure(field.shape.clone()) }
            }
            None if object.is_closed() => Value::nothing(),
            None if object.rest.is_any() => Value::unknown(),
            None => Value::maybe(object.rest.clone()),
        },
        Shape::List(list) => {
            let found = field(&list.any_item(), name);
            match found.undefined {
                Undefined::Always => Value::nothing(),
                _ => many(&found.shape),
            }
        }
        _ => Value::nothing(),
    }
}

/// What is left of a sequence of values: none, one alone, or a list. A list among them is taken apart.
pub(super) fn many(shape: &Shape) -> Value {
    let item = spread(shape);
    Value::maybe(Shape::list_of(item.clone()).join(&item))
}

/// The items of lists, and the other values themselves.
pub(super) fn spread(shape: &Shape) -> Shape {
    Shape::join_all(shape.variants().iter().map(|variant| match variant {
        Shape::List(list) => list.any_item(),
        other => other.clone(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Field;

    #[test]
    fn names_go_through_lists() {
        let items = Shape::list_of(Shape::record([("a", Shape::Integer)]));
        assert_eq!(field(&items, "a"), Value::maybe(Shape::list_of(Shape::Integer).join(&Shape::Integer)));
        assert_eq!(field(&items, "b"), Value::nothing());
        assert_eq!(field(&Shape::TEXT, "a"), Value::nothing());
    }

    #[test]
    fn optional_fields_may_be_undefined() {
        let shape = Shape::closed([("a", Field::optional(Shape::TEXT)), ("b", Field::required(Shape::Bool))]);
        assert_eq!(field(&shape, "a"), Value::maybe(Shape::TEXT));
        assert_eq!(field(&shape, "b"), Value::sure(Shape::Bool));
        assert_eq!(field(&shape.or_null(), "b"), Value::maybe(Shape::Bool));
    }
}
