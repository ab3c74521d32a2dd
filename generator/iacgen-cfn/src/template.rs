//! A template and its emission. Page: "CloudFormation template anatomy".

use iacgen_aws_types::LogicalId;
use indexmap::IndexMap;
use serde::Serialize;

use crate::Expr;
use crate::resources;

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
    r#type: &'static str,
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

    /// Returns the type, such as `AWS::Lambda::Function`.
    pub fn type_name(&self) -> &'static str {
        self.r#type
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
        }

        impl Properties {
            /// Returns the type's name.
            pub const fn type_name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                }
            }
        }

        $(impl From<resources::$variant> for Resource {
            fn from(properties: resources::$variant) -> Self {
                let properties = Properties::$variant(Box::new(properties));
                Self {
                    r#type: properties.type_name(),
                    depends_on: Vec::new(),
                    deletion_policy: None,
                    update_replace_policy: None,
                    properties,
                }
            }
        })*
    };
}

properties! {
    Alias = "AWS::Lambda::Alias",
    Bucket = "AWS::S3::Bucket",
    BucketPolicy = "AWS::S3::BucketPolicy",
    Function = "AWS::Lambda::Function",
    LogGroup = "AWS::Logs::LogGroup",
    Policy = "AWS::IAM::Policy",
    Role = "AWS::IAM::Role",
    StateMachine = "AWS::StepFunctions::StateMachine",
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
}
