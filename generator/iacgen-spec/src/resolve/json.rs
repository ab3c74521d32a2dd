//! JSON that is written into the files.

use indexmap::IndexMap;

use super::Context;
use crate::model::{JsonMember, JsonNode, LocatedJson, Place};
use crate::raw::{RawJson, RawJsonNode};
use crate::yaml::{Scalar, Spanned};

impl<'a> Context<'a> {
    /// Resolves a JSON value. `None` when a finding says what is wrong in it.
    pub(super) fn json(&self, raw: &'a RawJson) -> Option<LocatedJson> {
        let mut place = Place::written(raw.span);
        let value = match &raw.node {
            RawJsonNode::Value(value) => {
                let value = self.values.get(value)?;
                place = value.place;
                match value.scalar {
                    Scalar::Null => JsonNode::Null,
                    Scalar::Bool(value) => JsonNode::Bool(*value),
                    Scalar::Text(text) => JsonNode::Text(text.clone()),
                    Scalar::Number(text) => match serde_json::from_str(text) {
                        Ok(number) => JsonNode::Number(number),
                        Err(_) => return self.wrong(&value, "a number", "a number that fits 64 bits"),
                    },
                }
            }
            RawJsonNode::Reference(reference) => {
                let text = format!("${{{}.{}}}", reference.kind.word(), reference.id);
                // The id stands behind `${`, the word and a dot.
                let start = reference.kind.word().len() + 3;
                let at = place.holding(&text).part(start, start + reference.id.len()).at();
                let id = Spanned { value: reference.id.clone(), span: at };
                self.is_known(reference.kind, &id).then_some(())?;
                JsonNode::Reference(reference.clone())
            }
            RawJsonNode::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.json(item)).collect();
                JsonNode::Array(items.into_iter().collect::<Option<_>>()?)
            }
            RawJsonNode::Object(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| {
                        let member = JsonMember { key: Place::written(key.span), value: self.json(value)? };
                        Some((key.value.clone(), member))
                    })
                    .collect();
                JsonNode::Object(members.into_iter().collect::<Option<IndexMap<_, _>>>()?)
            }
        };
        Some(LocatedJson { place, value })
    }
}
