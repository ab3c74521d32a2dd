//! `iacgen policy`.

use std::collections::BTreeMap;
use std::fmt::Write;

use iacgen_iam::deployer::{LeftOut, MANAGED_POLICY_LIMIT, Reason};
use iacgen_spec::model::Target;
use iacgen_synth::{Deployer, GapReason, deployer_policy};
use serde_json::{Value, json};

use crate::args::{DeployerPolicy, ResultFormat};
use crate::commands::{spec, synth};
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::project::Project;
use crate::ui::Ui;

/// Managed policies that a role can have, unless the account's quota was raised. Page: "IAM and AWS STS quotas".
const MANAGED_POLICIES: usize = 10;

pub(crate) fn deployer(
    options: &DeployerPolicy,
    project: &Project,
    ui: Ui,
) -> Result<ExitStatus, CommandError> {
    let workflows = spec::sound(project, options.env.as_deref(), ui)?;
    let lock = synth::recorded(project)?;
    let mut stacks = Vec::new();
    for workflow in workflows.iter().filter(|workflow| workflow.settings.target == Target::Aws) {
        let failed =
            || CommandError::new(format!("cannot tell what deploys {}", workflow.settings.environment));
        let deployer =
            deployer_policy(workflow, &synth::packages(workflow, &lock), options.artifacts.as_deref())
                .map_err(|error| failed().because(error))?;
        tell(&deployer, ui);
        if workflow.settings.permissions_boundary.is_none() {
            ui.warning(&format!(
                "without `permissions_boundary` in the environment, whoever deploys {} can give its roles any permission",
                deployer.stack
            ));
        }
        stacks.push((workflow, deployer));
    }
    if stacks.is_empty() {
        return Err(CommandError::new("nothing here is deployed to AWS")
            .help("name an environment whose target is `aws` with `--env`"));
    }
    match options.format {
        ResultFormat::Text => {
            for document in stacks.iter().flat_map(|(_, deployer)| &deployer.documents) {
                ui.data(&format!("{document:#}\n"))?;
            }
        }
        ResultFormat::Json => {
            let stacks: Vec<Value> = stacks
                .iter()
                .map(|(workflow, deployer)| told(workflow.settings.environment.as_str(), deployer))
                .collect();
            ui.data(&format!("{:#}\n", json!({ "stacks": stacks })))?;
        }
    }
    Ok(ExitStatus::Success)
}

/// Says how long the policy is and what it lacks.
fn tell(deployer: &Deployer, ui: Ui) {
    let stack = &deployer.stack;
    let sizes: Vec<String> = deployer.sizes.iter().map(ToString::to_string).collect();
    let total: usize = deployer.sizes.iter().sum();
    ui.status(
        "Policy",
        &match sizes.as_slice() {
            [one] => format!("of {stack}: {one} of the {MANAGED_POLICY_LIMIT} characters of a managed policy"),
            many => format!(
                "of {stack}: {total} characters in {} documents ({}), as a managed policy holds {MANAGED_POLICY_LIMIT}",
                many.len(),
                many.join(", ")
            ),
        },
    );
    if deployer.documents.len() > MANAGED_POLICIES {
        ui.warning(&format!(
            "a role has at most {MANAGED_POLICIES} managed policies unless its account's quota is raised"
        ));
    }
    if let Some(long) = deployer.sizes.iter().find(|size| **size > MANAGED_POLICY_LIMIT) {
        ui.warning(&format!("a statement of {long} characters cannot be split: no managed policy holds it"));
    }
    if deployer.lacks_artifacts {
        ui.warning(&format!(
            "the policy of {stack} allows no uploads of packages: name their bucket with `--artifacts BUCKET`"
        ));
    }
    for gap in &deployer.gaps {
        ui.warning(&format!("{} ({}): {}", gap.id, gap.type_name, gap_reason(gap.reason)));
    }
    ui.talk(&left_out(&deployer.left_out));
}

/// Lists what was left out, by the reason and by the type.
fn left_out(all: &[LeftOut]) -> String {
    let mut by_reason: BTreeMap<Reason, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for LeftOut { type_name, permission, reason } in all {
        by_reason.entry(*reason).or_default().entry(type_name).or_default().push(permission);
    }
    let mut text = String::new();
    for (reason, types) in by_reason {
        let _ = writeln!(text, "left out, {}:", why(reason));
        for (type_name, permissions) in types {
            let _ = writeln!(text, "  {type_name}: {}", permissions.join(", "));
        }
    }
    text
}

fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::NotAnAction => "since it is a pattern or no action",
        Reason::NothingToTouch => "since the stack has and uses nothing that it could touch",
        Reason::OnContents => "since it reaches what is stored, which only imports and replicas need",
        Reason::LiftsBoundary => "since it would take the boundary off a role",
    }
}

fn gap_reason(reason: GapReason) -> &'static str {
    match reason {
        GapReason::NoPermissions => {
            "its schema does not say what CloudFormation calls for it; add what its documentation names"
        }
        GapReason::ComputedName => {
            "its name is computed, and the policy allows a name that CloudFormation makes; add what the name can be"
        }
    }
}

fn told(environment: &str, deployer: &Deployer) -> Value {
    let documents: Vec<Value> = deployer
        .documents
        .iter()
        .zip(&deployer.sizes)
        .map(|(document, size)| json!({ "characters": size, "policy": document }))
        .collect();
    let left_out: Vec<Value> = deployer
        .left_out
        .iter()
        .map(|left| {
            json!({ "type": left.type_name, "permission": left.permission, "reason": why(left.reason) })
        })
        .collect();
    let gaps: Vec<Value> = deployer
        .gaps
        .iter()
        .map(|gap| json!({ "id": gap.id.as_str(), "type": gap.type_name, "reason": gap_reason(gap.reason) }))
        .collect();
    json!({
        "environment": environment,
        "stack": deployer.stack.as_str(),
        "documents": documents,
        "left_out": left_out,
        "gaps": gaps,
        "names_artifacts": !deployer.lacks_artifacts,
    })
}
