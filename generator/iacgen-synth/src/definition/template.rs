//! Payloads and selectors.

use iacgen_asl::QueryLanguage;
use iacgen_spec::model::{Reference, Template, TemplateValue};
use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::Lowering;
use crate::error::SynthesisError;
use crate::references;

impl Lowering<'_> {
    /// Returns a template as the value of a field that takes JSON: `Parameters`, `ItemSelector`, `Output`, `Arguments`.
    /// In JSONPath a path alone has no place there.
    pub(super) fn json(
        &self,
        state: &str,
        query: QueryLanguage,
        template: &Template,
    ) -> Result<Value, SynthesisError> {
        match (&template.value, query) {
            (TemplateValue::Path(_) | TemplateValue::Intrinsic(_), QueryLanguage::JsonPath) => {
                Err(SynthesisError::PathIsNoObject { state: state.to_owned() })
            }
            _ => self.value(state, query, template),
        }
    }

    /// Returns a field of an object: in JSONPath the key of a path or a call ends in `.$`.
    pub(super) fn field(
        &self,
        state: &str,
        query: QueryLanguage,
        key: &str,
        template: &Template,
    ) -> Result<(String, Value), SynthesisError> {
        Ok(match (&template.value, query) {
            (TemplateValue::Path(text) | TemplateValue::Intrinsic(text), QueryLanguage::JsonPath) => {
                (format!("{key}.$"), Value::from(text.as_str()))
            }
            (TemplateValue::Array(items), QueryLanguage::JsonPath) if items.iter().any(is_dynamic) => {
                (format!("{key}.$"), Value::from(self.array_call(state, items)?))
            }
            _ => (key.to_owned(), self.value(state, query, template)?),
        })
    }

    /// Returns the fields of an object.
    pub(super) fn fields(
        &self,
        state: &str,
        query: QueryLanguage,
        fields: &IndexMap<String, Template>,
    ) -> Result<Map<String, Value>, SynthesisError> {
        fields.iter().map(|(key, template)| self.field(state, query, key, template)).collect()
    }

    fn value(&self, state: &str, query: QueryLanguage, template: &Template) -> Result<Value, SynthesisError> {
        Ok(match &template.value {
            TemplateValue::Path(text)
            | TemplateValue::Intrinsic(text)
            | TemplateValue::Expression(text)
            | TemplateValue::Text(text) => Value::from(text.as_str()),
            TemplateValue::Reference(reference) => Value::from(self.reference(reference)),
            TemplateValue::Null => Value::Null,
            TemplateValue::Bool(truth) => Value::from(*truth),
            TemplateValue::Number(number) => Value::Number(number.clone()),
            TemplateValue::Array(items) => {
                items.iter().map(|item| self.value(state, query, item)).collect::<Result<Value, _>>()?
            }
            TemplateValue::Object(fields) => Value::Object(self.fields(state, query, fields)?),
        })
    }

    /// Returns the call that makes a list of paths: a payload template evaluates fields of objects only, never items of
    /// lists. Page: "Intrinsic functions for JSONPath states in Step Functions".
    fn array_call(&self, state: &str, items: &[Template]) -> Result<String, SynthesisError> {
        let arguments = items
            .iter()
            .map(|item| match &item.value {
                TemplateValue::Path(text) | TemplateValue::Intrinsic(text) => Ok(text.clone()),
                TemplateValue::Null => Ok("null".to_owned()),
                TemplateValue::Bool(truth) => Ok(truth.to_string()),
                TemplateValue::Number(number) => Ok(number.to_string()),
                TemplateValue::Text(text) => Ok(quoted(text)),
                TemplateValue::Reference(reference) => Ok(quoted(&self.reference(reference))),
                TemplateValue::Array(inner) => self.array_call(state, inner),
                TemplateValue::Expression(_) | TemplateValue::Object(_) => {
                    Err(SynthesisError::PathBesideObject { state: state.to_owned() })
                }
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(format!("States.Array({})", arguments.join(", ")))
    }

    /// Returns what stands in the definition for something of the workflow: a name that is known, or a substitution.
    pub(super) fn reference(&self, reference: &Reference) -> String {
        references::known(self.workflow, reference)
            .unwrap_or_else(|| format!("${{{}}}", references::substitution(reference)))
    }
}

fn is_dynamic(template: &Template) -> bool {
    match &template.value {
        TemplateValue::Path(_) | TemplateValue::Intrinsic(_) => true,
        TemplateValue::Array(items) => items.iter().any(is_dynamic),
        _ => false,
    }
}

/// Returns a text as an argument of an intrinsic function. Braces matter to `States.Format` only.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
