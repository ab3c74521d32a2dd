//! How a new definition takes over: a version for each, and the alias that moves to it.

use iacgen_assembly::Sha256;
use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};
use iacgen_cfn::resources::{Shift, StateMachineAlias, StateMachineVersion, Step};
use iacgen_cfn::{DeletionPolicy, Expr, Resource};
use iacgen_iam::Statement;
use iacgen_iam::grants::states;
use iacgen_spec::model::{self, Workflow};
use serde_json::json;

use crate::{alarms, ids};

/// The alias of a state machine.
const ALIAS: &str = "live";

/// Returns the version and the alias; none where executions use the newest definition at once. `machine` is the machine's
/// resource, which the version's logical id follows: another definition is another version.
pub(crate) fn lower(workflow: &Workflow, machine: &Resource) -> Vec<(LogicalId, Resource)> {
    let Some(release) = &workflow.release else {
        return Vec::new();
    };
    let mut value = json!(machine.properties());
    value.sort_all_objects();
    let digest = &Sha256::of(value.to_string()).to_string()[..12];
    let version_id = ids::state_machine_version(digest);
    let version = StateMachineVersion {
        state_machine_arn: Expr::Ref(ids::state_machine()),
        state_machine_revision_id: Some(Expr::get_att(&ids::state_machine(), "StateMachineRevisionId")),
        description: None,
    };
    let alias = StateMachineAlias {
        name: ALIAS,
        description: Some(format!("What starts {} goes here.", workflow.name)),
        version: Expr::Ref(version_id.clone()),
        shift: match release.shift {
            model::Shift::AllAtOnce => Shift::AllAtOnce,
            model::Shift::Canary(step) => Shift::Canary(lowered(step)),
            model::Shift::Linear(step) => Shift::Linear(lowered(step)),
        },
        alarms: alarms::of_machine(workflow).into_iter().map(|(id, _)| Expr::Ref(id)).collect(),
    };
    vec![
        // Executions of the former version go on.
        (version_id, Resource::from(version).when_removed(DeletionPolicy::Retain)),
        (ids::state_machine_alias(), Resource::from(alias)),
    ]
}

fn lowered(step: model::Step) -> Step {
    Step {
        percentage: u8::try_from(step.percent).unwrap_or(99),
        interval_minutes: u16::try_from(step.interval_minutes).unwrap_or(2_100),
    }
}

/// Returns the ARN of what a trigger starts: the alias where there is one.
pub(crate) fn started(workflow: &Workflow) -> Expr {
    match workflow.release {
        Some(_) => Expr::Ref(ids::state_machine_alias()),
        None => Expr::Ref(ids::state_machine()),
    }
}

/// Returns what lets a trigger start what it starts.
pub(crate) fn start(workflow: &Workflow) -> Vec<Statement> {
    let machine = ResourceArn::ByRef { id: ids::state_machine(), suffix: ArnSuffix::None };
    match workflow.release {
        Some(_) => states::start_by(&machine, ALIAS),
        None => states::start(&machine),
    }
}
