//! A template and its emission. Page: "CloudFormation template anatomy".

use std::borrow::Cow;

use iacgen_aws_types::LogicalId;
use indexmap::IndexMap;
use serde::Serialize;

use crate::Expr;
use crate::resources::{self, RawDeletionPolicy, RawReplacementPolicy, RawResource};
use crate::scanner::{Metadata, ScannerException};

/// A template. Parts come out in the order in which they went in.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Template {
    #[serde(rename = "AWSTemplateFormatVersion")]
    version: &'static str,
    /// What the stack is for.
    pub description: String,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    parameters: IndexMap<LogicalId, Parameter>,
    resources: IndexMap<LogicalId, Resource>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    outputs: IndexMap<LogicalId, Output>,
}

/// Two parts of a template would bear the same logical id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two parts of the template would have the logical id `{id}`")]
pub struct DuplicateLogicalId {
    /// The id.
    pub id: LogicalId,
}

impl Template {
    /// Returns a template with nothing but a description.
    pub fn new(description: impl Into<String>) -> Self {
        Self {
            version: "2010-09-09",
            description: description.into(),
            parameters: IndexMap::new(),
            resources: IndexMap::new(),
            outputs: IndexMap::new(),
        }
    }

    /// Adds a parameter.
    ///
    /// # Errors
    /// [`DuplicateLogicalId`] when a parameter or a resource has the id.
    pub fn add_parameter(&mut self, id: LogicalId, parameter: Parameter) -> Result<(), DuplicateLogicalId> {
        self.parameters.insert(self.vacant(id)?, parameter);
        Ok(())
    }

    /// Adds a resource.
    ///
    /// # Errors
    /// [`DuplicateLogicalId`] when a parameter or a resource has the id.
    pub fn add_resource(
        &mut self,
        id: LogicalId,
        resource: impl Into<Resource>,
    ) -> Result<(), DuplicateLogicalId> {
        self.resources.insert(self.vacant(id)?, resource.into());
        Ok(())
    }

    /// Adds an output.
    ///
    /// # Errors
    /// [`DuplicateLogicalId`] when an output has the id.
    pub fn add_output(&mut self, id: LogicalId, output: Output) -> Result<(), DuplicateLogicalId> {
        if self.outputs.contains_key(&id) {
            return Err(DuplicateLogicalId { id });
        }
        self.outputs.insert(id, output);
        Ok(())
    }

    /// Returns the parameters in their order.
    pub fn parameters(&self) -> &IndexMap<LogicalId, Parameter> {
        &self.parameters
    }

    /// Returns the resources in their order.
    pub fn resources(&self) -> &IndexMap<LogicalId, Resource> {
        &self.resources
    }

    /// Returns the outputs in their order.
    pub fn outputs(&self) -> &IndexMap<LogicalId, Output> {
        &self.outputs
    }

    fn vacant(&self, id: LogicalId) -> Result<LogicalId, DuplicateLogicalId> {
        if self.parameters.contains_key(&id) || self.resources.contains_key(&id) {
            Err(DuplicateLogicalId { id })
        } else {
            Ok(id)
        }
    }
}

/// A parameter of type `String`. Page: "CloudFormation template Parameters syntax".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Parameter {
    r#type: &'static str,
    description: String,
    allowed_pattern: &'static str,
    constraint_description: &'static str,
}

impl Parameter {
    /// Returns a parameter that takes texts of a pattern, and says `constraint` to others.
    pub fn text(description: impl Into<String>, pattern: &'static str, constraint: &'static str) -> Self {
        Self {
            r#type: "String",
            description: description.into(),
            allowed_pattern: pattern,
            constraint_description: constraint,
        }
    }
}

/// An output. Page: "CloudFormation template Outputs syntax".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Output {
    /// What it is.
    pub description: String,
    /// Its value.
    pub value: Expr,
}

/// A resource with what CloudFormation wants to know besides its properties.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    r#type: Cow<'static, str>,
    #[serde(skip_serializing_if = "Metadata::is_empty")]
    metadata: Metadata,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<LogicalId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_replace_policy: Option<&'static str>,
    properties: Properties,
}

impl Resource {
    /// Says what becomes of the resource when it leaves the template, and of the old one when it is replaced.
    #[must_use]
    pub fn when_removed(mut self, policy: DeletionPolicy) -> Self {
        self.deletion_policy = Some(policy.when_deleted());
        self.update_replace_policy = Some(policy.when_replaced());
        self
    }

    /// Makes CloudFormation create the resource after others that its properties do not name.
    #[must_use]
    pub fn after(mut self, ids: impl IntoIterator<Item = LogicalId>) -> Self {
        self.depends_on.extend(ids);
        self
    }

    /// Tells scanners why one of their rules does not hold for the resource.
    #[must_use]
    pub fn except(mut self, exception: ScannerException) -> Self {
        self.metadata.checkov.skip.push(exception);
        self
    }

    /// Returns the type, such as `AWS::Lambda::Function`.
    pub fn type_name(&self) -> &str {
        &self.r#type
    }

    /// Returns what it is made after, besides what its properties name.
    pub fn depends_on(&self) -> &[LogicalId] {
        &self.depends_on
    }

    /// Returns the properties.
    pub fn properties(&self) -> &Properties {
        &self.properties
    }
}

/// What becomes of a resource that leaves the template or is replaced. Pages: "DeletionPolicy attribute",
/// "UpdateReplacePolicy attribute".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// It is deleted.
    Delete,
    /// It stays, unless the very operation that created it is rolled back: what such an operation left behind would
    /// stand in the way of the next one.
    Retain,
}

impl DeletionPolicy {
    const fn when_deleted(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "RetainExceptOnCreate",
        }
    }

    /// `UpdateReplacePolicy` knows no exception, and needs none: what is replaced was created by an earlier operation.
    const fn when_replaced(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
        }
    }
}

macro_rules! properties {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// The properties of a resource, by its type.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Properties {
            $(#[doc = concat!("`", $name, "`.")] $variant(Box<resources::$variant>),)*
            /// A type that is not ours.
            Raw(Box<RawResource>),
        }

        impl Properties {
            /// The names of our types in their order.
            pub const TYPES: &'static [&'static str] = &[$($name),*];

            /// Returns the type's name.
            pub fn type_name(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $name,)*
                    Self::Raw(raw) => &raw.type_name,
                }
            }
        }

        $(impl From<resources::$variant> for Resource {
            fn from(properties: resources::$variant) -> Self {
                let properties = Properties::$variant(Box::new(properties));
                Self {
                    r#type: Cow::Borrowed($name),
                    metadata: Metadata::default(),
                    depends_on: Vec::new(),
                    deletion_policy: None,
                    update_replace_policy: None,
                    properties,
                }
            }
        })*
    };
}

impl From<RawResource> for Resource {
    fn from(raw: RawResource) -> Self {
        Self {
            r#type: Cow::Owned(raw.type_name.clone()),
            metadata: Metadata::default(),
            depends_on: raw.depends_on.clone(),
            deletion_policy: raw.deletion_policy.map(RawDeletionPolicy::as_str),
            update_replace_policy: raw.update_replace_policy.map(RawReplacementPolicy::as_str),
            properties: Properties::Raw(Box::new(raw)),
        }
    }
}

properties! {
    Alarm = "AWS::CloudWatch::Alarm",
    Alias = "AWS::Lambda::Alias",
    Bucket = "AWS::S3::Bucket",
    BucketPolicy = "AWS::S3::BucketPolicy",
    Dashboard = "AWS::CloudWatch::Dashboard",
    EventInvokeConfig = "AWS::Lambda::EventInvokeConfig",
    Function = "AWS::Lambda::Function",
    Key = "AWS::KMS::Key",
    LayerVersion = "AWS::Lambda::LayerVersion",
    LogGroup = "AWS::Logs::LogGroup",
    Policy = "AWS::IAM::Policy",
    Queue = "AWS::SQS::Queue",
    QueuePolicy = "AWS::SQS::QueuePolicy",
    Role = "AWS::IAM::Role",
    Rule = "AWS::Events::Rule",
    ScalableTarget = "AWS::ApplicationAutoScaling::ScalableTarget",
    ScalingPolicy = "AWS::ApplicationAutoScaling::ScalingPolicy",
    Schedule = "AWS::Scheduler::Schedule",
    StateMachine = "AWS::StepFunctions::StateMachine",
    StateMachineAlias = "AWS::StepFunctions::StateMachineAlias",
    StateMachineVersion = "AWS::StepFunctions::StateMachineVersion",
    Table = "AWS::DynamoDB::Table",
    Topic = "AWS::SNS::Topic",
    TopicPolicy = "AWS::SNS::TopicPolicy",
    Version = "AWS::Lambda::Version",
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::Version;

    fn id(text: &str) -> LogicalId {
        LogicalId::new(text).unwrap()
    }

    fn version() -> Version {
        Version { function_name: Expr::Ref(id("Function")), description: None }
    }

    #[test]
    fn parts_are_written_in_their_order_with_a_newline_at_the_end() {
        let mut template = Template::new("Two versions.");
        template.add_parameter(id("P"), Parameter::text("A text.", "^a$", "must be a")).unwrap();
        template
            .add_resource(
                id("Z"),
                Resource::from(version()).after([id("A")]).when_removed(DeletionPolicy::Retain),
            )
            .unwrap();
        template.add_resource(id("A"), version()).unwrap();
        let output = Output { description: "A version.".to_owned(), value: Expr::Ref(id("A")) };
        template.add_output(id("A"), output).unwrap();
        let expected = r#"{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Description": "Two versions.",
  "Parameters": {
    "P": {
      "Type": "String",
      "Description": "A text.",
      "AllowedPattern": "^a$",
      "ConstraintDescription": "must be a"
    }
  },
  "Resources": {
    "Z": {
      "Type": "AWS::Lambda::Version",
      "DependsOn": [
        "A"
      ],
      "DeletionPolicy": "RetainExceptOnCreate",
      "UpdateReplacePolicy": "Retain",
      "Properties": {
        "FunctionName": {
          "Ref": "Function"
        }
      }
    },
    "A": {
      "Type": "AWS::Lambda::Version",
      "Properties": {
        "FunctionName": {
          "Ref": "Function"
        }
      }
    }
  },
  "Outputs": {
    "A": {
      "Description": "A version.",
      "Value": {
        "Ref": "A"
      }
    }
  }
}
"#;
        assert_eq!(crate::to_json(&template), expected);
    }

    #[test]
    fn a_logical_id_is_taken_once() {
        let mut template = Template::new("");
        template.add_resource(id("A"), version()).unwrap();
        assert_eq!(template.add_resource(id("A"), version()), Err(DuplicateLogicalId { id: id("A") }));
        let parameter = Parameter::text("", "", "");
        assert_eq!(template.add_parameter(id("A"), parameter), Err(DuplicateLogicalId { id: id("A") }));
    }

    #[test]
    fn an_exception_stands_with_its_reason() {
        let exception =
            ScannerException { id: "CKV_AWS_117", reason: "It calls no network of ours.".to_owned() };
        let resource = Resource::from(version()).except(exception);
        assert_eq!(
            serde_json::json!(resource)["Metadata"],
            serde_json::json!({"checkov": {"skip": [
                {"id": "CKV_AWS_117", "comment": "It calls no network of ours."},
            ]}})
        );
    }

    #[test]
    fn a_raw_resource_is_written_as_it_is() {
        let properties = serde_json::json!({"TopicArn": {"Ref": "Done"}, "Protocol": "email"});
        let raw = RawResource {
            type_name: "AWS::SNS::Subscription".to_owned(),
            properties: properties.as_object().unwrap().clone(),
            depends_on: vec![id("Done")],
            deletion_policy: Some(RawDeletionPolicy::Retain),
            update_replace_policy: Some(RawReplacementPolicy::Delete),
        };
        assert_eq!(
            serde_json::json!(Resource::from(raw)),
            serde_json::json!({
                "Type": "AWS::SNS::Subscription",
                "DependsOn": ["Done"],
                "DeletionPolicy": "Retain",
                "UpdateReplacePolicy": "Delete",
                "Properties": properties,
            })
        );
    }
}
