//! Payloads, selectors and variables: JSON values with paths, calls, expressions and references in them.

use iacgen_shapes::intrinsic::{self, Call};
use iacgen_shapes::{Path, Shape};
use indexmap::IndexMap;

use super::scope::Scope;
use super::{Context, Resolved, path};
use crate::check::{bad_expression, bad_intrinsic, bad_variable_name, payload_key, unmarked_expression};
use crate::dialect::Dialect;
use crate::model::{Place, Template, TemplateValue};
use crate::raw::{Named, RawTemplate};
use crate::yaml::Scalar;

/// What a text of a template is.
pub(super) enum Text<'a> {
    Path,
    Intrinsic,
    Expression,
    Literal(&'a str),
}

impl<'a> Context<'a> {
    /// Resolves a template.
    pub(super) fn template(&self, raw: &'a RawTemplate, scope: Scope) -> Option<Template> {
        let (place, value) = match raw {
            RawTemplate::Value(value) => {
                let value = self.values.get(value)?;
                (text_place(&value), self.template_value(&value, scope)?)
            }
            RawTemplate::Dynamic(text) => {
                let place = Place::written(text.span).holding(&text.value);
                (place, self.dynamic_text(&text.value, place, scope)?)
            }
            RawTemplate::Literal(text) => {
                let place = Place::written(text.span).holding(&text.value);
                // A definition has no other way to write a text.
                if scope.language.is_jsonata() && self.dialect == Dialect::Definition {
                    unmarked_expression::check(&text.value, place, self.dialect, self.sink);
                }
                (place, TemplateValue::Text(text.value.clone()))
            }
            RawTemplate::Array(span, items) => {
                let items: Vec<_> = items.iter().map(|item| self.template(item, scope)).collect();
                (Place::written(*span), TemplateValue::Array(items.into_iter().collect::<Option<_>>()?))
            }
            RawTemplate::Object(span, fields) => {
                for (key, _) in fields {
                    payload_key::check(key, self.sink);
                }
                (Place::written(*span), TemplateValue::Object(self.templates(fields, scope)?))
            }
        };
        Some(Template { place, value })
    }

    /// Resolves templates by name.
    pub(super) fn templates(
        &self,
        raw: &'a Named<RawTemplate>,
        scope: Scope,
    ) -> Option<IndexMap<String, Template>> {
        let fields: Vec<_> = raw
            .iter()
            .map(|(name, field)| Some((name.value.clone(), self.template(field, scope)?)))
            .collect();
        fields.into_iter().collect()
    }

    /// Resolves variables.
    pub(super) fn assign(
        &self,
        raw: &'a Named<RawTemplate>,
        scope: Scope,
    ) -> Option<IndexMap<String, Template>> {
        for (name, _) in raw {
            bad_variable_name::check(name, self.sink);
        }
        self.templates(raw, scope)
    }

    fn template_value(&self, value: &Resolved<'a>, scope: Scope) -> Option<TemplateValue> {
        match value.scalar {
            Scalar::Null => Some(TemplateValue::Null),
            Scalar::Bool(value) => Some(TemplateValue::Bool(*value)),
            Scalar::Number(text) => match serde_json::from_str(text) {
                Ok(number) => Some(TemplateValue::Number(number)),
                Err(_) => self.wrong(value, "a number of a template", "a number that fits 64 bits"),
            },
            Scalar::Text(text) => {
                let place = value.place.holding(text);
                if text.starts_with("${") {
                    return self.reference(text, place).map(TemplateValue::Reference);
                }
                match self.text_kind(text, place, scope)? {
                    Text::Literal(text) => {
                        if scope.language.is_jsonata() {
                            unmarked_expression::check(text, place, self.dialect, self.sink);
                        }
                        Some(TemplateValue::Text(text.to_owned()))
                    }
                    Text::Path => Some(TemplateValue::Path(text.clone())),
                    Text::Intrinsic => Some(TemplateValue::Intrinsic(text.clone())),
                    Text::Expression => Some(TemplateValue::Expression(text.clone())),
                }
            }
        }
    }

    /// Resolves a text that is a path or a call.
    fn dynamic_text(&self, text: &str, place: Place, scope: Scope) -> Option<TemplateValue> {
        if intrinsic::is_call(text) {
            self.call(text, place, scope)?;
            return Some(TemplateValue::Intrinsic(text.to_owned()));
        }
        path::check(text, place, scope, self.sink)?;
        Some(TemplateValue::Path(text.to_owned()))
    }

    /// Tells what a text is in its language, and judges it. `None` when a finding says that it cannot be used.
    pub(super) fn text_kind<'t>(&self, text: &'t str, place: Place, scope: Scope) -> Option<Text<'t>> {
        if let Some(literal) = text.strip_prefix('\\') {
            return Some(Text::Literal(literal));
        }
        if scope.language.is_jsonata() {
            let is_expression = bad_expression::check(text, place, self.sink)?;
            return Some(if is_expression { Text::Expression } else { Text::Literal(text) });
        }
        if text.starts_with('$') {
            return path::check(text, place, scope, self.sink).map(|_| Text::Path);
        }
        if intrinsic::is_call(text) {
            return self.call(text, place, scope).map(|_| Text::Intrinsic);
        }
        Some(Text::Literal(text))
    }

    /// Judges a call and the paths in it.
    fn call(&self, text: &str, place: Place, scope: Scope) -> Option<Call> {
        match Call::parse(text) {
            Ok(call) => {
                let fits = |(start, path): &(usize, &Path)| {
                    let place = place.part(*start, start + path.text.len());
                    path::check(&path.text, place, scope, self.sink).is_some()
                };
                // Every path is judged, also behind one that is wrong.
                let wrong = call.paths().iter().filter(|path| !fits(path)).count();
                // What is wrong whatever the paths find is no matter of what arrives.
                for problem in call.problems(&mut |_| Shape::Any) {
                    self.sink.push(bad_intrinsic::problem(place, &problem));
                }
                (wrong == 0).then_some(call)
            }
            Err(invalid) => {
                self.sink.push(bad_intrinsic::finding(text, place, &invalid, self.dialect));
                None
            }
        }
    }
}

fn text_place(value: &Resolved<'_>) -> Place {
    match value.scalar {
        Scalar::Text(text) => value.place.holding(text),
        _ => value.place,
    }
}
