use super::*;
use crate::Field;

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

#[test]
fn references_are_told_in_order() {
    let references =
        judge("$states.input.run.id & $string($total) & $states.context.Execution.Name").references;
    let roots: Vec<&Root> = references.iter().map(|reference| &reference.root).collect();
    assert_eq!(roots, [&Root::Input, &Root::Variable("total".to_owned()), &Root::Context]);
    let names: Vec<&str> = references[0].names.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["run", "id"]);
    assert_eq!(references[2].span, 41..56);
}

#[test]
fn expressions_stand_within_marks() {
    assert_eq!(within("{% 1 + 1 %}"), Some((2, " 1 + 1 ")));
    assert_eq!(within(" {% 1 %}"), None);
    assert_eq!(within("{%}"), None);
}
