//! What a state takes from its input, and what it makes of its result.

use super::scope::Scope;
use super::{Context, path};
use crate::check::{other_query_language, unknown_word, wrong_kind};
use crate::model::{DataFlow, Located, Output, PathSetting};
use crate::raw::{RawDataFlow, RawTemplate, RawValue};
use crate::yaml::Scalar;

impl<'a> Context<'a> {
    /// Resolves the data flow of a state.
    pub(super) fn data_flow(&self, raw: &'a RawDataFlow, scope: Scope) -> Option<DataFlow> {
        if scope.language.is_jsonata() {
            let fields = [
                ("input", raw.input.as_ref().map(RawValue::span)),
                ("result_selector", raw.result_selector.as_ref().map(RawTemplate::span)),
                ("result", raw.result.as_ref().map(RawValue::span)),
            ];
            other_query_language::jsonpath_fields(&fields, scope.language.set, self.sink);
            let arguments = raw.arguments.as_ref().map(|raw| self.template(raw, scope));
            let output = raw.output.as_ref().map(|raw| self.template(raw, scope).map(Output::Template));
            let assign = self.assign(&raw.assign, scope);
            return Some(DataFlow {
                arguments: arguments.map_or(Some(None), |arguments| arguments.map(Some))?,
                output: output.unwrap_or(Some(Output::Unset))?,
                assign: assign?,
                ..DataFlow::default()
            });
        }
        let input = raw.input.as_ref().map_or(Some(PathSetting::Unset), |raw| self.input(raw, scope));
        let arguments = raw.arguments.as_ref().map(|raw| self.template(raw, scope));
        let selector = raw.result_selector.as_ref().map(|raw| self.template(raw, scope));
        let result = self.result(raw.result.as_ref(), scope);
        let output = raw.output.as_ref().map_or(Some(Output::Unset), |raw| self.output(raw, scope));
        let assign = self.assign(&raw.assign, scope);
        Some(DataFlow {
            input: input?,
            arguments: arguments.map_or(Some(None), |arguments| arguments.map(Some))?,
            result_selector: selector.map_or(Some(None), |selector| selector.map(Some))?,
            result: result?,
            output: output?,
            assign: assign?,
        })
    }

    /// Reads a path, or `null`.
    fn input(&self, raw: &'a RawValue, scope: Scope) -> Option<PathSetting> {
        let value = self.values.get(raw)?;
        let kind = self.dialect.field("input");
        match value.scalar {
            Scalar::Null => Some(PathSetting::Null(value.place)),
            Scalar::Text(text) => {
                let place = value.place.holding(text);
                path::check(text, place, scope, self.sink)?;
                Some(PathSetting::Path(Located { value: text.clone(), place }))
            }
            _ => self.wrong(&value, &kind, "a path, or `null` for no input"),
        }
    }

    /// Reads where a result goes: a path, `keep`, `discard`, or `null` for that.
    pub(super) fn result(&self, raw: Option<&'a RawValue>, scope: Scope) -> Option<PathSetting> {
        let Some(raw) = raw else { return Some(PathSetting::Unset) };
        let value = self.values.get(raw)?;
        let kind = self.dialect.field("result");
        match value.scalar {
            Scalar::Null => Some(PathSetting::Null(value.place)),
            Scalar::Text(text) => match text.as_str() {
                "keep" => Some(PathSetting::Unset),
                "discard" => Some(PathSetting::Null(value.place)),
                word if !word.starts_with('$') => {
                    let words = ["discard", "keep", "$.field"];
                    self.sink.push(unknown_word::finding(
                        word,
                        value.place,
                        "what becomes of a result",
                        &words,
                    ));
                    None
                }
                text => {
                    let place = value.place.holding(text);
                    path::check_target(text, place, scope, self.sink)?;
                    Some(PathSetting::Path(Located { value: text.to_owned(), place }))
                }
            },
            _ => self.wrong(&value, &kind, "`keep`, `discard` or a path"),
        }
    }

    /// Reads the path of what is handed on, or `null`.
    fn output(&self, raw: &'a RawTemplate, scope: Scope) -> Option<Output> {
        if let RawTemplate::Value(raw) = raw {
            let value = self.values.get(raw)?;
            match value.scalar {
                Scalar::Null => return Some(Output::Null(value.place)),
                Scalar::Text(text) => {
                    let place = value.place.holding(text);
                    path::check(text, place, scope, self.sink)?;
                    return Some(Output::Path(Located { value: text.clone(), place }));
                }
                _ => {}
            }
        }
        if let RawTemplate::Dynamic(text) = raw {
            let place = crate::model::Place::written(text.span).holding(&text.value);
            path::check(&text.value, place, scope, self.sink)?;
            return Some(Output::Path(Located { value: text.value.clone(), place }));
        }
        self.sink.push(wrong_kind::output(raw.span()));
        None
    }
}
