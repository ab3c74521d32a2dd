//! A shape put into another: what `ResultPath` does.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::path::{Path, Step};
use crate::{Field, List, Object, Presence, Shape};

/// A place that cannot be written to: the execution fails with `States.ResultPathMatchFailure`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("`{at}` is {}, so nothing can be put into it", parent.describe())]
pub struct Blocked {
    /// The path that cannot be followed further.
    pub at: String,
    /// What is there.
    pub parent: Shape,
    /// The place in [`Path::parts`] of the step that fails.
    pub part: usize,
}

impl Shape {
    /// Puts a value at a reference path, making objects on the way, as `ResultPath` does with a state's raw input. Values
    /// into which it cannot be put are left out: the execution ends there.
    ///
    /// A path that is no reference path gives [`Shape::Any`].
    ///
    /// # Errors
    /// [`Blocked`], where it can be put into no value of the shape.
    pub fn put(&self, path: &Path, value: &Self) -> Result<Self, Blocked> {
        if !path.is_reference() {
            return Ok(Self::Any);
        }
        place(self, path, 0, value)
    }
}

fn place(shape: &Shape, path: &Path, part: usize, value: &Shape) -> Result<Shape, Blocked> {
    let Some(step) = path.parts.get(part) else { return Ok(value.clone()) };
    let mut blocked = None;
    let mut placed = Vec::new();
    for variant in shape.variants() {
        let result = match (&step.step, variant) {
            (_, Shape::Any) => Ok(fresh(&step.step, path, part, value)?),
            (Step::Name(name), Shape::Object(object)) => into_object(object, name, path, part, value),
            // `null` becomes an object, unless it is the whole input.
            (Step::Name(name), Shape::Null) if part > 0 => {
                into_object(&Object { fields: IndexMap::new(), rest: Shape::Never }, name, path, part, value)
            }
            (Step::Index(index), Shape::List(list)) => into_list(list, *index, path, part, value),
            (_, other) => Err(Blocked { at: path.text_before(part), parent: other.clone(), part }),
        };
        match result {
            Ok(shape) => placed.push(shape),
            Err(reason) => blocked = blocked.or(Some(reason)),
        }
    }
    match blocked {
        Some(reason) if placed.is_empty() => Err(reason),
        _ => Ok(Shape::join_all(placed)),
    }
}

/// What a value of which nothing was known is afterwards.
fn fresh(step: &Step, path: &Path, part: usize, value: &Shape) -> Result<Shape, Blocked> {
    let inner = place(&Shape::Any, path, part + 1, value)?;
    Ok(match step {
        Step::Name(name) => Shape::open([(name.as_str(), Field::required(inner))]),
        _ => Shape::list_of(Shape::Any),
    })
}

fn into_object(
    object: &Object,
    name: &str,
    path: &Path,
    part: usize,
    value: &Shape,
) -> Result<Shape, Blocked> {
    let absent = || place(&Shape::Null, path, part + 1, value);
    let inner = match object.fields.get(name) {
        Some(field) if field.presence == Presence::Required => place(&field.shape, path, part + 1, value)?,
        // A field that may not be there, or is one of the others: whatever it is, or a new one.
        other => {
            let there = other.map_or(&object.rest, |field| &field.shape);
            match (place(there, path, part + 1, value), absent()) {
                (Ok(there), Ok(made)) => there.join(&made),
                (Ok(shape), Err(_)) | (Err(_), Ok(shape)) => shape,
                (Err(reason), Err(new)) => return Err(if other.is_some() { reason } else { new }),
            }
        }
    };
    let mut fields = object.fields.clone();
    fields.insert(name.to_owned(), Field::required(inner));
    Ok(Shape::Object(Arc::new(Object { fields, rest: object.rest.clone() })))
}

fn into_list(list: &List, index: i64, path: &Path, part: usize, value: &Shape) -> Result<Shape, Blocked> {
    let blocked =
        || Blocked { at: path.text_before(part), parent: Shape::List(Arc::new(list.clone())), part };
    let index = usize::try_from(index).map_err(|_| blocked())?;
    if let Some(item) = list.first.get(index) {
        let mut first = list.first.clone();
        first[index] = place(item, path, part + 1, value)?;
        return Ok(Shape::List(Arc::new(List::new(first, list.rest.clone(), list.most))));
    }
    if list.rest == Shape::Never || list.most.is_some_and(|most| most <= index) {
        return Err(blocked());
    }
    // The list was long enough, or the execution ended: the items up to it are there.
    let mut first = list.first.clone();
    first.resize(index, list.rest.clone());
    first.push(place(&list.rest, path, part + 1, value)?);
    Ok(Shape::List(Arc::new(List::new(first, list.rest.clone(), list.most))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn put(shape: &Shape, path: &str, value: &Shape) -> Result<Shape, String> {
        shape.put(&Path::parse(path).unwrap(), value).map_err(|blocked| blocked.to_string())
    }

    #[test]
    fn objects_are_made_on_the_way() {
        let input = Shape::record([("a", Shape::TEXT)]);
        let result = put(&input, "$.b.c", &Shape::Bool).unwrap();
        assert_eq!(result, Shape::record([("a", Shape::TEXT), ("b", Shape::record([("c", Shape::Bool)]))]));
        assert_eq!(put(&input, "$", &Shape::Bool), Ok(Shape::Bool));
        assert_eq!(put(&input, "$.a", &Shape::Bool), Ok(Shape::record([("a", Shape::Bool)])));
    }

    #[test]
    fn other_values_stop_it() {
        let input = Shape::record([("a", Shape::TEXT)]);
        assert_eq!(
            put(&input, "$.a.b", &Shape::Bool),
            Err("`$.a` is a text, so nothing can be put into it".to_owned())
        );
        assert_eq!(
            put(&Shape::Integer, "$.a", &Shape::Bool),
            Err("`$` is a whole number, so nothing can be put into it".to_owned())
        );
        assert!(put(&Shape::tuple(vec![]), "$[0]", &Shape::Bool).is_err());
    }

    #[test]
    fn what_may_fail_goes_on_where_it_does_not() {
        let input = Shape::record([("a", Shape::TEXT.join(&Shape::record([("x", Shape::Bool)])))]);
        let result = put(&input, "$.a.y", &Shape::Null).unwrap();
        assert_eq!(result, Shape::record([("a", Shape::record([("x", Shape::Bool), ("y", Shape::Null)]))]));
        let optional = Shape::closed([("a", Field::optional(Shape::record([("x", Shape::Bool)])))]);
        let result = put(&optional, "$.a.y", &Shape::Null).unwrap();
        assert_eq!(result.as_object().unwrap().fields["a"].shape.variants().len(), 2);
    }

    #[test]
    fn of_the_unknown_the_new_field_is_known() {
        assert_eq!(
            put(&Shape::Any, "$.a", &Shape::Bool),
            Ok(Shape::open([("a", Field::required(Shape::Bool))]))
        );
    }
}
