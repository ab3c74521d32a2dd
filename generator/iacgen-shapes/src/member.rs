//! Whether a value is of a shape.

use serde_json::Value;

use crate::shape::is_whole;
use crate::{Presence, Shape, Text};

impl Shape {
    /// Whether the value is one of the shape's.
    pub fn contains(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Any, _)
            | (Self::Null, Value::Null)
            | (Self::Bool, Value::Bool(_))
            | (Self::Number, Value::Number(_))
            | (Self::String(Text::Any), Value::String(_)) => true,
            (Self::Integer, Value::Number(number)) => is_whole(number),
            (Self::String(Text::OneOf(texts)), Value::String(text)) => texts.contains(text),
            (Self::List(list), Value::Array(items)) => {
                items.len() >= list.first.len()
                    && list.most.is_none_or(|most| items.len() <= most)
                    && list.first.iter().zip(items).all(|(shape, item)| shape.contains(item))
                    && items.iter().skip(list.first.len()).all(|item| list.rest.contains(item))
            }
            (Self::Object(object), Value::Object(entries)) => {
                let declared = object.fields.iter().all(|(name, field)| match entries.get(name) {
                    Some(value) => field.shape.contains(value),
                    None => field.presence != Presence::Required,
                });
                let others = entries
                    .iter()
                    .filter(|(name, _)| !object.fields.contains_key(*name))
                    .all(|(_, value)| object.rest.contains(value));
                declared && others
            }
            (Self::OneOf(variants), value) => variants.iter().any(|variant| variant.contains(value)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Field;

    #[test]
    fn a_literal_is_of_its_own_shape_and_no_other() {
        let value = json!({"a": [1, 2.5, "x", null, true], "b": {}});
        let shape = Shape::of(&value);
        assert!(shape.contains(&value));
        assert!(!shape.contains(&json!({"a": [1, 2.5, "y", null, true], "b": {}})));
        assert!(!shape.contains(&json!({"a": [1, 2.5, "x", null], "b": {}})));
        assert!(!shape.contains(&json!({"a": [1, 2.5, "x", null, true], "b": {}, "c": 1})));
    }

    #[test]
    fn fields_are_there_as_declared() {
        let shape = Shape::object(
            [("a", Field::required(Shape::Integer)), ("b", Field::optional(Shape::TEXT))],
            Shape::Bool,
        );
        for (value, is) in [
            (json!({"a": 1}), true),
            (json!({"a": 1.0, "b": "x", "c": true}), true),
            (json!({"b": "x"}), false),
            (json!({"a": 1, "c": "x"}), false),
            (json!({"a": 1.5}), false),
            (json!([]), false),
        ] {
            assert_eq!(shape.contains(&value), is, "{value}");
        }
    }
}
