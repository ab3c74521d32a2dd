//! Objects without unknown fields, in the schema of what is written.
//!
//! A type that serde derives writes the fields that it declares. Its schema does not say so, unless the type denies
//! unknown fields when it is read. An object that is put together of several schemas (`flatten`, tagged variants with
//! content of their own) stays open, since none of its parts has all of its fields. A schema written by hand stays open
//! with `"additionalProperties": true`.

use std::collections::BTreeSet;

use schemars::Schema;
use serde_json::{Map, Value};

/// Keywords that put a schema together of others.
const COMPOSING: [&str; 4] = ["$ref", "allOf", "anyOf", "oneOf"];

/// Keywords that say what other fields an object may have.
const OTHERS: [&str; 3] = ["additionalProperties", "patternProperties", "unevaluatedProperties"];

/// Closes every object that has all of its fields in one place.
pub(crate) fn close(schema: &mut Schema) {
    let Some(root) = schema.as_object_mut() else { return };
    let mut parts = BTreeSet::new();
    collect(root, false, &mut parts);
    close_one(root, false, &parts);
}

/// Collects the references to schemas that are only a part of an object.
fn collect(schema: &Map<String, Value>, is_part: bool, parts: &mut BTreeSet<String>) {
    let has_parts = is_part || is_composed(schema);
    if has_parts && let Some(Value::String(reference)) = schema.get("$ref") {
        parts.insert(reference.clone());
    }
    for (keyword, value) in schema {
        let inner = has_parts && COMPOSING.contains(&keyword.as_str());
        for schema in subschemas(keyword, value) {
            collect(schema, inner, parts);
        }
    }
}

fn close_one(schema: &mut Map<String, Value>, is_part: bool, parts: &BTreeSet<String>) {
    let has_parts = is_part || is_composed(schema);
    if !has_parts
        && schema.contains_key("properties")
        && !OTHERS.iter().any(|name| schema.contains_key(*name))
    {
        schema.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    for (keyword, value) in schema.iter_mut() {
        let inner = has_parts && COMPOSING.contains(&keyword.as_str());
        let definitions = keyword == "$defs";
        match (keyword.as_str(), value) {
            ("$defs" | "properties", Value::Object(schemas)) => {
                for (name, schema) in schemas {
                    let part = definitions && parts.contains(&format!("#/$defs/{name}"));
                    if let Value::Object(schema) = schema {
                        close_one(schema, part, parts);
                    }
                }
            }
            ("items" | "additionalProperties", Value::Object(schema)) => close_one(schema, false, parts),
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(schemas)) => {
                for schema in schemas.iter_mut().filter_map(Value::as_object_mut) {
                    close_one(schema, inner, parts);
                }
            }
            _ => {}
        }
    }
}

/// Whether an object of the schema has its fields from more than one place.
fn is_composed(schema: &Map<String, Value>) -> bool {
    let own = usize::from(schema.contains_key("properties"));
    let others = COMPOSING.iter().filter(|name| schema.contains_key(**name)).count();
    let all = schema.get("allOf").and_then(Value::as_array).is_some_and(|schemas| schemas.len() > 1);
    own + others > 1 || all
}

fn subschemas<'s>(keyword: &str, value: &'s Value) -> Vec<&'s Map<String, Value>> {
    match (keyword, value) {
        ("$defs" | "properties", Value::Object(schemas)) => {
            schemas.values().filter_map(Value::as_object).collect()
        }
        ("items" | "additionalProperties", Value::Object(schema)) => vec![schema],
        ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(schemas)) => {
            schemas.iter().filter_map(Value::as_object).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemars::{JsonSchema, schema_for};
    use serde::Serialize;
    use serde_json::json;

    use super::*;

    fn closed<T: JsonSchema>() -> Value {
        let mut schema = schema_for!(T);
        close(&mut schema);
        schema.to_value()
    }

    #[derive(Serialize, JsonSchema)]
    struct Plain {
        a: u8,
        inner: Vec<Inner>,
        map: BTreeMap<String, Inner>,
        any: Value,
    }

    #[derive(Serialize, JsonSchema)]
    struct Inner {
        b: u8,
    }

    #[derive(Serialize, JsonSchema)]
    struct Flat {
        a: u8,
        #[serde(flatten)]
        more: BTreeMap<String, u8>,
    }

    #[derive(Serialize, JsonSchema)]
    struct Whole {
        a: u8,
        #[serde(flatten)]
        kind: Kind,
    }

    #[derive(Serialize, JsonSchema)]
    #[serde(tag = "kind")]
    #[expect(dead_code, reason = "only its schema counts")]
    enum Kind {
        Small { size: u8 },
        Large(Inner),
    }

    #[test]
    fn declared_fields_are_all_fields() {
        let schema = closed::<Plain>();
        assert_eq!(schema["additionalProperties"], json!(false));
        assert_eq!(schema["$defs"]["Inner"]["additionalProperties"], json!(false));
        assert_eq!(schema["properties"]["map"]["additionalProperties"], json!({"$ref": "#/$defs/Inner"}));
        assert_eq!(schema["properties"]["any"], json!(true));
    }

    #[test]
    fn objects_of_several_parts_stay_open() {
        assert_ne!(closed::<Flat>()["additionalProperties"], json!(false));
        let schema = closed::<Whole>();
        assert_eq!(schema.get("additionalProperties"), None, "{schema}");
        assert!(!schema["oneOf"].to_string().contains("additionalProperties"), "{schema}");
        let schema = closed::<Kind>();
        for variant in schema["oneOf"].as_array().unwrap() {
            let open = variant.get("$ref").is_some();
            assert_eq!(variant.get("additionalProperties").is_none(), open, "{variant}");
        }
        assert_eq!(schema["$defs"]["Inner"].get("additionalProperties"), None, "{schema}");
    }
}
