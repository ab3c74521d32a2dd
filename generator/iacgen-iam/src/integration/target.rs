//! Kinds of resources: how an argument names one, and how its ARN reads.

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};

use super::Argument;
use crate::pattern::{exactly, in_sub};

/// A kind of resource that an argument can name. The forms of the ARNs are those of the "Service Authorization Reference".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A bucket of S3, by its name or an access point's ARN.
    Bucket,
    /// A connection of EventBridge, by its ARN.
    Connection,
    /// An event bus, by its name or ARN.
    EventBus,
    /// A cluster of databases, by its ARN.
    DatabaseCluster,
    /// A delivery stream of Data Firehose, by its name.
    DeliveryStream,
    /// A function, by its name, a part of its ARN or the whole.
    Function,
    /// A job of Glue, by its name.
    GlueJob,
    /// A job definition of Batch, by its name or ARN, with or without a revision.
    JobDefinition,
    /// A job queue of Batch, by its name or ARN.
    JobQueue,
    /// A key of KMS, by its id or ARN; not by an alias.
    Key,
    /// A model of Bedrock or an inference profile, by its id or ARN.
    Model,
    /// A parameter of Systems Manager, by its name or ARN.
    Parameter,
    /// A project of CodeBuild, by its name or ARN.
    Project,
    /// A queue, by its URL.
    Queue,
    /// A role, by its ARN.
    Role,
    /// A secret, by its name or ARN.
    Secret,
    /// A state machine, by its ARN.
    StateMachine,
    /// A stream of Kinesis, by its name or ARN.
    Stream,
    /// A table of DynamoDB, by its name or ARN.
    Table,
    /// A task definition of ECS, by its family or ARN, with or without a revision.
    TaskDefinition,
    /// A topic, by its ARN.
    Topic,
    /// A workgroup of Athena, by its name.
    WorkGroup,
}

impl Kind {
    /// Returns the service of the ARN and how its last part begins.
    const fn form(self) -> (&'static str, &'static str) {
        match self {
            Self::Bucket => ("s3", ""),
            Self::Connection => ("events", "connection/"),
            Self::DatabaseCluster => ("rds", "cluster:"),
            Self::DeliveryStream => ("firehose", "deliverystream/"),
            Self::EventBus => ("events", "event-bus/"),
            Self::Function => ("lambda", "function:"),
            Self::GlueJob => ("glue", "job/"),
            Self::JobDefinition => ("batch", "job-definition/"),
            Self::JobQueue => ("batch", "job-queue/"),
            Self::Key => ("kms", "key/"),
            Self::Model => ("bedrock", ""),
            Self::Parameter => ("ssm", "parameter/"),
            Self::Project => ("codebuild", "project/"),
            Self::Queue => ("sqs", ""),
            Self::Role => ("iam", "role/"),
            Self::Secret => ("secretsmanager", "secret:"),
            Self::StateMachine => ("states", "stateMachine:"),
            Self::Stream => ("kinesis", "stream/"),
            Self::Table => ("dynamodb", "table/"),
            Self::TaskDefinition => ("ecs", "task-definition/"),
            Self::Topic => ("sns", ""),
            Self::WorkGroup => ("athena", "workgroup/"),
        }
    }

    /// Tells whether an ARN may be of this kind: by its service and how it goes on. One that is symbolic may be any but a
    /// role.
    pub(super) fn fits(self, arn: &ResourceArn) -> bool {
        let (service, begins) = self.form();
        match arn {
            ResourceArn::Literal(text) | ResourceArn::Sub(text) => {
                let [_, _, of, _, _, resource] = parts(text);
                of == service && resource.starts_with(begins)
            }
            ResourceArn::Any => false,
            ResourceArn::OfResource { .. } | ResourceArn::ByRef { .. } => self != Self::Role,
        }
    }

    /// Returns the patterns of what an argument names, or `None` when that is not known.
    pub(super) fn arns(self, argument: &Argument) -> Option<Vec<ResourceArn>> {
        match argument {
            Argument::Arn(ResourceArn::ByRef { id, suffix: ArnSuffix::None }) => Some(vec![self.by_ref(id)]),
            Argument::Arn(arn) => Some(vec![arn.clone()]),
            Argument::Text(text) => self.named(text),
            Argument::Absent | Argument::Begins(_) | Argument::Unknown => None,
        }
    }

    fn named(self, text: &str) -> Option<Vec<ResourceArn>> {
        let arn = if text.starts_with("arn:") {
            let arn = ResourceArn::Literal(exactly(text));
            match self {
                Self::JobDefinition | Self::TaskDefinition if !has_revision(text) => append(&arn, ":*"),
                Self::Model if text.contains(":inference-profile/") => return Some(profile_of(arn, text)),
                Self::Secret if !has_random_end(text) => append(&arn, "-??????"),
                _ => arn,
            }
        } else {
            match self {
                Self::Bucket => {
                    ResourceArn::Sub(format!("arn:${{AWS::Partition}}:s3:::{}", in_sub(&exactly(text))))
                }
                Self::Function => function(text),
                Self::JobDefinition | Self::TaskDefinition if !has_revision(text) => {
                    append(&self.in_account(text), ":*")
                }
                Self::Key if text.starts_with("alias/") => return None,
                Self::Model => return Some(model(text)),
                Self::Parameter => self.in_account(text.strip_prefix('/').unwrap_or(text)),
                Self::Queue => queue(text)?,
                // A secret's ARN ends in six random characters. Page: "What's in a Secrets Manager secret?".
                Self::Secret => append(&self.in_account(text), "-??????"),
                // These are named by their ARNs alone.
                Self::Connection | Self::DatabaseCluster | Self::Role | Self::StateMachine | Self::Topic => {
                    return None;
                }
                _ => self.in_account(text),
            }
        };
        Some(vec![arn])
    }

    /// Returns the ARN of a resource of the template, whose `Ref` is its name, or its ARN. Pages: "Return values" of the
    /// resource types.
    fn by_ref(self, id: &LogicalId) -> ResourceArn {
        let (service, begins) = self.form();
        match self {
            Self::Function
            | Self::JobDefinition
            | Self::JobQueue
            | Self::Model
            | Self::Secret
            | Self::StateMachine
            | Self::TaskDefinition
            | Self::Topic => ResourceArn::ByRef { id: id.clone(), suffix: ArnSuffix::None },
            Self::Connection | Self::Queue | Self::Role => {
                ResourceArn::OfResource { id: id.clone(), attribute: "Arn", suffix: ArnSuffix::None }
            }
            Self::Bucket => ResourceArn::Sub(format!("arn:${{AWS::Partition}}:s3:::${{{id}}}")),
            _ => ResourceArn::Sub(format!(
                "arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{begins}${{{id}}}"
            )),
        }
    }

    /// Returns the ARN of a name in the stack's own account and region.
    fn in_account(self, name: &str) -> ResourceArn {
        let (service, begins) = self.form();
        here(service, &format!("{begins}{}", exactly(name)))
    }
}

/// Returns an ARN pattern in the stack's own partition, region and account.
pub(super) fn here(service: &str, resource: &str) -> ResourceArn {
    let resource = in_sub(resource);
    ResourceArn::Sub(format!(
        "arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"
    ))
}

/// Returns the ARN with a pattern behind it.
pub(super) fn append(arn: &ResourceArn, pattern: &str) -> ResourceArn {
    let suffixed = |suffix: &ArnSuffix| match suffix {
        ArnSuffix::None => ArnSuffix::Text(pattern.to_owned()),
        ArnSuffix::Text(text) => ArnSuffix::Text(format!("{text}{pattern}")),
    };
    match arn {
        ResourceArn::Any => ResourceArn::Any,
        ResourceArn::Literal(text) => ResourceArn::Literal(format!("{text}{pattern}")),
        ResourceArn::Sub(text) => ResourceArn::Sub(format!("{text}{}", in_sub(pattern))),
        ResourceArn::OfResource { id, attribute, suffix } => {
            ResourceArn::OfResource { id: id.clone(), attribute, suffix: suffixed(suffix) }
        }
        ResourceArn::ByRef { id, suffix } => ResourceArn::ByRef { id: id.clone(), suffix: suffixed(suffix) },
    }
}

/// Returns the six parts of an ARN; those that it lacks are empty. The colons of `${AWS::Region}` do not count.
pub(super) fn parts(arn: &str) -> [&str; 6] {
    let mut parts = [""; 6];
    let (mut part, mut begin, mut inside) = (0, 0, false);
    for (at, byte) in arn.bytes().enumerate() {
        match byte {
            b'{' if arn[..at].ends_with('$') => inside = true,
            b'}' => inside = false,
            b':' if !inside && part < 5 => {
                parts[part] = &arn[begin..at];
                (part, begin) = (part + 1, at + 1);
            }
            _ => {}
        }
    }
    parts[part] = &arn[begin..];
    parts
}

fn has_revision(text: &str) -> bool {
    text.rsplit_once(':')
        .is_some_and(|(_, end)| !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit()))
}

fn has_random_end(text: &str) -> bool {
    text.rsplit_once('-')
        .is_some_and(|(_, end)| end.len() == 6 && end.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// `NAME`, `NAME:QUALIFIER` or `ACCOUNT:function:NAME`. Page: API "Invoke", `FunctionName`.
fn function(text: &str) -> ResourceArn {
    match text.split_once(":function:") {
        Some((account, name)) => ResourceArn::Sub(format!(
            "arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:{account}:function:{}",
            in_sub(&exactly(name))
        )),
        None => Kind::Function.in_account(text),
    }
}

/// `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`. Page: "Amazon SQS queue and message identifiers".
fn queue(url: &str) -> Option<ResourceArn> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
    let (account, name) = path.split_once('/')?;
    let region = host.strip_prefix("sqs.")?.split_once('.')?.0;
    let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !name.is_empty() && !name.contains('/')).then(|| {
        ResourceArn::Sub(format!("arn:${{AWS::Partition}}:sqs:{region}:{account}:{}", in_sub(&exactly(name))))
    })
}

/// The prefixes of inference profiles across regions. Page: "Supported Regions and models for inference profiles".
const GEOGRAPHIES: [&str; 9] = ["us", "us-gov", "eu", "apac", "global", "jp", "au", "ca", "in"];

/// A foundation model's id, or an inference profile's, which begins with where it routes to. A profile needs itself and
/// its model in every region that it may route to. Page: "Prerequisites for inference profiles".
fn model(id: &str) -> Vec<ResourceArn> {
    let foundation = |region: &str, id: &str| {
        ResourceArn::Sub(format!(
            "arn:${{AWS::Partition}}:bedrock:{region}::foundation-model/{}",
            in_sub(&exactly(id))
        ))
    };
    match id.split_once('.') {
        Some((geography, model)) if GEOGRAPHIES.contains(&geography) => {
            vec![here("bedrock", &format!("inference-profile/{}", exactly(id))), foundation("*", model)]
        }
        _ => vec![foundation("${AWS::Region}", id)],
    }
}

fn profile_of(arn: ResourceArn, text: &str) -> Vec<ResourceArn> {
    let id = text.rsplit_once('/').map_or("", |(_, id)| id);
    let mut arns = vec![arn];
    if let Some((geography, _)) = id.split_once('.')
        && GEOGRAPHIES.contains(&geography)
    {
        arns.extend(model(id).pop());
    }
    arns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arns(kind: Kind, text: &str) -> Vec<String> {
        kind.arns(&Argument::Text(text.to_owned()))
            .unwrap_or_default()
            .into_iter()
            .map(|arn| match arn {
                ResourceArn::Literal(text) => text,
                ResourceArn::Sub(text) => text
                    .replace("${AWS::Partition}", "aws")
                    .replace("${AWS::Region}", "REGION")
                    .replace("${AWS::AccountId}", "ACCOUNT"),
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn names_become_arns() {
        for (kind, text, expected) in [
            (Kind::Table, "runs", "arn:aws:dynamodb:REGION:ACCOUNT:table/runs"),
            (Kind::Table, "arn:aws:dynamodb:eu-west-1:1:table/x", "arn:aws:dynamodb:eu-west-1:1:table/x"),
            (
                Kind::Queue,
                "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo",
                "arn:aws:sqs:eu-west-1:123456789012:jobs.fifo",
            ),
            (Kind::TaskDefinition, "train", "arn:aws:ecs:REGION:ACCOUNT:task-definition/train:*"),
            (Kind::TaskDefinition, "train:3", "arn:aws:ecs:REGION:ACCOUNT:task-definition/train:3"),
            (
                Kind::TaskDefinition,
                "arn:aws:ecs:r:1:task-definition/train",
                "arn:aws:ecs:r:1:task-definition/train:*",
            ),
            (Kind::JobDefinition, "fit:12", "arn:aws:batch:REGION:ACCOUNT:job-definition/fit:12"),
            (Kind::Function, "infer:live", "arn:aws:lambda:REGION:ACCOUNT:function:infer:live"),
            (
                Kind::Function,
                "210987654321:function:infer",
                "arn:aws:lambda:REGION:210987654321:function:infer",
            ),
            (Kind::Parameter, "/a/b", "arn:aws:ssm:REGION:ACCOUNT:parameter/a/b"),
            (Kind::Secret, "db", "arn:aws:secretsmanager:REGION:ACCOUNT:secret:db-??????"),
            (
                Kind::Secret,
                "arn:aws:secretsmanager:r:1:secret:db-a1B2c3",
                "arn:aws:secretsmanager:r:1:secret:db-a1B2c3",
            ),
            (Kind::EventBus, "orders", "arn:aws:events:REGION:ACCOUNT:event-bus/orders"),
            (Kind::Model, "amazon.titan-v2", "arn:aws:bedrock:REGION::foundation-model/amazon.titan-v2"),
            (Kind::Bucket, "data", "arn:aws:s3:::data"),
        ] {
            assert_eq!(arns(kind, text), [expected], "{text}");
        }
        assert_eq!(
            arns(Kind::Model, "eu.amazon.nova-pro-v1:0"),
            [
                "arn:aws:bedrock:REGION:ACCOUNT:inference-profile/eu.amazon.nova-pro-v1:0",
                "arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0",
            ]
        );
    }

    #[test]
    fn what_names_nothing_is_not_known() {
        for (kind, text) in
            [(Kind::Topic, "done"), (Kind::Queue, "jobs"), (Kind::Key, "alias/x"), (Kind::StateMachine, "x")]
        {
            assert_eq!(kind.arns(&Argument::Text(text.to_owned())), None, "{text}");
        }
        assert_eq!(Kind::Table.arns(&Argument::Unknown), None);
    }

    #[test]
    fn a_name_with_a_wildcard_is_only_that_name() {
        assert_eq!(arns(Kind::EventBus, "a*"), ["arn:aws:events:REGION:ACCOUNT:event-bus/a${!*}"]);
    }

    #[test]
    fn an_arn_has_six_parts() {
        assert_eq!(
            parts("arn:${AWS::Partition}:states:${AWS::Region}:1:execution:x:y"),
            ["arn", "${AWS::Partition}", "states", "${AWS::Region}", "1", "execution:x:y"]
        );
        assert_eq!(parts("arn:aws"), ["arn", "aws", "", "", "", ""]);
        let role = ResourceArn::Literal("arn:aws:iam::123456789012:role/x".to_owned());
        assert!(Kind::Role.fits(&role) && !Kind::Queue.fits(&role));
    }
}
