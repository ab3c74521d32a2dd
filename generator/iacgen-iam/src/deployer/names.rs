//! The ARNs that a stack's resources can have, before they exist.

use iacgen_aws_types::StackName;

use crate::pattern::exactly;

/// Where a stack stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The partition: `aws`.
    pub partition: &'a str,
    /// The region.
    pub region: &'a str,
    /// The account's number.
    pub account: &'a str,
}

impl Place<'_> {
    /// Returns an ARN in the place.
    pub(super) fn arn(self, service: &str, resource: &str) -> String {
        let Self { partition, region, account } = self;
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// How a type's names are made when the template gives none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// `STACK-ID-RANDOM`, at most so many characters. Page: "Name type" of the CloudFormation user guide.
    Stack { limit: usize },
    /// The same in small letters.
    SmallStack { limit: usize },
    /// `ID-RANDOM`.
    Id,
    /// Nothing that can be said before.
    Unsaid,
}

/// Characters of the random end with its hyphen.
const RANDOM: usize = 14;
/// Characters of the stack's name that surely stand at the beginning of a name that is too long to hold all.
const KEPT: usize = 20;

/// A type: its service, how the last part of its ARNs goes before and after the name, and how the name is made.
fn form(type_name: &str) -> Option<(&'static str, &'static str, &'static [&'static str], Naming)> {
    let stack = |limit| Naming::Stack { limit };
    Some(match type_name {
        "AWS::CloudWatch::Alarm" | "AWS::CloudWatch::CompositeAlarm" => {
            ("cloudwatch", "alarm:", &[""], stack(255))
        }
        "AWS::DynamoDB::Table" => ("dynamodb", "table/", &["", "/index/*"], stack(255)),
        "AWS::Events::EventBus" => ("events", "event-bus/", &[""], Naming::Unsaid),
        "AWS::Events::Rule" => ("events", "rule/", &[""], stack(64)),
        "AWS::IAM::ManagedPolicy" => ("iam", "policy/", &[""], stack(128)),
        "AWS::IAM::Role" => ("iam", "role/", &[""], stack(64)),
        "AWS::KMS::Key" => ("kms", "key/", &[""], Naming::Unsaid),
        // Its versions and aliases stand behind it.
        "AWS::Lambda::Function" => ("lambda", "function:", &["", ":*"], stack(64)),
        "AWS::Lambda::LayerVersion" => ("lambda", "layer:", &["", ":*"], Naming::Id),
        "AWS::Logs::LogGroup" => ("logs", "log-group:", &["", ":*"], stack(512)),
        "AWS::S3::Bucket" => ("s3", "", &[""], Naming::SmallStack { limit: 63 }),
        "AWS::SNS::Topic" => ("sns", "", &[""], stack(256)),
        "AWS::SQS::Queue" => ("sqs", "", &[""], stack(80)),
        "AWS::Scheduler::Schedule" => ("scheduler", "schedule/default/", &[""], stack(64)),
        "AWS::SecretsManager::Secret" => ("secretsmanager", "secret:", &["-??????"], Naming::Id),
        // Versions and aliases stand behind it.
        "AWS::StepFunctions::Activity" => ("states", "activity:", &[""], Naming::Id),
        "AWS::StepFunctions::StateMachine" => ("states", "stateMachine:", &["", ":*"], Naming::Id),
        "AWS::ApplicationAutoScaling::ScalableTarget" => {
            ("application-autoscaling", "scalable-target/", &[""], Naming::Unsaid)
        }
        "AWS::CloudWatch::Dashboard" => ("cloudwatch", "dashboard/", &[""], Naming::Id),
        _ => return None,
    })
}

/// Returns the patterns of the ARNs that a resource can have: by its name where the template gives one, and otherwise by
/// what CloudFormation makes of the stack's name and the logical id. None for a type that is not known here, or that has
/// no ARN of its own.
pub fn arn_patterns(
    place: Place<'_>,
    stack: &StackName,
    type_name: &str,
    logical_id: &str,
    name: Option<&str>,
) -> Vec<String> {
    let Some((service, before, after, naming)) = form(type_name) else {
        return Vec::new();
    };
    let name = name.map_or_else(|| generated(naming, stack.as_str(), logical_id), exactly);
    let arn = |end: &&str| {
        let resource = format!("{before}{name}{end}");
        let Place { partition, account, .. } = place;
        match service {
            // These have no region, or neither region nor account.
            "iam" => format!("arn:{partition}:iam::{account}:{resource}"),
            "s3" => format!("arn:{partition}:s3:::{resource}"),
            "cloudwatch" if before == "dashboard/" => {
                format!("arn:{partition}:cloudwatch::{account}:{resource}")
            }
            _ => place.arn(service, &resource),
        }
    };
    let mut patterns: Vec<String> = after.iter().map(arn).collect();
    // A pattern that ends in `*` says the longer ones too.
    if let Some(first) = patterns.first().filter(|first| first.ends_with('*')).cloned() {
        patterns = vec![first];
    }
    patterns
}

fn generated(naming: Naming, stack: &str, id: &str) -> String {
    let within = |limit: usize| {
        if stack.len() + 1 + id.len() + RANDOM <= limit {
            format!("{stack}-{id}-*")
        } else {
            // Too long a name is shortened in both parts, in a way that no page tells.
            format!("{}*", stack.get(..KEPT).unwrap_or(stack))
        }
    };
    match naming {
        Naming::Stack { limit } => within(limit),
        Naming::SmallStack { limit } => within(limit).to_ascii_lowercase(),
        Naming::Id => format!("{id}-*"),
        Naming::Unsaid => "*".to_owned(),
    }
}

/// Returns the prefix of a type's own actions.
pub(super) fn service(type_name: &str) -> Option<&'static str> {
    let mut words = type_name.split("::").skip(1);
    Some(match words.next()? {
        "ApiGateway" | "ApiGatewayV2" => "apigateway",
        "ApplicationAutoScaling" => "application-autoscaling",
        "Batch" => "batch",
        "CloudWatch" => "cloudwatch",
        "DynamoDB" => "dynamodb",
        "EC2" => "ec2",
        "ECR" => "ecr",
        "ECS" => "ecs",
        "Events" => "events",
        "IAM" => "iam",
        "KMS" => "kms",
        "Kinesis" => "kinesis",
        "Lambda" => "lambda",
        "Logs" => "logs",
        "S3" => "s3",
        "SNS" => "sns",
        "SQS" => "sqs",
        "SSM" => "ssm",
        "Scheduler" => "scheduler",
        "SecretsManager" => "secretsmanager",
        "StepFunctions" => "states",
        _ => return None,
    })
}

/// Returns who a type's role is passed to.
pub(super) fn receives_role(type_name: &str) -> Option<&'static str> {
    Some(match type_name {
        "AWS::Events::Rule" => "events.amazonaws.com",
        "AWS::Lambda::Function" => "lambda.amazonaws.com",
        "AWS::Scheduler::Schedule" => "scheduler.amazonaws.com",
        "AWS::StepFunctions::StateMachine" => "states.amazonaws.com",
        _ => return None,
    })
}

/// Returns who a type's service-linked role is of.
pub(super) fn service_linked(type_name: &str) -> Option<&'static str> {
    Some(match type_name {
        // Page: "Service-linked roles for Application Auto Scaling", for Lambda's provisioned concurrency.
        "AWS::ApplicationAutoScaling::ScalableTarget" => "lambda.application-autoscaling.amazonaws.com",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(stack: &str, type_name: &str, id: &str, name: Option<&str>) -> Vec<String> {
        let place = Place { partition: "aws", region: "r", account: "1" };
        arn_patterns(place, &StackName::new(stack).unwrap(), type_name, id, name)
    }

    #[test]
    fn made_names_begin_as_cloudformation_makes_them() {
        for (type_name, expected) in [
            ("AWS::IAM::Role", "arn:aws:iam::1:role/Cosmic-Jobs-*"),
            ("AWS::S3::Bucket", "arn:aws:s3:::cosmic-jobs-*"),
            ("AWS::SQS::Queue", "arn:aws:sqs:r:1:Cosmic-Jobs-*"),
            ("AWS::StepFunctions::StateMachine", "arn:aws:states:r:1:stateMachine:Jobs-*"),
            ("AWS::KMS::Key", "arn:aws:kms:r:1:key/*"),
        ] {
            assert_eq!(patterns("Cosmic", type_name, "Jobs", None), [expected], "{type_name}");
        }
        assert!(patterns("Cosmic", "AWS::Lambda::Version", "V", None).is_empty());
    }

    #[test]
    fn a_given_name_is_only_itself() {
        assert_eq!(
            patterns("Cosmic", "AWS::Logs::LogGroup", "L", Some("/aws/vendedlogs/states/x")),
            [
                "arn:aws:logs:r:1:log-group:/aws/vendedlogs/states/x",
                "arn:aws:logs:r:1:log-group:/aws/vendedlogs/states/x:*"
            ]
        );
    }

    #[test]
    fn a_name_that_is_shortened_keeps_its_beginning() {
        let stack = "a-long-name-of-a-stack-that-takes-most-of-it";
        assert_eq!(
            patterns(stack, "AWS::IAM::Role", "TheRole", None),
            ["arn:aws:iam::1:role/a-long-name-of-a-sta*"]
        );
    }
}
