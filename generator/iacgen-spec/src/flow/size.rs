//! How small a value of a shape can be as JSON.

use iacgen_shapes::{Presence, Shape, Text};

/// The fewest bytes that a value of a shape takes as JSON without blanks.
pub(crate) fn fewest_bytes(shape: &Shape) -> usize {
    match shape {
        Shape::Any | Shape::Never | Shape::Integer | Shape::Number => 1,
        Shape::Null | Shape::Bool => 4,
        Shape::String(Text::Any) => 2,
        Shape::String(Text::OneOf(texts)) => texts.iter().map(|text| text.len() + 2).min().unwrap_or(2),
        Shape::List(list) => {
            let items: usize = list.first.iter().map(fewest_bytes).sum();
            2 + items + list.first.len().saturating_sub(1)
        }
        Shape::Object(object) => {
            let fields: Vec<usize> = object
                .fields
                .iter()
                .filter(|(_, field)| field.presence == Presence::Required)
                .map(|(name, field)| name.len() + 3 + fewest_bytes(&field.shape))
                .collect();
            2 + fields.iter().sum::<usize>() + fields.len().saturating_sub(1)
        }
        Shape::OneOf(variants) => variants.iter().map(fewest_bytes).min().unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_literal_takes_what_it_takes() {
        for value in [json!({"a": ["x", null, true], "bc": "de"}), json!({}), json!([]), json!("x")] {
            assert_eq!(fewest_bytes(&Shape::of(&value)), value.to_string().len(), "{value}");
        }
    }
}
