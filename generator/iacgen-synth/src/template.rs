//! The template: every resource in its place.

use iacgen_asl::StateMachine;
use iacgen_aws_types::{LogicalId, StackName};
use iacgen_cfn::resources::tags;
use iacgen_cfn::{Expr, Output, Parameter, Resource, Template};
use iacgen_spec::model::Workflow;

use crate::code::Packages;
use crate::error::SynthesisError;
use crate::graph::Graph;
use crate::roles::Role;
use crate::{
    access, alarms, buckets, dashboard, encryption, functions, ids, layers, queues, raw, release,
    state_machine, tables, topics, triggers,
};

/// What a template is made of.
pub(crate) struct Parts<'a> {
    pub(crate) workflow: &'a Workflow,
    pub(crate) stack: &'a StackName,
    pub(crate) packages: &'a Packages,
    pub(crate) graph: &'a Graph<'a>,
    pub(crate) definition: &'a StateMachine,
    /// In the order of the workflow's functions.
    pub(crate) function_roles: &'a [Role],
    pub(crate) machine_role: &'a Role,
    /// In the order of the workflow's triggers.
    pub(crate) trigger_roles: &'a [Role],
}

/// Returns the template: buckets, then each function, then the machine.
pub(crate) fn lower(parts: &Parts<'_>) -> Result<Template, SynthesisError> {
    let Parts { workflow, stack, packages, graph, definition, function_roles, machine_role, trigger_roles } =
        *parts;
    let tags = tags(&workflow.settings.tags);
    let mut template = Template::new(format!(
        "The workflow {} in the environment {}. Made by iacgen: change its spec instead.",
        workflow.name, workflow.settings.environment
    ));
    if !workflow.functions.is_empty() {
        template.add_parameter(
            ids::artifact_bucket(),
            Parameter::text(
                "The name of an existing bucket, in the region of the stack, that holds the functions' packages under <sha256>.zip.",
                "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
                "It must be the name of a bucket.",
            ),
        )?;
    }

    let mut resources: Vec<(LogicalId, Resource)> = Vec::new();
    resources.extend(encryption::lower(workflow, &tags));
    for bucket in workflow.buckets.values() {
        resources.extend(buckets::lower(workflow, bucket, &tags));
    }
    for queue in workflow.queues.values() {
        resources.extend(queues::lower(workflow, queue, &tags));
    }
    for topic in workflow.topics.values() {
        resources.extend(topics::lower(workflow, topic, &tags));
    }
    for table in workflow.tables.values() {
        resources.extend(tables::lower(workflow, table, &tags));
    }
    resources.extend(layers::used(workflow, packages).iter().map(|layer| layers::lower(layer, stack)));
    for (function, role) in workflow.functions.values().zip(function_roles) {
        resources.push((role.id.clone(), role.resource(workflow, tags.clone())));
        resources.extend(functions::lower(workflow, function, packages, &tags)?);
    }
    if let Some(group) = state_machine::log_group(workflow, stack, tags.clone()) {
        resources.push((ids::state_machine_log_group(), group));
    }
    resources.push((machine_role.id.clone(), machine_role.resource(workflow, tags.clone())));
    let machine = state_machine::resource(workflow, graph, definition, tags.clone());
    let release = release::lower(workflow, &machine);
    resources.push((ids::state_machine(), machine));
    resources.extend(machine_role.late_policies());
    resources.extend(release);
    for (trigger, role) in workflow.triggers.values().zip(trigger_roles) {
        resources.push((role.id.clone(), role.resource(workflow, tags.clone())));
        resources.push(triggers::lower(workflow, trigger, &tags));
    }
    let alarms = alarms::lower(workflow, &tags);
    resources.extend(dashboard::lower(workflow, &alarms));
    resources.extend(alarms);
    for raw in workflow.resources.values() {
        resources.push(raw::lower(workflow, raw)?);
    }
    for (id, resource) in resources {
        template.add_resource(id, resource)?;
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
    if workflow.release.is_some() {
        add(
            ids::state_machine_alias_arn(),
            "The ARN of the alias that starts what is released.".to_owned(),
            Expr::Ref(ids::state_machine_alias()),
        )?;
    }
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
