//! What may never stand in a template, and what has to: over this repository's workflow in every environment.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::fixture::{Synthesised, with_states};
use crate::project;

/// Every policy statement of the template with the logical id of its resource.
fn statements(template: &Value) -> Vec<(&str, &Value)> {
    fn walk<'a>(id: &'a str, value: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Array(statements)) = fields.get("Statement") {
                    found.extend(statements.iter().map(|statement| (id, statement)));
                }
                fields.values().for_each(|field| walk(id, field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(id, item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (id, resource) in template["Resources"].as_object().unwrap() {
        walk(id, resource, &mut found);
    }
    found
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

fn synthesised() -> Vec<Synthesised> {
    let nested = with_states(
        "
start: Each
states:
  Each:
    map: inline
    items: $.items
    start: Inside
    states:
      Inside:
        map: distributed
        items: $
        start: Work
        states: { Work: { invoke: work, end: true } }
        end: true
    end: true
",
    );
    let environments = ["local", "dev", "staging", "prod"].map(project::workflow);
    environments.iter().chain([&nested]).map(Synthesised::of).collect()
}

#[test]
fn no_allowed_action_is_a_pattern() {
    for synthesised in synthesised() {
        let statements = statements(&synthesised.template);
        assert!(statements.len() > 10);
        for (id, statement) in statements {
            for action in list(&statement["Action"]) {
                let pattern = action.as_str().unwrap().contains(['*', '?']);
                // A denial of everything is the narrow form: what it leaves out stays allowed.
                let denied = statement["Effect"] == "Deny" && *action == "s3:*";
                assert!(!pattern || denied, "{id}: {action}");
            }
            assert_eq!(statement.get("NotAction").or(statement.get("NotResource")), None, "{id}");
        }
    }
}

#[test]
fn every_resource_is_named_but_for_traces_and_log_delivery() {
    for synthesised in synthesised() {
        for (id, statement) in statements(&synthesised.template) {
            if statement["Effect"] == "Allow" && list(&statement["Resource"]).iter().any(|arn| **arn == "*") {
                let unavoidable = |action: &&Value| {
                    let action = action.as_str().unwrap();
                    action.starts_with("xray:") || (action.starts_with("logs:") && id == "StateMachineRole")
                };
                assert!(list(&statement["Action"]).iter().all(unavoidable), "{id}: {statement}");
            }
        }
    }
}

#[test]
fn no_role_has_a_policy_of_aws_or_trusts_another_account() {
    for synthesised in synthesised() {
        let resources = synthesised.template["Resources"].as_object().unwrap();
        let roles: Vec<(&String, &Value)> =
            resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::IAM::Role").collect();
        assert!(roles.len() > 1);
        for (id, role) in roles {
            assert_eq!(role["Properties"].get("ManagedPolicyArns"), None, "{id}");
            let [trust] =
                role["Properties"]["AssumeRolePolicyDocument"]["Statement"].as_array().unwrap().as_slice()
            else {
                panic!("{id} has more than one trust statement");
            };
            assert!(trust["Condition"]["StringEquals"]["aws:SourceAccount"].is_object(), "{id}");
        }
    }
}

#[test]
fn the_machine_may_invoke_exactly_the_aliases_that_it_names() {
    for synthesised in synthesised() {
        let substitutions =
            synthesised.resource("StateMachine")["Properties"]["DefinitionSubstitutions"].clone();
        // The bucket of the map's items and results is among them too.
        let is_alias = |value: &&Value| value["Ref"].as_str().is_some_and(|id| id.ends_with("Alias"));
        let named: BTreeSet<String> =
            substitutions.as_object().unwrap().values().filter(is_alias).map(ToString::to_string).collect();
        let granted: BTreeSet<String> = statements(&synthesised.template)
            .into_iter()
            .filter(|(_, statement)| {
                list(&statement["Action"]).iter().any(|a| **a == "lambda:InvokeFunction")
            })
            .flat_map(|(_, statement)| list(&statement["Resource"]))
            .map(ToString::to_string)
            .collect();
        assert_eq!(named, granted);
        // Every placeholder of the definition is substituted.
        let definition = synthesised.assembly.definition().unwrap();
        let placeholders: BTreeSet<&str> =
            definition.split("\"${").skip(1).map(|rest| rest.split_once('}').unwrap().0).collect();
        let keys: BTreeSet<&str> = substitutions.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(placeholders, keys);
    }
}

#[test]
fn the_machine_reaches_no_object_outside_the_runs() {
    for environment in ["local", "dev", "staging", "prod"] {
        let synthesised = Synthesised::of(&project::workflow(environment));
        let of_s3 = |statement: &Value| {
            list(&statement["Action"]).iter().any(|action| action.as_str().unwrap().starts_with("s3:"))
        };
        let reached: BTreeSet<String> = statements(&synthesised.template)
            .into_iter()
            .filter(|(id, statement)| *id == "StateMachineRole" && of_s3(statement))
            .flat_map(|(_, statement)| list(&statement["Resource"]))
            .map(ToString::to_string)
            .collect();
        assert_eq!(reached, BTreeSet::from([r#"{"Fn::Sub":"${ResultsBucket.Arn}/runs/*"}"#.to_owned()]));
    }
}

#[test]
fn every_role_has_its_policies_in_a_file() {
    for synthesised in synthesised() {
        for id in synthesised.ids().into_iter().filter(|id| id.ends_with("Role")) {
            let text = synthesised.assembly.text(format!("policies/{id}.json")).unwrap();
            let file: Value = serde_json::from_str(text).unwrap();
            let role = &synthesised.resource(id)["Properties"];
            assert_eq!(file["AssumeRolePolicyDocument"], role["AssumeRolePolicyDocument"]);
            let inline = role["Policies"].as_array().unwrap();
            assert_eq!(file["Policies"].as_array().unwrap()[..inline.len()], inline[..]);
        }
    }
}
