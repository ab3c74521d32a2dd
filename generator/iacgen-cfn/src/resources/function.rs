//! `AWS::Lambda::Function`.

use iacgen_aws_types::{Architecture, EphemeralStorage as Megabytes, MemorySize, Seconds};
use indexmap::IndexMap;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::Tag;
use crate::Expr;

/// A function in a zip. Its name is CloudFormation's to choose, so that it can be replaced.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Function {
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The runtime.
    pub runtime: Runtime,
    /// The entry in the package.
    pub handler: &'static str,
    /// The one instruction set.
    pub architectures: [Architecture; 1],
    /// The package.
    pub code: Code,
    /// Memory in MB.
    pub memory_size: MemorySize,
    /// Seconds.
    pub timeout: Seconds,
    /// The size of `/tmp`, 512 MB where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<EphemeralStorage>,
    /// The role's ARN.
    pub role: Expr,
    /// Executions at once at most, which are also kept for it; as many as the account has left where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserved_concurrent_executions: Option<u32>,
    /// The ARNs of layer versions, five at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<Expr>,
    /// The network that it runs in; one of Lambda's own where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_config: Option<VpcConfig>,
    /// The ARN of the key that environment variables are encrypted with; one of Lambda's own where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<Expr>,
    /// Environment variables.
    #[serde(skip_serializing_if = "Environment::is_empty")]
    pub environment: Environment,
    /// Where it logs to.
    pub logging_config: LoggingConfig,
    /// Whether its requests are traced.
    pub tracing_config: TracingConfig,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// `VpcConfig`. Page: "Giving Lambda functions access to resources in an Amazon VPC".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct VpcConfig {
    /// The subnets' ids.
    pub subnet_ids: Vec<String>,
    /// The security groups' ids.
    pub security_group_ids: Vec<String>,
}

/// The size of `/tmp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EphemeralStorage {
    /// In MB.
    pub size: Megabytes,
}

/// A runtime. Page: "Lambda runtimes".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Runtime {
    /// The operating system alone, for compiled handlers.
    #[serde(rename = "provided.al2023")]
    ProvidedAl2023,
}

/// A zip in a bucket of the function's region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Code {
    /// The bucket.
    #[serde(rename = "S3Bucket")]
    pub bucket: Expr,
    /// The key.
    #[serde(rename = "S3Key")]
    pub key: String,
}

/// Environment variables in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Environment {
    /// The variables.
    pub variables: IndexMap<String, Expr>,
}

impl Environment {
    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }
}

/// Logs as JSON in a group of the template's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggingConfig {
    /// The log group's name.
    pub log_group: Expr,
}

impl Serialize for LoggingConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("LoggingConfig", 2)?;
        object.serialize_field("LogFormat", "JSON")?;
        object.serialize_field("LogGroup", &self.log_group)?;
        object.end()
    }
}

/// Whether requests are traced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "Mode")]
pub enum TracingConfig {
    /// A sample of them is.
    Active,
    /// Those are that come with a trace.
    PassThrough,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn small_parts_have_cloudformations_shape() {
        let storage = EphemeralStorage { size: Megabytes::new(1_024).unwrap() };
        assert_eq!(serde_json::to_value(storage).unwrap(), json!({"Size": 1024}));
        let logging = LoggingConfig { log_group: "group".into() };
        assert_eq!(serde_json::to_value(logging).unwrap(), json!({"LogFormat": "JSON", "LogGroup": "group"}));
        assert_eq!(serde_json::to_value(TracingConfig::Active).unwrap(), json!({"Mode": "Active"}));
        assert_eq!(serde_json::to_value(Runtime::ProvidedAl2023).unwrap(), json!("provided.al2023"));
    }
}
