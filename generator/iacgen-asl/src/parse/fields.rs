//! The fields of one object of the document, taken one by one; what is left is unknown.

use serde_json::{Map, Number, Value};

use super::error::{ParseError, Pointer, Problem};
use crate::machine::QueryLanguage;
use crate::names::{Expression, Path, StateName, Timestamp};
use crate::state::{PathField, Quantity};

pub(super) type Parsed<T> = Result<T, ParseError>;

/// An object's fields, with the place and the state they stand in.
pub(super) struct Fields {
    entries: Map<String, Value>,
    pub(super) pointer: Pointer,
    pub(super) state: Option<StateName>,
    pub(super) language: QueryLanguage,
    holder: String,
}

const PATH_FIELDS: [&str; 8] = [
    "InputPath",
    "Parameters",
    "ResultSelector",
    "ResultPath",
    "OutputPath",
    "ItemsPath",
    "Variable",
    "MaxConcurrencyPath",
];
const JSONATA_FIELDS: [&str; 4] = ["Arguments", "Output", "Condition", "Items"];

impl Fields {
    pub(super) fn of(value: Value, pointer: Pointer, holder: impl Into<String>) -> Parsed<Self> {
        match value {
            Value::Object(entries) => Ok(Self {
                entries,
                pointer,
                state: None,
                language: QueryLanguage::JsonPath,
                holder: holder.into(),
            }),
            other => Err(wrong_type(&other, "an object", pointer, None)),
        }
    }

    /// An object inside this one: same state, same language.
    pub(super) fn nested(&self, value: Value, pointer: Pointer, holder: &str) -> Parsed<Self> {
        let mut fields = Fields::of(value, pointer, holder).map_err(|mut error| {
            error.state.clone_from(&self.state);
            error
        })?;
        fields.state.clone_from(&self.state);
        fields.language = self.language;
        Ok(fields)
    }

    /// The same fields under a better name for messages.
    pub(super) fn renamed(mut self, holder: String) -> Self {
        self.holder = holder;
        self
    }

    pub(super) fn error(&self, field: &str, problem: impl Into<Problem>) -> ParseError {
        ParseError { pointer: self.pointer.child(field), state: self.state.clone(), problem: problem.into() }
    }

    pub(super) fn missing(&self, field: &str) -> ParseError {
        ParseError {
            pointer: self.pointer.clone(),
            state: self.state.clone(),
            problem: Problem::MissingField { field: field.to_owned() },
        }
    }

    fn wrong(&self, field: &str, value: &Value, expected: &'static str) -> ParseError {
        wrong_type(value, expected, self.pointer.child(field), self.state.clone())
    }

    pub(super) fn jsonata(&self) -> bool {
        self.language == QueryLanguage::Jsonata
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.entries.contains_key(field)
    }

    pub(super) fn take(&mut self, field: &str) -> Option<Value> {
        self.entries.shift_remove(field)
    }

    pub(super) fn require(&mut self, field: &str) -> Parsed<Value> {
        self.take(field).ok_or_else(|| self.missing(field))
    }

    /// A field that only JSONPath has; left for [`Fields::finish`] to refuse otherwise.
    pub(super) fn take_in(&mut self, language: QueryLanguage, field: &str) -> Option<Value> {
        if self.language == language { self.take(field) } else { None }
    }

    pub(super) fn text(&mut self, field: &str) -> Parsed<Option<String>> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(field, &other, "a string")),
        }
    }

    pub(super) fn boolean(&mut self, field: &str) -> Parsed<Option<bool>> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(other) => Err(self.wrong(field, &other, "true or false")),
        }
    }

    pub(super) fn unsigned(&mut self, field: &str) -> Parsed<Option<u64>> {
        self.take(field)
            .map(|value| value.as_u64().ok_or_else(|| self.wrong(field, &value, "a whole number, 0 or more")))
            .transpose()
    }

    pub(super) fn decimal(&mut self, field: &str) -> Parsed<Option<f64>> {
        self.take(field)
            .map(|value| value.as_f64().ok_or_else(|| self.wrong(field, &value, "a number")))
            .transpose()
    }

    pub(super) fn number(&mut self, field: &str) -> Parsed<Option<Number>> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(number)),
            Some(other) => Err(self.wrong(field, &other, "a number")),
        }
    }

    pub(super) fn array(&mut self, field: &str) -> Parsed<Option<Vec<Value>>> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(other) => Err(self.wrong(field, &other, "an array")),
        }
    }

    pub(super) fn object(&mut self, field: &str) -> Parsed<Option<Map<String, Value>>> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Object(entries)) => Ok(Some(entries)),
            Some(other) => Err(self.wrong(field, &other, "an object")),
        }
    }

    pub(super) fn texts(&mut self, field: &str) -> Parsed<Option<Vec<String>>> {
        let Some(items) = self.array(field)? else {
            return Ok(None);
        };
        let place = self.pointer.child(field);
        items
            .into_iter()
            .enumerate()
            .map(|(index, item)| match item {
                Value::String(text) => Ok(text),
                other => Err(wrong_type(&other, "a string", place.child(index), self.state.clone())),
            })
            .collect::<Parsed<_>>()
            .map(Some)
    }

    pub(super) fn state_name(&mut self, field: &str) -> Parsed<Option<StateName>> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        StateName::new(text).map(Some).map_err(|invalid| self.error(field, invalid))
    }

    pub(super) fn path(&mut self, field: &str) -> Parsed<Option<Path>> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        Path::new(text).map(Some).map_err(|invalid| self.error(field, invalid))
    }

    /// A JSONPath field that may be `null`.
    pub(super) fn path_field(&mut self, field: &str) -> Parsed<PathField> {
        if self.jsonata() {
            return Ok(PathField::Unset);
        }
        if self.entries.get(field).is_some_and(Value::is_null) {
            self.take(field);
            return Ok(PathField::Null);
        }
        Ok(self.path(field)?.map_or(PathField::Unset, PathField::Path))
    }

    /// `ResultPath`: a path into the data, never a variable or the context object.
    pub(super) fn result_path(&mut self) -> Parsed<PathField> {
        let field = self.path_field("ResultPath")?;
        match &field {
            PathField::Path(path)
                if !matches!(path.as_str().as_bytes(), [b'$'] | [b'$', b'.' | b'[', ..]) =>
            {
                let expected = "a path into the data, such as `$.result`";
                Err(self.wrong("ResultPath", &Value::from(path.as_str()), expected))
            }
            _ => Ok(field),
        }
    }

    /// A field and its `...Path` twin, or an expression in JSONata.
    pub(super) fn quantity<T>(
        &mut self,
        field: &str,
        take: impl FnOnce(&mut Fields, &str) -> Parsed<Option<T>>,
    ) -> Parsed<Option<Quantity<T>>> {
        let twin = format!("{field}Path");
        if !self.jsonata() && self.has(&twin) {
            if self.has(field) {
                return Err(self.error(field, Problem::Conflict { first: field.to_owned(), second: twin }));
            }
            return Ok(self.path(&twin)?.map(Quantity::Path));
        }
        if self.jsonata()
            && let Some(expression) =
                self.entries.get(field).and_then(Value::as_str).and_then(Expression::recognise)
        {
            self.take(field);
            return Ok(Some(Quantity::Expression(expression)));
        }
        Ok(take(self, field)?.map(Quantity::Value))
    }

    pub(super) fn timestamp(&mut self, field: &str) -> Parsed<Option<Timestamp>> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        Timestamp::new(text).map(Some).map_err(|invalid| self.error(field, invalid))
    }

    /// A payload template: no key may stand both plain and with `.$`.
    pub(super) fn template(&mut self, field: &str) -> Parsed<Option<Value>> {
        let Some(value) = self.take_in(QueryLanguage::JsonPath, field) else {
            return Ok(None);
        };
        self.check_template(&value, &self.pointer.child(field))?;
        Ok(Some(value))
    }

    fn check_template(&self, value: &Value, place: &Pointer) -> Parsed<()> {
        match value {
            Value::Object(entries) => entries.iter().try_for_each(|(key, inner)| {
                match key.strip_suffix(".$") {
                    Some(plain) if entries.contains_key(plain) => {
                        let problem = Problem::Conflict { first: plain.to_owned(), second: key.clone() };
                        return Err(ParseError {
                            pointer: place.clone(),
                            state: self.state.clone(),
                            problem,
                        });
                    }
                    Some(_) if !inner.is_string() => {
                        let expected = "a path or an intrinsic function call";
                        return Err(wrong_type(inner, expected, place.child(key), self.state.clone()));
                    }
                    _ => {}
                }
                self.check_template(inner, &place.child(key))
            }),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(index, item)| self.check_template(item, &place.child(index))),
            _ => Ok(()),
        }
    }

    /// A JSONata template: texts have both delimiters or none.
    pub(super) fn expression_template(&mut self, field: &str) -> Parsed<Option<Value>> {
        let Some(value) = self.take_in(QueryLanguage::Jsonata, field) else {
            return Ok(None);
        };
        self.check_expressions(&value, &self.pointer.child(field))?;
        Ok(Some(value))
    }

    fn check_expressions(&self, value: &Value, place: &Pointer) -> Parsed<()> {
        match value {
            Value::String(text) if text.starts_with("{%") != text.ends_with("%}") => Err(ParseError {
                pointer: place.clone(),
                state: self.state.clone(),
                problem: Problem::HalfExpression { text: text.clone() },
            }),
            Value::Object(entries) => {
                entries.iter().try_for_each(|(key, inner)| self.check_expressions(inner, &place.child(key)))
            }
            Value::Array(items) => items
                .iter()
                .enumerate()
                .try_for_each(|(index, item)| self.check_expressions(item, &place.child(index))),
            _ => Ok(()),
        }
    }

    pub(super) fn assign(&mut self) -> Parsed<Option<Map<String, Value>>> {
        let place = self.pointer.child("Assign");
        if let Some(value) = self.entries.get("Assign") {
            if self.jsonata() {
                self.check_expressions(value, &place)?;
            } else {
                self.check_template(value, &place)?;
            }
        }
        self.object("Assign")
    }

    /// Refuses what nobody took.
    pub(super) fn finish(self) -> Parsed<()> {
        let Some(field) = self.entries.keys().next() else {
            return Ok(());
        };
        let other = if self.jsonata() { PATH_FIELDS.as_slice() } else { JSONATA_FIELDS.as_slice() };
        let language = other.contains(&field.as_str()).then_some(self.language);
        let problem = Problem::UnknownField { field: field.clone(), holder: self.holder.clone(), language };
        Err(self.error(field, problem))
    }
}

pub(super) fn wrong_type(
    value: &Value,
    expected: &'static str,
    pointer: Pointer,
    state: Option<StateName>,
) -> ParseError {
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    ParseError { pointer, state, problem: Problem::WrongType { expected, found } }
}
