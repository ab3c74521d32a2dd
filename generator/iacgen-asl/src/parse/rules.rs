//! Reads retriers, catchers and choice rules.

use serde_json::{Number, Value};

use super::error::{Pointer, Problem};
use super::fields::{Fields, Parsed};
use super::word;
use crate::choice::{ChoiceRule, Comparison, Condition, Operand, Relation};
use crate::error_name::ErrorName;
use crate::machine::QueryLanguage;
use crate::names::Expression;
use crate::retry::{Catcher, JitterStrategy, Retrier};

/// The objects of an array field, each with its fields.
fn entries(fields: &mut Fields, field: &str, holder: &str) -> Parsed<Vec<Fields>> {
    let items = fields.array(field)?.unwrap_or_default();
    let place = fields.pointer.child(field);
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| fields.nested(item, place.child(index), holder))
        .collect()
}

pub(super) fn retriers(fields: &mut Fields) -> Parsed<Vec<Retrier>> {
    let entries = entries(fields, "Retry", "a retrier")?;
    let count = entries.len();
    entries.into_iter().enumerate().map(|(index, entry)| retrier(entry, index + 1 == count)).collect()
}

fn retrier(mut fields: Fields, last: bool) -> Parsed<Retrier> {
    let retrier = Retrier {
        error_equals: error_equals(&mut fields, last)?,
        interval_seconds: fields.unsigned("IntervalSeconds")?,
        max_attempts: fields.unsigned("MaxAttempts")?,
        backoff_rate: fields.decimal("BackoffRate")?,
        max_delay_seconds: fields.unsigned("MaxDelaySeconds")?,
        jitter_strategy: word(
            &mut fields,
            "JitterStrategy",
            "FULL or NONE",
            &[JitterStrategy::Full, JitterStrategy::None],
            JitterStrategy::as_str,
        )?,
        comment: fields.text("Comment")?,
    };
    fields.finish()?;
    Ok(retrier)
}

pub(super) fn catchers(fields: &mut Fields) -> Parsed<Vec<Catcher>> {
    let entries = entries(fields, "Catch", "a catcher")?;
    let count = entries.len();
    entries.into_iter().enumerate().map(|(index, entry)| catcher(entry, index + 1 == count)).collect()
}

fn catcher(mut fields: Fields, last: bool) -> Parsed<Catcher> {
    let catcher = Catcher {
        error_equals: error_equals(&mut fields, last)?,
        next: fields.state_name("Next")?.ok_or_else(|| fields.missing("Next"))?,
        result_path: fields.result_path()?,
        output: fields.expression_template("Output")?,
        assign: fields.assign()?,
        comment: fields.text("Comment")?,
    };
    fields.finish()?;
    Ok(catcher)
}

fn error_equals(fields: &mut Fields, last: bool) -> Parsed<Vec<ErrorName>> {
    let names = fields.texts("ErrorEquals")?.ok_or_else(|| fields.missing("ErrorEquals"))?;
    if names.iter().any(|name| name == ErrorName::ALL.as_str()) && (names.len() > 1 || !last) {
        return Err(fields.error("ErrorEquals", Problem::AllNotLast));
    }
    Ok(names.into_iter().map(ErrorName::new).collect())
}

pub(super) fn choice_rules(fields: &mut Fields) -> Parsed<Vec<ChoiceRule>> {
    if !fields.has("Choices") {
        return Err(fields.missing("Choices"));
    }
    entries(fields, "Choices", "a choice rule")?.into_iter().map(choice_rule).collect()
}

fn choice_rule(mut fields: Fields) -> Parsed<ChoiceRule> {
    let next = fields.state_name("Next")?.ok_or_else(|| fields.missing("Next"))?;
    let comment = fields.text("Comment")?;
    let assign = fields.assign()?;
    let output = fields.expression_template("Output")?;
    let condition = condition(&mut fields)?;
    fields.finish()?;
    Ok(ChoiceRule { condition, next, assign, output, comment })
}

fn inner(fields: &Fields, value: Value, pointer: Pointer) -> Parsed<Condition> {
    let mut nested = fields.nested(value, pointer, "a condition")?;
    nested.text("Comment")?;
    let condition = condition(&mut nested)?;
    nested.finish()?;
    Ok(condition)
}

fn condition(fields: &mut Fields) -> Parsed<Condition> {
    if fields.jsonata() {
        let value = fields.require("Condition")?;
        return match &value {
            Value::Bool(constant) => Ok(Condition::Constant(*constant)),
            Value::String(text) => Expression::recognise(text)
                .map(Condition::Expression)
                .ok_or_else(|| fields.error("Condition", Problem::HalfExpression { text: text.clone() })),
            other => Err(super::wrong_type(
                other,
                "a JSONata expression",
                fields.pointer.child("Condition"),
                fields.state.clone(),
            )),
        };
    }
    for (field, build) in [("And", Condition::And as fn(Vec<Condition>) -> Condition), ("Or", Condition::Or)]
    {
        if let Some(items) = fields.array(field)? {
            let place = fields.pointer.child(field);
            let conditions = items
                .into_iter()
                .enumerate()
                .map(|(index, item)| inner(fields, item, place.child(index)))
                .collect::<Parsed<Vec<_>>>()?;
            return Ok(build(conditions));
        }
    }
    if let Some(value) = fields.take("Not") {
        let place = fields.pointer.child("Not");
        return Ok(Condition::Not(Box::new(inner(fields, value, place)?)));
    }
    let variable = fields.path("Variable")?.ok_or_else(|| fields.missing("Variable"))?;
    let comparison = comparison(fields)?.ok_or_else(|| fields.missing("a comparison operator"))?;
    Ok(Condition::Compare { variable, comparison })
}

/// Makes a type test such as `IsNull` of what it expects.
type Test = fn(bool) -> Comparison;

fn comparison(fields: &mut Fields) -> Parsed<Option<Comparison>> {
    for relation in Relation::ALL {
        let word = relation.word();
        if let Some(operand) = operand(fields, &format!("String{word}"), Fields::text)? {
            return Ok(Some(Comparison::String(relation, operand)));
        }
        if let Some(operand) = operand::<Number>(fields, &format!("Numeric{word}"), Fields::number)? {
            return Ok(Some(Comparison::Numeric(relation, operand)));
        }
        if let Some(operand) = operand(fields, &format!("Timestamp{word}"), Fields::text)? {
            return Ok(Some(Comparison::Timestamp(relation, operand)));
        }
    }
    if let Some(operand) = operand(fields, "BooleanEquals", Fields::boolean)? {
        return Ok(Some(Comparison::Boolean(operand)));
    }
    if let Some(pattern) = fields.text("StringMatches")? {
        return Ok(Some(Comparison::StringMatches(pattern)));
    }
    let tests: [(&str, Test); 6] = [
        ("IsNull", Comparison::IsNull),
        ("IsPresent", Comparison::IsPresent),
        ("IsNumeric", Comparison::IsNumeric),
        ("IsString", Comparison::IsString),
        ("IsBoolean", Comparison::IsBoolean),
        ("IsTimestamp", Comparison::IsTimestamp),
    ];
    for (field, build) in tests {
        if let Some(expected) = fields.boolean(field)? {
            return Ok(Some(build(expected)));
        }
    }
    Ok(None)
}

fn operand<T>(
    fields: &mut Fields,
    field: &str,
    take: impl FnOnce(&mut Fields, &str) -> Parsed<Option<T>>,
) -> Parsed<Option<Operand<T>>> {
    debug_assert_eq!(fields.language, QueryLanguage::JsonPath);
    if let Some(path) = fields.path(&format!("{field}Path"))? {
        return Ok(Some(Operand::Path(path)));
    }
    Ok(take(fields, field)?.map(Operand::Literal))
}
