//! What the functions of JSONata 2.0 give, and those that Step Functions adds.

use super::navigate::{Value, spread};
use super::signature::Function;
use super::{Interval, Undefined};
use crate::Shape;

/// Functions that give a whole number.
const INTEGER: [&str; 7] = ["length", "floor", "ceil", "parseInteger", "count", "millis", "toMillis"];

/// Functions that give a value whatever they are given.
const ALWAYS: [&str; 6] = ["count", "exists", "now", "millis", "random", "uuid"];

/// Functions that may give nothing for a value: the largest of no numbers, the names of no fields.
const SOMETIMES: [&str; 18] = [
    "toMillis",
    "parseInteger",
    "max",
    "min",
    "average",
    "match",
    "append",
    "keys",
    "lookup",
    "spread",
    "sift",
    "each",
    "map",
    "filter",
    "single",
    "reduce",
    "error",
    "assert",
];

/// What a function gives.
pub(super) fn gives(function: Function, arguments: &[Value]) -> Value {
    let first = arguments.first();
    let items = || first.map_or(Shape::Any, |first| spread(&first.shape));
    let is_list = first
        .is_some_and(|first| first.shape.variants().iter().all(|variant| matches!(variant, Shape::List(_))));
    let shape = match function.name {
        name if INTEGER.contains(&name) => Shape::Integer,
        "split" => Shape::list_of(Shape::TEXT),
        "range" => Shape::list_of(Shape::Integer),
        "partition" if is_list => Shape::list_of(Shape::list_of(items())),
        "sort" | "reverse" | "shuffle" | "distinct" if is_list => Shape::list_of(items()),
        // The fields' names: a list, or a name alone.
        "keys" => Shape::list_of(Shape::TEXT).join(&Shape::TEXT),
        "merge" => merge(first),
        _ => match function.gives {
            's' => Shape::TEXT,
            'n' => Shape::Number,
            'b' => Shape::Bool,
            _ => Shape::Any,
        },
    };
    let range = range(function.name, arguments);
    let undefined = if SOMETIMES.contains(&function.name) { Undefined::Sometimes } else { Undefined::Never };
    let value = Value { shape, undefined, range };
    if ALWAYS.contains(&function.name) {
        return value;
    }
    arguments.iter().fold(value, |value, argument| value.after(argument.undefined))
}

/// Between which numbers the result of a function lies.
fn range(name: &str, arguments: &[Value]) -> Interval {
    let first = arguments.first().filter(|first| matches!(first.shape, Shape::Integer | Shape::Number));
    let given = first.map_or(Interval::ALL, |first| first.range);
    match name {
        "count" => {
            let most = arguments.first().and_then(|first| first.shape.most_items());
            #[expect(clippy::cast_precision_loss, reason = "no list has so many items")]
            let most = most.map_or(f64::INFINITY, |most| most.max(1) as f64);
            Interval { least: 0.0, most }
        }
        "length" | "millis" | "sqrt" => Interval::from(0.0),
        "random" => Interval { least: 0.0, most: 1.0 },
        "abs" => Interval { least: 0.0, most: given.hull(given.negated()).most },
        "floor" => given.through(f64::floor),
        "ceil" => given.through(f64::ceil),
        "round" if arguments.len() == 1 => given.through(f64::round_ties_even),
        "number" | "sum" | "max" | "min" | "average" => given,
        _ => Interval::ALL,
    }
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
