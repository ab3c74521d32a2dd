//! What paths, templates and expressions of one state find.

use std::ops::RangeInclusive;

use iacgen_asl::QueryLanguage;
use iacgen_shapes::jsonata::Interval;
use iacgen_shapes::{Certainty, Field, Gives, Lookup, Path, Reason, Root, Shape, Text, intrinsic, jsonata};

use super::Flow;
use super::arrival::{Arrival, Origin};
use crate::check::{
    absent_path, call_mismatch, condition_mismatch, expression_mismatch, field_mismatch, maybe_absent_path,
    operand_mismatch, result_out_of_range, unset_variable,
};
use crate::model::{Dynamic, Located, Place, State, Template, TemplateValue};

/// What the fields of one state can read.
#[derive(Clone)]
pub(crate) struct Scope<'a, 'r> {
    pub(super) flow: Flow<'a>,
    pub(super) state: &'a State,
    pub(super) arrival: &'r Arrival,
    /// `$`.
    pub(super) input: Shape,
    /// Where that comes from.
    pub(super) origin: Origin,
    /// `$$`, `$states.context`.
    pub(super) context: Shape,
    /// `$states.result`, where there is one.
    pub(super) result: Option<Shape>,
    /// `$states.errorOutput`, in a catcher.
    pub(super) error: Option<Shape>,
    /// The variables that are set around a Distributed Map, which its children do not see.
    pub(super) hidden: Vec<String>,
}

impl Scope<'_, '_> {
    /// The same with another `$`.
    pub(super) fn with_input(&self, input: Shape, origin: Origin) -> Self {
        Self { input, origin, ..self.clone() }
    }

    /// The same after the work is done.
    pub(super) fn with_result(&self, result: Shape) -> Self {
        Self { result: Some(result), ..self.clone() }
    }

    /// The same in a catcher.
    pub(super) fn catching(&self, error: Shape) -> Self {
        Self { error: Some(error), ..self.clone() }
    }

    /// Says what a path finds. What is certainly not there is a finding.
    pub(super) fn path(&self, text: &str, place: Place) -> Shape {
        // What is no path is a finding of `resolve/`.
        let Ok(path) = Path::parse(text) else { return Shape::Any };
        self.follow(&path, 0, place)
    }

    /// The same for a path that stands `offset` bytes behind the beginning of what is written at the place.
    fn follow(&self, path: &Path, offset: usize, place: Place) -> Shape {
        let (root, origin) = match &path.root {
            Root::Input => (self.input.clone(), self.origin.clone()),
            Root::Context => (self.context.clone(), Origin::Context),
            Root::Variable(name) => {
                let Some(shape) = self.variable(name, offset, place) else { return Shape::Any };
                (shape, Origin::Variable(name.clone()))
            }
        };
        match root.lookup(path) {
            Lookup::Found(shape) => shape,
            Lookup::Maybe(shape, uncertain) => {
                // An open object may well have a field that is not declared: only a likely slip is worth a word.
                let worth = uncertain.reason != Reason::Undeclared || uncertain.absence.suggestion.is_some();
                if let Some(sink) = self.flow.sink.filter(|_| worth && uncertain.reason != Reason::Length) {
                    sink.push(maybe_absent_path::finding(place, offset, path, &uncertain, &origin));
                }
                shape
            }
            Lookup::Missing(missing) => {
                if let Some(sink) = self.flow.sink {
                    let fails = missing.gives == Gives::Failure;
                    sink.push(absent_path::finding(place, offset, path, &missing.absence, &origin, fails));
                }
                // One mistake is one finding: what follows from it is not judged.
                Shape::Any
            }
        }
    }

    /// Says what a variable holds. One that no way here sets is a finding.
    fn variable(&self, name: &str, offset: usize, place: Place) -> Option<Shape> {
        let known = &self.arrival.variables;
        let finding = match known.get(name) {
            Some(variable) if variable.always => return Some(variable.shape.clone()),
            Some(_) => unset_variable::maybe(place, offset, name),
            None if self.is_hidden(name) => unset_variable::hidden(place, offset, name),
            None => unset_variable::never(place, offset, name, known.keys().map(String::as_str)),
        };
        if let Some(sink) = self.flow.sink {
            sink.push(finding);
        }
        known.get(name).map(|variable| variable.shape.clone())
    }

    /// Says what a call of an intrinsic function gives.
    fn call(&self, text: &str, place: Place) -> Shape {
        let Ok(call) = intrinsic::Call::parse(text) else { return Shape::Any };
        for (offset, path) in call.paths() {
            self.follow(path, offset, place);
        }
        let quiet = self.quiet();
        let mut find = |path: &Path| quiet.follow(path, 0, place);
        if let Some(sink) = self.flow.sink {
            // What is wrong whatever arrives is a finding of `resolve/`.
            let anyway = call.problems(&mut |_| Shape::Any);
            for problem in call.problems(&mut find).into_iter().filter(|problem| !anyway.contains(problem)) {
                sink.push(call_mismatch::finding(place, &problem));
            }
        }
        call.shape(&mut find)
    }

    /// Says what a JSONata expression gives, and between which numbers that lies where it is one. What is wrong with it is
    /// a finding.
    fn expression(&self, text: &str, place: Place) -> (Shape, Interval) {
        let anything = (Shape::Any, Interval::ALL);
        let Some((offset, inner)) = jsonata::within(text) else { return anything };
        // What cannot be read is a finding of `resolve/`.
        let Ok(expression) = jsonata::Expression::parse(inner) else { return anything };
        let variable = |name: &str| self.arrival.variables.get(name).map(|variable| variable.shape.clone());
        let judgement = expression.judge(&jsonata::Scope {
            input: self.arrival.input.clone(),
            result: self.result.clone(),
            error_output: self.error.clone(),
            context: self.context.clone(),
            variable: &variable,
        });
        let fails = judgement.findings.iter().any(|finding| finding.certainty == Certainty::Always);
        if let Some(sink) = self.flow.sink {
            for finding in &judgement.findings {
                let part = place.part(offset + finding.span.start, offset + finding.span.end);
                sink.push(if finding.kind.is_about_operands() {
                    operand_mismatch::finding(part, finding)
                } else {
                    expression_mismatch::finding(part, finding, self)
                });
            }
            for reference in &judgement.references {
                if let jsonata::Root::Variable(name) = &reference.root
                    && self.arrival.variables.get(name).is_some_and(|variable| !variable.always)
                {
                    sink.push(unset_variable::maybe(place, offset + reference.span.start, name));
                }
            }
            if judgement.undefined == jsonata::Undefined::Always && !fails {
                sink.push(expression_mismatch::undefined(place));
            }
        }
        // One mistake is one finding: what follows from it is not judged.
        if fails { anything } else { (judgement.shape, judgement.range) }
    }

    /// Says what `$states.NAME` is, for messages.
    pub(crate) fn origin_of(&self, path: &str) -> String {
        let begins = |name: &str| path == name || path.starts_with(&format!("{name}."));
        if begins("$states.input") {
            self.arrival.origin.describe()
        } else if begins("$states.result") {
            Origin::Result.describe()
        } else if begins("$states.errorOutput") {
            Origin::Error.describe()
        } else if begins("$states.context") {
            Origin::Context.describe()
        } else {
            path.to_owned()
        }
    }

    /// Says which states dropped their results on the way here.
    pub(crate) fn note(&self) -> Option<String> {
        self.arrival.origin.note()
    }

    /// Tells whether a variable is set around a Distributed Map, which its children do not see.
    pub(crate) fn is_hidden(&self, name: &str) -> bool {
        self.hidden.iter().any(|hidden| hidden == name)
    }

    /// Returns the variables that may be set.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.arrival.variables.keys().map(String::as_str)
    }

    /// Says what a template makes.
    pub(super) fn template(&self, template: &Template) -> Shape {
        match &template.value {
            TemplateValue::Path(text) => self.path(text, template.place),
            TemplateValue::Intrinsic(text) => self.call(text, template.place),
            TemplateValue::Expression(text) => self.expression(text, template.place).0,
            TemplateValue::Reference(_) => Shape::TEXT,
            TemplateValue::Null => Shape::Null,
            TemplateValue::Bool(_) => Shape::Bool,
            TemplateValue::Number(number) => Shape::of(&serde_json::Value::Number(number.clone())),
            TemplateValue::Text(text) => Shape::text(text.as_str()),
            TemplateValue::Array(items) => {
                Shape::tuple(items.iter().map(|item| self.template(item)).collect())
            }
            TemplateValue::Object(fields) => Shape::closed(
                fields.iter().map(|(name, field)| (name.as_str(), Field::required(self.template(field)))),
            ),
        }
    }

    /// Judges a field that takes a text and may be looked up or computed. A value that certainly is none is a finding.
    pub(super) fn text<T>(&self, value: Option<&Located<Dynamic<T>>>) {
        let Some(Located { value, place }) = value else { return };
        if let Some((text, found, _)) = self.dynamic(value, *place) {
            self.fits(text, *place, &found, &Shape::TEXT);
        }
    }

    /// The same in a field that takes a number of a range.
    pub(super) fn number<T>(&self, value: Option<&Located<Dynamic<T>>>, range: RangeInclusive<f64>) {
        let Some(Located { value, place }) = value else { return };
        let Some((text, found, given)) = self.dynamic(value, *place) else { return };
        // Step Functions reads a number out of a text, as its own recordings show.
        let may_hold_number = |variant: &Shape| match variant {
            Shape::String(Text::Any) => true,
            Shape::String(Text::OneOf(texts)) => texts.iter().any(|text| text.parse::<f64>().is_ok()),
            _ => false,
        };
        if found.variants().iter().any(may_hold_number) {
            return;
        }
        let takes = Interval { least: *range.start(), most: *range.end() };
        match self.flow.sink {
            Some(sink) if self.fits(text, *place, &found, &Shape::Number) && given.is_apart_from(takes) => {
                sink.push(result_out_of_range::finding(*place, &range, given));
            }
            _ => {}
        }
    }

    /// Says what is looked up or computed; `None` for what is written out.
    fn dynamic<'t, T>(&self, value: &'t Dynamic<T>, place: Place) -> Option<(&'t str, Shape, Interval)> {
        let path = |text, shape| (text, shape, Interval::ALL);
        Some(match value {
            Dynamic::Path(text) if intrinsic::is_call(text) => path(text.as_str(), self.call(text, place)),
            Dynamic::Path(text) => path(text.as_str(), self.path(text, place)),
            Dynamic::Expression(text) => {
                let (shape, range) = self.expression(text, place);
                (text.as_str(), shape, range)
            }
            Dynamic::Value(_) => return None,
        })
    }

    /// Tells whether some value can be accepted. Where none can, that is a finding.
    fn fits(&self, text: &str, place: Place, found: &Shape, accepted: &Shape) -> bool {
        let never = found.fit(accepted).is_some_and(|mismatch| mismatch.certainty == Certainty::Always);
        if let Some(sink) = self.flow.sink.filter(|_| never) {
            sink.push(field_mismatch::finding(place, text, accepted, found));
        }
        !never
    }

    /// Judges the condition of a choice.
    pub(super) fn condition(&self, text: &Located<String>) {
        let (found, _) = self.expression(&text.value, text.place);
        let may_be = |variant: &Shape| matches!(variant, Shape::Bool | Shape::Any | Shape::Never);
        if let Some(sink) = self.flow.sink
            && !found.variants().iter().any(may_be)
        {
            sink.push(condition_mismatch::finding(text.place, &found));
        }
    }

    /// The same without findings.
    fn quiet(&self) -> Self {
        Self { flow: Flow { sink: None, ..self.flow }, ..self.clone() }
    }

    /// Tells whether the state is one of JSONata.
    pub(super) fn is_jsonata(&self) -> bool {
        self.state.query == QueryLanguage::Jsonata
    }
}
