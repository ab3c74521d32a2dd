//! Intrinsic functions in words, and as what they will be once the stack is there.

use serde_json::Value;

use crate::Side;
use crate::side::type_of;

/// Returns the name and argument of an intrinsic function.
pub(crate) fn intrinsic(value: &Value) -> Option<(&str, &Value)> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    let (name, argument) = fields.iter().next()?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name.as_str(), argument))
}

/// Returns a value as people read it: `InferFunction.Arn` for `Fn::GetAtt`, a text as it is.
pub(crate) fn told(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) if fields.is_empty() => "nothing".to_owned(),
        Value::Array(items) if items.is_empty() => "nothing".to_owned(),
        Value::Array(items) => items.iter().map(told).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => match intrinsic(value) {
            Some(("Ref", Value::String(id))) => id.clone(),
            Some(("Fn::GetAtt", argument)) => dotted(argument),
            Some(("Fn::Sub", Value::String(text))) => text.clone(),
            Some(("Fn::Sub", Value::Array(parts))) => parts.first().map(told).unwrap_or_default(),
            Some((name, argument)) => format!("{}({})", name.trim_start_matches("Fn::"), told(argument)),
            None => fields
                .iter()
                .map(|(name, value)| format!("{name} {}", told(value)))
                .collect::<Vec<_>>()
                .join(", "),
        },
        other => other.to_string(),
    }
}

fn dotted(argument: &Value) -> String {
    match argument {
        Value::Array(parts) => parts.iter().map(told).collect::<Vec<_>>().join("."),
        other => told(other),
    }
}

/// Says what the symbols of a template stand for. A name that CloudFormation chooses is written `<LogicalId>`.
pub(crate) struct Symbols<'a> {
    side: &'a Side,
}

impl<'a> Symbols<'a> {
    pub(crate) fn of(side: &'a Side) -> Self {
        Self { side }
    }

    /// Replaces every intrinsic function in a value by a text.
    pub(crate) fn value(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => match intrinsic(value) {
                Some((name, argument)) => Value::String(self.text(name, argument)),
                None => fields.iter().map(|(name, value)| (name.clone(), self.value(value))).collect(),
            },
            other => other.clone(),
        }
    }

    fn text(&self, name: &str, argument: &Value) -> String {
        match (name, argument) {
            ("Ref", Value::String(id)) => self.reference(id),
            ("Fn::GetAtt", argument) => self.attribute(&dotted(argument)),
            ("Fn::Sub", Value::String(text)) => self.substitute(text, None),
            ("Fn::Sub", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(text), variables] => self.substitute(text, Some(variables)),
                _ => told(argument),
            },
            ("Fn::Join", Value::Array(parts)) => match parts.as_slice() {
                [Value::String(between), Value::Array(items)] => {
                    let items: Vec<String> = items.iter().map(|item| told(&self.value(item))).collect();
                    items.join(between)
                }
                _ => told(argument),
            },
            (name, argument) => format!("<{}({})>", name.trim_start_matches("Fn::"), told(argument)),
        }
    }

    fn substitute(&self, text: &str, variables: Option<&Value>) -> String {
        let mut done = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            done.push_str(before);
            let Some((name, behind)) = after.split_once('}') else {
                done.push_str("${");
                rest = after;
                continue;
            };
            match name.strip_prefix('!') {
                Some(literal) => {
                    done.push_str("${");
                    done.push_str(literal);
                    done.push('}');
                }
                None => match variables.and_then(|variables| variables.get(name)) {
                    Some(value) => done.push_str(&told(&self.value(value))),
                    None if name.contains('.') => done.push_str(&self.attribute(name)),
                    None => done.push_str(&self.reference(name)),
                },
            }
            rest = behind;
        }
        done.push_str(rest);
        done
    }

    fn reference(&self, id: &str) -> String {
        let identity = &self.side.identity;
        match id {
            "AWS::AccountId" => identity.account.to_string(),
            "AWS::Region" => identity.region.to_string(),
            "AWS::Partition" => identity.region.partition().as_str().to_owned(),
            "AWS::StackName" => identity.stack.to_string(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            _ => match self.type_name(id) {
                "AWS::SNS::Topic" | "AWS::StepFunctions::StateMachine" | "AWS::Lambda::Alias" => self.arn(id),
                _ => self.name(id),
            },
        }
    }

    fn attribute(&self, dotted: &str) -> String {
        match dotted.split_once('.') {
            Some((id, "Arn" | "TopicArn")) => self.arn(id),
            Some((id, "Name" | "QueueName" | "TopicName")) => self.name(id),
            _ => format!("<{dotted}>"),
        }
    }

    fn type_name(&self, id: &str) -> &str {
        self.side.resource(id).map(type_of).unwrap_or_default()
    }

    /// Returns a resource's name: the one that the template gives it, or `<LogicalId>`.
    fn name(&self, id: &str) -> String {
        let property = match self.type_name(id) {
            "AWS::S3::Bucket" => "BucketName",
            "AWS::Lambda::Function" => "FunctionName",
            "AWS::Logs::LogGroup" => "LogGroupName",
            "AWS::StepFunctions::StateMachine" => "StateMachineName",
            "AWS::IAM::Role" => "RoleName",
            "AWS::SQS::Queue" => "QueueName",
            "AWS::SNS::Topic" => "TopicName",
            "AWS::DynamoDB::Table" => "TableName",
            _ => return format!("<{id}>"),
        };
        match self.side.resource(id).and_then(|resource| resource["Properties"].get(property)) {
            Some(name) => told(&self.value(name)),
            None => format!("<{id}>"),
        }
    }

    /// Returns a resource's ARN. Forms: "Actions, resources, and condition keys" of each service.
    fn arn(&self, id: &str) -> String {
        let place = |service: &str| {
            let identity = &self.side.identity;
            let partition = identity.region.partition().as_str();
            format!("arn:{partition}:{service}:{}:{}", identity.region, identity.account)
        };
        let partition = self.side.identity.region.partition().as_str();
        let name = || self.name(id);
        match self.type_name(id) {
            "AWS::S3::Bucket" => format!("arn:{partition}:s3:::{}", name()),
            "AWS::IAM::Role" => {
                format!("arn:{partition}:iam::{}:role/{}", self.side.identity.account, name())
            }
            "AWS::Lambda::Function" => format!("{}:function:{}", place("lambda"), name()),
            "AWS::Lambda::Alias" => {
                let alias = self.side.resource(id).map(|resource| &resource["Properties"]);
                let part = |name: &str| {
                    alias
                        .and_then(|alias| alias.get(name))
                        .map(|part| told(&self.value(part)))
                        .unwrap_or_default()
                };
                format!("{}:function:{}:{}", place("lambda"), part("FunctionName"), part("Name"))
            }
            "AWS::Logs::LogGroup" => format!("{}:log-group:{}:*", place("logs"), name()),
            "AWS::StepFunctions::StateMachine" => format!("{}:stateMachine:{}", place("states"), name()),
            "AWS::SQS::Queue" => format!("{}:{}", place("sqs"), name()),
            "AWS::SNS::Topic" => format!("{}:{}", place("sns"), name()),
            "AWS::DynamoDB::Table" => format!("{}:table/{}", place("dynamodb"), name()),
            "AWS::KMS::Key" => format!("{}:key/<{id}>", place("kms")),
            _ => format!("<{id}.Arn>"),
        }
    }
}
