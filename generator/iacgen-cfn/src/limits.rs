//! What CloudFormation and IAM take at most. Pages: "Understand CloudFormation quotas", "IAM and AWS STS quotas".
//!
//! The length of a logical id is held by its type.

use iacgen_aws_types::LogicalId;
use serde_json::{Value, json};

use crate::{Properties, Template};

/// The largest template that goes inside a request, in bytes.
pub const INLINE_TEMPLATE_BYTES: usize = 51_200;
/// The largest template that is fetched from S3, in bytes. The page says 1 MB; CloudFormation's own message says "Template
/// may not exceed 1000000 bytes in size".
pub const TEMPLATE_BYTES: usize = 1_000_000;
/// Resources in a template.
pub const RESOURCES: usize = 500;
/// Outputs in a template.
pub const OUTPUTS: usize = 200;
/// Parameters of a template.
pub const PARAMETERS: usize = 200;
/// The length of a template's description, in bytes.
pub const DESCRIPTION_BYTES: usize = 1_024;
/// `{{resolve:...}}` in a template.
pub const DYNAMIC_REFERENCES: usize = 60;
/// The length of all policies inside a role, in characters, without white space.
pub const INLINE_POLICY_CHARACTERS: usize = 10_240;

/// How a template reaches CloudFormation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Inside the request.
    Inline,
    /// By its URL in S3.
    FromS3,
}

/// What there is a limit for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quota {
    /// The bytes of the template's text.
    Bytes,
    /// Resources.
    Resources,
    /// Outputs.
    Outputs,
    /// Parameters.
    Parameters,
    /// The bytes of the template's description.
    Description,
    /// The bytes of an output's description.
    OutputDescription(LogicalId),
    /// Dynamic references.
    DynamicReferences,
    /// The characters of the policies inside a role.
    InlinePolicies(LogicalId),
}

/// A template that would be refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}, and AWS takes {limit} at most: {}", self.found(), self.mend())]
pub struct LimitExceeded {
    /// What there is too much of.
    pub quota: Quota,
    /// How much there is; for policies, how much there is at least.
    pub actual: usize,
    /// How much there may be.
    pub limit: usize,
}

impl LimitExceeded {
    /// Says what there is too much of, and how much there is.
    pub fn found(&self) -> String {
        let actual = self.actual;
        match &self.quota {
            Quota::Bytes => format!("the template has {actual} bytes"),
            Quota::Resources => format!("the template has {actual} resources"),
            Quota::Outputs => format!("the template has {actual} outputs"),
            Quota::Parameters => format!("the template has {actual} parameters"),
            Quota::Description => format!("the template's description has {actual} bytes"),
            Quota::OutputDescription(id) => {
                format!("the description of the output `{id}` has {actual} bytes")
            }
            Quota::DynamicReferences => format!("the template has {actual} dynamic references"),
            Quota::InlinePolicies(id) => format!("the policies of the role `{id}` have {actual} characters"),
        }
    }

    /// Says what to do about it.
    pub const fn mend(&self) -> &'static str {
        match self.quota {
            Quota::Bytes | Quota::Resources | Quota::Outputs => "split the workflow in two",
            Quota::Parameters => "write values into the environments' files instead",
            Quota::Description | Quota::OutputDescription(_) => "use shorter names",
            Quota::DynamicReferences => "let the functions read the secrets and parameters themselves",
            Quota::InlinePolicies(_) => {
                "give access to common prefixes, or split what has so many rights in two"
            }
        }
    }
}

/// Holds a template and its text to the limits, and says how it can be delivered.
///
/// # Errors
/// [`LimitExceeded`], the first of [`exceeded`].
pub fn check(template: &Template, text: &str) -> Result<Delivery, LimitExceeded> {
    match exceeded(template, text).into_iter().next() {
        Some(first) => Err(first),
        None if text.len() > INLINE_TEMPLATE_BYTES => Ok(Delivery::FromS3),
        None => Ok(Delivery::Inline),
    }
}

/// Returns every limit that a template and its text exceed.
pub fn exceeded(template: &Template, text: &str) -> Vec<LimitExceeded> {
    let mut amounts = vec![
        (Quota::Resources, template.resources().len(), RESOURCES),
        (Quota::Outputs, template.outputs().len(), OUTPUTS),
        (Quota::Parameters, template.parameters().len(), PARAMETERS),
        (Quota::Bytes, text.len(), TEMPLATE_BYTES),
        (Quota::Description, template.description.len(), DESCRIPTION_BYTES),
        (Quota::DynamicReferences, text.matches("{{resolve:").count(), DYNAMIC_REFERENCES),
    ];
    for (id, output) in template.outputs() {
        amounts.push((Quota::OutputDescription(id.clone()), output.description.len(), DESCRIPTION_BYTES));
    }
    for (id, resource) in template.resources() {
        if let Properties::Role(role) = resource.properties() {
            let policies = role.policies.iter().map(|policy| shortest(&json!(policy.policy_document))).sum();
            amounts.push((Quota::InlinePolicies(id.clone()), policies, INLINE_POLICY_CHARACTERS));
        }
    }
    amounts
        .into_iter()
        .filter(|(_, actual, limit)| actual > limit)
        .map(|(quota, actual, limit)| LimitExceeded { quota, actual, limit })
        .collect()
}

/// Returns the characters that a value has as JSON once CloudFormation has put in what it computes, at least.
fn shortest(value: &Value) -> usize {
    match value {
        Value::Object(fields) => match fields.iter().next().filter(|_| fields.len() == 1) {
            // A name or an ARN, between quotes.
            Some((name, _)) if name == "Ref" || name == "Fn::GetAtt" => 3,
            Some((name, Value::String(text))) if name == "Fn::Sub" => 2 + shortest_substituted(text),
            _ => {
                let fields = fields.iter().map(|(key, value)| key.len() + 4 + shortest(value));
                2 + fields.sum::<usize>().saturating_sub(1)
            }
        },
        Value::Array(items) => {
            2 + items.iter().map(|item| shortest(item) + 1).sum::<usize>().saturating_sub(1)
        }
        scalar => scalar.to_string().chars().count(),
    }
}

/// Every `${...}` becomes a character at least.
fn shortest_substituted(text: &str) -> usize {
    let mut parts = text.split("${");
    let head = parts.next().unwrap_or_default().chars().count();
    let rest = parts.map(|part| 1 + part.split_once('}').map_or(0, |(_, rest)| rest.chars().count()));
    head + rest.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use iacgen_iam::grants::s3::{Bucket, GrantedBucket, read_objects};
    use iacgen_iam::{PolicyDocument, trust};

    use super::*;
    use crate::policy::Document;
    use crate::resources::{InlinePolicy, Role};
    use crate::{Output, Parameter};

    fn id(text: &str) -> LogicalId {
        LogicalId::new(text).unwrap()
    }

    fn with_outputs(count: usize) -> Template {
        let mut template = Template::new("");
        for number in 0..count {
            let output = Output { description: String::new(), value: "x".into() };
            template.add_output(id(&format!("Output{number}")), output).unwrap();
        }
        template
    }

    #[test]
    fn a_count_over_the_limit_is_named() {
        assert_eq!(check(&with_outputs(200), "{}"), Ok(Delivery::Inline));
        let error = check(&with_outputs(201), "{}").unwrap_err();
        assert_eq!(error, LimitExceeded { quota: Quota::Outputs, actual: 201, limit: 200 });
        assert_eq!(
            error.to_string(),
            "the template has 201 outputs, and AWS takes 200 at most: split the workflow in two"
        );
    }

    #[test]
    fn the_size_decides_the_delivery() {
        let text = |bytes| "x".repeat(bytes);
        assert_eq!(check(&with_outputs(0), &text(51_200)), Ok(Delivery::Inline));
        assert_eq!(check(&with_outputs(0), &text(51_201)), Ok(Delivery::FromS3));
        assert_eq!(check(&with_outputs(0), &text(1_000_000)), Ok(Delivery::FromS3));
        assert_eq!(check(&with_outputs(0), &text(1_000_001)).unwrap_err().quota, Quota::Bytes);
    }

    #[test]
    fn all_that_is_exceeded_is_told() {
        let mut template = Template::new("d".repeat(1_025));
        for number in 0..=200 {
            template.add_parameter(id(&format!("P{number}")), Parameter::text("", "", "")).unwrap();
        }
        let output = Output { description: "d".repeat(1_025), value: "x".into() };
        template.add_output(id("Long"), output).unwrap();
        let text = "{{resolve:ssm:a}}".repeat(61);
        let quotas: Vec<Quota> =
            exceeded(&template, &text).into_iter().map(|exceeded| exceeded.quota).collect();
        let expected = [
            Quota::Parameters,
            Quota::Description,
            Quota::DynamicReferences,
            Quota::OutputDescription(id("Long")),
        ];
        assert_eq!(quotas, expected);
    }

    #[test]
    fn the_policies_of_a_role_have_a_length_in_common() {
        let bucket = GrantedBucket { label: "b".to_owned(), bucket: Bucket::Managed(id("Bucket")) };
        let template = |prefixes: usize| {
            let statements = (0..prefixes).flat_map(|n| read_objects(&bucket, &format!("{n:0>900}/")));
            let policy = InlinePolicy {
                policy_name: "objects",
                policy_document: Document::from(&PolicyDocument::new(statements)),
            };
            let role = Role {
                description: String::new(),
                assume_role_policy_document: Document::from(&trust::lambda()),
                policies: vec![policy],
                permissions_boundary: None,
                tags: Vec::new(),
            };
            let mut template = Template::new("");
            template.add_resource(id("Role"), role).unwrap();
            template
        };
        assert_eq!(exceeded(&template(5), ""), []);
        let found = exceeded(&template(12), "");
        assert_eq!(found[0].quota, Quota::InlinePolicies(id("Role")));
    }

    #[test]
    fn intrinsics_count_as_little_as_they_can_become() {
        let length = |value: Value| shortest(&value);
        let plain = json!({"Action": ["s3:GetObject", "s3:PutObject"], "Effect": "Allow", "x": {}});
        assert_eq!(length(plain.clone()), plain.to_string().len());
        assert_eq!(
            length(json!({"Fn::Sub": "arn:${AWS::Partition}:s3:::a/${B}/*"})),
            "'arn:x:s3:::a/x/*'".len()
        );
        assert_eq!(length(json!({"Fn::GetAtt": ["Bucket", "Arn"]})), "'x'".len());
    }
}
