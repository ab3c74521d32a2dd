//! What a path finds in a shape.

use std::ops::Range;

use crate::path::{Aggregate, Path, Step, is_plain};
use crate::{List, Object, Presence, Shape, closest};

/// What a path finds.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    /// A value of this shape, as far as is known.
    Found(Shape),
    /// A value of this shape in some executions; in others there is none, and the execution fails with `States.Runtime`.
    Maybe(Shape, Uncertain),
    /// Certainly nothing.
    Missing(Missing),
}

/// Why there may be nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncertain {
    /// The step that may find nothing.
    pub absence: Absence,
    /// What makes it uncertain.
    pub reason: Reason,
}

/// What makes it uncertain whether a step finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The field is optional.
    Optional,
    /// The field is not declared, but the object may have others. [`Absence::suggestion`] tells whether a declared one was
    /// probably meant.
    Undeclared,
    /// What holds it may be `null`.
    Null,
    /// What holds it may be of another kind.
    Variant,
    /// The list may be shorter.
    Length,
}

/// Certainly nothing is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// The step that finds nothing.
    pub absence: Absence,
    /// What the path gives instead.
    pub gives: Gives,
}

/// What a path gives that finds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// Nothing: the execution fails with `States.Runtime`.
    Failure,
    /// An empty list, always.
    EmptyList,
}

/// A step that finds nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Absence {
    /// The path to what it looks into: `$`, `$.run`.
    pub at: String,
    /// What is there.
    pub parent: Shape,
    /// What it looks for: a name, or what stands between the brackets.
    pub wanted: String,
    /// The whole path that was probably meant: `$.body` for `$.boddy`, `$.Payload.body` for `$.body`.
    pub suggestion: Option<String>,
    /// The step's place in [`Path::parts`].
    pub part: usize,
    /// The step's place in the path's text, in bytes: what a finding underlines.
    pub span: Range<usize>,
}

impl Lookup {
    /// The shape of what is found, [`Shape::Never`] where certainly nothing is. Where the path gives an empty list in that
    /// case, the shape of that list.
    pub fn shape(&self) -> Shape {
        match self {
            Self::Found(shape) | Self::Maybe(shape, _) => shape.clone(),
            Self::Missing(Missing { gives: Gives::EmptyList, .. }) => Shape::tuple(Vec::new()),
            Self::Missing(_) => Shape::Never,
        }
    }
}

/// What a step finds in one variant.
enum Found {
    Surely(Shape),
    Perhaps(Shape, Reason),
    Nothing,
}

impl Shape {
    /// Follows a path through the shape of its root: of the input, the context object or a variable, whichever
    /// [`Path::root`] says.
    pub fn lookup(&self, path: &Path) -> Lookup {
        let mut shape = self.clone();
        let mut uncertain = None;
        let mut many = false;
        for (part, place) in path.parts.iter().enumerate() {
            many |= !place.step.is_definite();
            match follow(&shape, &place.step) {
                Found::Surely(found) => shape = found,
                Found::Perhaps(found, reason) => {
                    if !many && uncertain.is_none() {
                        uncertain = Some(Uncertain { absence: absence(path, part, &shape), reason });
                    }
                    shape = found;
                }
                Found::Nothing => {
                    let gives = if many { Gives::EmptyList } else { Gives::Failure };
                    return Lookup::Missing(Missing { absence: absence(path, part, &shape), gives });
                }
            }
        }
        let found = if many { Shape::list_of(shape) } else { shape };
        let found = match path.function {
            Some((function, _)) => aggregate(function, &found),
            None => found,
        };
        match uncertain {
            Some(uncertain) => Lookup::Maybe(found, uncertain),
            None => Lookup::Found(found),
        }
    }
}

fn absence(path: &Path, part: usize, parent: &Shape) -> Absence {
    let place = &path.parts[part];
    let (wanted, suggestion) = match &place.step {
        Step::Name(name) => (name.clone(), suggest(parent, name, path, part)),
        Step::Descend(step) => match &**step {
            Step::Name(name) => {
                let near = closest(name, names_below(parent).iter().map(String::as_str)).map(str::to_owned);
                let meant = near.map(|near| path.with_part(part, &format!("..{near}")));
                (name.clone(), meant)
            }
            _ => (path.text[place.span.clone()].to_owned(), None),
        },
        _ => {
            let text = path.text[place.span.clone()].trim_start_matches('[').trim_end_matches(']');
            (text.to_owned(), None)
        }
    };
    Absence {
        at: path.text_before(part),
        parent: parent.clone(),
        wanted,
        suggestion,
        part,
        span: place.span.clone(),
    }
}

/// The whole path that was probably meant.
fn suggest(parent: &Shape, name: &str, path: &Path, part: usize) -> Option<String> {
    let objects = || parent.variants().iter().filter_map(Shape::as_object);
    let names = objects().flat_map(|object| object.fields.keys().map(String::as_str));
    if let Some(near) = closest(name, names) {
        return Some(path.with_part(part, &step(near)));
    }
    // The same name one object deeper, as in what lambda:invoke gives.
    for object in objects() {
        for (outer, field) in &object.fields {
            let inner = field.shape.variants().iter().filter_map(Shape::as_object);
            if inner.into_iter().any(|inner| inner.fields.contains_key(name)) {
                return Some(path.with_part(part, &format!("{}{}", step(outer), step(name))));
            }
        }
    }
    let has_length = |variant: &Shape| matches!(variant, Shape::List(_) | Shape::String(_));
    if matches!(name, "length" | "size") && parent.variants().iter().any(has_length) {
        return Some(path.with_part(part, ".length()"));
    }
    let lists = parent.variants().iter().any(|variant| match variant {
        Shape::List(list) => list
            .any_item()
            .variants()
            .iter()
            .filter_map(Shape::as_object)
            .any(|item| item.fields.contains_key(name)),
        _ => false,
    });
    lists.then(|| path.with_part(part, &format!("[*]{}", step(name))))
}

fn step(name: &str) -> String {
    if is_plain(name) { format!(".{name}") } else { format!("['{}']", name.replace('\'', "\\'")) }
}

fn follow(shape: &Shape, step: &Step) -> Found {
    let mut found = Vec::new();
    let mut perhaps = None;
    let mut without = None;
    for variant in shape.variants() {
        match follow_one(variant, step) {
            Found::Surely(shape) => found.push(shape),
            Found::Perhaps(shape, reason) => {
                found.push(shape);
                perhaps = perhaps.or(Some(reason));
            }
            Found::Nothing if *variant == Shape::Null => without = without.or(Some(Reason::Null)),
            Found::Nothing => without = Some(Reason::Variant),
        }
    }
    if found.is_empty() {
        return Found::Nothing;
    }
    let shape = Shape::join_all(found);
    match perhaps.or(without) {
        Some(reason) => Found::Perhaps(shape, reason),
        None => Found::Surely(shape),
    }
}

fn follow_one(shape: &Shape, step: &Step) -> Found {
    match (step, shape) {
        // Of an object, several names give one with the fields that are there.
        (_, Shape::Any) | (Step::Names(_) | Step::Filter(_), Shape::Object(_)) => Found::Surely(Shape::Any),
        (Step::Name(name), Shape::Object(object)) => field(object, name),
        (Step::Index(index), Shape::List(list)) => item(list, *index),
        (Step::Indices(_) | Step::Slice | Step::Every | Step::Filter(_), Shape::List(list)) => {
            each(list.any_item())
        }
        (Step::Every, Shape::Object(object)) => each(any_value(object)),
        (Step::Descend(step), Shape::List(_) | Shape::Object(_)) => {
            let mut found = Vec::new();
            descend(shape, step, &mut found);
            if found.is_empty() { Found::Nothing } else { Found::Surely(Shape::join_all(found)) }
        }
        _ => Found::Nothing,
    }
}

fn field(object: &Object, name: &str) -> Found {
    match object.fields.get(name) {
        Some(field) if field.shape == Shape::Never => Found::Nothing,
        Some(field) => match field.presence {
            Presence::Required | Presence::Unknown => Found::Surely(field.shape.clone()),
            Presence::Optional => Found::Perhaps(field.shape.clone(), Reason::Optional),
        },
        None if object.is_closed() => Found::Nothing,
        None if object.rest.is_any() && object.fields.is_empty() => Found::Surely(Shape::Any),
        None => Found::Perhaps(object.rest.clone(), Reason::Undeclared),
    }
}

fn item(list: &List, index: i64) -> Found {
    let certain = list.first.len();
    let exact = list.rest == Shape::Never;
    let place = usize::try_from(index).ok();
    let back = usize::try_from(index.unsigned_abs()).ok();
    match (place, back) {
        (Some(place), _) if place < certain => Found::Surely(list.first[place].clone()),
        (None, Some(back)) if exact && back <= certain => Found::Surely(list.first[certain - back].clone()),
        _ if exact => Found::Nothing,
        (Some(place), _) if list.most.is_some_and(|most| most <= place) => Found::Nothing,
        (None, Some(back)) if list.most.is_some_and(|most| most < back) => Found::Nothing,
        // From the end: the list may end anywhere.
        (None, Some(back)) if back <= certain => Found::Surely(list.any_item()),
        (None, _) => Found::Perhaps(list.any_item(), Reason::Length),
        _ => Found::Perhaps(list.rest.clone(), Reason::Length),
    }
}

/// What finds items: none in an empty list.
fn each(item: Shape) -> Found {
    if item == Shape::Never { Found::Nothing } else { Found::Surely(item) }
}

fn any_value(object: &Object) -> Shape {
    Shape::join_all(object.fields.values().map(|field| field.shape.clone()).chain([object.rest.clone()]))
}

fn descend(shape: &Shape, step: &Step, found: &mut Vec<Shape>) {
    for variant in shape.variants() {
        match follow_one(variant, step) {
            Found::Surely(shape) | Found::Perhaps(shape, _) => found.push(shape),
            Found::Nothing => {}
        }
        match variant {
            Shape::Any => found.push(Shape::Any),
            Shape::List(list) => descend(&list.any_item(), step, found),
            Shape::Object(object) => descend(&any_value(object), step, found),
            _ => {}
        }
    }
}

fn names_below(shape: &Shape) -> Vec<String> {
    let mut names = Vec::new();
    for variant in shape.variants() {
        match variant {
            Shape::List(list) => names.extend(names_below(&list.any_item())),
            Shape::Object(object) => {
                names.extend(object.fields.keys().cloned());
                names.extend(names_below(&any_value(object)));
            }
            _ => {}
        }
    }
    names
}

fn aggregate(function: Aggregate, found: &Shape) -> Shape {
    let countable = |variant: &Shape| matches!(variant, Shape::List(_) | Shape::Object(_) | Shape::String(_));
    match function {
        Aggregate::Length if found.variants().iter().all(countable) => Shape::Integer,
        Aggregate::Length => Shape::Integer.or_null(),
        Aggregate::Keys if found.variants().iter().all(|variant| variant.as_object().is_some()) => {
            Shape::list_of(Shape::TEXT)
        }
        Aggregate::Number => Shape::Number,
        Aggregate::Text => Shape::TEXT,
        Aggregate::Keys | Aggregate::Other => Shape::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Field;

    fn shard() -> Shape {
        Shape::record([("index", Shape::Integer), ("bytes", Shape::Integer)])
    }

    fn staged() -> Shape {
        Shape::closed([
            ("statusCode", Field::required(Shape::Integer)),
            ("run", Field::required(Shape::record([("id", Shape::TEXT)]))),
            ("body", Field::required(Shape::list_of(shard()))),
            ("aggregate", Field::optional(Shape::record([("key", Shape::TEXT)]).or_null())),
        ])
    }

    fn look(shape: &Shape, path: &str) -> Lookup {
        shape.lookup(&Path::parse(path).unwrap())
    }

    #[track_caller]
    fn found(path: &str, shape: &Shape) {
        assert_eq!(look(&staged(), path), Lookup::Found(shape.clone()), "{path}");
    }

    #[track_caller]
    fn missing(shape: &Shape, path: &str, at: &str, underlined: &str, meant: Option<&str>) {
        let Lookup::Missing(missing) = look(shape, path) else { panic!("{path} finds something") };
        let absence = missing.absence;
        assert_eq!(
            (absence.at.as_str(), &path[absence.span], absence.suggestion.as_deref()),
            (at, underlined, meant),
            "{path}"
        );
    }

    #[track_caller]
    fn maybe(shape: &Shape, path: &str, found: &Shape, reason: Reason) {
        let Lookup::Maybe(shape, uncertain) = look(shape, path) else { panic!("{path} is certain") };
        assert_eq!((shape, uncertain.reason), (found.clone(), reason), "{path}");
    }

    #[test]
    fn what_is_declared_is_found() {
        found("$", &staged());
        found("$.run.id", &Shape::TEXT);
        found("$.body[*].index", &Shape::list_of(Shape::Integer));
        found("$.body[?(@.index > 1)]", &Shape::list_of(shard()));
        found("$.body[1:]", &Shape::list_of(shard()));
        found("$..index", &Shape::list_of(Shape::Integer));
        found("$.body.length()", &Shape::Integer);
        assert_eq!(look(&Shape::Any, "$.a[0]"), Lookup::Found(Shape::Any));
    }

    #[test]
    fn what_is_not_there_is_told_with_what_was_meant() {
        missing(&staged(), "$.boddy", "$", "boddy", Some("$.body"));
        missing(&staged(), "$.rnu.id", "$", "rnu", Some("$.run.id"));
        missing(&staged(), "$.run.Id", "$.run", "Id", Some("$.run.id"));
        missing(&staged(), "$.body.index", "$.body", "index", Some("$.body[*].index"));
        missing(&staged(), "$.body.length", "$.body", "length", Some("$.body.length()"));
        missing(&staged(), "$.run[0]", "$.run", "[0]", None);
        missing(&Shape::record([("Payload", staged())]), "$.body", "$", "body", Some("$.Payload.body"));
        missing(&Shape::Integer, "$.a", "$", "a", None);
        missing(&Shape::tuple(vec![Shape::Bool]), "$[1]", "$", "[1]", None);
    }

    #[test]
    fn an_indefinite_path_that_finds_nothing_gives_an_empty_list() {
        for (path, meant) in [("$.body[*].indx", "$.body[*].index"), ("$..indexx", "$..index")] {
            let Lookup::Missing(missing) = look(&staged(), path) else { panic!("{path}") };
            assert_eq!(
                (missing.gives, missing.absence.suggestion.as_deref()),
                (Gives::EmptyList, Some(meant))
            );
        }
    }

    #[test]
    fn what_may_be_absent_is_told_apart() {
        maybe(&staged(), "$.aggregate", &Shape::record([("key", Shape::TEXT)]).or_null(), Reason::Optional);
        maybe(&staged(), "$.aggregate.key", &Shape::TEXT, Reason::Optional);
        maybe(&staged(), "$.body[0].index", &Shape::Integer, Reason::Length);
        let open = Shape::open([("body", Field::required(Shape::Bool))]);
        maybe(&open, "$.other", &Shape::Any, Reason::Undeclared);
        let either = Shape::record([("a", Shape::Bool)]).join(&Shape::TEXT);
        maybe(&either, "$.a", &Shape::Bool, Reason::Variant);
        maybe(&Shape::record([("a", Shape::Bool)]).or_null(), "$.a", &Shape::Bool, Reason::Null);
        let tuple = Shape::tuple(vec![Shape::Bool, Shape::TEXT]);
        assert_eq!(look(&tuple, "$[-1]"), Lookup::Found(Shape::TEXT));
    }
}
