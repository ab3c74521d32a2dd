//! What the symbols of a document stand for, so that it can be evaluated or attached outside a template.

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};
use serde_json::{Map, Value, json};

use crate::{ConditionValue, PolicyDocument, Statement};

/// The values of pseudo parameters and resources.
#[derive(Clone, Copy)]
pub struct Resolution<'a> {
    /// `AWS::Partition`.
    pub partition: &'a str,
    /// `AWS::Region`.
    pub region: &'a str,
    /// `AWS::AccountId`.
    pub account: &'a str,
    /// `AWS::StackName`.
    pub stack: &'a str,
    /// What a resource's attribute is; without an attribute, its `Ref`.
    pub resource: &'a dyn Fn(&str, Option<&str>) -> String,
}

impl Resolution<'_> {
    /// Returns a document in IAM's JSON.
    pub fn document(&self, document: &PolicyDocument) -> Value {
        let statements: Vec<Value> =
            document.statements().iter().map(|statement| self.statement(statement)).collect();
        json!({ "Version": PolicyDocument::VERSION, "Statement": statements })
    }

    /// Returns an ARN, or the pattern of ARNs.
    pub fn arn(&self, arn: &ResourceArn) -> String {
        let of = |id: &LogicalId, attribute: Option<&str>, suffix: &ArnSuffix| {
            let arn = (self.resource)(id.as_str(), attribute);
            match suffix {
                ArnSuffix::None => arn,
                ArnSuffix::Text(text) => format!("{arn}{text}"),
            }
        };
        match arn {
            ResourceArn::Any => "*".to_owned(),
            ResourceArn::Literal(text) => text.clone(),
            ResourceArn::OfResource { id, attribute, suffix } => of(id, Some(attribute), suffix),
            ResourceArn::ByRef { id, suffix } => of(id, None, suffix),
            ResourceArn::Sub(text) => self.text(text),
        }
    }

    /// Puts the values into a text of `Fn::Sub`.
    fn text(&self, text: &str) -> String {
        let mut resolved = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            resolved.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                resolved.push_str("${");
                rest = after;
                continue;
            };
            match name {
                "AWS::AccountId" => resolved.push_str(self.account),
                "AWS::Partition" => resolved.push_str(self.partition),
                "AWS::Region" => resolved.push_str(self.region),
                "AWS::StackName" => resolved.push_str(self.stack),
                _ => match (name.strip_prefix('!'), name.split_once('.')) {
                    (Some(literal), _) => resolved.extend(["${", literal, "}"]),
                    (None, Some((id, attribute))) => resolved.push_str(&(self.resource)(id, Some(attribute))),
                    (None, None) => resolved.push_str(&(self.resource)(name, None)),
                },
            }
            rest = after;
        }
        resolved.push_str(rest);
        resolved
    }

    fn statement(&self, statement: &Statement) -> Value {
        let mut conditions: Map<String, Value> = Map::new();
        for condition in &statement.conditions {
            let values = condition.values.iter().map(|value| match value {
                ConditionValue::Text(text) => text.clone(),
                ConditionValue::Sub(text) => self.text(text),
                ConditionValue::Account => self.account.to_owned(),
                ConditionValue::Arn(arn) => self.arn(arn),
            });
            let block = conditions.entry(condition.operator.as_str()).or_insert_with(|| json!({}));
            block[condition.key] = one_or_many(values.collect());
        }
        let mut value = json!({
            "Sid": statement.sid,
            "Effect": statement.effect.as_str(),
            "Action": one_or_many(statement.actions.iter().map(ToString::to_string).collect()),
            "Resource": one_or_many(statement.resources.iter().map(|arn| self.arn(arn)).collect()),
        });
        if !conditions.is_empty() {
            value["Condition"] = Value::Object(conditions);
        }
        value
    }
}

/// A single value stands alone and several as a list, as IAM itself writes them.
fn one_or_many(mut values: Vec<String>) -> Value {
    if values.len() == 1
        && let Some(only) = values.pop()
    {
        return Value::String(only);
    }
    Value::from(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grants::s3::{Bucket, GrantedBucket, list_objects};

    #[test]
    fn symbols_become_values() {
        let resource = |id: &str, attribute: Option<&str>| match attribute {
            Some(attribute) => format!("arn:aws:{id}:{attribute}"),
            None => id.to_owned(),
        };
        let resolution = Resolution {
            partition: "aws",
            region: "us-east-1",
            account: "1",
            stack: "s",
            resource: &resource,
        };
        let sub = |text: &str| resolution.arn(&ResourceArn::Sub(text.to_owned()));
        assert_eq!(
            sub("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:x"),
            "arn:aws:sqs:us-east-1:1:x"
        );
        assert_eq!(
            sub("execution:${M.Name}/${M}:${!*}${AWS::StackName}"),
            "execution:arn:aws:M:Name/M:${*}s"
        );
        let bucket = GrantedBucket {
            label: "data".to_owned(),
            bucket: Bucket::Managed(LogicalId::new("Data").unwrap()),
        };
        assert_eq!(
            resolution.document(&PolicyDocument::new(list_objects(&bucket, "in/"))),
            json!({ "Version": "2012-10-17", "Statement": [{
                "Sid": "ListDataIn",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "arn:aws:Data:Arn",
                "Condition": { "StringLike": { "s3:prefix": "in/*" } },
            }] })
        );
    }
}
