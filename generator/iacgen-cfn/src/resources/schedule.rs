//! `AWS::Scheduler::Schedule`.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::Expr;

/// A schedule that starts executions at its times, to the minute. It has no tags. Page: "Schedule types in EventBridge
/// Scheduler".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// What it starts.
    pub description: Option<String>,
    /// `cron(...)`, `rate(...)` or `at(...)`.
    pub expression: String,
    /// The time zone of a `cron` or `at`, such as `Europe/Berlin`; UTC where absent.
    pub time_zone: Option<String>,
    /// The ARN of the state machine or its alias.
    pub target: Expr,
    /// The ARN of the role that may start it.
    pub role: Expr,
    /// The execution's input, as JSON text.
    pub input: Option<String>,
    /// The ARN of the queue that keeps starts that failed.
    pub dead_letters: Option<Expr>,
    /// The key that the input is encrypted with; one that AWS owns where absent.
    pub kms_key: Option<Expr>,
}

impl Serialize for Schedule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut target = json!({"Arn": self.target, "RoleArn": self.role});
        if let Some(input) = &self.input {
            target["Input"] = json!(input);
        }
        if let Some(queue) = &self.dead_letters {
            target["DeadLetterConfig"] = json!({"Arn": queue});
        }
        let mut object = serializer.serialize_struct("Schedule", 6)?;
        if let Some(description) = &self.description {
            object.serialize_field("Description", description)?;
        }
        object.serialize_field("ScheduleExpression", &self.expression)?;
        if let Some(zone) = &self.time_zone {
            object.serialize_field("ScheduleExpressionTimezone", zone)?;
        }
        object.serialize_field("FlexibleTimeWindow", &json!({"Mode": "OFF"}))?;
        object.serialize_field("Target", &target)?;
        if let Some(key) = &self.kms_key {
            object.serialize_field("KmsKeyArn", key)?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_starts_its_target_with_its_input() {
        let schedule = Schedule {
            description: None,
            expression: "cron(0 3 * * ? *)".to_owned(),
            time_zone: Some("Europe/Berlin".to_owned()),
            target: "machine".into(),
            role: "role".into(),
            input: Some("{}".to_owned()),
            dead_letters: Some("queue".into()),
            kms_key: Some("key".into()),
        };
        assert_eq!(
            json!(schedule),
            json!({
                "ScheduleExpression": "cron(0 3 * * ? *)",
                "ScheduleExpressionTimezone": "Europe/Berlin",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {
                    "Arn": "machine", "RoleArn": "role", "Input": "{}", "DeadLetterConfig": {"Arn": "queue"},
                },
                "KmsKeyArn": "key",
            })
        );
    }
}
