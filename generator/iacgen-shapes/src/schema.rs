//! Shapes from JSON Schemas, as schemars writes them (draft 2020-12).
//!
//! The shape has at least every value that the schema allows. Keywords that narrow values in ways that a shape cannot
//! say (`minimum`, `pattern`, `not`, `if`) are passed over.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::{Field, List, Object, Presence, Shape};

/// The deepest nesting of schemas that is followed; what lies deeper is [`Shape::Any`].
const DEEPEST: usize = 64;

/// A document that is no JSON Schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at `{at}`: {problem}")]
pub struct SchemaError {
    /// Where, as a JSON Pointer: `#/properties/run`.
    pub at: String,
    /// What is wrong there.
    pub problem: String,
}

impl Shape {
    /// Reads a JSON Schema. A reference that leads to itself is [`Shape::Any`] where it does.
    ///
    /// An object is an object also where `properties` stands without `"type": "object"`.
    ///
    /// # Errors
    /// [`SchemaError`] where a keyword holds a value of the wrong kind, or where a reference within the document leads
    /// nowhere.
    pub fn from_json_schema(schema: &Value) -> Result<Self, SchemaError> {
        let mut reader = Reader {
            root: schema,
            open: Vec::new(),
            done: BTreeMap::new(),
            cut: 0,
            at: vec!["#".to_owned()],
            depth: 0,
        };
        reader.schema(schema)
    }
}

struct Reader<'s> {
    root: &'s Value,
    /// The references that are being read.
    open: Vec<String>,
    /// The references that were read, and met no reference that was open.
    done: BTreeMap<String, Shape>,
    /// How often a reading was cut short.
    cut: usize,
    /// The way to the schema that is being read.
    at: Vec<String>,
    /// How deep it lies, references followed.
    depth: usize,
}

impl<'s> Reader<'s> {
    fn schema(&mut self, schema: &'s Value) -> Result<Shape, SchemaError> {
        if self.depth > DEEPEST {
            self.cut += 1;
            return Ok(Shape::Any);
        }
        match schema {
            Value::Bool(true) => Ok(Shape::Any),
            Value::Bool(false) => Ok(Shape::Never),
            Value::Object(keywords) => self.keywords(keywords),
            _ => Err(self.error("a schema is an object, `true` or `false`")),
        }
    }

    /// Reads the schema that `keyword` holds.
    fn within(&mut self, keyword: &str, schema: &'s Value) -> Result<Shape, SchemaError> {
        self.at.push(keyword.to_owned());
        self.depth += 1;
        let shape = self.schema(schema);
        self.depth -= 1;
        self.at.pop();
        shape
    }

    fn error(&self, problem: impl Into<String>) -> SchemaError {
        SchemaError { at: self.at.join("/"), problem: problem.into() }
    }

    fn keywords(&mut self, keywords: &'s Map<String, Value>) -> Result<Shape, SchemaError> {
        if let Some(values) = keywords.get("enum") {
            let values = values.as_array().ok_or_else(|| self.error("`enum` is a list of values"))?;
            return Ok(Shape::join_all(values.iter().map(Shape::of)));
        }
        if let Some(value) = keywords.get("const") {
            return Ok(Shape::of(value));
        }
        let mut shape = self.own(keywords)?;
        if let Some(reference) = keywords.get("$ref") {
            let text = reference.as_str().ok_or_else(|| self.error("`$ref` is a text"))?;
            shape = meet(&shape, &self.reference(text)?);
        }
        for name in ["anyOf", "oneOf"] {
            if let Some(schemas) = keywords.get(name) {
                let variants = self.list(name, schemas)?;
                shape = meet(&shape, &Shape::join_all(variants));
            }
        }
        if let Some(schemas) = keywords.get("allOf") {
            for part in self.list("allOf", schemas)? {
                shape = meet(&shape, &part);
            }
        }
        if keywords.get("unevaluatedProperties") == Some(&Value::Bool(false)) {
            shape = close(&shape);
        }
        if keywords.get("nullable") == Some(&Value::Bool(true)) {
            shape = shape.or_null();
        }
        Ok(shape)
    }

    fn list(&mut self, name: &str, schemas: &'s Value) -> Result<Vec<Shape>, SchemaError> {
        let schemas =
            schemas.as_array().ok_or_else(|| self.error(format!("`{name}` is a list of schemas")))?;
        schemas
            .iter()
            .enumerate()
            .map(|(index, schema)| self.within(&format!("{name}/{index}"), schema))
            .collect()
    }

    /// What `type` and the keywords that belong to a type say.
    fn own(&mut self, keywords: &'s Map<String, Value>) -> Result<Shape, SchemaError> {
        const OF_OBJECTS: [&str; 4] = ["properties", "required", "additionalProperties", "patternProperties"];
        const OF_LISTS: [&str; 2] = ["items", "prefixItems"];
        let has = |names: &[&str]| names.iter().any(|name| keywords.contains_key(*name));
        match keywords.get("type") {
            Some(Value::String(name)) => self.of_type(name, keywords),
            Some(Value::Array(names)) => {
                let mut variants = Vec::new();
                for name in names {
                    let name =
                        name.as_str().ok_or_else(|| self.error("`type` is a text or a list of texts"))?;
                    variants.push(self.of_type(name, keywords)?);
                }
                Ok(Shape::join_all(variants))
            }
            Some(_) => Err(self.error("`type` is a text or a list of texts")),
            None if has(&OF_OBJECTS) => self.object(keywords),
            None if has(&OF_LISTS) => self.items(keywords),
            None => Ok(Shape::Any),
        }
    }

    fn of_type(&mut self, name: &str, keywords: &'s Map<String, Value>) -> Result<Shape, SchemaError> {
        match name {
            "null" => Ok(Shape::Null),
            "boolean" => Ok(Shape::Bool),
            "integer" => Ok(Shape::Integer),
            "number" => Ok(Shape::Number),
            "string" => Ok(Shape::TEXT),
            "array" => self.items(keywords),
            "object" => self.object(keywords),
            other => Err(self.error(format!("there is no type `{other}`"))),
        }
    }

    fn object(&mut self, keywords: &'s Map<String, Value>) -> Result<Shape, SchemaError> {
        let mut fields = IndexMap::new();
        if let Some(properties) = keywords.get("properties") {
            let properties = properties.as_object().ok_or_else(|| self.error("`properties` is an object"))?;
            for (name, schema) in properties {
                let shape = self.within(&format!("properties/{}", escape(name)), schema)?;
                fields.insert(name.clone(), Field::optional(shape));
            }
        }
        let mut rest = match keywords.get("additionalProperties") {
            None => Shape::Any,
            Some(schema) => self.within("additionalProperties", schema)?,
        };
        if let Some(patterns) = keywords.get("patternProperties") {
            let patterns =
                patterns.as_object().ok_or_else(|| self.error("`patternProperties` is an object"))?;
            for (pattern, schema) in patterns {
                rest = rest.join(&self.within(&format!("patternProperties/{}", escape(pattern)), schema)?);
            }
        }
        if let Some(required) = keywords.get("required") {
            let names = required.as_array().ok_or_else(|| self.error("`required` is a list of texts"))?;
            for name in names {
                let name = name.as_str().ok_or_else(|| self.error("`required` is a list of texts"))?;
                fields.entry(name.to_owned()).or_insert_with(|| Field::optional(rest.clone())).presence =
                    Presence::Required;
            }
        }
        Ok(Shape::object(fields, rest))
    }

    fn items(&mut self, keywords: &'s Map<String, Value>) -> Result<Shape, SchemaError> {
        let rest = match keywords.get("items") {
            None => Shape::Any,
            Some(schema) => self.within("items", schema)?,
        };
        let first = match keywords.get("prefixItems") {
            None => Vec::new(),
            Some(schemas) => self.list("prefixItems", schemas)?,
        };
        let count =
            |name: &str| keywords.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let rest =
            if count("maxItems").is_some_and(|most| most <= first.len()) { Shape::Never } else { rest };
        // Items are certain only where so many are required.
        let certain = count("minItems").unwrap_or(0).min(first.len());
        let beyond = Shape::join_all(first[certain..].iter().cloned().chain([rest]));
        let first = first[..certain].to_vec();
        Ok(Shape::List(List::new(first, beyond, count("maxItems")).into()))
    }

    fn reference(&mut self, text: &str) -> Result<Shape, SchemaError> {
        if let Some(shape) = self.done.get(text) {
            return Ok(shape.clone());
        }
        if self.open.iter().any(|open| open == text) {
            self.cut += 1;
            return Ok(Shape::Any);
        }
        let Some(pointer) = text.strip_prefix('#') else {
            // Another document, which is not at hand.
            return Ok(Shape::Any);
        };
        if !pointer.is_empty() && !pointer.starts_with('/') {
            // An anchor.
            return Ok(Shape::Any);
        }
        let target =
            self.root.pointer(pointer).ok_or_else(|| self.error(format!("`{text}` leads nowhere")))?;
        self.open.push(text.to_owned());
        let cut = self.cut;
        let outer = std::mem::replace(&mut self.at, vec![text.to_owned()]);
        self.depth += 1;
        let shape = self.schema(target);
        self.depth -= 1;
        self.open.pop();
        let shape = shape?;
        self.at = outer;
        if self.cut == cut {
            self.done.insert(text.to_owned(), shape.clone());
        }
        Ok(shape)
    }
}

/// A name as a part of a JSON Pointer.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// At least the values that both have.
fn meet(left: &Shape, right: &Shape) -> Shape {
    match (left, right) {
        (Shape::Any, other) | (other, Shape::Any) => other.clone(),
        (Shape::OneOf(variants), other) | (other, Shape::OneOf(variants)) => {
            let met =
                variants.iter().filter(|variant| overlap(variant, other)).map(|variant| meet(variant, other));
            let met = Shape::join_all(met);
            if met == Shape::Never { Shape::Any } else { met }
        }
        (Shape::Object(left), Shape::Object(right)) => Shape::Object(meet_objects(left, right).into()),
        (Shape::List(left), Shape::List(right)) => {
            let most = left.most.into_iter().chain(right.most).min();
            Shape::List(List::new(left.first.clone(), left.rest.clone(), most).into())
        }
        (Shape::Number, Shape::Integer) | (Shape::String(crate::Text::Any), Shape::String(_)) => {
            right.clone()
        }
        _ => left.clone(),
    }
}

/// Whether both can have a value in common.
fn overlap(left: &Shape, right: &Shape) -> bool {
    left.variants().iter().any(|left| {
        right.variants().iter().any(|right| match (left, right) {
            (Shape::Any, _)
            | (_, Shape::Any)
            | (Shape::Integer, Shape::Number)
            | (Shape::Number, Shape::Integer) => true,
            _ => std::mem::discriminant(left) == std::mem::discriminant(right),
        })
    })
}

/// An object with the fields of both. Strictly, a closed object forbids the other's fields; schemas that are put
/// together of parts seldom mean it, and more values are never wrong.
fn meet_objects(left: &Object, right: &Object) -> Object {
    let mut fields = left.fields.clone();
    for (name, field) in &right.fields {
        match fields.get_mut(name) {
            Some(own) => {
                own.shape = meet(&own.shape, &field.shape);
                own.presence = own.presence.min(field.presence);
            }
            None => {
                fields.insert(name.clone(), field.clone());
            }
        }
    }
    let rest = match (left.is_closed(), right.is_closed()) {
        (true, true) => Shape::Never,
        (true, false) => right.rest.clone(),
        (false, true) => left.rest.clone(),
        (false, false) => meet(&left.rest, &right.rest),
    };
    Object { fields, rest }
}

/// The objects without fields that are not declared.
fn close(shape: &Shape) -> Shape {
    Shape::join_all(shape.variants().iter().map(|variant| match variant {
        Shape::Object(object) => {
            Shape::Object(Object { fields: object.fields.clone(), rest: Shape::Never }.into())
        }
        other => other.clone(),
    }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemars::{JsonSchema, schema_for};
    use serde_json::json;

    use super::*;

    fn shape<T: JsonSchema>() -> Shape {
        Shape::from_json_schema(schema_for!(T).as_value()).unwrap()
    }

    #[derive(JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Report {
        /// A text.
        name: String,
        count: Option<u32>,
        shares: Vec<f64>,
        pair: (u8, String),
        labels: BTreeMap<String, bool>,
        kind: Kind,
        parts: Vec<Part>,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    enum Kind {
        /// One.
        Small,
        /// The other.
        Large,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Part {
        children: Vec<Part>,
        weight: f32,
    }

    #[derive(JsonSchema)]
    #[serde(tag = "type", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema counts")]
    enum Tagged {
        A { a: u8 },
        B { b: String },
    }

    #[test]
    fn rust_types_become_shapes() {
        let shape = shape::<Report>();
        let object = shape.as_object().unwrap();
        assert!(object.is_closed());
        assert_eq!(object.fields["name"], Field::required(Shape::TEXT));
        assert_eq!(object.fields["count"], Field::optional(Shape::Integer.or_null()));
        assert_eq!(object.fields["shares"].shape, Shape::list_of(Shape::Number));
        assert_eq!(object.fields["pair"].shape, Shape::tuple(vec![Shape::Integer, Shape::TEXT]));
        assert_eq!(object.fields["labels"].shape, Shape::object::<String>([], Shape::Bool));
        assert_eq!(object.fields["kind"].shape, Shape::texts(["Small".into(), "Large".into()]));
        // A type within itself is followed once.
        assert_eq!(
            object.fields["parts"].shape,
            Shape::list_of(Shape::open([
                ("children", Field::required(Shape::list_of(Shape::Any))),
                ("weight", Field::required(Shape::Number)),
            ]))
        );
    }

    #[test]
    fn tagged_enums_keep_their_variants() {
        let shape = shape::<Tagged>();
        let one = |tag: &str, name: &str, inner: Shape| {
            Shape::closed([("type", Field::required(Shape::text(tag))), (name, Field::required(inner))])
        };
        let (a, b) = (one("A", "a", Shape::Integer), one("B", "b", Shape::TEXT));
        for (value, is) in [
            (json!({"type": "A", "a": 1}), true),
            (json!({"type": "B", "b": "x"}), true),
            (json!({"type": "A", "b": "x"}), false),
        ] {
            assert_eq!(shape.contains(&value), is, "{value}");
        }
        assert_eq!(shape.variants().len(), 2);
        assert_eq!(a.join(&b).variants().len(), 2);
    }

    #[test]
    fn lists_have_at_most_so_many_items() {
        #[derive(JsonSchema)]
        #[expect(dead_code, reason = "only its schema counts")]
        struct Bounded {
            #[schemars(length(max = 100))]
            few: Vec<String>,
            any: Vec<String>,
            pair: (u8, u8),
        }
        let shape = shape::<Bounded>();
        let fields = &shape.as_object().unwrap().fields;
        assert_eq!(fields["few"].shape.most_items(), Some(100));
        assert_eq!(fields["any"].shape.most_items(), None);
        assert_eq!(fields["pair"].shape.most_items(), Some(2));
        let both = json!({"allOf": [{"type": "array", "items": {"type": "string"}}, {"type": "array", "maxItems": 7}]});
        let both = Shape::from_json_schema(&both).unwrap();
        assert_eq!((both.most_items(), both.items()), (Some(7), Shape::TEXT));
    }

    #[test]
    fn compositions_never_claim_too_much() {
        let schema = json!({
            "type": "object",
            "properties": {"own": {"type": "string"}},
            "required": ["own"],
            "oneOf": [
                {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
                {"type": "null"},
                {"required": ["b"]},
            ],
        });
        let shape = Shape::from_json_schema(&schema).unwrap();
        assert!(shape.contains(&json!({"own": "x", "a": 1})));
        assert!(shape.contains(&json!({"own": "x", "b": [1]})));
        assert!(!shape.contains(&json!({"a": 1})));
        assert!(!shape.contains(&json!(null)));

        let schema = json!({"$ref": "#/$defs/A", "properties": {"tag": {"const": "t"}}, "$defs": {
            "A": {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": false}}});
        let shape = Shape::from_json_schema(&schema).unwrap();
        assert!(shape.contains(&json!({"tag": "t", "a": 1})));
    }

    #[test]
    fn what_is_not_understood_is_anything() {
        for schema in [
            json!({}),
            json!(true),
            json!({"$ref": "https://example.com/a.json"}),
            json!({"$ref": "#anchor"}),
            json!({"$ref": "#"}),
            json!({"not": {"type": "null"}}),
            json!({"description": "x", "format": "y"}),
            json!({"anyOf": [{"type": "string"}, {}]}),
        ] {
            assert_eq!(Shape::from_json_schema(&schema), Ok(Shape::Any), "{schema}");
        }
    }

    #[test]
    fn broken_schemas_are_told_with_their_place() {
        for (schema, message) in [
            (
                json!({"properties": {"a/b": {"type": "text"}}}),
                "at `#/properties/a~1b`: there is no type `text`",
            ),
            (json!({"items": {"$ref": "#/$defs/No"}}), "at `#/items`: `#/$defs/No` leads nowhere"),
            (json!({"allOf": [3]}), "at `#/allOf/0`: a schema is an object, `true` or `false`"),
            (json!({"required": "a"}), "at `#`: `required` is a list of texts"),
        ] {
            assert_eq!(Shape::from_json_schema(&schema).unwrap_err().to_string(), message);
        }
    }
}
