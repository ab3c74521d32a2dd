//! Choices: what their conditions read, and what is known where each of them leads.

use iacgen_asl::{Comparison, Operand, Relation};
use iacgen_shapes::{Path, Root, Shape, Text};

use super::arrival::{Arrival, Variable};
use super::scope::Scope;
use super::{Flow, Inside};
use crate::check::never_true;
use crate::model::{Choice, Condition, Located, Output, PathSetting, State};

impl<'a> Flow<'a> {
    /// Follows a Choice. Returns what arrives at each state that it leads to.
    pub(super) fn choice(
        self,
        name: &str,
        state: &'a State,
        choice: &'a Choice,
        arrival: &Arrival,
        inside: &Inside,
    ) -> Vec<(String, Arrival)> {
        let mut onward = Vec::new();
        // What the rules before have ruled out is known at the rules behind.
        let mut arrival = arrival.clone();
        for rule in &choice.rules {
            let scope = self.scope(state, &arrival, inside);
            self.condition(&scope, &rule.condition);
            let taken = narrowed(state, &arrival, &rule.condition, true);
            let mut onto = self.handed_on(name, state, &taken, inside);
            let scope = self.scope(state, &taken, inside);
            if let Some(output) = &rule.output {
                onto.input = scope.template(output);
                onto.origin = super::Origin::HandedOn(name.to_owned());
            }
            for (variable, template) in &rule.assign {
                let shape = scope.template(template);
                onto.variables.insert(variable.clone(), Variable { shape, always: true });
            }
            onward.push((rule.next.value.clone(), onto));
            arrival = narrowed(state, &arrival, &rule.condition, false);
        }
        if let Some(default) = &choice.default {
            let mut onto = self.handed_on(name, state, &arrival, inside);
            let scope = self.scope(state, &arrival, inside);
            for (variable, template) in &state.data.assign {
                let shape = scope.template(template);
                onto.variables.insert(variable.clone(), Variable { shape, always: true });
            }
            onward.push((default.value.clone(), onto));
        }
        onward
    }

    /// What a Choice hands on of what arrives.
    fn handed_on(self, name: &str, state: &'a State, arrival: &Arrival, inside: &Inside) -> Arrival {
        let scope = self.scope(state, arrival, inside);
        let (input, origin) = match &state.data.output {
            Output::Unset => (scope.input.clone(), scope.origin.clone()),
            Output::Null(_) => (Shape::record::<String>([]), super::Origin::HandedOn(name.to_owned())),
            Output::Path(path) => {
                (scope.path(&path.value, path.place), super::Origin::HandedOn(name.to_owned()))
            }
            Output::Template(template) => {
                (scope.template(template), super::Origin::HandedOn(name.to_owned()))
            }
        };
        Arrival { input, origin, variables: arrival.variables.clone() }
    }

    /// Judges what a condition reads.
    fn condition(self, scope: &Scope<'a, '_>, condition: &'a Condition) {
        match condition {
            Condition::And(all) | Condition::Or(all) => {
                // Each part is tried when those before it have held, of `or` when they have not.
                let mut scope = scope.clone();
                for part in all {
                    self.condition(&scope, part);
                    scope.input = present(&scope.input, part, matches!(condition, Condition::And(_)));
                }
            }
            Condition::Not(inner) => self.condition(scope, inner),
            Condition::Compare { variable, comparison } => self.comparison(scope, variable, comparison),
            Condition::Expression(text) => scope.condition(text),
            Condition::Constant(_) => {}
        }
    }

    fn comparison(
        self,
        scope: &Scope<'a, '_>,
        variable: &'a Located<String>,
        comparison: &'a Located<Comparison>,
    ) {
        // Asking whether something is there is right where it may not be.
        if matches!(comparison.value, Comparison::IsPresent(_)) {
            return;
        }
        let found = scope.path(&variable.value, variable.place);
        if let Some(operand) = operand_path(&comparison.value) {
            scope.path(operand, comparison.place);
        }
        if let Some(sink) = self.sink
            && let Some(kind) = accepted(&comparison.value)
            && !may_be(&found, &kind)
        {
            sink.push(never_true::finding(variable, comparison, &found));
        }
    }
}

/// What is known of the input where a condition holds, or where it does not.
fn narrowed(state: &State, arrival: &Arrival, condition: &Condition, holds: bool) -> Arrival {
    // Behind an `InputPath` the paths of the condition lead elsewhere.
    if state.data.input != PathSetting::Unset {
        return arrival.clone();
    }
    Arrival { input: present(&arrival.input, condition, holds), ..arrival.clone() }
}

/// Makes what a condition asks for present in a shape, where it holds or where it does not.
fn present(input: &Shape, condition: &Condition, holds: bool) -> Shape {
    match (condition, holds) {
        (Condition::And(all), true) => {
            all.iter().fold(input.clone(), |input, part| present(&input, part, true))
        }
        (Condition::Or(all), false) => {
            all.iter().fold(input.clone(), |input, part| present(&input, part, false))
        }
        (Condition::Not(inner), _) => present(input, inner, !holds),
        (Condition::Compare { variable, comparison }, _)
            if comparison.value == Comparison::IsPresent(holds) =>
        {
            let Ok(path) = Path::parse(&variable.value) else { return input.clone() };
            if path.root != Root::Input || !path.is_reference() || path.parts.is_empty() {
                return input.clone();
            }
            let value = input.lookup(&path).shape();
            let value = if value == Shape::Never { Shape::Any } else { value };
            input.put(&path, &value).unwrap_or_else(|_| input.clone())
        }
        _ => input.clone(),
    }
}

fn operand_path(comparison: &Comparison) -> Option<&str> {
    match comparison {
        Comparison::String(_, Operand::Path(path))
        | Comparison::Timestamp(_, Operand::Path(path))
        | Comparison::Numeric(_, Operand::Path(path))
        | Comparison::Boolean(Operand::Path(path)) => Some(path.as_str()),
        _ => None,
    }
}

/// What a value must be for a comparison to hold; `None` where any may.
fn accepted(comparison: &Comparison) -> Option<Shape> {
    match comparison {
        Comparison::String(Relation::Equals, Operand::Literal(text)) => Some(Shape::text(text.as_str())),
        Comparison::String(..)
        | Comparison::Timestamp(..)
        | Comparison::StringMatches(_)
        | Comparison::IsString(true)
        | Comparison::IsTimestamp(true) => Some(Shape::TEXT),
        Comparison::Numeric(..) | Comparison::IsNumeric(true) => Some(Shape::Number),
        Comparison::Boolean(_) | Comparison::IsBoolean(true) => Some(Shape::Bool),
        Comparison::IsNull(true) => Some(Shape::Null),
        _ => None,
    }
}

/// Whether some value of a shape is also one of another, which has a single kind.
fn may_be(found: &Shape, accepted: &Shape) -> bool {
    // Nothing is known, or a finding tells already.
    found == &Shape::Never
        || found.variants().iter().any(|variant| match (variant, accepted) {
            (Shape::String(Text::OneOf(texts)), Shape::String(Text::OneOf(wanted))) => {
                texts.iter().any(|text| wanted.contains(text))
            }
            (Shape::String(_), Shape::String(_))
            | (Shape::Integer | Shape::Number, Shape::Number)
            | (Shape::Bool, Shape::Bool)
            | (Shape::Null, Shape::Null)
            | (Shape::Any, _) => true,
            _ => false,
        })
}
