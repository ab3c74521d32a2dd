//! What raw properties refer to.

use serde_json::{Map, Value};

/// A reference to another part of the template or to a pseudo parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Where it stands, as a JSON pointer into the properties.
    pub path: String,
    /// The logical id, or a pseudo parameter such as `AWS::Region`.
    pub target: String,
    /// The attribute of `Fn::GetAtt`; none for `Ref`.
    pub attribute: Option<String>,
}

/// Returns every `Ref`, `Fn::GetAtt` and `${...}` of `Fn::Sub` in properties, in their order.
pub fn references(properties: &Map<String, Value>) -> Vec<Reference> {
    let mut found = Vec::new();
    for (name, value) in properties {
        collect(value, &child("", name), &mut found);
    }
    found
}

fn collect(value: &Value, path: &str, found: &mut Vec<Reference>) {
    match value {
        Value::Object(fields) => {
            let only = fields.iter().next().filter(|_| fields.len() == 1);
            match only.map(|(key, argument)| (key.as_str(), argument)) {
                Some(("Ref", Value::String(target))) => {
                    found.push(Reference { path: path.to_owned(), target: target.clone(), attribute: None });
                }
                Some(("Fn::GetAtt", Value::String(text))) => found.push(dotted(path, text)),
                Some(("Fn::GetAtt", Value::Array(parts))) => {
                    if let [Value::String(target), attribute] = parts.as_slice() {
                        found.push(Reference {
                            path: path.to_owned(),
                            target: target.clone(),
                            attribute: attribute.as_str().map(str::to_owned),
                        });
                        // The attribute may be computed.
                        collect(attribute, &format!("{path}/Fn::GetAtt/1"), found);
                    }
                }
                Some(("Fn::Sub", argument)) => substitution(argument, path, found),
                _ => {
                    for (key, value) in fields {
                        collect(value, &child(path, key), found);
                    }
                }
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                collect(item, &format!("{path}/{number}"), found);
            }
        }
        _ => {}
    }
}

fn substitution(argument: &Value, path: &str, found: &mut Vec<Reference>) {
    let (text, variables) = match argument {
        Value::String(text) => (text, None),
        Value::Array(parts) => match parts.as_slice() {
            [Value::String(text), variables @ Value::Object(_)] => (text, Some(variables)),
            _ => return,
        },
        _ => return,
    };
    for name in names_in(text) {
        if variables.is_none_or(|variables| variables.get(name).is_none()) {
            found.push(if name.starts_with("AWS::") {
                Reference { path: path.to_owned(), target: name.to_owned(), attribute: None }
            } else {
                dotted(path, name)
            });
        }
    }
    if let Some(variables) = variables {
        collect(variables, &format!("{path}/Fn::Sub/1"), found);
    }
}

/// Returns what stands in `${...}`; `${!...}` is a literal.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("${")
        .skip(1)
        .filter(|rest| !rest.starts_with('!'))
        .filter_map(|rest| Some(rest.split_once('}')?.0.trim()))
}

fn dotted(path: &str, text: &str) -> Reference {
    let (target, attribute) = match text.split_once('.') {
        Some((target, attribute)) => (target, Some(attribute.to_owned())),
        None => (text, None),
    };
    Reference { path: path.to_owned(), target: target.to_owned(), attribute }
}

/// Returns the pointer of a field. RFC 6901.
pub(crate) fn child(path: &str, key: &str) -> String {
    format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_a_reference_is_found() {
        let properties = json!({
            "A": {"Ref": "Topic"},
            "B/C": [{"Fn::GetAtt": "Queue.Arn"}, {"Fn::GetAtt": ["Table", "StreamArn"]}],
            "D": {"Fn::Sub": "${AWS::Region}-${!No}-${Bucket}-${Role.Arn}"},
            "E": {"Fn::Sub": ["${Own}-${Other}", {"Own": {"Ref": "Key"}}]},
            "F": {"Fn::Join": ["", ["x", {"Ref": "Alarm"}]]},
        });
        let found: Vec<_> = references(properties.as_object().unwrap())
            .into_iter()
            .map(|found| (found.path, found.target, found.attribute.unwrap_or_default()))
            .collect();
        let expected = [
            ("/A", "Topic", ""),
            ("/B~1C/0", "Queue", "Arn"),
            ("/B~1C/1", "Table", "StreamArn"),
            ("/D", "AWS::Region", ""),
            ("/D", "Bucket", ""),
            ("/D", "Role", "Arn"),
            ("/E", "Other", ""),
            ("/E/Fn::Sub/1/Own", "Key", ""),
            ("/F/Fn::Join/1/1", "Alarm", ""),
        ];
        let expected = expected
            .map(|(path, target, attribute)| (path.to_owned(), target.to_owned(), attribute.to_owned()));
        assert_eq!(found, expected);
    }
}
