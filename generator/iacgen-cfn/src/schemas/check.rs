//! Holds properties to the schema of their type.

use std::cmp::Reverse;

use serde_json::{Map, Value};

use super::finding::{JsonKind, Quantity, SchemaFinding, SchemaProblem};
use super::nearest::{nearest, nearest_type};
use super::{schema, types};

/// Functions that any template can use. Page: "Intrinsic function reference".
const FUNCTIONS: &[&str] = &[
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::Transform",
];
const CONDITION: &str = "a condition";
const LANGUAGE_EXTENSIONS: &str = "the transform AWS::LanguageExtensions";
/// Functions that need a part of the template which we do not write. Pages: "Condition functions",
/// "AWS::LanguageExtensions transform".
const UNUSABLE: &[(&str, &str)] = &[
    ("Fn::And", CONDITION),
    ("Fn::Equals", CONDITION),
    ("Fn::If", CONDITION),
    ("Fn::Not", CONDITION),
    ("Fn::Or", CONDITION),
    ("Fn::Length", LANGUAGE_EXTENSIONS),
    ("Fn::ToJsonString", LANGUAGE_EXTENSIONS),
];

/// Returns what CloudFormation would refuse in the properties of a resource. An intrinsic function stands for any value.
/// Patterns and formats of texts are not looked at. Nothing is known, and nothing said, of types that are not AWS's own.
pub fn check(type_name: &str, properties: &Map<String, Value>) -> Vec<SchemaFinding> {
    let Some(schema) = schema(type_name) else {
        if is_of_others(type_name) {
            return Vec::new();
        }
        let nearest = nearest_type(type_name, types());
        let problem = SchemaProblem::UnknownType { name: type_name.to_owned(), nearest };
        return vec![SchemaFinding { path: String::new(), problem }];
    };
    let read_only = schema["readOnlyProperties"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut checker = Checker { root: &schema, read_only, findings: Vec::new() };
    checker.object(&schema, properties, &Place::default());
    checker.alternatives_of(&schema, &Subject::Properties(properties), &Place::default());
    checker.findings
}

/// Tells whether a type is one of another publisher's, or a module.
fn is_of_others(type_name: &str) -> bool {
    let parts: Vec<&str> = type_name.split("::").collect();
    let module = parts.last() == Some(&"MODULE");
    let named = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    let foreign = parts.first().is_some_and(|first| !first.eq_ignore_ascii_case("AWS"));
    module || (named && foreign && parts.len() == 3 && nearest_type(type_name, types()).is_none())
}

struct Checker<'s> {
    root: &'s Value,
    /// Pointers such as `/properties/Endpoint/Port`, in which `*` stands for any index.
    read_only: &'s [Value],
    findings: Vec<SchemaFinding>,
}

/// Where a value stands.
#[derive(Debug, Clone, Default)]
struct Place {
    /// A JSON pointer into the properties.
    path: String,
    /// The same with `*` for every index.
    schema_path: String,
}

impl Place {
    fn property(&self, name: &str) -> Self {
        Self {
            path: super::references::child(&self.path, name),
            schema_path: format!("{}/{name}", self.schema_path),
        }
    }

    fn item(&self, number: usize) -> Self {
        Self { path: format!("{}/{number}", self.path), schema_path: format!("{}/*", self.schema_path) }
    }
}

/// What alternatives are tried on. The properties as a whole never are an intrinsic.
enum Subject<'v> {
    Properties(&'v Map<String, Value>),
    Value(&'v Value),
}

impl<'v> Subject<'v> {
    fn fields(&self) -> Option<&'v Map<String, Value>> {
        match self {
            Self::Properties(fields) => Some(fields),
            Self::Value(value) => value.as_object(),
        }
    }
}

impl<'s> Checker<'s> {
    fn found(&mut self, place: &Place, problem: SchemaProblem) {
        self.findings.push(SchemaFinding { path: place.path.clone(), problem });
    }

    fn value(&mut self, schema: &'s Value, value: &Value, place: &Place) {
        if let Some(name) = function(value) {
            self.function(name, place);
            return;
        }
        if let Some(target) =
            schema["$ref"].as_str().and_then(|target| self.root.pointer(target.strip_prefix('#')?))
        {
            self.value(target, value, place);
        }
        let kinds: Vec<JsonKind> = words(&schema["type"]).filter_map(JsonKind::parse).collect();
        if !kinds.is_empty() && !kinds.iter().any(|kind| accepts(*kind, value)) {
            self.found(place, SchemaProblem::WrongKind { expected: kinds, found: kind_of(value) });
            return;
        }
        match value {
            Value::Object(fields) => self.object(schema, fields, place),
            Value::Array(items) => self.array(schema, items, place),
            scalar => self.scalar(schema, &kinds, scalar, place),
        }
        self.alternatives_of(schema, &Subject::Value(value), place);
    }

    fn function(&mut self, name: &str, place: &Place) {
        if name == "Ref" || FUNCTIONS.contains(&name) {
            return;
        }
        let unusable = UNUSABLE.iter().find(|(unusable, _)| *unusable == name);
        let problem = match unusable {
            Some((_, needs)) => SchemaProblem::UnusableFunction { name: name.to_owned(), needs },
            None if name.starts_with("Fn::ForEach") => {
                SchemaProblem::UnusableFunction { name: name.to_owned(), needs: LANGUAGE_EXTENSIONS }
            }
            None => SchemaProblem::UnknownFunction {
                name: name.to_owned(),
                nearest: nearest(name, FUNCTIONS.iter().copied()),
            },
        };
        self.found(place, problem);
    }

    fn object(&mut self, schema: &'s Value, fields: &Map<String, Value>, place: &Place) {
        let properties = schema["properties"].as_object();
        let patterns = schema["patternProperties"].as_object();
        let closed = schema["additionalProperties"] == Value::Bool(false);
        for (name, value) in fields {
            let place = place.property(name);
            if self.is_read_only(&place) {
                self.found(&place, SchemaProblem::ReadOnly { name: name.clone() });
            } else if let Some(schema) = properties.and_then(|properties| properties.get(name)) {
                self.value(schema, value, &place);
            } else if let Some(patterns) = patterns {
                // Names are not matched with the pattern; where there is one, it is the only one that they can have.
                if let (1, Some(schema)) = (patterns.len(), patterns.values().next()) {
                    self.value(schema, value, &place);
                }
            } else if closed {
                let known: Vec<String> = properties
                    .into_iter()
                    .flat_map(Map::keys)
                    .filter(|known| !fields.contains_key(*known))
                    .cloned()
                    .collect();
                let nearest = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
                self.found(&place, SchemaProblem::UnknownProperty { name: name.clone(), nearest, known });
            } else if schema["additionalProperties"].is_object() {
                self.value(&schema["additionalProperties"], value, &place);
            }
        }
        for name in words(&schema["required"]) {
            if !fields.contains_key(name) && !self.is_read_only(&place.property(name)) {
                self.found(place, SchemaProblem::Missing { name: name.to_owned() });
            }
        }
        self.company(schema, fields, place);
        self.count(schema, ["minProperties", "maxProperties"], fields.len(), Quantity::Properties, place);
    }

    /// Checks which properties go together. The keywords are those of JSON Schema and cfn-lint's own.
    fn company(&mut self, schema: &'s Value, fields: &Map<String, Value>, place: &Place) {
        let among = |keyword: &str| -> (Vec<String>, usize) {
            let names: Vec<String> = words(&schema[keyword]).map(str::to_owned).collect();
            let set = names.iter().filter(|name| fields.contains_key(*name)).count();
            (names, set)
        };
        for keyword in ["requiredXor", "requiredOr"] {
            let (names, set) = among(keyword);
            if names.is_empty() {
                continue;
            }
            if set == 0 {
                self.found(place, SchemaProblem::NoneOf { names });
            } else if set > 1 && keyword == "requiredXor" {
                let names = names.into_iter().filter(|name| fields.contains_key(name)).collect();
                self.found(place, SchemaProblem::Exclusive { names });
            }
        }
        for (name, needed) in schema["dependentRequired"].as_object().into_iter().flatten() {
            for needed in
                words(needed).filter(|needed| fields.contains_key(name) && !fields.contains_key(*needed))
            {
                self.found(place, SchemaProblem::Missing { name: needed.to_owned() });
            }
        }
        for (name, excluded) in schema["dependentExcluded"].as_object().into_iter().flatten() {
            // Each of two says that it excludes the other: the one that comes first in the alphabet is enough.
            for other in
                words(excluded).filter(|other| fields.contains_key(name) && fields.contains_key(*other))
            {
                let mutual = words(&schema["dependentExcluded"][other]).any(|back| back == name);
                if !mutual || name.as_str() < other {
                    let names = vec![name.clone(), other.to_owned()];
                    self.found(place, SchemaProblem::Exclusive { names });
                }
            }
        }
    }

    fn array(&mut self, schema: &'s Value, items: &[Value], place: &Place) {
        self.count(schema, ["minItems", "maxItems"], items.len(), Quantity::Items, place);
        if schema["uniqueItems"] == Value::Bool(true) {
            for (second, item) in items.iter().enumerate() {
                if let Some(first) = items[..second].iter().position(|earlier| earlier == item) {
                    self.found(&place.item(second), SchemaProblem::Repeated { first, second });
                }
            }
        }
        let first = schema["prefixItems"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (number, (schema, item)) in first.iter().zip(items).enumerate() {
            self.value(schema, item, &place.item(number));
        }
        if schema["items"].is_object() {
            for (number, item) in items.iter().enumerate() {
                self.value(&schema["items"], item, &place.item(number));
            }
        }
    }

    fn scalar(&mut self, schema: &'s Value, kinds: &[JsonKind], value: &Value, place: &Place) {
        let text = text_of(value);
        let exact = |allowed: &Value| text_of(allowed) == text;
        let folded = |allowed: &Value| text_of(allowed).eq_ignore_ascii_case(&text);
        let constant = schema.get("const").map(std::slice::from_ref);
        let listed = |keyword: &str| schema[keyword].as_array().map(Vec::as_slice);
        for (allowed, taken) in [
            (constant, &exact as &dyn Fn(&Value) -> bool),
            (listed("enum"), &exact),
            (listed("enumCaseInsensitive"), &folded),
        ] {
            let Some(allowed) = allowed else { continue };
            if !allowed.iter().any(taken) {
                let allowed: Vec<String> = allowed.iter().map(text_of).collect();
                let nearest = nearest(&text, allowed.iter().map(String::as_str)).map(str::to_owned);
                self.found(place, SchemaProblem::NotAllowed { value: text.clone(), nearest, allowed });
            }
        }
        if let Value::String(text) = value {
            self.count(schema, ["minLength", "maxLength"], text.chars().count(), Quantity::Characters, place);
        }
        let numeric =
            kinds.is_empty() || kinds.iter().any(|kind| matches!(kind, JsonKind::Integer | JsonKind::Number));
        if let Some(number) = number(value).filter(|_| numeric) {
            self.range(schema, number, &text, place);
        }
    }

    fn range(&mut self, schema: &Value, number: f64, text: &str, place: &Place) {
        let bound = |keyword: &str| schema[keyword].as_f64();
        let low = bound("minimum").is_some_and(|least| number < least)
            || bound("exclusiveMinimum").is_some_and(|least| number <= least);
        let high = bound("maximum").is_some_and(|most| number > most)
            || bound("exclusiveMaximum").is_some_and(|most| number >= most);
        if low || high {
            self.found(
                place,
                SchemaProblem::OutOfRange {
                    quantity: Quantity::Value,
                    actual: text.to_owned(),
                    least: written(schema, "minimum"),
                    most: written(schema, "maximum"),
                },
            );
        }
    }

    fn count(&mut self, schema: &Value, bounds: [&str; 2], count: usize, quantity: Quantity, place: &Place) {
        let bound = |keyword: &str| schema[keyword].as_u64().and_then(|bound| usize::try_from(bound).ok());
        let [least, most] = bounds;
        if bound(least).is_some_and(|least| count < least) || bound(most).is_some_and(|most| count > most) {
            self.found(
                place,
                SchemaProblem::OutOfRange {
                    quantity,
                    actual: count.to_string(),
                    least: written(schema, least),
                    most: written(schema, most),
                },
            );
        }
    }

    fn alternatives_of(&mut self, schema: &'s Value, subject: &Subject<'_>, place: &Place) {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.branch(part, subject, place);
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(branches) = schema[keyword].as_array() {
                self.alternatives(keyword, branches, subject, place);
            }
        }
    }

    /// Checks that a value is one of several things. Where it is none, the findings are those of the thing that it is
    /// nearest to.
    fn alternatives(&mut self, keyword: &str, branches: &'s [Value], subject: &Subject<'_>, place: &Place) {
        let tried: Vec<Vec<SchemaFinding>> = branches
            .iter()
            .map(|branch| {
                let mut checker =
                    Checker { root: self.root, read_only: self.read_only, findings: Vec::new() };
                checker.branch(branch, subject, place);
                checker.findings
            })
            .collect();
        let matching = tried.iter().filter(|findings| findings.is_empty()).count();
        let sets = sets_of_names(branches);
        match (matching, sets) {
            (0, Some(names)) => self.found(place, SchemaProblem::NoneOf { names }),
            (0, None) => {
                // Of equals, the one that the value follows the farthest.
                let nearest = tried.into_iter().min_by_key(|findings| {
                    (findings.len(), Reverse(findings.iter().map(|finding| finding.path.len()).max()))
                });
                self.findings.extend(nearest.unwrap_or_default());
            }
            (2.., Some(names)) if keyword == "oneOf" => {
                let fields = subject.fields();
                let set = |names: &String| fields.is_some_and(|fields| fields.contains_key(names));
                let names: Vec<String> = names.into_iter().filter(set).collect();
                if names.len() > 1 {
                    self.found(place, SchemaProblem::Exclusive { names });
                }
            }
            _ => {}
        }
    }

    fn branch(&mut self, schema: &'s Value, subject: &Subject<'_>, place: &Place) {
        match subject {
            Subject::Value(value) => self.value(schema, value, place),
            Subject::Properties(fields) => {
                self.object(schema, fields, place);
                self.alternatives_of(schema, subject, place);
            }
        }
    }

    fn is_read_only(&self, place: &Place) -> bool {
        self.read_only.iter().any(|pointer| {
            pointer.as_str().and_then(|pointer| pointer.strip_prefix("/properties"))
                == Some(place.schema_path.as_str())
        })
    }
}

/// Returns the names that each branch requires, if that is all that every branch says.
fn sets_of_names(branches: &[Value]) -> Option<Vec<String>> {
    branches
        .iter()
        .map(|branch| {
            let branch = branch.as_object().filter(|branch| branch.len() == 1)?;
            Some(words(branch.get("required")?).collect::<Vec<_>>().join(" with "))
        })
        .collect()
}

/// Returns the name of the intrinsic function that a value is.
fn function(value: &Value) -> Option<&str> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    let name = fields.keys().next()?;
    (name == "Ref" || name.starts_with("Fn::")).then_some(name)
}

/// Returns the texts of a text or a list of them.
fn words(value: &Value) -> impl Iterator<Item = &str> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    value.as_str().into_iter().chain(list.iter().filter_map(Value::as_str))
}

fn kind_of(value: &Value) -> JsonKind {
    match value {
        Value::Null => JsonKind::Null,
        Value::Bool(_) => JsonKind::Boolean,
        Value::Number(number) if number.is_i64() || number.is_u64() => JsonKind::Integer,
        Value::Number(_) => JsonKind::Number,
        Value::String(_) => JsonKind::String,
        Value::Array(_) => JsonKind::Array,
        Value::Object(_) => JsonKind::Object,
    }
}

/// Tells whether a value is of a kind, or CloudFormation makes it so: it converts between texts and what they spell.
fn accepts(kind: JsonKind, value: &Value) -> bool {
    match (kind, value) {
        (JsonKind::String, Value::Number(_) | Value::Bool(_)) => true,
        (JsonKind::Boolean, Value::String(text)) => text == "true" || text == "false",
        (JsonKind::Integer, value) => number(value).is_some_and(|number| number.fract() == 0.0),
        (JsonKind::Number, value) => number(value).is_some(),
        (kind, value) => kind == kind_of(value),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn written(schema: &Value, keyword: &str) -> Option<String> {
    schema.get(keyword).map(Value::to_string)
}

#[cfg(test)]
mod tests;
