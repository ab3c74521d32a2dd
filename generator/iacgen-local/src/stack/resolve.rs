//! Intrinsic functions evaluated against local physical ids.
//!
//! Page: "Intrinsic function reference" and, for what `Ref` and `Fn::GetAtt` return, the "Return values" of each
//! resource type. What is not written here is an error, never a guess.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::error::{Place, StackError};
use super::layers::LAYER_VERSION;
use super::names::{Identity, name_property};
use super::template::{Resource, Template};

/// How far references may lead into one another.
const DEPTH: usize = 32;

/// Evaluates the values of one template.
pub(super) struct Resolver<'a> {
    template: &'a Template,
    identity: &'a Identity,
    parameters: &'a BTreeMap<String, String>,
    depth: usize,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(
        template: &'a Template,
        identity: &'a Identity,
        parameters: &'a BTreeMap<String, String>,
    ) -> Self {
        Self { template, identity, parameters, depth: 0 }
    }

    /// Evaluates a value with all that is inside it.
    pub(super) fn value(&self, value: &Value, place: &Place) -> Result<Value, StackError> {
        match value {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.value(item, &place.within(index)))
                .collect::<Result<_, _>>()
                .map(Value::Array),
            Value::Object(entries) => {
                if let Some((name, argument)) = intrinsic(entries) {
                    return self.intrinsic(name, argument, place).map(Value::String);
                }
                let entry = |(name, value): (&String, &Value)| {
                    Ok((name.clone(), self.value(value, &place.within(name))?))
                };
                entries.iter().map(entry).collect::<Result<_, _>>().map(Value::Object)
            }
            plain => Ok(plain.clone()),
        }
    }

    /// Evaluates a value that must be a text; CloudFormation turns numbers and booleans into one.
    pub(super) fn text(&self, value: &Value, place: &Place) -> Result<String, StackError> {
        match self.value(value, place)? {
            Value::String(text) => Ok(text),
            scalar @ (Value::Number(_) | Value::Bool(_)) => Ok(scalar.to_string()),
            other => Err(StackError::Wrong {
                place: place.clone(),
                found: other.to_string(),
                expected: "a text".to_owned(),
            }),
        }
    }

    /// Returns the name of a resource: the one it sets, or the generated one.
    pub(super) fn physical_name(&self, id: &str) -> Result<String, StackError> {
        let place = Place::new(id, "Type");
        let resource = self.resource(id, &place)?;
        let set = name_property(&resource.kind)
            .and_then(|property| Some((property, resource.properties.get(property)?)));
        match set {
            Some((property, value)) => self.deeper(&place)?.text(value, &Place::new(id, property)),
            None => Ok(self.identity.generated_name(&resource.kind, id)),
        }
    }

    /// Returns the unqualified ARN of a function.
    pub(super) fn function_arn(&self, name: &str) -> String {
        self.identity.arn("lambda", &format!("function:{name}"))
    }

    /// Returns the ARN of a state machine.
    pub(super) fn state_machine_arn(&self, name: &str) -> String {
        self.identity.arn("states", &format!("stateMachine:{name}"))
    }

    /// Returns the ARN of a role.
    pub(super) fn role_arn(&self, id: &str, place: &Place) -> Result<String, StackError> {
        self.attribute(id, "Arn", place)
    }

    /// Returns the number of an `AWS::Lambda::Version`: its place among those of the same function.
    pub(super) fn version_number(&self, id: &str, place: &Place) -> Result<usize, StackError> {
        let function = self.function_of(id, place)?;
        let mut number = 0;
        for (other, _) in self.template.of_type("AWS::Lambda::Version") {
            if self.function_of(other, place)? == function {
                number += 1;
            }
            if other == id {
                break;
            }
        }
        Ok(number)
    }

    /// Returns the name of the function that a version or alias belongs to.
    pub(super) fn function_of(&self, id: &str, place: &Place) -> Result<String, StackError> {
        let resource = self.resource(id, place)?;
        let at = Place::new(id, "FunctionName");
        let value =
            resource.properties.get("FunctionName").ok_or(StackError::Missing { place: at.clone() })?;
        let name = self.deeper(place)?.text(value, &at)?;
        // A name or an ARN.
        Ok(name.split(":function:").last().unwrap_or(&name).to_owned())
    }

    fn intrinsic(&self, name: &str, argument: &Value, place: &Place) -> Result<String, StackError> {
        let deeper = self.deeper(place)?;
        let unusable = || StackError::Intrinsic { place: place.clone(), what: format!("{name} {argument}") };
        match name {
            "Ref" => deeper.reference(argument.as_str().ok_or_else(unusable)?, place),
            "Fn::GetAtt" => match argument {
                Value::Array(pair) => match pair.as_slice() {
                    [Value::String(id), Value::String(attribute)] => deeper.attribute(id, attribute, place),
                    _ => Err(unusable()),
                },
                Value::String(dotted) => {
                    let (id, attribute) = dotted.split_once('.').ok_or_else(unusable)?;
                    deeper.attribute(id, attribute, place)
                }
                _ => Err(unusable()),
            },
            "Fn::Join" => match argument.as_array().map(Vec::as_slice) {
                Some([Value::String(delimiter), Value::Array(parts)]) => {
                    let parts: Result<Vec<_>, _> =
                        parts.iter().map(|part| deeper.text(part, place)).collect();
                    Ok(parts?.join(delimiter))
                }
                _ => Err(unusable()),
            },
            "Fn::Sub" => match argument {
                Value::String(text) => deeper.substitute(text, &Map::new(), place),
                Value::Array(pair) => match pair.as_slice() {
                    [Value::String(text), Value::Object(names)] => deeper.substitute(text, names, place),
                    _ => Err(unusable()),
                },
                _ => Err(unusable()),
            },
            _ => Err(unusable()),
        }
    }

    /// Replaces `${Name}`, `${Resource.Attribute}` and `${!Literal}`.
    fn substitute(
        &self,
        text: &str,
        names: &Map<String, Value>,
        place: &Place,
    ) -> Result<String, StackError> {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            result.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                return Err(StackError::Intrinsic {
                    place: place.clone(),
                    what: format!("Fn::Sub \"{text}\""),
                });
            };
            if let Some(literal) = name.strip_prefix('!') {
                result.push_str("${");
                result.push_str(literal);
                result.push('}');
            } else if let Some(value) = names.get(name) {
                result.push_str(&self.text(value, place)?);
            } else if let Some((id, attribute)) = name.split_once('.') {
                result.push_str(&self.attribute(id, attribute, place)?);
            } else {
                result.push_str(&self.reference(name, place)?);
            }
            rest = after;
        }
        result.push_str(rest);
        Ok(result)
    }

    fn reference(&self, name: &str, place: &Place) -> Result<String, StackError> {
        let Identity { partition, region, account, stack } = self.identity;
        match name {
            "AWS::Region" => return Ok(region.to_string()),
            "AWS::AccountId" => return Ok(account.to_string()),
            "AWS::Partition" => return Ok(partition.as_str().to_owned()),
            "AWS::StackName" => return Ok(stack.to_string()),
            "AWS::URLSuffix" => return Ok("amazonaws.com".to_owned()),
            pseudo if pseudo.starts_with("AWS::") => {
                return Err(StackError::Intrinsic { place: place.clone(), what: format!("Ref {pseudo}") });
            }
            _ => {}
        }
        if let Some(default) = self.template.parameters.get(name) {
            return self
                .parameters
                .get(name)
                .or(default.as_ref())
                .cloned()
                .ok_or_else(|| StackError::Parameter { place: place.clone(), name: name.to_owned() });
        }
        let resource = self.resource(name, place)?;
        match resource.kind.as_str() {
            "AWS::StepFunctions::StateMachine" => Ok(self.state_machine_arn(&self.physical_name(name)?)),
            "AWS::Lambda::Version" => {
                let function = self.function_arn(&self.function_of(name, place)?);
                Ok(format!("{function}:{}", self.version_number(name, place)?))
            }
            "AWS::Lambda::Alias" => {
                let function = self.function_arn(&self.function_of(name, place)?);
                let at = Place::new(name, "Name");
                let alias =
                    resource.properties.get("Name").ok_or(StackError::Missing { place: at.clone() })?;
                Ok(format!("{function}:{}", self.text(alias, &at)?))
            }
            // Every deployment of a layer is a version; here there is one.
            LAYER_VERSION => {
                Ok(self.identity.arn("lambda", &format!("layer:{}:1", self.physical_name(name)?)))
            }
            "AWS::Lambda::Function" | "AWS::S3::Bucket" | "AWS::IAM::Role" | "AWS::Logs::LogGroup" => {
                self.physical_name(name)
            }
            kind => {
                Err(StackError::Intrinsic { place: place.clone(), what: format!("Ref {name} (an {kind})") })
            }
        }
    }

    fn attribute(&self, id: &str, attribute: &str, place: &Place) -> Result<String, StackError> {
        let resource = self.resource(id, place)?;
        let Identity { partition, region, account, .. } = self.identity;
        let (partition, name) = (partition.as_str(), || self.physical_name(id));
        match (resource.kind.as_str(), attribute) {
            ("AWS::Lambda::Function", "Arn") => Ok(self.function_arn(&name()?)),
            ("AWS::Lambda::Version", "Version") => Ok(self.version_number(id, place)?.to_string()),
            ("AWS::Lambda::Version", "FunctionArn") | ("AWS::Lambda::Alias", "AliasArn") => {
                self.reference(id, place)
            }
            ("AWS::S3::Bucket", "Arn") => Ok(format!("arn:{partition}:s3:::{}", name()?)),
            ("AWS::S3::Bucket", "DomainName") => Ok(format!("{}.s3.amazonaws.com", name()?)),
            ("AWS::S3::Bucket", "RegionalDomainName") => Ok(format!("{}.s3.{region}.amazonaws.com", name()?)),
            ("AWS::StepFunctions::StateMachine", "Arn") => Ok(self.state_machine_arn(&name()?)),
            ("AWS::StepFunctions::StateMachine", "Name") => name(),
            ("AWS::IAM::Role", "Arn") => {
                let path = match resource.properties.get("Path") {
                    Some(path) => self.text(path, &Place::new(id, "Path"))?,
                    None => "/".to_owned(),
                };
                Ok(format!("arn:{partition}:iam::{account}:role{path}{}", name()?))
            }
            ("AWS::Logs::LogGroup", "Arn") => {
                Ok(self.identity.arn("logs", &format!("log-group:{}:*", name()?)))
            }
            (kind, _) => Err(StackError::Intrinsic {
                place: place.clone(),
                what: format!("Fn::GetAtt {id}.{attribute} (an {kind})"),
            }),
        }
    }

    fn resource(&self, id: &str, place: &Place) -> Result<&'a Resource, StackError> {
        let unknown = || StackError::Unknown { place: place.clone(), name: id.to_owned() };
        self.template.resources.get(id).ok_or_else(unknown)
    }

    fn deeper(&self, place: &Place) -> Result<Self, StackError> {
        if self.depth == DEPTH {
            return Err(StackError::Circular { place: place.clone() });
        }
        Ok(Self { depth: self.depth + 1, ..*self })
    }
}

/// Returns the function and its argument, if the object is a call of one.
fn intrinsic(entries: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = entries.iter().next()?;
    let is_call = entries.len() == 1 && (name == "Ref" || name == "Condition" || name.starts_with("Fn::"));
    is_call.then_some((name.as_str(), argument))
}

#[cfg(test)]
mod tests {
    use iacgen_aws_types::{AccountId, Region, StackName};
    use serde_json::json;

    use super::*;

    fn resolve(value: &Value) -> Result<String, String> {
        let template = Template::parse(
            &json!({
                "Parameters": { "Artifacts": { "Type": "String" }, "Given": { "Type": "Number", "Default": 3 } },
                "Resources": {
                    "Results": { "Type": "AWS::S3::Bucket" },
                    "Infer": { "Type": "AWS::Lambda::Function", "Properties": {} },
                    "Infer1": { "Type": "AWS::Lambda::Version", "Properties": { "FunctionName": { "Ref": "Infer" } } },
                    "Infer2": { "Type": "AWS::Lambda::Version", "Properties": { "FunctionName": { "Fn::GetAtt": ["Infer", "Arn"] } } },
                    "Live": { "Type": "AWS::Lambda::Alias", "Properties": { "FunctionName": { "Ref": "Infer" }, "Name": "live" } },
                    "Role": { "Type": "AWS::IAM::Role", "Properties": { "Path": "/w/" } },
                    "Machine": { "Type": "AWS::StepFunctions::StateMachine", "Properties": { "StateMachineName": { "Fn::Sub": "${AWS::StackName}-run" } } },
                    "Loop": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": { "Ref": "Loop" } } },
                    "Runtime": { "Type": "AWS::Lambda::LayerVersion", "Properties": { "LayerName": "onnx" } },
                    "Topic": { "Type": "AWS::SNS::Topic" }
                }
            })
            .to_string(),
        )
        .unwrap();
        let identity = Identity {
            partition: iacgen_aws_types::Partition::Aws,
            region: Region::new("eu-west-1").unwrap(),
            account: AccountId::new("123456789012").unwrap(),
            stack: StackName::new("Cosmic-dev").unwrap(),
        };
        let parameters = BTreeMap::new();
        let resolver = Resolver::new(&template, &identity, &parameters);
        resolver.text(value, &Place::new("R", "P")).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn check(value: &Value, expected: &str) {
        assert_eq!(resolve(value).unwrap(), expected);
    }

    #[test]
    fn references_are_physical_ids() {
        check(&json!({ "Ref": "Infer" }), "Cosmic-dev-Infer");
        check(&json!({ "Ref": "Results" }), "cosmic-dev-results");
        check(
            &json!({ "Ref": "Machine" }),
            "arn:aws:states:eu-west-1:123456789012:stateMachine:Cosmic-dev-run",
        );
        check(
            &json!({ "Ref": "Infer2" }),
            "arn:aws:lambda:eu-west-1:123456789012:function:Cosmic-dev-Infer:2",
        );
        check(
            &json!({ "Ref": "Live" }),
            "arn:aws:lambda:eu-west-1:123456789012:function:Cosmic-dev-Infer:live",
        );
        check(&json!({ "Ref": "Runtime" }), "arn:aws:lambda:eu-west-1:123456789012:layer:onnx:1");
        check(&json!({ "Ref": "Given" }), "3");
        check(&json!({ "Ref": "AWS::Partition" }), "aws");
    }

    #[test]
    fn attributes_joins_and_substitutions() {
        check(&json!({ "Fn::GetAtt": ["Infer1", "Version"] }), "1");
        check(&json!({ "Fn::GetAtt": "Role.Arn" }), "arn:aws:iam::123456789012:role/w/Cosmic-dev-Role");
        check(
            &json!({ "Fn::Join": ["/", [{ "Fn::GetAtt": ["Results", "Arn"] }, "runs", "*"]] }),
            "arn:aws:s3:::cosmic-dev-results/runs/*",
        );
        check(
            &json!({ "Fn::Sub": ["${Machine.Name} ${x} ${!kept} ${AWS::Region}", { "x": { "Ref": "Results" } }] }),
            "Cosmic-dev-run cosmic-dev-results ${kept} eu-west-1",
        );
    }

    #[test]
    fn what_is_not_known_is_named_with_its_place() {
        for (value, message) in [
            (json!({ "Ref": "Nothing" }), "R.P refers to `Nothing`, which the template does not declare"),
            (
                json!({ "Ref": "Artifacts" }),
                "R.P needs the parameter `Artifacts`, which has no default and was not given",
            ),
            (
                json!({ "Ref": "Topic" }),
                "R.P uses Ref Topic (an AWS::SNS::Topic), which the local target does not evaluate",
            ),
            (
                json!({ "Fn::ImportValue": "x" }),
                "R.P uses Fn::ImportValue \"x\", which the local target does not evaluate",
            ),
            (
                json!({ "Fn::GetAtt": ["Infer", "SnapStartResponse"] }),
                "R.P uses Fn::GetAtt Infer.SnapStartResponse (an AWS::Lambda::Function), which the local target does not evaluate",
            ),
            (json!({ "Ref": "Loop" }), "Loop.BucketName refers to itself"),
            (json!([1]), "R.P is [1], expected a text"),
        ] {
            let error = resolve(&value).unwrap_err();
            assert!(
                error == message || (message.ends_with("itself") && error.ends_with("refers to itself")),
                "{error}"
            );
        }
    }
}
