//! Whose permissions a template holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::HolderKind;
use crate::Side;
use crate::side::type_of;
use crate::symbols::{Symbols, intrinsic, told};

/// Stands between a principal and a resource, so that both are compared as one pattern. No ARN holds it.
pub(super) const BETWEEN: char = '|';

type Documents = BTreeMap<String, Vec<Value>>;

/// Statements by whose they are, their symbols replaced by texts.
#[derive(Debug, Default)]
pub(super) struct Holders {
    roles: Documents,
    trust: Documents,
    resources: Documents,
    denials: Documents,
    pub(super) boundaries: BTreeMap<String, String>,
    pub(super) managed: BTreeMap<String, BTreeSet<String>>,
}

impl Holders {
    pub(super) fn of(side: &Side) -> Self {
        let symbols = Symbols::of(side);
        let mut holders = Self::default();
        for (id, resource) in side.resources() {
            let properties = &resource["Properties"];
            match type_of(resource) {
                "AWS::IAM::Role" => holders.role(id, properties, &symbols),
                "AWS::IAM::Policy" | "AWS::IAM::RolePolicy" | "AWS::IAM::ManagedPolicy" => {
                    let statements = statements(&symbols.value(&properties["PolicyDocument"]));
                    let several = properties["Roles"].as_array().map(Vec::as_slice).unwrap_or_default();
                    for role in several.iter().chain(properties.get("RoleName")) {
                        holders.roles.entry(referred(role)).or_default().extend(statements.clone());
                    }
                }
                "AWS::S3::BucketPolicy" | "AWS::SQS::QueuePolicy" | "AWS::SNS::TopicPolicy" => {
                    holders.resource(id, &symbols.value(&properties["PolicyDocument"]));
                }
                "AWS::KMS::Key" => holders.resource(id, &symbols.value(&properties["KeyPolicy"])),
                "AWS::Lambda::Permission" => {
                    let statement = invocation(&symbols.value(properties));
                    holders.resource(id, &json!({ "Statement": statement }));
                }
                _ => {}
            }
        }
        holders
    }

    pub(super) fn documents(&self, kind: HolderKind) -> &Documents {
        match kind {
            HolderKind::Trust => &self.trust,
            HolderKind::Resource => &self.resources,
            HolderKind::Denial => &self.denials,
            HolderKind::Role | HolderKind::Boundary | HolderKind::Managed => &self.roles,
        }
    }

    fn role(&mut self, id: &str, properties: &Value, symbols: &Symbols<'_>) {
        let own = self.roles.entry(id.to_owned()).or_default();
        for policy in properties["Policies"].as_array().into_iter().flatten() {
            own.extend(statements(&symbols.value(&policy["PolicyDocument"])));
        }
        let trust = statements(&symbols.value(&properties["AssumeRolePolicyDocument"]));
        let trust = trust.iter().map(|statement| {
            let resources = principals(statement);
            with_resources(statement, &resources)
        });
        self.trust.insert(id.to_owned(), trust.collect());
        if let Some(boundary) = properties.get("PermissionsBoundary") {
            self.boundaries.insert(id.to_owned(), told(&symbols.value(boundary)));
        }
        let managed = properties["ManagedPolicyArns"].as_array().into_iter().flatten();
        let managed: BTreeSet<String> = managed.map(|policy| told(&symbols.value(policy))).collect();
        if !managed.is_empty() {
            self.managed.insert(id.to_owned(), managed);
        }
    }

    fn resource(&mut self, id: &str, document: &Value) {
        for statement in statements(document) {
            let resources = texts(&statement["Resource"]);
            let resources = if resources.is_empty() { vec!["*".to_owned()] } else { resources };
            let pairs: Vec<String> = principals(&statement)
                .iter()
                .flat_map(|principal| resources.iter().map(move |one| format!("{principal}{BETWEEN}{one}")))
                .collect();
            let into = if statement["Effect"] == "Deny" { &mut self.denials } else { &mut self.resources };
            into.entry(id.to_owned()).or_default().push(with_resources(&statement, &pairs));
        }
    }
}

fn statements(document: &Value) -> Vec<Value> {
    match &document["Statement"] {
        Value::Array(statements) => statements.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// Returns the logical id that `Ref` names, or the name.
fn referred(role: &Value) -> String {
    match intrinsic(role) {
        Some(("Ref", Value::String(id))) => id.clone(),
        _ => told(role),
    }
}

/// Principals as texts: `lambda.amazonaws.com`, an ARN, `*`. Where none is named, as with `NotPrincipal`, it may be any.
fn principals(statement: &Value) -> Vec<String> {
    match &statement["Principal"] {
        Value::Null => vec!["*".to_owned()],
        Value::Object(kinds) => kinds.values().flat_map(texts).collect(),
        other => texts(other),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(told).collect(),
        Value::Null => Vec::new(),
        one => vec![told(one)],
    }
}

/// A statement without its principal, about these resources. `NotPrincipal` stays, and makes it one that is not evaluated.
fn with_resources(statement: &Value, resources: &[String]) -> Value {
    let mut fields: Map<String, Value> = statement.as_object().cloned().unwrap_or_default();
    fields.shift_remove("Principal");
    fields.insert("Resource".to_owned(), json!(resources));
    Value::Object(fields)
}

/// What a permission of Lambda is as a statement. Page: "AWS::Lambda::Permission".
fn invocation(properties: &Value) -> Value {
    let mut condition = Map::new();
    if let Some(source) = properties.get("SourceArn") {
        condition.insert("ArnLike".to_owned(), json!({ "aws:SourceArn": source }));
    }
    let mut equals = Map::new();
    for (name, key) in [("SourceAccount", "aws:SourceAccount"), ("PrincipalOrgID", "aws:PrincipalOrgID")] {
        if let Some(value) = properties.get(name) {
            equals.insert(key.to_owned(), value.clone());
        }
    }
    if !equals.is_empty() {
        condition.insert("StringEquals".to_owned(), Value::Object(equals));
    }
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": properties["Principal"],
        "Action": properties["Action"],
        "Resource": properties["FunctionName"],
    });
    if !condition.is_empty() {
        statement["Condition"] = Value::Object(condition);
    }
    statement
}
