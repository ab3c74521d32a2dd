//! A value of one shape or of another.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::{Field, List, Object, Presence, Shape, Text};

/// The most texts that are told apart; more are any text.
const MOST_TEXTS: usize = 64;

/// The most variants that are kept apart; objects and lists beyond them are merged.
const MOST_VARIANTS: usize = 16;

impl Shape {
    /// The values of both.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        Self::join_all([self.clone(), other.clone()])
    }

    /// The values of all; [`Shape::Never`] for none.
    pub fn join_all(shapes: impl IntoIterator<Item = Self>) -> Self {
        let mut variants: Vec<Self> = Vec::new();
        for shape in shapes {
            for variant in shape.variants() {
                if variant.is_any() {
                    return Self::Any;
                }
                add(&mut variants, variant.clone());
            }
        }
        if variants.len() > MOST_VARIANTS {
            variants = merge(variants);
        }
        if variants.len() > 1 {
            return Self::OneOf(variants.into());
        }
        variants.pop().unwrap_or(Self::Never)
    }

    /// The shape with `null` beside its values.
    #[must_use]
    pub fn or_null(&self) -> Self {
        self.join(&Self::Null)
    }
}

fn add(variants: &mut Vec<Shape>, new: Shape) {
    if new == Shape::Never || variants.contains(&new) {
        return;
    }
    match new {
        Shape::Integer if variants.contains(&Shape::Number) => {}
        Shape::Number => {
            if let Some(place) = variants.iter_mut().find(|variant| **variant == Shape::Integer) {
                *place = Shape::Number;
            } else {
                variants.push(Shape::Number);
            }
        }
        Shape::String(text) => {
            let place = variants.iter_mut().find_map(|variant| match variant {
                Shape::String(place) => Some(place),
                _ => None,
            });
            match place {
                Some(place) => *place = join_texts(place, &text),
                None => variants.push(Shape::String(text)),
            }
        }
        other => variants.push(other),
    }
}

fn join_texts(left: &Text, right: &Text) -> Text {
    match (left, right) {
        (Text::OneOf(left), Text::OneOf(right)) => {
            let both: BTreeSet<String> = left.union(right).cloned().collect();
            if both.len() > MOST_TEXTS { Text::Any } else { Text::OneOf(Arc::new(both)) }
        }
        _ => Text::Any,
    }
}

/// One object for all objects, one list for all lists.
fn merge(variants: Vec<Shape>) -> Vec<Shape> {
    let mut merged: Vec<Shape> = Vec::new();
    for variant in variants {
        let place = merged.iter_mut().find(|place| {
            matches!(
                (&**place, &variant),
                (Shape::Object(_), Shape::Object(_)) | (Shape::List(_), Shape::List(_))
            )
        });
        match (place, variant) {
            (Some(place), variant) => {
                *place = match (&*place, &variant) {
                    (Shape::Object(left), Shape::Object(right)) => {
                        Shape::Object(Arc::new(merge_objects(left, right)))
                    }
                    (Shape::List(left), Shape::List(right)) => {
                        let item = left.any_item().join(&right.any_item());
                        let most = left.most.zip(right.most).map(|(left, right)| left.max(right));
                        Shape::List(Arc::new(List::new(Vec::new(), item, most)))
                    }
                    _ => Shape::Any,
                };
            }
            (None, variant) => merged.push(variant),
        }
    }
    merged
}

/// One object shape with the values of both.
pub(crate) fn merge_objects(left: &Object, right: &Object) -> Object {
    let mut fields = IndexMap::new();
    for (name, field) in &left.fields {
        let other = right.fields.get(name);
        let presence = match (field.presence, other.map(|other| other.presence)) {
            (own, Some(other)) => own.max(other),
            (own, None) if right.rest.is_any() => own.max(Presence::Unknown),
            (_, None) => Presence::Optional,
        };
        let beside = other.map_or(&right.rest, |other| &other.shape);
        fields.insert(name.clone(), Field { shape: field.shape.join(beside), presence });
    }
    for (name, field) in &right.fields {
        if !left.fields.contains_key(name) {
            let presence =
                if left.rest.is_any() { field.presence.max(Presence::Unknown) } else { Presence::Optional };
            fields.insert(name.clone(), Field { shape: field.shape.join(&left.rest), presence });
        }
    }
    Object { fields, rest: left.rest.join(&right.rest) }
}

impl List {
    /// The items from `start` on (`first` items before it are dropped).
    pub(crate) fn from(&self, start: usize) -> List {
        let first = self.first.iter().skip(start).cloned().collect();
        List::new(first, self.rest.clone(), self.most.map(|most| most.saturating_sub(start)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_are_flat_and_have_no_doubles() {
        let maybe = Shape::TEXT.or_null();
        assert_eq!(maybe.join(&Shape::text("a")), maybe);
        assert_eq!(Shape::Integer.join(&Shape::Number), Shape::Number);
        assert_eq!(Shape::Number.join(&Shape::Integer), Shape::Number);
        assert_eq!(Shape::Never.join(&Shape::Bool), Shape::Bool);
        assert_eq!(maybe.join(&Shape::Any), Shape::Any);
        assert_eq!(Shape::text("a").join(&Shape::text("b")), Shape::texts(["a".into(), "b".into()]));
        assert_eq!(Shape::join_all([]), Shape::Never);
    }

    #[test]
    fn many_objects_become_one() {
        let shapes = (0..20).map(|index| {
            Shape::record([
                ("kind".to_owned(), Shape::text(format!("k{index}"))),
                (format!("f{index}"), Shape::Bool),
            ])
        });
        let joined = Shape::join_all(shapes);
        let object = joined.as_object().unwrap();
        assert_eq!(object.fields["kind"].presence, Presence::Required);
        assert_eq!(object.fields["f3"].presence, Presence::Optional);
        assert!(object.is_closed());
    }

    #[test]
    fn many_lists_have_as_many_items_as_the_longest() {
        let list = |item, most| Shape::List(Arc::new(List::new(Vec::new(), item, Some(most))));
        let mut lists: Vec<Shape> = (0..20).map(|index| list(Shape::Integer, index)).collect();
        assert_eq!(Shape::join_all(lists.clone()).most_items(), Some(19));
        lists.push(Shape::list_of(Shape::Bool));
        assert_eq!(Shape::join_all(lists).most_items(), None);
        assert_eq!(list(Shape::Bool, 3).join(&Shape::tuple(vec![Shape::Bool; 5])).most_items(), Some(5));
        assert_eq!(list(Shape::Bool, 3).or_null().most_items(), Some(3));
        assert_eq!(list(Shape::Bool, 3).join(&Shape::Any).most_items(), None);
    }

    #[test]
    fn many_texts_become_any() {
        let joined = Shape::join_all((0..100).map(|index| Shape::text(index.to_string())));
        assert_eq!(joined, Shape::TEXT);
    }
}
