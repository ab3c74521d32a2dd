//! Grants on state machines and executions.

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};

use crate::pattern::{exactly, in_sub};
use crate::{Action, Condition, ConditionOperator, ConditionValue, Statement};

const START_EXECUTION: Action = Action::new("states:StartExecution");
const DESCRIBE_EXECUTION: Action = Action::new("states:DescribeExecution");
const STOP_EXECUTION: Action = Action::new("states:StopExecution");
const REDRIVE_EXECUTION: Action = Action::new("states:RedriveExecution");

/// A Distributed Map, wherever in the machine it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributedMap {
    /// Its `Label`; without one, Step Functions draws one.
    pub label: Option<String>,
    /// What its children are.
    pub children: ChildExecutions,
}

/// The type of a Distributed Map's children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChildExecutions {
    /// STANDARD.
    Standard,
    /// EXPRESS.
    Express,
}

/// Allows a machine to run its Distributed Maps, whose items are executions of the machine itself. `machine` is the
/// logical id of the `AWS::StepFunctions::StateMachine`, so these statements stand in a policy that comes after it.
///
/// Page: "IAM policies for using Distributed Map states" of the Step Functions developer guide. Its form
/// `execution:NAME:*` does not match children, whose ARNs read `execution:NAME/LABEL:UUID`, so both are granted.
/// Redriving needs `states:RedriveExecution` only for STANDARD children; EXPRESS ones are started anew (API page
/// "RedriveExecution").
pub fn run_distributed_maps(machine: &LogicalId, maps: &[DistributedMap]) -> Vec<Statement> {
    if maps.is_empty() {
        return Vec::new();
    }
    let own = ResourceArn::ByRef { id: machine.clone(), suffix: ArnSuffix::None };
    let mut followed = vec![executions(machine, ":*")];
    followed.extend(children(machine, maps));
    let standard: Vec<DistributedMap> =
        maps.iter().filter(|map| map.children == ChildExecutions::Standard).cloned().collect();
    let mut statements = vec![
        Statement::allow("StartChildren", [START_EXECUTION], [own]),
        Statement::allow("FollowChildren", [DESCRIBE_EXECUTION, STOP_EXECUTION], followed),
    ];
    if !standard.is_empty() {
        statements.push(Statement::allow(
            "RedriveChildren",
            [REDRIVE_EXECUTION],
            children(machine, &standard),
        ));
    }
    statements
}

/// Allows to start a machine, as its newest revision. For the roles of schedules and rules. Page: "Using Amazon EventBridge
/// Scheduler to start a Step Functions state machine execution".
pub fn start(machine: &ResourceArn) -> Vec<Statement> {
    vec![Statement::allow("StartMachine", [START_EXECUTION], [machine.clone()])]
}

/// Allows to start a machine by one of its aliases or versions and not otherwise. Page: "Creating fine-grained permissions
/// for versions and aliases": the resource is the machine, and what it is started by is a condition.
pub fn start_by(machine: &ResourceArn, qualifier: &str) -> Vec<Statement> {
    let mut statements = start(machine);
    for statement in &mut statements {
        statement.conditions.push(Condition {
            operator: ConditionOperator::ForAnyValueStringEquals,
            key: "states:StateMachineQualifier",
            values: vec![ConditionValue::Text(qualifier.to_owned())],
        });
    }
    statements
}

/// Returns the patterns of the children's ARNs: one a label, or one for all where a label is not known.
fn children(machine: &LogicalId, maps: &[DistributedMap]) -> Vec<ResourceArn> {
    let labels: Option<Vec<&str>> = maps.iter().map(|map| map.label.as_deref()).collect();
    match labels {
        Some(labels) => labels
            .iter()
            .map(|label| executions(machine, &format!("/{}:*", in_sub(&exactly(label)))))
            .collect(),
        None => vec![executions(machine, "/*:*")],
    }
}

fn executions(machine: &LogicalId, pattern: &str) -> ResourceArn {
    ResourceArn::Sub(format!(
        "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:execution:${{{machine}.Name}}{pattern}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXECUTION: &str =
        "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Machine.Name}";

    fn granted(maps: &[DistributedMap]) -> Vec<(String, Vec<String>, Vec<String>)> {
        run_distributed_maps(&LogicalId::new("Machine").unwrap(), maps)
            .into_iter()
            .map(|statement| {
                let resources = statement.resources.iter().map(|arn| match arn {
                    ResourceArn::Sub(text) => text.replace(EXECUTION, "EXECUTION"),
                    ResourceArn::ByRef { id, .. } => format!("Ref {id}"),
                    other => format!("{other:?}"),
                });
                (
                    statement.sid,
                    statement.actions.iter().map(ToString::to_string).collect(),
                    resources.collect(),
                )
            })
            .collect()
    }

    fn statement(sid: &str, actions: &[&str], resources: &[&str]) -> (String, Vec<String>, Vec<String>) {
        (
            sid.to_owned(),
            actions.iter().map(ToString::to_string).collect(),
            resources.iter().map(ToString::to_string).collect(),
        )
    }

    #[test]
    fn express_children_are_started_and_followed() {
        let map = DistributedMap { label: None, children: ChildExecutions::Express };
        assert_eq!(
            granted(&[map]),
            [
                statement("StartChildren", &["states:StartExecution"], &["Ref Machine"]),
                statement(
                    "FollowChildren",
                    &["states:DescribeExecution", "states:StopExecution"],
                    &["EXECUTION:*", "EXECUTION/*:*"]
                ),
            ]
        );
    }

    #[test]
    fn standard_children_are_redriven_by_their_labels() {
        let map = |label: &str, children| DistributedMap { label: Some(label.to_owned()), children };
        let statements =
            granted(&[map("First", ChildExecutions::Standard), map("Second", ChildExecutions::Express)]);
        assert_eq!(statements[1].2, ["EXECUTION:*", "EXECUTION/First:*", "EXECUTION/Second:*"]);
        assert_eq!(
            statements[2],
            statement("RedriveChildren", &["states:RedriveExecution"], &["EXECUTION/First:*"])
        );
    }

    #[test]
    fn without_a_map_nothing_is_granted() {
        assert!(granted(&[]).is_empty());
    }

    #[test]
    fn an_alias_is_a_condition_on_the_machine() {
        let machine = ResourceArn::ByRef { id: LogicalId::new("Machine").unwrap(), suffix: ArnSuffix::None };
        let [statement] = <[Statement; 1]>::try_from(start_by(&machine, "live")).unwrap();
        assert_eq!(statement.resources, [machine]);
        assert_eq!(statement.conditions[0].values, [ConditionValue::Text("live".to_owned())]);
    }
}
