//! What the template's roles may do.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::StackError;
use super::properties::Properties;
use super::resolve::Resolver;
use super::template::Template;
use iacgen_iam::evaluate::Permissions;

/// Reads the roles' own policies by the role's ARN.
pub(super) fn read(
    template: &Template,
    resolver: &Resolver<'_>,
) -> Result<BTreeMap<String, Permissions>, StackError> {
    let mut roles = BTreeMap::new();
    // By what `Roles` of a policy names: the role's physical name.
    let mut arns = BTreeMap::new();
    for (id, resource) in template.of_type("AWS::IAM::Role") {
        let properties = Properties::new(id, resource, resolver);
        let mut permissions = Permissions::default();
        if let Some(Value::Array(policies)) = properties.raw("Policies") {
            for (index, policy) in policies.iter().enumerate() {
                let place = format!("Policies.{index}.PolicyDocument");
                let document = policy
                    .get("PolicyDocument")
                    .ok_or_else(|| StackError::Missing { place: properties.place(&place) })?;
                add(&mut permissions, document, &place, &properties, resolver)?;
            }
        }
        for managed in properties.raw("ManagedPolicyArns").and_then(Value::as_array).into_iter().flatten() {
            permissions.add_not_evaluated(format!("the managed policy {managed}"));
        }
        let arn = resolver.role_arn(id, &properties.place("Arn"))?;
        arns.insert(resolver.physical_name(id)?, arn.clone());
        roles.insert(arn, permissions);
    }
    for kind in ["AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"] {
        for (id, resource) in template.of_type(kind) {
            let properties = Properties::new(id, resource, resolver);
            let place = "PolicyDocument";
            let document = properties
                .raw(place)
                .ok_or_else(|| StackError::Missing { place: properties.place(place) })?;
            let one = properties.text("RoleName")?.map(Value::String);
            let several = properties.value("Roles")?.and_then(|roles| roles.as_array().cloned());
            for name in several.unwrap_or_default().iter().chain(&one).filter_map(Value::as_str) {
                // A role that the template does not declare is no function's of ours.
                if let Some(permissions) = arns.get(name).and_then(|arn| roles.get_mut(arn)) {
                    add(permissions, document, place, &properties, resolver)?;
                }
            }
        }
    }
    Ok(roles)
}

/// Adds the statements that speak of S3, the one service here that asks. Others may name what only AWS has.
fn add(
    permissions: &mut Permissions,
    document: &Value,
    place: &str,
    properties: &Properties<'_>,
    resolver: &Resolver<'_>,
) -> Result<(), StackError> {
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let asked: Vec<_> = statements.iter().filter(|statement| speaks_of_s3(statement)).cloned().collect();
    let asked = resolver.value(&Value::Array(asked), &properties.place(place).within("Statement"))?;
    permissions.add_document(&serde_json::json!({ "Statement": asked }));
    Ok(())
}

fn speaks_of_s3(statement: &Value) -> bool {
    let is_s3 = |action: &Value| {
        action.as_str().is_none_or(|action| {
            action.contains('*') && !action.contains(':') || action.to_ascii_lowercase().starts_with("s3:")
        })
    };
    match statement.get("Action") {
        Some(Value::Array(actions)) => actions.iter().any(is_s3),
        Some(action) => is_s3(action),
        None => true,
    }
}
