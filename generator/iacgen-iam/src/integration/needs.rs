//! From an integration to what it must be allowed.
//!
//! Page: "How Step Functions generates IAM policies for integrated services" and the page of each service behind it,
//! narrowed to the resources of the "Service Authorization Reference" where the examples there say `*`.

use super::name::IntegrationName;
use super::{Kind, jobs, sdk};
use crate::Action;

/// The path of an argument: `["Entries", "*", "EventBusName"]`, where `*` is each element of a list.
pub type Field = &'static [&'static str];

/// What an integration must be allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The permissions, all of which it needs.
    pub permissions: Vec<Permission>,
}

impl Need {
    /// Tells whether its arguments name all that it touches. Otherwise the spec must say it, in `resources`.
    pub fn is_derivable(&self) -> bool {
        !self.permissions.iter().any(|permission| permission.on == On::Stated)
    }

    /// Returns all actions.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.permissions.iter().flat_map(|permission| &permission.actions)
    }
}

/// Actions on one kind of resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The actions.
    pub actions: Vec<Action>,
    /// What they touch.
    pub on: On,
}

/// What a permission is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// `*`: the actions take no resource. The page says so.
    Anything {
        /// The page of AWS.
        page: &'static str,
    },
    /// What the spec states in `resources`; the arguments do not name it.
    Stated,
    /// The resource that the first of these arguments names that is written.
    Named {
        /// What it is.
        kind: Kind,
        /// The arguments.
        fields: Vec<Field>,
        /// Its name when no argument is written.
        default: Option<&'static str>,
        /// Whether nothing is needed when no argument is written.
        optional: bool,
    },
    /// A function, with the version or alias that `Qualifier` names.
    Function,
    /// A table, or its index when `IndexName` is written.
    TableOrIndex,
    /// Objects of a bucket.
    Objects {
        /// The argument that names the bucket.
        bucket: Field,
        /// The argument that names the key. A key that is known only later is any key of the bucket.
        key: Field,
    },
    /// The object that `CopySource` names as `BUCKET/KEY`.
    CopySource,
    /// A listing of a bucket, under the prefix of `Prefix`.
    Listing,
    /// A state machine, started by its own, a version's or an alias's ARN.
    StateMachine,
    /// The executions of the state machine.
    Executions,
    /// A task definition, run in the cluster of `Cluster`.
    TaskDefinition,
    /// The tasks in the cluster of `Cluster`.
    Tasks,
    /// The roles that are handed to a service.
    PassedRoles {
        /// The arguments that name them.
        fields: Vec<Field>,
        /// Who gets them.
        service: &'static str,
        /// Whether one must be known.
        demand: Demand,
    },
    /// Jobs that have no name before they run.
    Jobs {
        /// The service of their ARNs.
        service: &'static str,
        /// The last part of their ARNs.
        pattern: &'static str,
    },
    /// The rule of EventBridge that tells Step Functions of a job's end.
    ManagedRule(&'static str),
    /// A metric's namespace, by the condition `cloudwatch:namespace`.
    MetricNamespace,
}

/// Whether a role must be passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Always.
    Always,
    /// When `LaunchType` is `FARGATE`, whose tasks have an execution role.
    OnFargate,
}

/// Returns what an integration must be allowed.
pub fn needs(name: &IntegrationName) -> Need {
    let service = match (name.is_sdk(), name.service()) {
        (true, "sfn") => "states",
        (true, "eventbridge") => "events",
        (true, "bedrockruntime") => "bedrock",
        (true, "cloudwatchlogs") => "logs",
        (_, other) => other,
    };
    let mut permissions = direct(name, service);
    if name.pattern().runs_job() {
        permissions.extend(jobs::followed(service, name.operation()));
    }
    Need { permissions }
}

/// Returns what the call itself needs.
fn direct(name: &IntegrationName, service: &str) -> Vec<Permission> {
    let operation = name.operation();
    let actions = || actions_of(name);
    let one = |on: On| vec![Permission { actions: actions(), on }];
    match (service, operation) {
        ("lambda", "invoke") => one(On::Function),
        ("dynamodb", _) => dynamodb(operation, &actions()),
        (
            "sqs",
            "cancelMessageMoveTask"
            | "createQueue"
            | "getQueueUrl"
            | "listMessageMoveTasks"
            | "listQueues"
            | "startMessageMoveTask",
        ) => one(On::Stated),
        ("sqs", _) => one(named(Kind::Queue, &[&["QueueUrl"]])),
        ("sns", "publish" | "publishBatch") => one(named(Kind::Topic, &[&["TopicArn"], &["TargetArn"]])),
        ("events", "putEvents") => one(On::Named {
            kind: Kind::EventBus,
            fields: vec![&["Entries", "*", "EventBusName"]],
            default: Some("default"),
            optional: false,
        }),
        ("bedrock", "invokeModel" | "invokeModelWithResponseStream" | "converse" | "converseStream") => {
            one(named(Kind::Model, &[&["ModelId"]]))
        }
        ("states", "startExecution" | "startSyncExecution") => one(On::StateMachine),
        // Page: "Actions, resources, and condition keys for AWS Step Functions": these take no resource.
        ("states", "sendTaskSuccess" | "sendTaskFailure" | "sendTaskHeartbeat") => {
            one(On::Anything { page: "Actions, resources, and condition keys for AWS Step Functions" })
        }
        ("ecs", "runTask") => vec![
            Permission { actions: actions(), on: On::TaskDefinition },
            passed(
                &[&["Overrides", "TaskRoleArn"], &["Overrides", "ExecutionRoleArn"]],
                "ecs-tasks.amazonaws.com",
                Demand::OnFargate,
            ),
        ],
        ("batch", "submitJob") => vec![
            Permission { actions: actions(), on: named(Kind::JobQueue, &[&["JobQueue"]]) },
            Permission { actions: actions(), on: named(Kind::JobDefinition, &[&["JobDefinition"]]) },
        ],
        ("glue", "startJobRun" | "getJobRun" | "getJobRuns" | "batchStopJobRun") => {
            one(named(Kind::GlueJob, &[&["JobName"]]))
        }
        ("codebuild", "startBuild" | "startBuildBatch") => one(named(Kind::Project, &[&["ProjectName"]])),
        ("s3", _) => s3(operation, &actions()),
        ("ssm", "getParameter" | "putParameter" | "deleteParameter" | "getParameterHistory") => {
            one(named(Kind::Parameter, &[&["Name"]]))
        }
        ("ssm", "getParameters" | "deleteParameters") => one(named(Kind::Parameter, &[&["Names", "*"]])),
        ("secretsmanager", "getSecretValue" | "putSecretValue" | "describeSecret" | "updateSecret") => {
            one(named(Kind::Secret, &[&["SecretId"]]))
        }
        ("kms", "encrypt" | "decrypt" | "generateDataKey" | "sign" | "verify" | "describeKey") => {
            one(named(Kind::Key, &[&["KeyId"]]))
        }
        ("kinesis", "putRecord" | "putRecords") => {
            one(named(Kind::Stream, &[&["StreamARN"], &["StreamName"]]))
        }
        ("firehose", "putRecord" | "putRecordBatch") => {
            one(named(Kind::DeliveryStream, &[&["DeliveryStreamName"]]))
        }
        ("cloudwatch", "putMetricData") => one(On::MetricNamespace),
        (
            "sagemaker",
            "createHyperParameterTuningJob" | "createModel" | "createProcessingJob" | "createTrainingJob",
        ) => vec![
            Permission { actions: actions(), on: On::Stated },
            passed(
                &[&["RoleArn"], &["ExecutionRoleArn"], &["TrainingJobDefinition", "RoleArn"]],
                "sagemaker.amazonaws.com",
                Demand::Always,
            ),
        ],
        _ => one(On::Stated),
    }
}

/// Returns the actions of the call itself. Where an optimized integration and the SDK's differ in name, this is where.
fn actions_of(name: &IntegrationName) -> Vec<Action> {
    let (service, operation) = (name.service(), name.operation());
    if name.is_sdk() {
        return sdk::actions(service, operation);
    }
    match (service, operation) {
        ("apigateway", _) => actions(&["execute-api:Invoke"]),
        ("elasticmapreduce", "createCluster") => actions(&["elasticmapreduce:RunJobFlow"]),
        ("elasticmapreduce", "terminateCluster") => actions(&["elasticmapreduce:TerminateJobFlows"]),
        ("elasticmapreduce", "setClusterTerminationProtection") => {
            actions(&["elasticmapreduce:SetTerminationProtection"])
        }
        ("elasticmapreduce", "addStep") => actions(&["elasticmapreduce:AddJobFlowSteps"]),
        ("elasticmapreduce", "cancelStep") => actions(&["elasticmapreduce:CancelSteps"]),
        ("elasticmapreduce", "modifyInstanceFleetByName") => {
            actions(&["elasticmapreduce:ListInstanceFleets", "elasticmapreduce:ModifyInstanceFleet"])
        }
        ("elasticmapreduce", "modifyInstanceGroupByName") => {
            actions(&["elasticmapreduce:ListInstanceGroups", "elasticmapreduce:ModifyInstanceGroups"])
        }
        ("eks", "call" | "runJob") => actions(&["eks:DescribeCluster"]),
        // Page: "Call HTTPS APIs in Step Functions workflows", "IAM permissions to run an HTTP Task".
        ("http", _) => actions(&[
            "states:InvokeHTTPEndpoint",
            "events:RetrieveConnectionCredentials",
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
        ]),
        ("lambda", _) => actions(&["lambda:InvokeFunction"]),
        _ => {
            let (first, rest) = operation.split_at_checked(1).unwrap_or((operation, ""));
            Action::parse(&format!("{service}:{}{rest}", first.to_ascii_uppercase())).into_iter().collect()
        }
    }
}

/// Page: "Actions, resources, and condition keys for Amazon DynamoDB".
fn dynamodb(operation: &str, of_call: &[Action]) -> Vec<Permission> {
    let one = |on: On| vec![Permission { actions: of_call.to_vec(), on }];
    let tables = |name: &'static str, field: Field| Permission {
        actions: actions(&[name]),
        on: On::Named { kind: Kind::Table, fields: vec![field], default: None, optional: true },
    };
    match operation {
        "query" | "scan" => one(On::TableOrIndex),
        "transactGetItems" => {
            vec![tables("dynamodb:GetItem", &["TransactItems", "*", "Get", "TableName"])]
        }
        "transactWriteItems" => vec![
            tables("dynamodb:ConditionCheckItem", &["TransactItems", "*", "ConditionCheck", "TableName"]),
            tables("dynamodb:DeleteItem", &["TransactItems", "*", "Delete", "TableName"]),
            tables("dynamodb:PutItem", &["TransactItems", "*", "Put", "TableName"]),
            tables("dynamodb:UpdateItem", &["TransactItems", "*", "Update", "TableName"]),
        ],
        "deleteItem" | "describeTable" | "describeTimeToLive" | "getItem" | "putItem" | "updateItem" => {
            one(named(Kind::Table, &[&["TableName"]]))
        }
        _ => one(On::Stated),
    }
}

/// Page: "Required permissions for Amazon S3 API operations".
fn s3(operation: &str, of_call: &[Action]) -> Vec<Permission> {
    let one = |on: On| vec![Permission { actions: of_call.to_vec(), on }];
    let object = On::Objects { bucket: &["Bucket"], key: &["Key"] };
    match operation {
        "copyObject" | "uploadPartCopy" => vec![
            Permission { actions: actions(&["s3:GetObject"]), on: On::CopySource },
            Permission { actions: actions(&["s3:PutObject"]), on: object },
        ],
        "deleteObjects" => one(On::Objects { bucket: &["Bucket"], key: &["Delete", "Objects", "*", "Key"] }),
        "getObjectAttributes" => {
            vec![Permission { actions: actions(&["s3:GetObject", "s3:GetObjectAttributes"]), on: object }]
        }
        "abortMultipartUpload"
        | "completeMultipartUpload"
        | "createMultipartUpload"
        | "deleteObject"
        | "deleteObjectTagging"
        | "getObject"
        | "getObjectAcl"
        | "getObjectTagging"
        | "headObject"
        | "listParts"
        | "putObject"
        | "putObjectAcl"
        | "putObjectTagging"
        | "restoreObject"
        | "selectObjectContent"
        | "uploadPart" => one(object),
        "listObjects" | "listObjectsV2" => one(On::Listing),
        // It takes no resource. Page: "Actions, resources, and condition keys for Amazon S3".
        "listBuckets" => one(On::Anything { page: "Actions, resources, and condition keys for Amazon S3" }),
        "renameObject" | "writeGetObjectResponse" | "createSession" | "listDirectoryBuckets" => {
            one(On::Stated)
        }
        _ if operation.contains("Object")
            && !operation.contains("Bucket")
            && operation != "listObjectVersions" =>
        {
            one(object)
        }
        _ => one(named(Kind::Bucket, &[&["Bucket"]])),
    }
}

pub(super) fn named(kind: Kind, fields: &[Field]) -> On {
    On::Named { kind, fields: fields.to_vec(), default: None, optional: false }
}

fn passed(fields: &[Field], service: &'static str, demand: Demand) -> Permission {
    Permission {
        actions: actions(&["iam:PassRole"]),
        on: On::PassedRoles { fields: fields.to_vec(), service, demand },
    }
}

pub(super) fn actions(names: &[&'static str]) -> Vec<Action> {
    names.iter().map(|name| Action::new(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integration::optimized;

    fn of(text: &str) -> Need {
        needs(&IntegrationName::parse(text).unwrap())
    }

    fn names(need: &Need) -> Vec<&str> {
        need.actions().map(Action::as_str).collect()
    }

    #[test]
    fn every_optimized_integration_has_actions_with_every_pattern() {
        for known in optimized::all() {
            for pattern in known.patterns() {
                let name = IntegrationName::parse(&known.name(pattern)).unwrap();
                let need = needs(&name);
                assert!(need.actions().count() > 0, "{name}");
                assert!(need.permissions.iter().all(|permission| !permission.actions.is_empty()), "{name}");
                let follows = need.permissions.len() > needs(&plain(&name)).permissions.len();
                // A job of `eks:runJob` is followed with the cluster's own rights.
                assert_eq!(follows, pattern.runs_job() && !name.call().ends_with("runJob"), "{name}");
            }
        }
    }

    fn plain(name: &IntegrationName) -> IntegrationName {
        IntegrationName::parse(&name.call()).unwrap()
    }

    #[test]
    fn an_optimized_call_and_the_sdks_need_the_same() {
        for (optimized, sdk) in [
            ("dynamodb:putItem", "aws-sdk:dynamodb:putItem"),
            ("sqs:sendMessage", "aws-sdk:sqs:sendMessage"),
            ("sns:publish", "aws-sdk:sns:publish"),
            ("events:putEvents", "aws-sdk:eventbridge:putEvents"),
            ("states:startExecution", "aws-sdk:sfn:startExecution"),
            ("lambda:invoke", "aws-sdk:lambda:invoke"),
            ("bedrock:invokeModel", "aws-sdk:bedrockruntime:invokeModel"),
            ("batch:submitJob", "aws-sdk:batch:submitJob"),
            ("ecs:runTask", "aws-sdk:ecs:runTask"),
        ] {
            assert_eq!(of(optimized), of(sdk), "{optimized}");
        }
    }

    #[test]
    fn only_what_aws_gives_no_resource_stands_on_anything() {
        let open: Vec<String> = optimized::all()
            .flat_map(|known| known.patterns().into_iter().map(move |pattern| known.name(pattern)))
            .flat_map(|name| of(&name).permissions)
            .filter(|permission| matches!(permission.on, On::Anything { .. }))
            .flat_map(|permission| permission.actions)
            .map(|action| action.to_string())
            .collect();
        assert_eq!(open, ["batch:DescribeJobs"]);
    }

    #[test]
    fn an_unknown_call_is_named_and_left_to_the_spec() {
        let need = of("aws-sdk:rekognition:detectLabels");
        assert!(!need.is_derivable());
        assert_eq!(names(&need), ["rekognition:DetectLabels"]);
        assert!(of("aws-sdk:s3:headObject").is_derivable());
    }
}
