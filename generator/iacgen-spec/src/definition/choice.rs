//! `Choices`.

use iacgen_asl::QueryLanguage;
use iacgen_diagnostics::Span;

use super::fields::{self, Object, What};
use crate::check::{conflicting_fields, missing_field, other_query_language, unknown_field, wrong_kind};
use crate::raw::{OPERATORS, RawCondition, RawKind, RawRule, RawTemplate, RawValue};
use crate::suggest;
use crate::yaml::{Entry, Node, Scalar, Spanned, Value};

/// The fields of a rule that are no condition. In a condition within another, only the comment is allowed.
const OF_RULES: [&str; 4] = ["Next", "Assign", "Output", "Comment"];

/// What conditions of JSONPath are made of besides operators.
const FORMS: [&str; 4] = ["Variable", "And", "Or", "Not"];

/// Reads a Choice.
pub(super) fn choice(state: &Object<'_, '_>) -> Option<RawKind> {
    let default = state.text("Default");
    let entry = state.required("Choices")?;
    let rules = fields::list(&entry.value, "`Choices`", state.sink);
    if rules.is_empty() && entry.value.value == Value::Sequence(Vec::new()) {
        wrong_kind::report(&entry.value, "`Choices`", "a list with at least one rule", state.sink);
    }
    Some(RawKind::Choice { rules: rules.iter().filter_map(|node| rule(state, node)).collect(), default })
}

fn rule(state: &Object<'_, '_>, node: &Node) -> Option<RawRule> {
    let span = Span { end: node.span.start + 1, ..node.span };
    let what = What { kind: "a rule", span, ..state.what };
    let Value::Mapping(entries) = &node.value else {
        wrong_kind::report(node, what.kind, "an object", state.sink);
        return None;
    };
    let own = |name: &str| entries.iter().find(|entry| entry.key.value == name);
    let condition = condition(state, entries, what, &OF_RULES);
    let text =
        |name: &str| own(name).and_then(|entry| fields::text(&entry.value, &format!("`{name}`"), state.sink));
    if own("Next").is_none() {
        state.sink.push(missing_field::key(span, what.kind, "Next"));
    }
    let template = |name: &str| {
        own(name).map(|entry| super::template::template(&entry.value, what.language, state.sink))
    };
    let output = match own("Output") {
        Some(entry) if what.language == QueryLanguage::JsonPath => {
            state.sink.push(other_query_language::finding(&entry.key, what.kind, what.language));
            None
        }
        _ => template("Output"),
    };
    let assign = match template("Assign") {
        Some(RawTemplate::Object(_, fields)) => fields,
        _ => Vec::new(),
    };
    Some(RawRule {
        span,
        comment: text("Comment")
            .map(|text| RawValue::Literal(Spanned { value: Scalar::Text(text.value), span: text.span })),
        condition,
        next: text("Next"),
        assign,
        output,
    })
}

/// Reads a condition out of the entries that are none of `besides`.
fn condition(
    state: &Object<'_, '_>,
    entries: &[Entry],
    what: What<'_>,
    besides: &[&str],
) -> Option<RawCondition> {
    let entries: Vec<&Entry> =
        entries.iter().filter(|entry| !besides.contains(&entry.key.value.as_str())).collect();
    match what.language {
        QueryLanguage::Jsonata => expression(state, &entries, what),
        QueryLanguage::JsonPath => comparison(state, &entries, what),
    }
}

fn expression(state: &Object<'_, '_>, entries: &[&Entry], what: What<'_>) -> Option<RawCondition> {
    let mut condition = None;
    let mut misspelt = false;
    for entry in entries {
        let key = entry.key.value.as_str();
        if key == "Condition" {
            condition = Some(entry);
        } else if FORMS.contains(&key) || OPERATORS.contains(&key) {
            misspelt = true;
            // One rule in the other language is one mistake.
            if FORMS.contains(&key) {
                state.sink.push(other_query_language::finding(&entry.key, what.kind, what.language));
            }
        } else {
            let known = ["Condition", "Next", "Assign", "Output", "Comment"];
            misspelt |= suggest::nearest(key, known).is_some();
            state.sink.push(unknown_field::finding(&entry.key, what.kind, &known));
        }
    }
    let Some(entry) = condition else {
        if !misspelt {
            state.sink.push(missing_field::key(what.span, what.kind, "Condition"));
        }
        return None;
    };
    if let Value::Scalar(scalar @ (Scalar::Text(_) | Scalar::Bool(_))) = &entry.value.value {
        let value = Spanned { value: scalar.clone(), span: entry.value.span };
        return Some(RawCondition::Expression(RawValue::Literal(value)));
    }
    let expected = "an expression, `{% ... %}`, or a boolean";
    wrong_kind::report(&entry.value, "`Condition`", expected, state.sink);
    None
}

fn comparison(state: &Object<'_, '_>, entries: &[&Entry], what: What<'_>) -> Option<RawCondition> {
    let known = || FORMS.iter().chain(&OPERATORS).copied();
    let mut found: Vec<&Entry> = Vec::new();
    let mut misspelt = false;
    for entry in entries {
        let key = entry.key.value.as_str();
        if known().any(|operator| operator == key) {
            found.push(entry);
        } else if key == "Condition" {
            misspelt = true;
            state.sink.push(other_query_language::finding(&entry.key, what.kind, what.language));
        } else {
            misspelt |= suggest::nearest(key, known()).is_some();
            let others = OF_RULES.iter().filter(|_| what.kind == "a rule").copied();
            let allowed: Vec<&str> = known().chain(others).collect();
            state.sink.push(unknown_field::finding(&entry.key, what.kind, &allowed));
        }
    }
    let variable = found.iter().find(|entry| entry.key.value == "Variable");
    let mut operators = found.iter().filter(|entry| entry.key.value != "Variable");
    let Some(operator) = operators.next() else {
        if !misspelt {
            state.sink.push(missing_field::one_of(what.span, what.kind, &FORMS));
        }
        return None;
    };
    if let Some(second) = operators.next() {
        let help = "a rule compares once: write `And` with a list of conditions";
        state.sink.push(conflicting_fields::finding(&second.key, &operator.key, help));
        return None;
    }
    let inner = |node: &Node| {
        let span = Span { end: node.span.start + 1, ..node.span };
        let what = What { kind: "a condition", span, ..what };
        if let Value::Mapping(entries) = &node.value {
            return condition(state, entries, what, &["Comment"]);
        }
        wrong_kind::report(node, what.kind, "an object", state.sink);
        None
    };
    let combined = ["And", "Or", "Not"].contains(&operator.key.value.as_str());
    if let (true, Some(variable)) = (combined, variable) {
        let help = "write the comparison inside";
        state.sink.push(conflicting_fields::finding(&variable.key, &operator.key, help));
    }
    let all = || {
        let kind = format!("`{}`", operator.key.value);
        let nodes = fields::list(&operator.value, &kind, state.sink);
        nodes.iter().filter_map(inner).collect::<Vec<_>>()
    };
    match operator.key.value.as_str() {
        "And" => Some(RawCondition::And(all())),
        "Or" => Some(RawCondition::Or(all())),
        "Not" => inner(&operator.value).map(|condition| RawCondition::Not(Box::new(condition))),
        _ => {
            let Some(variable) = variable else {
                state.sink.push(missing_field::key(what.span, what.kind, "Variable"));
                return None;
            };
            compare(state, variable, operator)
        }
    }
}

fn compare(state: &Object<'_, '_>, variable: &Entry, operator: &Entry) -> Option<RawCondition> {
    let path = fields::text(&variable.value, "`Variable`", state.sink)?;
    if !path.value.starts_with('$') {
        fields::report_no_path(&path, state.sink);
        return None;
    }
    let Value::Scalar(scalar) = &operator.value.value else {
        wrong_kind::report(
            &operator.value,
            &format!("`{}`", operator.key.value),
            "a single value",
            state.sink,
        );
        return None;
    };
    let operand = RawValue::Literal(Spanned { value: scalar.clone(), span: operator.value.span });
    Some(RawCondition::Compare { variable: Some(path), operator: operator.key.clone(), operand })
}
