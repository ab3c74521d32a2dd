//! `AWS::ApplicationAutoScaling::ScalingPolicy`.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::{Number, json};

use crate::Expr;

/// Keeps the part of a function's provisioned environments that is in use near a target. Page: "Target tracking scaling
/// policies for Application Auto Scaling".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalingPolicy {
    /// Its name.
    pub policy_name: String,
    /// `Ref` of the scalable target.
    pub scaling_target_id: Expr,
    /// The part in use, 0.1 to 0.9. Page: "Managing provisioned concurrency with Application Auto Scaling".
    pub utilization: Number,
}

impl Serialize for ScalingPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("ScalingPolicy", 4)?;
        object.serialize_field("PolicyName", &self.policy_name)?;
        object.serialize_field("PolicyType", "TargetTrackingScaling")?;
        object.serialize_field("ScalingTargetId", &self.scaling_target_id)?;
        object.serialize_field(
            "TargetTrackingScalingPolicyConfiguration",
            &json!({
                "TargetValue": self.utilization,
                "PredefinedMetricSpecification":
                    {"PredefinedMetricType": "LambdaProvisionedConcurrencyUtilization"},
            }),
        )?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_tracks_the_part_in_use() {
        let policy = ScalingPolicy {
            policy_name: "utilization".to_owned(),
            scaling_target_id: "target".into(),
            utilization: Number::from_f64(0.7).unwrap(),
        };
        assert_eq!(
            json!(policy),
            json!({
                "PolicyName": "utilization",
                "PolicyType": "TargetTrackingScaling",
                "ScalingTargetId": "target",
                "TargetTrackingScalingPolicyConfiguration": {
                    "TargetValue": 0.7,
                    "PredefinedMetricSpecification":
                        {"PredefinedMetricType": "LambdaProvisionedConcurrencyUtilization"},
                },
            })
        );
    }
}
