//! What a state does, in a few words.

use std::collections::BTreeMap;
use std::fmt::Display;

use iacgen_asl::{
    ExecutionType, ItemReader, MapState, ProcessorMode, Quantity, Retrier, State, TaskState, WaitUntil,
};
use serde_json::Value;

use super::condition::{bare, short};
use super::model::{Block, Diagram, EdgeKind};

/// Retries of a retrier that does not say. Page: "Handling errors in Step Functions workflows".
const DEFAULT_ATTEMPTS: u64 = 3;

/// Services whose names in ARNs are not how they are written.
const SERVICES: &[(&str, &str)] = &[
    ("apigateway", "API Gateway"),
    ("aps", "Prometheus"),
    ("bedrockruntime", "Bedrock"),
    ("cloudformation", "CloudFormation"),
    ("cloudwatch", "CloudWatch"),
    ("codebuild", "CodeBuild"),
    ("databrew", "DataBrew"),
    ("dynamodb", "DynamoDB"),
    ("elasticmapreduce", "EMR"),
    ("emr", "EMR"),
    ("emr-containers", "EMR on EKS"),
    ("emr-serverless", "EMR Serverless"),
    ("eventbridge", "EventBridge"),
    ("events", "EventBridge"),
    ("mediaconvert", "MediaConvert"),
    ("rdsdata", "RDS Data"),
    ("redshiftdata", "Redshift Data"),
    ("sagemaker", "SageMaker"),
    ("secretsmanager", "Secrets Manager"),
    ("sfn", "Step Functions"),
    ("states", "Step Functions"),
];

/// Services whose names are abbreviations.
const ABBREVIATIONS: &[&str] = &[
    "acm", "ebs", "ec2", "ecr", "ecs", "efs", "eks", "http", "iam", "kms", "rds", "s3", "sns", "sqs", "ssm",
    "sts",
];

/// Fields of a task's parameters that name what it works on, the first that is there counts.
const SUBJECTS: &[&str] = &[
    "FunctionName",
    "StateMachineArn",
    "TableName",
    "QueueUrl",
    "TopicArn",
    "ModelId",
    "JobDefinition",
    "TaskDefinition",
    "ProjectName",
    "EventBusName",
    "Bucket",
    "ApiEndpoint",
    "JobName",
    "Cluster",
];

/// What the `Resource` of a Task state names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Work {
    /// Whether it is a Lambda function.
    pub(super) is_function: bool,
    /// `Lambda: Invoke`, `S3: ListObjectsV2`.
    pub(super) label: String,
    /// What the resource itself says of its subject: a function or an activity.
    subject: Option<String>,
    /// How the task waits for more than an answer.
    waits: Option<&'static str>,
}

impl Work {
    pub(super) fn of(resource: &str, names: &BTreeMap<String, String>) -> Self {
        let function = |subject: String| Work {
            is_function: true,
            label: "Lambda: Invoke".to_owned(),
            subject: Some(subject),
            waits: None,
        };
        if let Some((_, integration)) = resource.split_once(":states:::") {
            return Self::integration(integration);
        }
        if let Some((_, activity)) = resource.split_once(":activity:") {
            let label = "Activity".to_owned();
            return Work { is_function: false, label, subject: Some(activity.to_owned()), waits: None };
        }
        if let Some((_, name)) = resource.split_once(":function:") {
            return function(filled(name, names));
        }
        let filled = filled(resource, names);
        if filled == resource {
            Work { is_function: false, label: "Task state".to_owned(), subject: Some(filled), waits: None }
        } else {
            function(filled)
        }
    }

    fn integration(integration: &str) -> Self {
        let (action, waits) = match integration.split_once('.') {
            Some((action, "waitForTaskToken")) => (action, Some("waits for a callback")),
            Some((action, _)) => (action, Some("runs the job to its end")),
            None => (integration, None),
        };
        let action = action.strip_prefix("aws-sdk:").unwrap_or(action);
        let (service, action) = action.split_once(':').unwrap_or((action, ""));
        let mut label = service_name(service);
        if !action.is_empty() {
            label.push_str(": ");
            label.push_str(&capitalised(action));
        }
        Work { is_function: service == "lambda", label, subject: None, waits }
    }
}

/// Says what a picture shows, for who cannot see it: every state, and what follows it.
pub(super) fn description(diagram: &Diagram) -> String {
    let mut text = match diagram.states() {
        1 => "A state machine of 1 state.".to_owned(),
        states => format!("A state machine of {states} states."),
    };
    describe(&diagram.block, &mut text);
    text
}

fn describe(block: &Block, text: &mut String) {
    if let Some(first) = block.first.and_then(|first| block.nodes.get(first)) {
        text.push_str(" It starts with ");
        text.push_str(&first.name);
        text.push('.');
    }
    for (at, node) in block.nodes.iter().enumerate() {
        let mut facts = vec![node.label.as_str()];
        facts.extend(node.details.iter().map(String::as_str));
        facts.extend(node.retries.as_deref());
        let follows = block.edges.iter().filter(|edge| edge.from == at).filter_map(|edge| {
            let next = &block.nodes.get(edge.to)?.name;
            let labels = edge.labels.join(", ");
            Some(match edge.kind {
                EdgeKind::Next => format!("goes on with {next}"),
                EdgeKind::Choice => format!("goes on with {next} on {labels}"),
                EdgeKind::Catch => format!("goes on with {next} after {labels}"),
            })
        });
        let mut follows: Vec<String> = follows.chain(node.ends.then(|| "ends".to_owned())).collect();
        if follows.is_empty() {
            follows.push("goes on with nothing".to_owned());
        }
        let sentence = format!(" {} ({}) {}.", node.name, facts.join(", "), follows.join("; "));
        text.push_str(&sentence);
    }
    for node in &block.nodes {
        for inner in &node.blocks {
            text.push_str(" Inside ");
            text.push_str(&node.name);
            text.push(':');
            describe(inner, text);
        }
    }
}

/// Returns the lines that a state has beside its name.
pub(super) fn details(state: &State, names: &BTreeMap<String, String>) -> Vec<String> {
    match state {
        State::Task(task) => of_task(task, names),
        State::Map(map) => of_map(map),
        State::Wait(wait) => vec![match &wait.until {
            WaitUntil::Seconds(Quantity::Value(seconds)) => duration(*seconds),
            WaitUntil::Seconds(seconds) => format!("{} s", quantity(seconds)),
            WaitUntil::Timestamp(Quantity::Value(timestamp)) => format!("until {}", timestamp.as_str()),
            WaitUntil::Timestamp(Quantity::Path(path)) => format!("until {}", short(path)),
            WaitUntil::Timestamp(Quantity::Expression(expression)) => format!("until {}", bare(expression)),
        }],
        State::Fail(fail) => fail.error.iter().map(quantity).collect(),
        State::Parallel(_) | State::Choice(_) | State::Pass(_) | State::Succeed(_) => Vec::new(),
    }
}

/// Says how often a state is tried again: `retries 3 + 2`, a number for each retrier.
pub(super) fn retries(retriers: &[Retrier]) -> Option<String> {
    let attempts: Vec<String> =
        retriers.iter().map(|retrier| retrier.max_attempts.unwrap_or(DEFAULT_ATTEMPTS).to_string()).collect();
    (!attempts.is_empty()).then(|| format!("retries {}", attempts.join(" + ")))
}

fn of_task(task: &TaskState, names: &BTreeMap<String, String>) -> Vec<String> {
    let work = Work::of(&task.resource, names);
    let given = task.parameters.as_ref().or(task.arguments.as_ref());
    let subjects = || SUBJECTS.iter().find_map(|field| subject(given?, field, names));
    work.subject.clone().or_else(subjects).into_iter().chain(work.waits.map(str::to_owned)).collect()
}

fn subject(given: &Value, field: &str, names: &BTreeMap<String, String>) -> Option<String> {
    let text = given.get(field).or_else(|| given.get(format!("{field}.$")))?.as_str()?;
    if let Some(expression) = iacgen_asl::Expression::recognise(text) {
        return Some(bare(&expression));
    }
    if let Some(path) = text.strip_prefix("$.") {
        return Some(path.to_owned());
    }
    let text = filled(text, names);
    let name = if let Some((_, name)) = text.split_once(":function:") {
        name
    } else if text.starts_with("arn:") {
        text.rsplit([':', '/']).next().unwrap_or(&text)
    } else if text.contains("://") {
        text.rsplit('/').next().unwrap_or(&text)
    } else {
        &text
    };
    Some(name.to_owned())
}

/// Puts names in the place of the `${Substitutions}` that are known.
fn filled(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let (word, behind) = after.split_once('}').unwrap_or((after, ""));
        if let Some(name) = names.get(word) {
            filled.push_str(name);
        } else {
            filled.push_str("${");
            filled.push_str(word);
            if after.len() > word.len() {
                filled.push('}');
            }
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

fn of_map(map: &MapState) -> Vec<String> {
    let mut how = Vec::new();
    if let ProcessorMode::Distributed { execution_type } = map.item_processor.mode {
        how.push("Distributed".to_owned());
        how.push(
            match execution_type {
                ExecutionType::Standard => "STANDARD children",
                ExecutionType::Express => "EXPRESS children",
            }
            .to_owned(),
        );
    }
    // 0 asks for as much as there can be. Page: "Using Map state in Distributed mode".
    if let Some(concurrency) = &map.max_concurrency
        && *concurrency != Quantity::Value(0)
    {
        how.push(format!("concurrency {}", quantity(concurrency)));
    }
    if let Some(count) = &map.tolerated_failure_count {
        how.push(format!("tolerates {} failures", quantity(count)));
    }
    if let Some(percentage) = &map.tolerated_failure_percentage {
        how.push(format!("tolerates {} %", quantity(percentage)));
    }
    let mut items = Vec::new();
    items.extend(map.item_reader.as_ref().map(reader));
    if let Some(most) = map.item_batcher.as_ref().and_then(|batcher| batcher.max_items_per_batch.as_ref()) {
        items.push(format!("batches of {}", quantity(most)));
    }
    if map.result_writer.is_some() {
        items.push("results to S3".to_owned());
    }
    [how, items].into_iter().filter(|line| !line.is_empty()).map(|line| line.join(", ")).collect()
}

fn reader(reader: &ItemReader) -> String {
    if reader.resource.contains("listObjects") {
        return "items from a listing of S3".to_owned();
    }
    match reader.reader_config.as_ref().and_then(|config| config.input_type) {
        Some(kind) => format!("items from {} in S3", kind.as_str()),
        None => "items from S3".to_owned(),
    }
}

fn quantity<T: Display>(quantity: &Quantity<T>) -> String {
    match quantity {
        Quantity::Value(value) => value.to_string(),
        Quantity::Path(path) => short(path),
        Quantity::Expression(expression) => bare(expression),
    }
}

/// Writes seconds in the largest units that fit: `1 h 30 min`.
fn duration(seconds: u64) -> String {
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)] {
        if rest >= length {
            parts.push(format!("{} {unit}", rest / length));
            rest %= length;
        }
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

fn service_name(service: &str) -> String {
    if let Some((_, name)) = SERVICES.iter().find(|(word, _)| *word == service) {
        (*name).to_owned()
    } else if ABBREVIATIONS.contains(&service) {
        service.to_uppercase()
    } else {
        capitalised(service)
    }
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn functions() -> BTreeMap<String, String> {
        BTreeMap::from([("InferAlias".to_owned(), "infer".to_owned())])
    }

    #[test]
    fn resources_are_named_as_the_console_names_them() {
        for (resource, is_function, label, subject, waits) in [
            ("arn:aws:states:::lambda:invoke", true, "Lambda: Invoke", None, None),
            (
                "arn:${AWS::Partition}:states:::lambda:invoke.waitForTaskToken",
                true,
                "Lambda: Invoke",
                None,
                Some("waits for a callback"),
            ),
            ("arn:aws:states:::aws-sdk:s3:listObjectsV2", false, "S3: ListObjectsV2", None, None),
            ("arn:aws:states:::dynamodb:putItem", false, "DynamoDB: PutItem", None, None),
            (
                "arn:aws:states:::states:startExecution.sync:2",
                false,
                "Step Functions: StartExecution",
                None,
                Some("runs the job to its end"),
            ),
            (
                "arn:aws:lambda:us-east-1:1:function:resize:live",
                true,
                "Lambda: Invoke",
                Some("resize:live"),
                None,
            ),
            ("arn:aws:states:us-east-1:1:activity:approve", false, "Activity", Some("approve"), None),
            ("${InferAlias}", true, "Lambda: Invoke", Some("infer"), None),
            ("${Other}", false, "Task state", Some("${Other}"), None),
        ] {
            let expected =
                Work { is_function, label: label.to_owned(), subject: subject.map(str::to_owned), waits };
            assert_eq!(Work::of(resource, &functions()), expected, "{resource}");
        }
    }

    #[test]
    fn subjects_are_short_names() {
        for (field, value, expected) in [
            ("FunctionName", "${InferAlias}", "infer"),
            ("FunctionName", "arn:aws:lambda:us-east-1:1:function:infer:live", "infer:live"),
            ("FunctionName", "${Unknown}", "${Unknown}"),
            ("QueueUrl", "https://sqs.us-east-1.amazonaws.com/1/jobs", "jobs"),
            ("TopicArn", "arn:aws:sns:us-east-1:1:alerts", "alerts"),
            ("TableName.$", "$.table", "table"),
            ("Bucket", "{% $states.input.bucket %}", "bucket"),
        ] {
            let given = serde_json::json!({ field: value });
            let field = field.trim_end_matches(".$");
            assert_eq!(subject(&given, field, &functions()).as_deref(), Some(expected), "{value}");
        }
        assert_eq!(filled("a ${InferAlias} b ${", &functions()), "a infer b ${");
    }

    #[test]
    fn durations_use_the_largest_units() {
        for (seconds, text) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (5_400, "1 h 30 min"), (86_401, "1 d 1 s")]
        {
            assert_eq!(duration(seconds), text);
        }
    }
}
