//! What is said of a shape holds for every value of it: values are made from shapes, looked into by other means, and
//! compared with what the shapes say.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail the test")]

use iacgen_shapes::jsonata::{Expression, Finding, Interval, Scope, Undefined};
use iacgen_shapes::{Certainty, Field, Gives, Lookup, Part, Path, Presence, Shape, Step};
use jsonata_core::evaluator::{Context, Evaluator};
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
        Shape::Number => 1.5.into(),
        Shape::Any => {
            let any = [
                json!(1.5),
                json!("x"),
                json!([]),
                json!([1, "x"]),
                json!({"a": 1}),
                json!(true),
                json!(null),
            ];
            any[choose(choices, any.len())].clone()
        }
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

/// Functions that the evaluator has too, and whose results are the same every time. The first five are not applied to a
/// value: with one argument the evaluator takes it twice, which JSONata's own does not.
const FUNCTIONS: [&str; 40] = [
    "substringBefore",
    "substringAfter",
    "contains",
    "split",
    "replace",
    "abs",
    "append",
    "average",
    "boolean",
    "ceil",
    "count",
    "distinct",
    "exists",
    "floor",
    "formatBase",
    "join",
    "keys",
    "length",
    "lookup",
    "lowercase",
    "max",
    "merge",
    "min",
    "not",
    "number",
    "pad",
    "power",
    "reverse",
    "round",
    "sort",
    "spread",
    "sqrt",
    "string",
    "substring",
    "sum",
    "trim",
    "type",
    "uppercase",
    "zip",
    "toMillis",
];

const OPERATORS: [&str; 17] =
    ["+", "-", "*", "/", "%", "&", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in", "..", "~> $append"];

/// Expressions of any kind: over the input, literals, and over each other.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(
        &[
            "$states.input",
            "$states.input.a",
            "$states.input.a.b",
            "$states.input.b",
            "$states.input.c[0]",
            "5",
            "2.5",
            "0",
            "'x'",
            "'7'",
            "true",
            "null",
            "[]",
            "[1, 2]",
            "['x', 1]",
            "{}",
        ][..],
    )
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 16, 3, |inner| {
        let function = prop::sample::select(&FUNCTIONS[..]);
        let applied = prop::sample::select(&FUNCTIONS[5..]);
        let pair = || (inner.clone(), inner.clone());
        prop_oneof![
            4 => (inner.clone(), prop::sample::select(&OPERATORS[..]), inner.clone()).prop_map(
                |(left, operator, right)| match operator {
                    ".." => format!("[{left} .. {right}]"),
                    "~> $append" => format!("({left} ~> $append({right}))"),
                    _ => format!("({left} {operator} {right})"),
                }
            ),
            1 => inner.clone().prop_map(|one| format!("-{one}")),
            4 => (function.clone(), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(name, arguments)| format!("${name}({})", arguments.join(", "))),
            1 => (inner.clone(), function.clone()).prop_map(|(one, name)| format!("({one} ~> ${name})")),
            1 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(one, two, three)| format!("({one} ? {two} : {three})")),
            1 => pair().prop_map(|(one, two)| format!("[{one}, {two}]")),
            1 => pair().prop_map(|(one, two)| format!("{{'a': {one}, 'b': {two}}}")),
            1 => pair().prop_map(|(one, two)| format!("{{({one}): {two}}}")),
            1 => (inner.clone(), prop::sample::select(&[".a", ".(a)", "[0]", "[a = 1]", ".{'k': b}", "[]"][..]))
                .prop_map(|(one, step)| format!("({one}){step}")),
            1 => (inner.clone(), applied, prop::sample::select(&["", "b", "'x'", "1"][..]))
                .prop_map(|(one, name, argument)| format!("({one}).${name}({argument})")),
            1 => pair().prop_map(|(one, two)| format!("($v := {one}; [$v, {two}, $v + 1])")),
            1 => pair().prop_map(|(one, two)| format!("$map({one}, function($v) {{ $v & {two} }})")),
        ]
    })
}

/// Whether a finding says that the expression fails, rather than that it reads what is not there.
fn tells_of_failure(finding: &Finding) -> bool {
    finding.certainty == Certainty::Always && finding.kind.is_about_operands()
}

/// What the real evaluator makes of an expression over `$states`; `None` where it fails or gives what is no JSON.
fn evaluate(text: &str, states: &Value) -> Option<JValue> {
    let tree = jsonata_core::parser::parse(text).unwrap();
    let mut context = Context::new();
    context.bind("states".to_owned(), JValue::from_json_str(&states.to_string()).unwrap());
    let found = Evaluator::with_context(context).evaluate(&tree, &JValue::Undefined).ok()?;
    is_json(&found).then_some(found)
}

/// Whether it is JSON, or nothing: no function, and no number without an end.
fn is_json(value: &JValue) -> bool {
    match value {
        JValue::Number(number) => number.is_finite(),
        JValue::Array(items) => items.iter().all(is_json),
        JValue::Object(entries) => entries.values().all(is_json),
        other => !other.is_function(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn what_is_judged_of_an_expression_holds((shape, value) in shaped_value(), text in expressions()) {
        let none = |_: &str| None;
        let scope =
            Scope { input: shape, result: None, error_output: None, context: Shape::Any, variable: &none };
        let told = Expression::parse(&text).unwrap().judge(&scope);
        let Some(result) = evaluate(&text, &json!({"input": value})) else { return Ok(()) };
        if result.is_undefined() {
            prop_assert!(told.undefined != Undefined::Never, "{text} of {value} gives nothing");
            return Ok(());
        }
        let Ok(found) = result.to_json_string() else { return Ok(()) };
        let found: Value = serde_json::from_str(&found).unwrap();
        prop_assert!(told.undefined != Undefined::Always, "{text} of {value} gives {found}");
        let fault = told.findings.iter().find(|finding| tells_of_failure(finding));
        prop_assert!(fault.is_none(), "{text} of {value} gives {found}: {}", fault.unwrap());
        prop_assert!(told.shape.contains(&found), "{text} of {value}: {} {found}", told.shape.describe());
        if let Some(number) = found.as_f64() {
            let Interval { least, most } = told.range;
            prop_assert!(least <= number && number <= most, "{text} of {value} gives {number}");
        }
    }
}

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
