//! `AWS::ApplicationAutoScaling::ScalableTarget`.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::Expr;

/// A function's provisioned concurrency, which Application Auto Scaling keeps within bounds. It acts by its own
/// service-linked role. Page: "AWS Lambda and Application Auto Scaling".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalableTarget {
    /// `function:NAME:ALIAS`.
    pub resource_id: Expr,
    /// Environments at least.
    pub min_capacity: u32,
    /// Environments at most.
    pub max_capacity: u32,
    /// When the bounds change.
    pub scheduled_actions: Vec<ScheduledAction>,
}

/// Other bounds from a time on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScheduledAction {
    /// Its name, unique within the target.
    pub scheduled_action_name: String,
    /// `cron(...)`, `rate(...)` or `at(...)`.
    pub schedule: String,
    /// The time zone, such as `Europe/Berlin`; UTC where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The bounds from then on.
    pub scalable_target_action: Bounds,
}

/// Bounds of a capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Bounds {
    /// At least.
    pub min_capacity: u32,
    /// At most.
    pub max_capacity: u32,
}

impl Serialize for ScalableTarget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("ScalableTarget", 6)?;
        object.serialize_field("ServiceNamespace", "lambda")?;
        object.serialize_field("ScalableDimension", "lambda:function:ProvisionedConcurrency")?;
        object.serialize_field("ResourceId", &self.resource_id)?;
        object.serialize_field("MinCapacity", &self.min_capacity)?;
        object.serialize_field("MaxCapacity", &self.max_capacity)?;
        if !self.scheduled_actions.is_empty() {
            object.serialize_field("ScheduledActions", &self.scheduled_actions)?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_target_has_its_bounds_and_their_changes() {
        let target = ScalableTarget {
            resource_id: Expr::Sub("function:${Infer}:live".to_owned()),
            min_capacity: 2,
            max_capacity: 20,
            scheduled_actions: vec![ScheduledAction {
                scheduled_action_name: "schedule-1".to_owned(),
                schedule: "cron(0 8 * * ? *)".to_owned(),
                timezone: Some("UTC".to_owned()),
                scalable_target_action: Bounds { min_capacity: 5, max_capacity: 10 },
            }],
        };
        assert_eq!(
            json!(target),
            json!({
                "ServiceNamespace": "lambda",
                "ScalableDimension": "lambda:function:ProvisionedConcurrency",
                "ResourceId": {"Fn::Sub": "function:${Infer}:live"},
                "MinCapacity": 2,
                "MaxCapacity": 20,
                "ScheduledActions": [{
                    "ScheduledActionName": "schedule-1",
                    "Schedule": "cron(0 8 * * ? *)",
                    "Timezone": "UTC",
                    "ScalableTargetAction": {"MinCapacity": 5, "MaxCapacity": 10},
                }],
            })
        );
    }
}
