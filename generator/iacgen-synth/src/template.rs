//! The template: every resource in its place.

use iacgen_asl::StateMachine;
use iacgen_aws_types::StackName;
use iacgen_cfn::resources::tags;
use iacgen_cfn::{Expr, Output, Parameter, Template};
use iacgen_spec::model::Workflow;

use crate::code::CodeDigests;
use crate::error::SynthesisError;
use crate::graph::Graph;
use crate::roles::Role;
use crate::{access, buckets, functions, ids, state_machine};

/// What a template is made of.
pub(crate) struct Parts<'a> {
    pub(crate) workflow: &'a Workflow,
    pub(crate) stack: &'a StackName,
    pub(crate) code: &'a CodeDigests,
    pub(crate) graph: &'a Graph,
    pub(crate) definition: &'a StateMachine,
    /// In the order of the workflow's functions.
    pub(crate) function_roles: &'a [Role],
    pub(crate) machine_role: &'a Role,
}

/// Returns the template: buckets, then each function, then the machine.
pub(crate) fn lower(parts: &Parts<'_>) -> Result<Template, SynthesisError> {
    let Parts { workflow, stack, code, graph, definition, function_roles, machine_role } = *parts;
    let tags = tags(&workflow.settings.tags);
    let mut template = Template::new(format!(
        "The workflow {} in the environment {}. Made by iacgen: change its spec instead.",
        workflow.name, workflow.settings.environment
    ));
    template.add_parameter(
        ids::artifact_bucket(),
        Parameter::text(
            "The name of an existing bucket, in the region of the stack, that holds the functions' packages under <sha256>.zip.",
            "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
            "It must be the name of a bucket.",
        ),
    )?;

    for bucket in workflow.buckets.values() {
        if let Some(lowered) = buckets::lower(bucket, tags.clone()) {
            template.add_resource(ids::bucket(&bucket.id), lowered.bucket)?;
            template.add_resource(ids::bucket_policy(&bucket.id), lowered.policy)?;
        }
    }
    for (function, role) in workflow.functions.values().zip(function_roles) {
        template.add_resource(role.id.clone(), role.resource(tags.clone()))?;
        for (id, resource) in functions::lower(workflow, function, code, &tags)? {
            template.add_resource(id, resource)?;
        }
    }
    template.add_resource(
        ids::state_machine_log_group(),
        state_machine::log_group(workflow, stack, tags.clone()),
    )?;
    template.add_resource(machine_role.id.clone(), machine_role.resource(tags.clone()))?;
    template
        .add_resource(ids::state_machine(), state_machine::resource(workflow, graph, definition, tags))?;
    if let Some((id, policy)) = machine_role.late_policy() {
        template.add_resource(id, policy)?;
    }

    add_outputs(&mut template, workflow)?;
    Ok(template)
}

fn add_outputs(template: &mut Template, workflow: &Workflow) -> Result<(), SynthesisError> {
    let mut add = |id, description: String, value| template.add_output(id, Output { description, value });
    add(
        ids::state_machine_arn(),
        "The ARN of the state machine.".to_owned(),
        Expr::Ref(ids::state_machine()),
    )?;
    for bucket in workflow.buckets.values() {
        add(
            ids::bucket_name(&bucket.id),
            format!("The name of the bucket {}.", bucket.id),
            access::name(bucket),
        )?;
    }
    for function in workflow.functions.values() {
        add(
            ids::alias_arn(&function.id),
            format!("The ARN by which states invoke the function {}.", function.id),
            Expr::Ref(ids::alias(&function.id)),
        )?;
    }
    Ok(())
}
