//! Shapes in a few words.

use std::fmt::Write as _;

use crate::{List, Object, Presence, Shape, Text};

/// The most fields, texts or variants that are named; the others are counted.
const MOST_NAMED: usize = 8;

impl Shape {
    /// Says what it is in a few words: `{ statusCode, body, run }`, `a list of { index, bytes }`, `a text or null`. A field
    /// that may be absent has a `?`; other fields that may be there are `...`.
    pub fn describe(&self) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Never => "no value".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::String(Text::Any) => "a text".to_owned(),
            Self::String(Text::OneOf(texts)) => {
                named(texts.iter().map(|text| format!("\"{text}\"")), " or ", "others")
            }
            Self::List(list) => describe_list(list),
            Self::Object(object) => describe_object(object),
            Self::OneOf(variants) => named(variants.iter().map(Self::describe), " or ", "others"),
        }
    }

    /// Says of which kind it is, without its parts: `an object`, `a list`, `a text or null`.
    pub fn kind(&self) -> String {
        let mut kinds: Vec<&str> = Vec::new();
        for variant in self.variants() {
            let kind = match variant {
                Self::Any => "anything",
                Self::Never => "no value",
                Self::Null => "null",
                Self::Bool => "true or false",
                Self::Integer => "a whole number",
                Self::Number => "a number",
                Self::String(_) => "a text",
                Self::List(_) => "a list",
                Self::Object(_) => "an object",
                Self::OneOf(_) => continue,
            };
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds.join(" or ")
    }
}

fn describe_list(list: &List) -> String {
    if list.first.is_empty() {
        return match &list.rest {
            Shape::Never => "an empty list".to_owned(),
            Shape::Any => "a list".to_owned(),
            item @ Shape::OneOf(_) => format!("a list of ({})", item.describe()),
            item => format!("a list of {}", plural(item)),
        };
    }
    let first = named(list.first.iter().map(Shape::describe), ", ", "more");
    if list.rest == Shape::Never { format!("[{first}]") } else { format!("[{first}, ...]") }
}

fn plural(item: &Shape) -> String {
    match item {
        Shape::Integer => "whole numbers".to_owned(),
        Shape::Number => "numbers".to_owned(),
        Shape::String(Text::Any) => "texts".to_owned(),
        Shape::List(list) if list.first.is_empty() => {
            let inner = describe_list(list);
            inner.strip_prefix("a list").map_or(inner.clone(), |rest| format!("lists{rest}"))
        }
        other => other.describe(),
    }
}

fn describe_object(object: &Object) -> String {
    if object.fields.is_empty() {
        return match &object.rest {
            Shape::Never => "an empty object".to_owned(),
            Shape::Any => "an object".to_owned(),
            value => format!("an object whose values are {}", value.describe()),
        };
    }
    let fields = object.fields.iter().map(|(name, field)| match field.presence {
        Presence::Required | Presence::Unknown => name.clone(),
        Presence::Optional => format!("{name}?"),
    });
    let mut text = named(fields, ", ", "more");
    if !object.is_closed() {
        text.push_str(", ...");
    }
    format!("{{ {text} }}")
}

/// The parts, and a count of those that are too many to name.
fn named(parts: impl Iterator<Item = String>, between: &str, others: &str) -> String {
    let parts: Vec<String> = parts.collect();
    let shown = if parts.len() > MOST_NAMED + 1 { MOST_NAMED } else { parts.len() };
    let mut text = parts[..shown].join(between);
    if shown < parts.len() {
        // Writing to a String does not fail.
        let _ = write!(text, "{between}{} {others}", parts.len() - shown);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Field;

    #[test]
    fn shapes_are_told_in_a_few_words() {
        let shard = Shape::record([
            ("index", Shape::Integer),
            ("objects", Shape::list_of(Shape::Any)),
            ("bytes", Shape::Integer),
        ]);
        for (shape, words) in [
            (shard.clone(), "{ index, objects, bytes }"),
            (Shape::list_of(shard), "a list of { index, objects, bytes }"),
            (Shape::TEXT.or_null(), "a text or null"),
            (Shape::list_of(Shape::TEXT), "a list of texts"),
            (Shape::list_of(Shape::list_of(Shape::TEXT)), "a list of lists of texts"),
            (Shape::list_of(Shape::TEXT.or_null()), "a list of (a text or null)"),
            (Shape::open([("a", Field::optional(Shape::Any))]), "{ a?, ... }"),
            (Shape::tuple(vec![Shape::Integer, Shape::text("x")]), "[a whole number, \"x\"]"),
            (Shape::record::<String>([]), "an empty object"),
            (
                Shape::record((0..12).map(|index| (format!("f{index}"), Shape::Any))),
                "{ f0, f1, f2, f3, f4, f5, f6, f7, 4 more }",
            ),
        ] {
            assert_eq!(shape.describe(), words);
        }
        assert_eq!(
            Shape::text("x").or_null().join(&Shape::record([("a", Shape::Any)])).kind(),
            "a text or null or an object"
        );
    }
}
