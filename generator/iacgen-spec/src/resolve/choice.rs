//! Choices: their rules and conditions.

use iacgen_asl::{Comparison, Operand, Path, Relation, Timestamp};
use serde_json::Number;

use super::scope::Scope;
use super::state::{located, optional};
use super::template::Text;
use super::{Context, Resolved, path};
use crate::check::{bad_timestamp, empty_list, no_default, other_query_language, unmarked_expression};
use crate::model::{Choice, ChoiceRule, Condition, Located, Place};
use crate::raw::{RawCondition, RawRule, RawTemplate, RawValue};
use crate::yaml::{Scalar, Spanned};

impl<'a> Context<'a> {
    /// Resolves a Choice.
    pub(super) fn choice(
        &self,
        name: &Spanned<String>,
        rules: &'a [RawRule],
        default: Option<&'a Spanned<String>>,
        scope: Scope,
    ) -> Option<Choice> {
        if rules.is_empty() {
            self.sink.push(empty_list::finding(name.span, &name.value, "rule", self.dialect));
        }
        if default.is_none() {
            no_default::check(name, rules, self.dialect, self.sink);
        }
        let rules: Vec<_> = rules.iter().map(|rule| self.rule(rule, scope)).collect();
        Some(Choice { rules: rules.into_iter().collect::<Option<_>>()?, default: default.map(located) })
    }

    fn rule(&self, raw: &'a RawRule, scope: Scope) -> Option<ChoiceRule> {
        let comment = self.optional_text(raw.comment.as_ref(), &self.dialect.field("comment"));
        let condition = raw.condition.as_ref().and_then(|condition| self.condition(condition, raw, scope));
        let assign = self.assign(&raw.assign, scope);
        if !scope.language.is_jsonata() {
            let output = raw.output.as_ref().map(RawTemplate::span);
            other_query_language::jsonata_fields(&[("output", output)], scope.language.set, self.sink);
        }
        let output = raw.output.as_ref().map(|output| self.template(output, scope));
        Some(ChoiceRule {
            place: Place::written(raw.span),
            comment,
            condition: condition?,
            next: located(raw.next.as_ref()?),
            assign: assign?,
            output: optional(output)?,
        })
    }

    fn condition(&self, raw: &'a RawCondition, rule: &RawRule, scope: Scope) -> Option<Condition> {
        let all = |conditions: &'a [RawCondition]| {
            if conditions.is_empty() {
                self.sink.push(empty_list::conditions(rule.span, self.dialect));
            }
            let conditions: Vec<_> =
                conditions.iter().map(|condition| self.condition(condition, rule, scope)).collect();
            conditions.into_iter().collect::<Option<Vec<_>>>()
        };
        match raw {
            RawCondition::And(conditions) => all(conditions).map(Condition::And),
            RawCondition::Or(conditions) => all(conditions).map(Condition::Or),
            RawCondition::Not(condition) => {
                self.condition(condition, rule, scope).map(Box::new).map(Condition::Not)
            }
            RawCondition::Compare { variable, operator, operand } => {
                let variable = variable.as_ref()?;
                if scope.language.is_jsonata() {
                    let field = [("variable", Some(variable.span))];
                    other_query_language::jsonpath_fields(&field, scope.language.set, self.sink);
                    return None;
                }
                let place = Place::written(variable.span).holding(&variable.value);
                let path = path::check(&variable.value, place, scope, self.sink);
                let comparison = self.comparison(operator, operand, scope);
                path?;
                Some(Condition::Compare {
                    variable: Located { value: variable.value.clone(), place },
                    comparison: comparison?,
                })
            }
            RawCondition::Expression(raw) => {
                if !scope.language.is_jsonata() {
                    let field = [("condition", Some(raw.span()))];
                    other_query_language::jsonata_fields(&field, scope.language.set, self.sink);
                    return None;
                }
                self.expression(raw, scope)
            }
        }
    }

    fn expression(&self, raw: &'a RawValue, scope: Scope) -> Option<Condition> {
        let value = self.values.get(raw)?;
        let kind = self.dialect.field("condition");
        match value.scalar {
            Scalar::Bool(constant) => Some(Condition::Constant(*constant)),
            Scalar::Text(text) => {
                let place = value.place.holding(text);
                if matches!(self.text_kind(text, place, scope)?, Text::Expression) {
                    return Some(Condition::Expression(Located { value: text.clone(), place }));
                }
                self.sink.push(unmarked_expression::needed(text, place));
                None
            }
            _ => self.wrong(&value, &kind, "an expression, such as `{% $states.input.count > 1 %}`"),
        }
    }

    fn comparison(
        &self,
        operator: &'a Spanned<String>,
        raw: &'a RawValue,
        scope: Scope,
    ) -> Option<Located<Comparison>> {
        let value = self.values.get(raw)?;
        let kind = format!("`{}`", operator.value);
        let place = match value.scalar {
            Scalar::Text(text) => value.place.holding(text),
            _ => value.place,
        };
        let word = operator.value.as_str();
        let comparison = if let Some(word) = word.strip_suffix("Path") {
            let Scalar::Text(text) = value.scalar else {
                return self.wrong(&value, &kind, "a path");
            };
            path::check(text, place, scope, self.sink)?;
            let path = Path::new(text.as_str()).ok()?;
            match family(word)? {
                Family::String(relation) => Comparison::String(relation, Operand::Path(path)),
                Family::Numeric(relation) => Comparison::Numeric(relation, Operand::Path(path)),
                Family::Timestamp(relation) => Comparison::Timestamp(relation, Operand::Path(path)),
                Family::Boolean => Comparison::Boolean(Operand::Path(path)),
            }
        } else {
            match family(word) {
                Some(Family::String(relation)) => {
                    Comparison::String(relation, Operand::Literal(self.operand_text(&value, &kind)?))
                }
                Some(Family::Numeric(relation)) => {
                    Comparison::Numeric(relation, Operand::Literal(self.operand_number(&value, &kind)?))
                }
                Some(Family::Timestamp(relation)) => {
                    let text = self.operand_text(&value, &kind)?;
                    if Timestamp::new(text.as_str()).is_err() {
                        self.sink.push(bad_timestamp::finding(&text, place));
                        return None;
                    }
                    Comparison::Timestamp(relation, Operand::Literal(text))
                }
                Some(Family::Boolean) => {
                    Comparison::Boolean(Operand::Literal(self.operand_boolean(&value, &kind)?))
                }
                None if word == "StringMatches" => {
                    Comparison::StringMatches(self.operand_text(&value, &kind)?)
                }
                None => {
                    let expected = self.operand_boolean(&value, &kind)?;
                    match word {
                        "IsNull" => Comparison::IsNull(expected),
                        "IsPresent" => Comparison::IsPresent(expected),
                        "IsNumeric" => Comparison::IsNumeric(expected),
                        "IsString" => Comparison::IsString(expected),
                        "IsBoolean" => Comparison::IsBoolean(expected),
                        _ => Comparison::IsTimestamp(expected),
                    }
                }
            }
        };
        Some(Located { value: comparison, place })
    }

    fn operand_text(&self, value: &Resolved<'_>, kind: &str) -> Option<String> {
        match value.scalar {
            Scalar::Text(text) => Some(text.strip_prefix('\\').unwrap_or(text).to_owned()),
            _ => self.wrong(value, kind, "a text"),
        }
    }

    fn operand_number(&self, value: &Resolved<'_>, kind: &str) -> Option<Number> {
        match value.scalar {
            Scalar::Number(text) => match serde_json::from_str(text) {
                Ok(number) => Some(number),
                Err(_) => self.wrong(value, kind, "a number that fits 64 bits"),
            },
            _ => self.wrong(value, kind, "a number"),
        }
    }

    fn operand_boolean(&self, value: &Resolved<'_>, kind: &str) -> Option<bool> {
        match value.scalar {
            Scalar::Bool(value) => Some(*value),
            _ => self.wrong(value, kind, "`true` or `false`"),
        }
    }
}

/// What an operator compares, and how.
enum Family {
    String(Relation),
    Numeric(Relation),
    Timestamp(Relation),
    Boolean,
}

/// Returns the family of an operator without `Path` at its end.
fn family(word: &str) -> Option<Family> {
    let relation = |prefix: &str| {
        let rest = word.strip_prefix(prefix)?;
        Relation::ALL.into_iter().find(|relation| relation.word() == rest)
    };
    let string = || relation("String").map(Family::String);
    let numeric = || relation("Numeric").map(Family::Numeric);
    let timestamp = || relation("Timestamp").map(Family::Timestamp);
    let boolean = (word == "BooleanEquals").then_some(Family::Boolean);
    boolean.or_else(string).or_else(numeric).or_else(timestamp)
}
