//! State machines with their definitions.

use std::collections::BTreeMap;

use iacgen_asl::StateMachine;
use iacgen_assembly::Assembly;
use serde_json::Value;

use super::StateMachineDeclaration;
use super::error::StackError;
use super::properties::Properties;
use super::resolve::Resolver;
use super::template::Template;

/// Reads the state machines by logical id.
pub(super) fn read(
    template: &Template,
    resolver: &Resolver<'_>,
    assembly: &Assembly,
) -> Result<BTreeMap<String, StateMachineDeclaration>, StackError> {
    let mut machines = BTreeMap::new();
    for (id, resource) in template.of_type("AWS::StepFunctions::StateMachine") {
        let properties = Properties::new(id, resource, resolver);
        let text = definition(&properties, assembly)?;
        let text = substitute(&text, &substitutions(&properties)?, id)?;
        let machine = StateMachine::from_json(&text)
            .map_err(|source| StackError::Definition { resource: id.to_owned(), source: Box::new(source) })?;
        machines.insert(
            id.to_owned(),
            StateMachineDeclaration {
                arn: resolver.state_machine_arn(&resolver.physical_name(id)?),
                role_arn: properties.required_text("RoleArn")?,
                machine,
            },
        );
    }
    Ok(machines)
}

/// The artifact that `DefinitionS3Location` names is the assembly's own definition.
fn definition(properties: &Properties<'_>, assembly: &Assembly) -> Result<String, StackError> {
    if let Some(text) = properties.text("DefinitionString")? {
        return Ok(text);
    }
    if let Some(definition) = properties.value("Definition")? {
        return Ok(definition.to_string());
    }
    if properties.raw("DefinitionS3Location").is_some() {
        return Ok(assembly.definition()?.to_owned());
    }
    Err(StackError::Missing { place: properties.place("DefinitionString") })
}

fn substitutions(properties: &Properties<'_>) -> Result<BTreeMap<String, String>, StackError> {
    let path = "DefinitionSubstitutions";
    let Some(value) = properties.value(path)? else {
        return Ok(BTreeMap::new());
    };
    let Value::Object(entries) = value else {
        return Err(properties.wrong(path, value.to_string(), "an object"));
    };
    let text = |(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        Value::Number(_) | Value::Bool(_) => Ok((name, value.to_string())),
        other => Err(properties.wrong(
            &format!("{path}.{name}"),
            other.to_string(),
            "a text, a number or a boolean",
        )),
    };
    entries.into_iter().map(text).collect()
}

/// Replaces `${Name}` in the definition's text. A value goes in as it is, as CloudFormation does it; a name
/// that is not among the substitutions is an error there too.
fn substitute(text: &str, values: &BTreeMap<String, String>, resource: &str) -> Result<String, StackError> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        result.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            result.push_str("${");
            rest = after;
            continue;
        };
        let missing = || StackError::Substitution { resource: resource.to_owned(), name: name.to_owned() };
        result.push_str(values.get(name).ok_or_else(missing)?);
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitutions_go_into_the_text_and_missing_ones_are_named() {
        let values = BTreeMap::from([("InferArn".to_owned(), "arn:x".to_owned())]);
        assert_eq!(
            substitute(r#"{"a":"${InferArn}","b":"$.x"}"#, &values, "M").unwrap(),
            r#"{"a":"arn:x","b":"$.x"}"#
        );
        let error = substitute(r#""${Other}""#, &values, "M").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the definition of M uses `${Other}`, which DefinitionSubstitutions does not have"
        );
    }
}
