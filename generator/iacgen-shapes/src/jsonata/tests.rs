use super::*;
use crate::{Certainty, Field};

fn input() -> Shape {
    let shard = Shape::record([("index", Shape::Integer), ("bytes", Shape::Integer)]);
    Shape::closed([
        ("run", Field::required(Shape::record([("id", Shape::TEXT)]))),
        ("body", Field::required(Shape::list_of(shard))),
        ("note", Field::optional(Shape::TEXT)),
        ("count", Field::required(Shape::Integer)),
    ])
}

fn judge(text: &str) -> Judgement {
    let variable = |name: &str| (name == "total").then_some(Shape::Integer);
    let scope = Scope {
        input: input(),
        result: Some(crate::known::lambda_invoke_result(Shape::record([("status", Shape::TEXT)]))),
        error_output: None,
        context: Shape::record([("Execution", Shape::record([("Name", Shape::TEXT)]))]),
        variable: &variable,
    };
    Expression::parse(text).unwrap().judge(&scope)
}

#[track_caller]
fn gives(text: &str, shape: &str, undefined: Undefined) {
    let judgement = judge(text);
    assert_eq!((judgement.shape.describe().as_str(), judgement.undefined), (shape, undefined), "{text}");
    assert_eq!(judgement.findings, [], "{text}");
}

#[track_caller]
fn finds(text: &str, findings: &[(&str, &str)]) {
    let found: Vec<(String, &str)> = judge(text)
        .findings
        .into_iter()
        .map(|finding| (finding.to_string(), text.get(finding.span).unwrap_or("out of range")))
        .collect();
    let found: Vec<(&str, &str)> = found.iter().map(|(message, place)| (message.as_str(), *place)).collect();
    assert_eq!(found, findings, "{text}");
}

#[test]
fn expressions_have_shapes() {
    use Undefined::{Never, Sometimes, Unknown};
    gives("$states.input.run.id", "a text", Never);
    gives("$states.input.note", "a text", Sometimes);
    gives("$states.input.body", "a list of { index, bytes }", Never);
    gives("$states.input.body.index", "a list of whole numbers or a whole number", Sometimes);
    gives("$states.input.body[index > 1]", "a list of { index, bytes } or { index, bytes }", Sometimes);
    gives("$states.input.body[0].bytes", "a whole number", Sometimes);
    gives("$states.result.Payload.status", "a text", Never);
    gives("$states.context.Execution.Name", "a text", Never);
    gives("$total + 1", "a whole number", Never);
    gives("$total / 2", "a number", Never);
    gives("{'a': $total, 'b': $states.input.note, 'c': [1, 'x']}", "{ a, b?, c }", Never);
    gives("[$states.input.body, 1]", "a list of ({ index, bytes } or a whole number)", Never);
    gives("$states.input.count > 3 ? 'a' : 'b'", "\"a\" or \"b\"", Never);
    gives("($x := $states.input.run; $x.id & '!')", "a text", Never);
    gives("$map($states.input.body, function($v, $i) { $v.index + $i })", "anything", Sometimes);
    gives("$states.input.body.{'i': index}", "a list of { i } or { i }", Sometimes);
    gives("$count($states.input.body)", "a whole number", Never);
    gives("$states.input.body.index ~> $sum", "a number", Sometimes);
    gives("$states.input.body^(>bytes).index", "a list of whole numbers or a whole number", Sometimes);
    gives("$merge([$states.input.run, {'more': 1}])", "{ id, more }", Never);
    gives("$partition($states.input.body, 2)", "a list of lists of { index, bytes }", Never);
    gives("$states.input.run.$uppercase(id)", "a text", Never);
    gives("$contains('$states.nope', /$states.nope/)", "true or false", Never);
    gives("$exists($states.input.more) ? $states.input.more.deep : {}", "an empty object", Sometimes);
    gives("$exists($unset) ? 1 : 2", "a whole number", Never);
    gives("$filter($states.input.body, λ($s){ $s.bytes > $total })", "anything", Sometimes);
    gives("$states.input.*", "anything", Unknown);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    finds(
        "$states.input.boddy.index",
        &[(
            "`$states.input` has no field `boddy`: it is { run, body, note?, count }; did you mean `$states.input.body`?",
            "boddy",
        )],
    );
    finds(
        "$sum($states.input.body[index > 0].byts) & $states.input.run.id",
        &[(
            "`$states.input.body` has no field `byts`: it is a list of { index, bytes } or { index, bytes }; did you mean `$states.input.body.bytes`?",
            "byts",
        )],
    );
    finds(
        "$states.result.status",
        &[(
            "`$states.result` has no field `status`: it is { ExecutedVersion, LogResult?, Payload, StatusCode, SdkHttpMetadata, SdkResponseMetadata }; did you mean `$states.result.Payload.status`?",
            "status",
        )],
    );
    finds("$states.inptu.a", &[("`$states` has no field `inptu`; did you mean `$states.input`?", "inptu")]);
    finds(
        "$states.errorOutput.Error",
        &[("`$states.errorOutput` is not there in this field", "$states.errorOutput")],
    );
    finds("$totl + 1", &[("no variable `$totl` is assigned before this", "$totl")]);
    finds("run.id", &[("`run` reads of no value here; did you mean `$states.input.run`?", "run")]);
    finds("1 + $.a", &[("`$` reads of no value here", "$")]);
    finds(
        "$cuont($states.input.body)",
        &[("there is no function `$cuont`; did you mean `$count`?", "$cuont")],
    );
    finds("count($states.input.body)", &[("there is no function `count`; did you mean `$count`?", "count")]);
    finds("$eval('1')", &[("Step Functions has no `$eval`; `$parse` reads JSON", "$eval")]);
    finds(
        "$states.input.note ?? 'x'",
        &[(
            "Step Functions speaks JSONata 2.0.6, which has no `??`: write a condition, `$exists(a) ? a : b`",
            "??",
        )],
    );
}

/// What is found, each with its place and whether it always fails.
#[track_caller]
fn faults(text: &str, findings: &[(&str, &str, Certainty)]) {
    let found: Vec<(String, &str, Certainty)> = judge(text)
        .findings
        .into_iter()
        .map(|finding| {
            let place = text.get(finding.span.clone()).unwrap_or("out of range");
            (finding.to_string(), place, finding.certainty)
        })
        .collect();
    let found: Vec<(&str, &str, Certainty)> =
        found.iter().map(|(message, place, certainty)| (message.as_str(), *place, *certainty)).collect();
    assert_eq!(found, findings, "{text}");
}

#[test]
fn arguments_and_operands_are_judged() {
    let always =
        |text: &str, message: &str, place: &str| faults(text, &[(message, place, Certainty::Always)]);
    always("$uppercase(5)", "`$uppercase` takes a text here; this is a whole number", "5");
    always(
        "$uppercase($states.input.body.index)",
        "`$uppercase` takes a text here; this is a list of whole numbers or a whole number",
        "$states.input.body.index",
    );
    always("'a' + 1", "`+` takes numbers; its left side is \"a\"", "+");
    always("2 + 3 - $states.input.run.id", "`-` takes numbers; its right side is a text", "-");
    always("-$states.input.note", "`-` takes a number; its right side is a text", "-");
    always("$sum('x')", "`$sum` takes a list of numbers here; this is \"x\"", "'x'");
    always("$states.input.run > {}", "`>` takes numbers and texts; its left side is { id }", ">");
    always(
        "$states.input.run.id < $total",
        "`<` compares two numbers or two texts, not a text with a whole number",
        "<",
    );
    always("$count()", "`$count` takes 1 argument, not 0", "$count");
    always("$substring('a')", "`$substring` lacks an argument: a number", "$substring");
    always("$uppercase()", "`$uppercase` lacks an argument: a text", "$uppercase");
    always("$split('a,b', 2)", "`$split` takes a text or a function here; this is a whole number", "2");
    always(
        "$map($states.input.body, $total)",
        "`$map` takes a function here; this is a whole number",
        "$total",
    );
    always("$total ~> $uppercase", "`$uppercase` takes a text here; this is a whole number", "$uppercase");
    always("{5: 1}", "the name of a field is a text; this is a whole number", "{5: 1}");
    always("['a' .. 3]", "`..` takes whole numbers; its left side is \"a\"", "..");
    always(
        "$hash('a', 'MD6')",
        "`$hash` knows no algorithm `MD6`: MD5, SHA-1, SHA-256, SHA-384, SHA-512",
        "'MD6'",
    );
    always("$partition($states.input.body, 'x')", "`$partition` takes a number here; this is \"x\"", "'x'");
    always(
        "$states.input.body.$uppercase(index)",
        "`$uppercase` takes a text here; this is a whole number",
        "index",
    );
    always(
        "$states.input.run.id.$abs()",
        "`$abs` without that argument takes what it is applied to: a number, not a text",
        "$abs",
    );
}

#[test]
fn what_fails_only_where_it_is_reached_is_told_apart() {
    let sometimes =
        |text: &str, message: &str, place: &str| faults(text, &[(message, place, Certainty::Sometimes)]);
    sometimes("$total > 1 ? $abs('x') : 1", "`$abs` takes a number here; this is \"x\"", "'x'");
    sometimes("$exists(-$states.input.note)", "`-` takes a number; its right side is a text", "-");
    sometimes(
        "$sum($split($states.input.run.id, ','))",
        "`$sum` takes a list of numbers here; this is a list of texts",
        "$split($states.input.run.id, ',')",
    );
    sometimes("$map([1], function($x) { $x + 'a' })", "`+` takes numbers; its right side is \"a\"", "+");
}

#[test]
fn sound_calls_have_no_finding() {
    for text in [
        "1 & 2",
        "$sum(3)",
        "$sum([])",
        "$join('a')",
        "$string(1, true)",
        "$random(7)",
        "$uuid() & $now()",
        "$range(0, 10, 2)",
        "$parse('[1]')[0] + 1",
        "$replace('abc', /b/, function($m) { 'x' })",
        "$sort($states.input.body, function($a, $b) { $a.bytes > $b.bytes })",
        "$states.input.body.bytes ~> $sum() ~> $string()",
        "$substring(?, 0, 1)",
        "$zip([1], [2], [3])",
        "$states.input.note > 'a'",
        "($f := function($x) { $x * 2 }; $f(2) + 1)",
        "($sum := function($x) { $x }; $sum('x'))",
        "$reduce([1, 2], function($a, $b) { $a + $b }, 0)",
    ] {
        faults(text, &[]);
    }
}

#[test]
fn numbers_lie_between_others() {
    for (text, least, most) in [
        ("5 * 1000", 5000.0, 5000.0),
        ("-(2 + 3)", -5.0, -5.0),
        ("$total > 1 ? 10 : 20 / 4", 5.0, 10.0),
        ("$count($states.input.body) + 1", 1.0, f64::INFINITY),
        ("$ceil(2.1) - $floor(2.9)", 1.0, 1.0),
        ("$random() * 100", 0.0, 100.0),
        ("($n := 7; $n)", 7.0, 7.0),
        ("$total", f64::NEG_INFINITY, f64::INFINITY),
        ("$max([1, 2])", f64::NEG_INFINITY, f64::INFINITY),
    ] {
        assert_eq!(judge(text).range, Interval { least, most }, "{text}");
    }
}

#[test]
fn references_are_told_in_order() {
    let references =
        judge("$states.input.run.id & $string($total) & $states.context.Execution.Name").references;
    let roots: Vec<&Root> = references.iter().map(|reference| &reference.root).collect();
    assert_eq!(roots, [&Root::Input, &Root::Variable("total".to_owned()), &Root::Context]);
    let names: Vec<&str> = references[0].names.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["run", "id"]);
    assert_eq!(references[2].span, 41..56);
    // What the expression asks about itself is no reference that must hold.
    assert_eq!(judge("$exists($total) ? $total : 0").references, []);
}

#[test]
fn expressions_stand_within_marks() {
    assert_eq!(within("{% 1 + 1 %}"), Some((2, " 1 + 1 ")));
    assert_eq!(within(" {% 1 %}"), None);
    assert_eq!(within("{%}"), None);
}

#[test]
fn functions_read_what_their_block_binds_behind_them() {
    for text in [
        "($f := function($n){ $n <= 1 ? 1 : $n * $f($n - 1) }; $f(5))",
        "($even := function($n){ $n = 0 or $odd($n - 1) }; $odd := function($n){ $n != 0 and $even($n - 1) }; $odd(3))",
        "($g := function(){ $factor * 2 }; $factor := 3; $g())",
    ] {
        finds(text, &[]);
    }
    finds("($x := $y; $y := 1; $x)", &[("no variable `$y` is assigned before this", "$y")]);
    finds("function($n){ $h($n) }(1)", &[("there is no function `$h`", "$h")]);
}
