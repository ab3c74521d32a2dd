//! Provisioned concurrency that follows the load and the clock.

use iacgen_aws_types::LogicalId;
use iacgen_cfn::resources::{Bounds, ScalableTarget, ScalingPolicy, ScheduledAction};
use iacgen_cfn::{Expr, Resource};
use iacgen_spec::model::{Function, Provisioning};
use serde_json::Number;

use crate::functions::ALIAS;
use crate::ids;

/// Returns the target and its policy; none for a function that keeps as many environments as it says.
pub(crate) fn lower(function: &Function) -> Vec<(LogicalId, Resource)> {
    let Some(Provisioning::Scaled(scaling)) = &function.provisioned else {
        return Vec::new();
    };
    let (min, max) = (scaling.min.value, scaling.max.value);
    let scheduled_actions = scaling
        .schedule
        .iter()
        .zip(1..)
        .map(|(action, number)| ScheduledAction {
            scheduled_action_name: format!("{}-{number}", function.id),
            schedule: action.at.as_str().to_owned(),
            timezone: action.time_zone.as_ref().map(|zone| zone.as_str().to_owned()),
            // What an action does not say stays within what it says.
            scalable_target_action: Bounds {
                min_capacity: action.min.unwrap_or_else(|| min.min(action.max.unwrap_or(min))),
                max_capacity: action.max.unwrap_or_else(|| max.max(action.min.unwrap_or(max))),
            },
        })
        .collect();
    let target = ScalableTarget {
        resource_id: Expr::Sub(format!("function:${{{}}}:{ALIAS}", ids::function(&function.id))),
        min_capacity: min,
        max_capacity: max,
        scheduled_actions,
    };
    let target_id = ids::scalable_target(&function.id);
    // The alias must be there first, and the name of it stands in no property.
    let target = Resource::from(target).after([ids::alias(&function.id)]);
    let mut resources = vec![(target_id.clone(), target)];
    if let Some(utilization) = scaling.target.and_then(Number::from_f64) {
        let policy = ScalingPolicy {
            policy_name: format!("{}-utilization", function.id),
            scaling_target_id: Expr::Ref(target_id),
            utilization,
        };
        resources.push((ids::scaling_policy(&function.id), Resource::from(policy)));
    }
    resources
}
