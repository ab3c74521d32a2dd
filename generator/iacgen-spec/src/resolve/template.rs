//! Payloads and selectors.

use indexmap::IndexMap;

use super::Context;
use super::path::{self, Scope};
use crate::check::payload_key;
use crate::model::PayloadTemplate;
use crate::raw::{RawTemplate, RawValue};
use crate::yaml::{Scalar, Spanned};

impl<'a> Context<'a> {
    /// Resolves a template. A text that begins with `$` is a path.
    pub(super) fn template(&self, raw: &'a RawTemplate, scope: Scope) -> Option<PayloadTemplate> {
        match raw {
            RawTemplate::Value(value) => self.template_value(value, scope),
            RawTemplate::Object(fields) => {
                let mut object = IndexMap::new();
                let mut complete = true;
                for (key, field) in fields {
                    payload_key::check(key, self.sink);
                    match self.template(field, scope) {
                        Some(field) => drop(object.insert(key.value.clone(), field)),
                        None => complete = false,
                    }
                }
                complete.then_some(PayloadTemplate::Object(object))
            }
        }
    }

    fn template_value(&self, raw: &'a RawValue, scope: Scope) -> Option<PayloadTemplate> {
        let value = self.values.get(raw)?;
        match value.scalar {
            Scalar::Text(text) if text.starts_with('$') => {
                let text = Spanned { value: text.clone(), span: value.place.at };
                path::check(&text, scope, self.sink).then_some(PayloadTemplate::Path(text.value))
            }
            Scalar::Text(text) => Some(PayloadTemplate::Text(text.clone())),
            Scalar::Bool(value) => Some(PayloadTemplate::Bool(*value)),
            Scalar::Null | Scalar::Number(_) => {
                self.number(raw, "a field of a payload").map(|(number, _)| PayloadTemplate::Number(number))
            }
        }
    }
}
