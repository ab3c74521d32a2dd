//! `AWS::StepFunctions::StateMachineAlias`.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::Expr;

/// An alias that CloudFormation moves to a version. Page: "Performing gradual deployments of state machine versions".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateMachineAlias {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub description: Option<String>,
    /// The ARN of the version that it comes to lead to.
    pub version: Expr,
    /// How it comes there.
    pub shift: Shift,
    /// The names of alarms, each of which sends it back to the former version while it moves.
    pub alarms: Vec<Expr>,
}

/// How an alias comes from one version to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// With every execution at once.
    AllAtOnce,
    /// With a part of the executions first, and with the rest after the interval.
    Canary(Step),
    /// With one part after the other.
    Linear(Step),
}

/// A part of the executions, and how long it is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Percent of the executions: 1 to 99.
    pub percentage: u8,
    /// Minutes until the next step: 1 to 2,100.
    pub interval_minutes: u16,
}

impl Serialize for StateMachineAlias {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, step) = match self.shift {
            Shift::AllAtOnce => ("ALL_AT_ONCE", None),
            Shift::Canary(step) => ("CANARY", Some(step)),
            Shift::Linear(step) => ("LINEAR", Some(step)),
        };
        let mut preference = json!({"StateMachineVersionArn": self.version, "Type": kind});
        if let Some(step) = step {
            preference["Percentage"] = json!(step.percentage);
            preference["Interval"] = json!(step.interval_minutes);
        }
        if !self.alarms.is_empty() {
            preference["Alarms"] = json!(self.alarms);
        }
        let mut object = serializer.serialize_struct("StateMachineAlias", 3)?;
        object.serialize_field("Name", self.name)?;
        if let Some(description) = &self.description {
            object.serialize_field("Description", description)?;
        }
        object.serialize_field("DeploymentPreference", &preference)?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shift_decides_the_preference() {
        let preference = |shift, alarms| {
            let version = "version".into();
            json!(StateMachineAlias { name: "live", description: None, version, shift, alarms })
        };
        assert_eq!(
            preference(Shift::AllAtOnce, Vec::new()),
            json!({
                "Name": "live",
                "DeploymentPreference": {"StateMachineVersionArn": "version", "Type": "ALL_AT_ONCE"},
            })
        );
        let step = Step { percentage: 10, interval_minutes: 5 };
        assert_eq!(
            preference(Shift::Canary(step), vec!["alarm".into()])["DeploymentPreference"],
            json!({
                "StateMachineVersionArn": "version",
                "Type": "CANARY",
                "Percentage": 10,
                "Interval": 5,
                "Alarms": ["alarm"],
            })
        );
        assert_eq!(preference(Shift::Linear(step), Vec::new())["DeploymentPreference"]["Type"], "LINEAR");
    }
}
