//! A resource's properties, read one by one with their places.

use serde_json::Value;

use super::error::{Place, StackError};
use super::resolve::Resolver;
use super::template::Resource;

/// The properties of one resource.
pub(super) struct Properties<'a> {
    pub(super) id: &'a str,
    resource: &'a Resource,
    resolver: &'a Resolver<'a>,
}

impl<'a> Properties<'a> {
    pub(super) fn new(id: &'a str, resource: &'a Resource, resolver: &'a Resolver<'a>) -> Self {
        Self { id, resource, resolver }
    }

    pub(super) fn place(&self, path: &str) -> Place {
        Place::new(self.id, path)
    }

    /// Returns the unresolved value at a dotted path.
    pub(super) fn raw(&self, path: &str) -> Option<&'a Value> {
        let mut segments = path.split('.');
        let first = self.resource.properties.get(segments.next()?)?;
        segments.try_fold(first, |value, segment| value.get(segment))
    }

    pub(super) fn value(&self, path: &str) -> Result<Option<Value>, StackError> {
        self.raw(path).map(|value| self.resolver.value(value, &self.place(path))).transpose()
    }

    pub(super) fn text(&self, path: &str) -> Result<Option<String>, StackError> {
        self.raw(path).map(|value| self.resolver.text(value, &self.place(path))).transpose()
    }

    pub(super) fn required_text(&self, path: &str) -> Result<String, StackError> {
        self.text(path)?.ok_or_else(|| StackError::Missing { place: self.place(path) })
    }

    /// Returns a whole number, which may be written as a text.
    pub(super) fn number(&self, path: &str) -> Result<Option<u32>, StackError> {
        let Some(text) = self.text(path)? else {
            return Ok(None);
        };
        let wrong = || StackError::Wrong {
            place: self.place(path),
            found: format!("`{text}`"),
            expected: "a whole number".to_owned(),
        };
        text.parse().map(Some).map_err(|_| wrong())
    }

    pub(super) fn wrong(
        &self,
        path: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> StackError {
        StackError::Wrong { place: self.place(path), found: found.into(), expected: expected.into() }
    }

    /// Refuses a property that would have an effect on AWS and none here.
    pub(super) fn refuse(&self, path: &str, why: &'static str) -> Result<(), StackError> {
        let is_empty = |value: &Value| match value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::Object(entries) => entries.is_empty(),
            _ => false,
        };
        match self.raw(path) {
            Some(value) if !is_empty(value) => Err(StackError::Unsupported { place: self.place(path), why }),
            _ => Ok(()),
        }
    }
}
