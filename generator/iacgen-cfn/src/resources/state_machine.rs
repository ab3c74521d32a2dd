//! `AWS::StepFunctions::StateMachine`.

use indexmap::IndexMap;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

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
    /// What the names stand for. CloudFormation refuses the property where it is empty.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub definition_substitutions: IndexMap<String, Expr>,
    /// Where it logs to; nowhere where absent.
    #[serde(rename = "LoggingConfiguration", skip_serializing_if = "Option::is_none")]
    pub logging: Option<Logging>,
    /// Whether its executions are traced.
    #[serde(rename = "TracingConfiguration")]
    pub tracing: Tracing,
    /// The key that its definition, inputs and outputs are encrypted with; one that AWS owns where absent.
    #[serde(rename = "EncryptionConfiguration", skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
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
    /// Every event.
    All,
    /// Failures and time-outs.
    Error,
    /// What ends an execution in failure.
    Fatal,
    /// None.
    Off,
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

/// `EncryptionConfiguration` with a key of the customer's. Page: "Data at rest encryption in Step Functions".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encryption {
    /// The key's id or ARN.
    pub kms_key: Expr,
}

impl Serialize for Encryption {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("EncryptionConfiguration", 2)?;
        object.serialize_field("Type", "CUSTOMER_MANAGED_KMS_KEY")?;
        object.serialize_field("KmsKeyId", &self.kms_key)?;
        object.end()
    }
}

/// `TracingConfiguration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tracing {
    /// Whether executions are traced.
    pub enabled: bool,
}
