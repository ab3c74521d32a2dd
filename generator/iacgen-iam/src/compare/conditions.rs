//! Conditions as sets of contexts.

use super::patterns;
use crate::evaluate::{Condition, Operator, Quantifier};

/// Cases of one statement after which its conditions are left together.
const LIMIT: usize = 64;

/// Splits conditions by their values, of which one must compare: `a or b` becomes a case for `a` and one for `b`.
pub(super) fn cases(conditions: &[Condition]) -> Vec<Vec<Condition>> {
    let mut cases: Vec<Vec<Condition>> = vec![Vec::new()];
    for condition in conditions {
        let values = if is_any_of(condition) { condition.values.len() } else { 1 };
        let splits = values > 1 && cases.len() * values <= LIMIT;
        let choices: Vec<Condition> = if splits {
            condition
                .values
                .iter()
                .map(|value| Condition { values: vec![value.clone()], ..condition.clone() })
                .collect()
        } else {
            vec![condition.clone()]
        };
        cases = cases
            .iter()
            .flat_map(|case| {
                choices.iter().map(|choice| [case.as_slice(), std::slice::from_ref(choice)].concat())
            })
            .collect();
    }
    cases
}

/// Whether the condition holds exactly when it holds for one of its values.
fn is_any_of(condition: &Condition) -> bool {
    let positive = !matches!(
        condition.operator,
        Operator::ArnNotLike | Operator::StringNotEquals | Operator::StringNotLike
    );
    positive && condition.quantifier != Quantifier::AllValues
}

/// Whether all of `then` hold wherever all of `given` hold.
pub(super) fn follow(given: &[Condition], then: &[Condition]) -> bool {
    then.iter().all(|then| given.iter().any(|given| follows(given, then)))
}

fn follows(given: &Condition, then: &Condition) -> bool {
    if given.key != then.key {
        return false;
    }
    let same = given.operator == then.operator
        && given.quantifier == then.quantifier
        && given.if_exists == then.if_exists;
    if same && given.values == then.values {
        return true;
    }
    // `IfExists` holds without the key.
    let weaker_alike = !given.if_exists || then.if_exists;
    is_any_of(given)
        && is_any_of(then)
        && given.quantifier == then.quantifier
        && weaker_alike
        && given.values.iter().all(|value| {
            then.values.iter().any(|wider| match (given.operator, then.operator) {
                (one, other) if one == other && one != Operator::ArnLike => match one {
                    Operator::StringLike => patterns::includes(wider, value),
                    _ => wider == value,
                },
                (Operator::StringEquals, Operator::StringLike) => patterns::includes(wider, value),
                (Operator::ArnLike, Operator::ArnLike) => {
                    match (wider.split_as_arn(), value.split_as_arn()) {
                        (Some(wider), Some(value)) => {
                            wider.iter().zip(&value).all(|(wider, value)| patterns::includes(wider, value))
                        }
                        _ => wider == value,
                    }
                }
                _ => false,
            })
        })
}

/// Whether no request can hold both. Only what is sure is told.
pub(super) fn exclude(one: &[Condition], other: &[Condition]) -> bool {
    one.iter().any(|one| other.iter().any(|other| excludes(one, other)))
}

fn excludes(one: &Condition, other: &Condition) -> bool {
    let plain = |condition: &Condition| {
        // A key with several values may hold both, so such keys are told apart by nothing here.
        is_any_of(condition) && condition.quantifier == Quantifier::One && !condition.if_exists
    };
    if one.key != other.key || !plain(one) || !plain(other) {
        return false;
    }
    match (one.operator, other.operator) {
        (Operator::Null, Operator::Null) | (Operator::Bool, Operator::Bool) => {
            let words = |condition: &Condition| -> Vec<String> {
                condition.values.iter().map(|value| value.to_string().to_lowercase()).collect()
            };
            let (one, other) = (words(one), words(other));
            let words = one.iter().chain(&other);
            let known =
                words.clone().count() > 0 && words.clone().all(|word| word == "true" || word == "false");
            known && one.iter().all(|word| !other.contains(word))
        }
        _ => false,
    }
}
