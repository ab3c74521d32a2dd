//! Choices.

use iacgen_asl::{ChoiceRule, ChoiceState, Condition, Path, QueryLanguage};
use iacgen_spec::model;

use super::Lowering;
use super::states::{expression, path, state_name};
use crate::error::SynthesisError;

impl Lowering<'_> {
    /// Returns the rules of a Choice, and where it goes without any.
    pub(super) fn choice(
        &self,
        name: &str,
        query: QueryLanguage,
        choice: &model::Choice,
    ) -> Result<ChoiceState, SynthesisError> {
        let choices = choice
            .rules
            .iter()
            .map(|rule| {
                let assign = (!rule.assign.is_empty()).then(|| self.fields(name, query, &rule.assign));
                Ok(ChoiceRule {
                    assign: assign.transpose()?,
                    output: rule.output.as_ref().map(|output| self.json(name, query, output)).transpose()?,
                    comment: rule.comment.clone(),
                    ..ChoiceRule::new(condition(name, &rule.condition)?, state_name(&rule.next.value)?)
                })
            })
            .collect::<Result<_, SynthesisError>>()?;
        let default = choice.default.as_ref().map(|default| state_name(&default.value)).transpose()?;
        Ok(ChoiceState { choices, default, ..ChoiceState::default() })
    }
}

fn condition(state: &str, given: &model::Condition) -> Result<Condition, SynthesisError> {
    let all = |conditions: &[model::Condition]| {
        conditions.iter().map(|one| condition(state, one)).collect::<Result<Vec<_>, _>>()
    };
    Ok(match given {
        model::Condition::And(conditions) => Condition::And(all(conditions)?),
        model::Condition::Or(conditions) => Condition::Or(all(conditions)?),
        model::Condition::Not(inner) => Condition::Not(Box::new(condition(state, inner)?)),
        model::Condition::Compare { variable, comparison } => {
            let variable: Path = path(state, &variable.value)?;
            Condition::Compare { variable, comparison: comparison.value.clone() }
        }
        model::Condition::Expression(text) => Condition::Expression(expression(state, &text.value)?),
        model::Condition::Constant(truth) => Condition::Constant(*truth),
    })
}
