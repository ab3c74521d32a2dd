//! What starts executions: schedules and new objects.

use iacgen_aws_types::LogicalId;
use iacgen_cfn::Resource;
use iacgen_cfn::resources::{ObjectsCreated, Rule, Schedule, Tag};
use iacgen_iam::{PolicyDocument, trust};
use iacgen_spec::model::{Reference, ReferenceKind, Trigger, TriggerKind, Workflow};
use serde_json::Value;

use crate::roles::{NamedPolicy, Role};
use crate::{encryption, ids, references, release};

/// Returns the role of a trigger: it may start executions, and nothing else.
pub(crate) fn role(workflow: &Workflow, trigger: &Trigger) -> Role {
    let (trust, service) = match trigger.kind {
        TriggerKind::Schedule { .. } => (trust::scheduler("default"), "EventBridge Scheduler"),
        TriggerKind::Objects { .. } => (trust::events(), "EventBridge"),
    };
    Role {
        id: ids::trigger_role(&trigger.id),
        description: format!("Lets {service} start executions for the trigger {}.", trigger.id),
        trust,
        inline: NamedPolicy::some("executions", PolicyDocument::new(release::start(workflow)))
            .into_iter()
            .collect(),
        late: Vec::new(),
    }
}

/// Returns the resource of a trigger.
pub(crate) fn lower(workflow: &Workflow, trigger: &Trigger, tags: &[Tag]) -> (LogicalId, Resource) {
    let role = iacgen_cfn::Expr::get_att(&ids::trigger_role(&trigger.id), "Arn");
    let target = release::started(workflow);
    let resource = match &trigger.kind {
        TriggerKind::Schedule { expression, time_zone, input } => Resource::from(Schedule {
            description: Some(format!("Starts {}.", workflow.name)),
            expression: expression.value.as_str().to_owned(),
            time_zone: time_zone.as_ref().map(|zone| zone.as_str().to_owned()),
            target,
            role,
            input: Some(input.as_ref().map_or_else(
                || "{}".to_owned(),
                |input| input.to_value(&mut |reference| Value::from(reference.id.as_str())).to_string(),
            )),
            dead_letters: None,
            kms_key: encryption::key(workflow),
        }),
        TriggerKind::Objects { bucket, prefix, suffix } => Resource::from(Rule {
            description: format!("Starts {} for new objects.", workflow.name),
            events: ObjectsCreated {
                bucket: references::anywhere(
                    workflow,
                    &Reference { kind: ReferenceKind::Bucket, id: bucket.value.clone() },
                ),
                prefix: prefix.clone(),
                suffix: suffix.clone(),
            },
            target,
            role,
            dead_letters: None,
            tags: tags.to_vec(),
        }),
    };
    (ids::trigger(&trigger.id), resource)
}
