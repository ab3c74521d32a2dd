//! JSON with a place for every node.

use indexmap::IndexMap;
use serde_json::Number;

use super::{Place, Reference};

/// A JSON value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct LocatedJson {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub value: JsonNode,
}

/// A node of a [`LocatedJson`].
#[derive(Debug, Clone, PartialEq)]
pub enum JsonNode {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// Something of the spec, `${queue.jobs}`; only in resources.
    Reference(Reference),
    /// A list.
    Array(Vec<LocatedJson>),
    /// An object.
    Object(IndexMap<String, JsonMember>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonMember {
    /// Where its key stands.
    pub key: Place,
    /// What it holds.
    pub value: LocatedJson,
}

impl LocatedJson {
    /// Returns the value without its places; `reference` says what stands in the place of each reference.
    pub fn to_value(&self, reference: &mut impl FnMut(&Reference) -> serde_json::Value) -> serde_json::Value {
        match &self.value {
            JsonNode::Null => serde_json::Value::Null,
            JsonNode::Bool(value) => serde_json::Value::Bool(*value),
            JsonNode::Number(value) => serde_json::Value::Number(value.clone()),
            JsonNode::Text(text) => serde_json::Value::String(text.clone()),
            JsonNode::Reference(named) => reference(named),
            JsonNode::Array(items) => items.iter().map(|item| item.to_value(reference)).collect(),
            JsonNode::Object(members) => {
                let members =
                    members.iter().map(|(key, member)| (key.clone(), member.value.to_value(reference)));
                serde_json::Value::Object(members.collect())
            }
        }
    }

    /// Returns where the value at a JSON pointer stands (RFC 6901), or of a pointer that leads further than what is
    /// written, the last node on its way.
    pub fn place_of(&self, pointer: &str) -> Place {
        self.walk_to(pointer).1.place
    }

    /// The same, of a member of an object its key's place.
    pub fn key_place_of(&self, pointer: &str) -> Place {
        let (key, node) = self.walk_to(pointer);
        key.unwrap_or(node.place)
    }

    fn walk_to(&self, pointer: &str) -> (Option<Place>, &Self) {
        let mut at = (None, self);
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            at = match &at.1.value {
                JsonNode::Object(members) => match members.get(&token) {
                    Some(member) => (Some(member.key), &member.value),
                    None => return at,
                },
                JsonNode::Array(items) => {
                    match token.parse().ok().and_then(|index: usize| items.get(index)) {
                        Some(item) => (None, item),
                        None => return at,
                    }
                }
                _ => return at,
            };
        }
        at
    }

    /// Visits every reference in it.
    pub fn references<'a>(&'a self, visit: &mut impl FnMut(&'a Reference, Place)) {
        match &self.value {
            JsonNode::Reference(reference) => visit(reference, self.place),
            JsonNode::Array(items) => items.iter().for_each(|item| item.references(visit)),
            JsonNode::Object(members) => {
                members.values().for_each(|member| member.value.references(visit));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iacgen_diagnostics::{Sources, Span};

    #[test]
    fn pointers_lead_to_the_nearest_node() {
        let file = Sources::default().add("a.yaml", "");
        let place = |start| Place::written(Span { file, start, end: start });
        let text = LocatedJson { place: place(2), value: JsonNode::Text("x".to_owned()) };
        let list = LocatedJson { place: place(1), value: JsonNode::Array(vec![text]) };
        let member = JsonMember { key: place(7), value: list };
        let json = LocatedJson {
            place: place(0),
            value: JsonNode::Object([("a/b".to_owned(), member)].into_iter().collect()),
        };
        assert_eq!(json.place_of(""), place(0));
        assert_eq!(json.place_of("/a~1b"), place(1));
        assert_eq!(json.place_of("/a~1b/0"), place(2));
        assert_eq!(json.place_of("/a~1b/0/x"), place(2));
        assert_eq!(json.place_of("/a~1b/9"), place(1));
        assert_eq!(json.place_of("/nothing"), place(0));
        assert_eq!(json.key_place_of("/a~1b"), place(7));
        assert_eq!(json.key_place_of("/a~1b/0"), place(2));
        assert_eq!(json.to_value(&mut |_| serde_json::Value::Null), serde_json::json!({ "a/b": ["x"] }));
    }
}
