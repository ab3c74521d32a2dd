//! How a new definition takes over.

use super::Place;

/// A version for each definition, and an alias `live` that goes to it, back when one of the machine's alarms goes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// Where it stands.
    pub place: Place,
    /// How executions move over.
    pub shift: Shift,
}

/// How executions move to a new version: `DeploymentPreference` of `AWS::StepFunctions::StateMachineAlias`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// All at one time.
    AllAtOnce,
    /// Some, and after a time the others.
    Canary(Step),
    /// As many again after each time.
    Linear(Step),
}

/// A step of a gradual release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// `Percentage`: 1 to 99.
    pub percent: u32,
    /// `Interval`, in minutes: 1 to 2,100.
    pub interval_minutes: u32,
}
