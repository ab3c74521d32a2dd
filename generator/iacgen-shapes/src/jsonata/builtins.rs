//! The functions of JSONata 2.0, and those that Step Functions adds.

use super::navigate::{Value, spread};
use crate::{Shape, Text};

/// Functions that give a text.
const TEXT: [&str; 24] = [
    "string",
    "substring",
    "substringBefore",
    "substringAfter",
    "lowercase",
    "uppercase",
    "trim",
    "pad",
    "replace",
    "join",
    "base64encode",
    "base64decode",
    "encodeUrlComponent",
    "encodeUrl",
    "decodeUrlComponent",
    "decodeUrl",
    "formatNumber",
    "formatBase",
    "formatInteger",
    "fromMillis",
    "now",
    "type",
    "hash",
    "uuid",
];

/// Functions that give a number.
const NUMBER: [&str; 9] = ["number", "abs", "round", "power", "sqrt", "random", "sum", "max", "min"];

/// Functions that give a whole number.
const INTEGER: [&str; 7] = ["length", "floor", "ceil", "parseInteger", "count", "millis", "toMillis"];

/// Functions that give `true` or `false`.
const BOOL: [&str; 5] = ["contains", "boolean", "not", "exists", "in"];

/// Functions of whose result less is known.
const OTHER: [&str; 25] = [
    "split",
    "match",
    "average",
    "append",
    "sort",
    "reverse",
    "shuffle",
    "distinct",
    "zip",
    "keys",
    "lookup",
    "spread",
    "merge",
    "sift",
    "each",
    "map",
    "filter",
    "single",
    "reduce",
    "error",
    "assert",
    "clone",
    "partition",
    "range",
    "parse",
];

/// Functions that give a value whatever they are given.
const ALWAYS: [&str; 6] = ["count", "exists", "now", "millis", "random", "uuid"];

/// Functions that may give nothing for a value: the largest of no numbers, the names of no fields.
const SOMETIMES: [&str; 16] = [
    "max", "min", "average", "match", "append", "keys", "lookup", "spread", "sift", "each", "map", "filter",
    "single", "reduce", "error", "assert",
];

/// The names of all functions, without `$`. `$eval` is not among them.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let known = [&TEXT[..], &NUMBER, &INTEGER, &BOOL[..4], &OTHER];
    known.into_iter().flatten().copied()
}

/// What a function gives.
pub(super) fn gives(name: &str, arguments: &[Value]) -> Value {
    let first = arguments.first();
    let items = || first.map_or(Shape::Any, |first| spread(&first.shape));
    let is_list = first
        .is_some_and(|first| first.shape.variants().iter().all(|variant| matches!(variant, Shape::List(_))));
    let shape = match name {
        name if TEXT.contains(&name) => Shape::TEXT,
        name if NUMBER.contains(&name) => Shape::Number,
        name if INTEGER.contains(&name) => Shape::Integer,
        name if BOOL.contains(&name) => Shape::Bool,
        "average" => Shape::Number,
        "split" => Shape::list_of(Shape::TEXT),
        "range" => Shape::list_of(Shape::Integer),
        "partition" if is_list => Shape::list_of(Shape::list_of(items())),
        "sort" | "reverse" | "shuffle" | "distinct" if is_list => Shape::list_of(items()),
        // The fields' names: a list, or a name alone.
        "keys" => Shape::list_of(Shape::TEXT).join(&Shape::TEXT),
        "merge" => merge(first),
        _ => Shape::Any,
    };
    let value = if SOMETIMES.contains(&name) { Value::maybe(shape) } else { Value::sure(shape) };
    if ALWAYS.contains(&name) {
        return value;
    }
    arguments.iter().fold(value, |value, argument| value.after(argument.undefined))
}

/// The fields of all objects of a list, the later ones before the earlier, where each is known.
fn merge(list: Option<&Value>) -> Shape {
    let Some(Value { shape: Shape::List(list), .. }) = list else { return Shape::Any };
    if list.rest != Shape::Never {
        return Shape::Any;
    }
    let mut merged = Shape::record::<String>([]);
    for object in &list.first {
        if object.as_object().is_none() {
            return Shape::Any;
        }
        merged = crate::intrinsic::Function::JsonMerge.gives(&[merged, object.clone(), Shape::Bool]);
    }
    merged
}

/// What an operator gives of two numbers.
pub(super) fn arithmetic(left: &Shape, right: &Shape, keeps_whole: bool) -> Shape {
    if keeps_whole && *left == Shape::Integer && *right == Shape::Integer {
        Shape::Integer
    } else {
        Shape::Number
    }
}

/// The text, where a shape is a single one.
pub(super) fn key(shape: &Shape) -> Option<String> {
    match shape {
        Shape::String(Text::OneOf(texts)) if texts.len() == 1 => texts.first().cloned(),
        _ => None,
    }
}
