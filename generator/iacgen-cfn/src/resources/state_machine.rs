//! `AWS::StepFunctions::StateMachine`.

use indexmap::IndexMap;
use serde::Serialize;

use super::Tag;
use crate::Expr;

/// A state machine. Its name is CloudFormation's to choose.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StateMachine {
    /// What its executions are.
    #[serde(rename = "StateMachineType")]
    pub machine_type: MachineType,
    /// The role's ARN.
    pub role_arn: Expr,
    /// The definition in the Amazon States Language, with `${Name}` for each substitution.
    pub definition_string: String,
    /// What the names stand for.
    pub definition_substitutions: IndexMap<String, Expr>,
    /// Where it logs to.
    #[serde(rename = "LoggingConfiguration")]
    pub logging: Logging,
    /// Whether its executions are traced.
    #[serde(rename = "TracingConfiguration")]
    pub tracing: Tracing,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// What the executions of a machine are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MachineType {
    /// Up to a year, exactly once.
    Standard,
    /// Up to five minutes, at least once.
    Express,
}

/// Which events are logged. Page: "Logging in CloudWatch Logs", "Log levels for Step Functions execution events".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogLevel {
    /// Failures and time-outs.
    Error,
}

/// `LoggingConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Logging {
    /// Which events are logged.
    pub level: LogLevel,
    /// Whether input and output are logged with them.
    pub include_execution_data: bool,
    /// The one log group.
    pub destinations: [Destination; 1],
}

/// A destination of logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Destination {
    cloud_watch_logs_log_group: DestinationGroup,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DestinationGroup {
    log_group_arn: Expr,
}

impl Destination {
    /// Returns the log group of an ARN that ends in `:*`.
    pub fn log_group(arn: Expr) -> Self {
        Self { cloud_watch_logs_log_group: DestinationGroup { log_group_arn: arn } }
    }
}

/// `TracingConfiguration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tracing {
    /// Whether executions are traced.
    pub enabled: bool,
}
