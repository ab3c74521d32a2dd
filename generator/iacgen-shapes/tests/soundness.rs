//! What is said of a shape holds for every value of it: values are made from shapes, looked into by other means, and
//! compared with what the shapes say.

use iacgen_shapes::jsonata::{Expression, Scope, Undefined};
use iacgen_shapes::{Certainty, Field, Gives, Lookup, Part, Path, Presence, Shape, Step};
use jsonata_core::evaluator::Evaluator;
use jsonata_core::value::JValue;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const NAMES: [&str; 3] = ["a", "b", "c"];

fn shapes() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        Just(Shape::Null),
        Just(Shape::Bool),
        Just(Shape::Integer),
        Just(Shape::TEXT),
        Just(Shape::text("x")),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let field = (prop::sample::select(&NAMES[..]), inner.clone(), any::<bool>()).prop_map(
            |(name, shape, required)| {
                (name, if required { Field::required(shape) } else { Field::optional(shape) })
            },
        );
        let object = (prop::collection::vec(field, 0..4), any::<bool>())
            .prop_map(|(fields, open)| if open { Shape::open(fields) } else { Shape::closed(fields) });
        prop_oneof![
            3 => object,
            1 => inner.clone().prop_map(Shape::list_of),
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Shape::tuple),
            1 => (inner.clone(), inner).prop_map(|(left, right)| left.join(&right)),
        ]
    })
}

/// A value of a shape, chosen by a row of numbers.
fn value(shape: &Shape, choices: &mut impl Iterator<Item = usize>) -> Value {
    let choose = |choices: &mut dyn Iterator<Item = usize>, most: usize| choices.next().unwrap_or(0) % most;
    match shape {
        Shape::Null | Shape::Never => Value::Null,
        Shape::Bool => Value::Bool(choose(choices, 2) == 0),
        Shape::Integer => choose(choices, 100).into(),
        Shape::Any | Shape::Number => 1.5.into(),
        Shape::String(_) => "x".into(),
        Shape::List(list) => {
            let more = if list.rest == Shape::Never { 0 } else { choose(choices, 3) };
            let items = list.first.iter().chain(std::iter::repeat_n(&list.rest, more));
            items.map(|item| value(item, choices)).collect()
        }
        Shape::Object(object) => {
            let mut entries = Map::new();
            for (name, field) in &object.fields {
                if field.presence == Presence::Required || choose(choices, 2) == 0 {
                    entries.insert(name.clone(), value(&field.shape, choices));
                }
            }
            for name in NAMES {
                let undeclared = !object.is_closed() && !object.fields.contains_key(name);
                if undeclared && choose(choices, 2) == 0 {
                    entries.insert(name.to_owned(), value(&object.rest, choices));
                }
            }
            Value::Object(entries)
        }
        Shape::OneOf(variants) => {
            let variant = choose(choices, variants.len());
            value(&variants[variant], choices)
        }
    }
}

fn shaped_value() -> impl Strategy<Value = (Shape, Value)> {
    (shapes(), prop::collection::vec(any::<usize>(), 64)).prop_map(|(shape, choices)| {
        let found = value(&shape, &mut choices.into_iter());
        (shape, found)
    })
}

fn paths() -> impl Strategy<Value = String> {
    let step = prop_oneof![
        4 => prop::sample::select(&[".a", ".b", ".c"][..]),
        1 => prop::sample::select(&["[0]", "[-1]", "[1]", "[*]"][..]),
    ];
    prop::collection::vec(step, 0..4).prop_map(|steps| format!("${}", steps.concat()))
}

/// Whether something about its values is not known.
fn is_vague(shape: &Shape) -> bool {
    shape.variants().iter().any(|variant| match variant {
        Shape::Any => true,
        Shape::List(list) => is_vague(&list.any_item()),
        Shape::Object(object) => {
            is_vague(&object.rest) || object.fields.values().any(|field| is_vague(&field.shape))
        }
        _ => false,
    })
}

fn has_empty_list(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty() || items.iter().any(has_empty_list),
        Value::Object(entries) => entries.values().any(has_empty_list),
        _ => false,
    }
}

/// What a path finds, by hand; `None` where a definite path fails.
fn find(root: &Value, path: &Path) -> Option<Value> {
    let mut found = vec![root.clone()];
    let mut many = false;
    for part in &path.parts {
        many |= !part.step.is_definite();
        found = found.iter().flat_map(|value| follow(value, &part.step)).collect();
        if !many && found.is_empty() {
            return None;
        }
    }
    if many { Some(found.into()) } else { found.pop() }
}

fn follow(value: &Value, step: &Step) -> Vec<Value> {
    match (step, value) {
        (Step::Name(name), Value::Object(entries)) => entries.get(name).cloned().into_iter().collect(),
        (Step::Index(index), Value::Array(items)) => {
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let place = usize::try_from(if *index < 0 { index + length } else { *index });
            place.ok().and_then(|place| items.get(place).cloned()).into_iter().collect()
        }
        (Step::Every, Value::Array(items)) => items.clone(),
        (Step::Every, Value::Object(entries)) => entries.values().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Puts a text where the parts lead; `None` where Step Functions would fail.
fn put(value: Value, parts: &[Part], is_root: bool) -> Option<Value> {
    let Some((part, rest)) = parts.split_first() else { return Some("new".into()) };
    match (&part.step, value) {
        (Step::Name(name), Value::Object(mut entries)) => {
            let inner = entries.get(name).cloned().unwrap_or(Value::Null);
            entries.insert(name.clone(), put(inner, rest, false)?);
            Some(Value::Object(entries))
        }
        (Step::Name(_), Value::Null) if !is_root => put(Value::Object(Map::new()), parts, false),
        (Step::Index(index), Value::Array(mut items)) => {
            let item = items.get_mut(usize::try_from(*index).ok()?)?;
            *item = put(item.take(), rest, false)?;
            Some(Value::Array(items))
        }
        _ => None,
    }
}

/// Expressions over `@`, the input.
const EXPRESSIONS: [&str; 21] = [
    "@.a",
    "@.a.b",
    "@.a.b.c",
    "@.a[0].b",
    "[@.a]",
    "[@.a, 1]",
    "{'k': @.a, 'l': 'x'}",
    "@.{'k': a}",
    "@.a.(b)",
    "@.a[b = 1]",
    "$exists(@.a) ? @.a : 'none'",
    "($x := @.a; [$x, $x.b])",
    "$count(@.a)",
    "@.b[]",
    "@.a = @.b",
    "$keys(@)",
    "$merge([@.a, {'z': 1}])",
    "@.(a ~> $string())",
    "@.*",
    "$reverse(@.a)",
    "@.a & @.b",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn values_of_a_shape_are_in_it((shape, value) in shaped_value()) {
        prop_assert!(shape.contains(&value));
        let certainty = shape.fit(&shape).map(|mismatch| mismatch.certainty);
        prop_assert_ne!(certainty, Some(Certainty::Always));
    }

    #[test]
    fn what_a_path_finds_is_of_the_shape_that_is_told((shape, value) in shaped_value(), text in paths()) {
        let path = Path::parse(&text).unwrap();
        match (shape.lookup(&path), find(&value, &path)) {
            (Lookup::Missing(missing), found) => match missing.gives {
                Gives::Failure => prop_assert_eq!(found, None),
                Gives::EmptyList => prop_assert!(found.is_none_or(|found| found == json!([])), "{text}"),
            },
            (Lookup::Found(told) | Lookup::Maybe(told, _), Some(found)) => {
                prop_assert!(told.contains(&found), "{text}: {} {found}", told.describe());
            }
            (Lookup::Found(told), None) => prop_assert!(is_vague(&shape), "{text}: {}", told.describe()),
            (Lookup::Maybe(..), None) => {}
        }
    }

    #[test]
    fn what_is_put_is_where_it_was_put((shape, value) in shaped_value(), text in paths()) {
        let path = Path::parse(&text).unwrap();
        if path.is_reference() {
            let told = shape.put(&path, &Shape::text("new"));
            if let Some(changed) = put(value, &path.parts, true) {
                let told = told.map_or(Shape::Never, |told| told);
                prop_assert!(told.contains(&changed), "{text}: {} {changed}", told.describe());
            }
        }
    }

    #[test]
    fn a_certain_mismatch_is_one((from, sent) in shaped_value(), to in shapes()) {
        if let Some(mismatch) = from.fit(&to)
            && mismatch.certainty == Certainty::Always
            && !has_empty_list(&sent)
        {
            prop_assert!(!to.contains(&sent), "{mismatch} {} {sent}", to.describe());
        }
    }

    #[test]
    fn joins_hold_both((left, value) in shaped_value(), right in shapes()) {
        prop_assert!(left.join(&right).contains(&value));
        prop_assert!(right.join(&left).contains(&value));
    }

    #[test]
    fn what_an_expression_gives_is_of_the_shape_that_is_told(
        (shape, value) in shaped_value(),
        text in prop::sample::select(&EXPRESSIONS[..]),
    ) {
        let none = |_: &str| None;
        let scope = Scope {
            input: shape.clone(),
            result: None,
            error_output: None,
            context: Shape::Any,
            variable: &none,
        };
        let told = Expression::parse(&text.replace('@', "$states.input")).unwrap().judge(&scope);
        // The same, as an expression over a document.
        let tree = jsonata_core::parser::parse(&text.replace('@', "input")).unwrap();
        let document = JValue::from_json_str(&json!({"input": value}).to_string()).unwrap();
        let Ok(result) = Evaluator::new().evaluate(&tree, &document) else { return Ok(()) };
        if result.is_undefined() {
            prop_assert!(told.undefined != Undefined::Never, "{text}");
        } else {
            let found: Value = serde_json::from_str(&result.to_json_string().unwrap()).unwrap();
            prop_assert!(told.undefined != Undefined::Always, "{text} gives {found}");
            prop_assert!(told.shape.contains(&found), "{text}: {} {found}", told.shape.describe());
        }
    }
}
