//! From an integration to what it must be allowed.
//!
//! Page: "How Step Functions generates IAM policies for integrated services" and the page of each service behind it,
//! narrowed to the resources of the "Service Authorization Reference" where the examples there say `*`.

use super::derive::ObjectAccess;
use super::form::Form;
use super::name::IntegrationName;
use super::{Kind, athena, eks, emr, http, jobs, learning, passing, sdk, stores};
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
    /// `*`, for actions that take no resource and that few calls need: where the spec states `*`.
    AnythingIfStated {
        /// The page of AWS.
        page: &'static str,
    },
    /// What the arguments put together.
    Formed {
        /// The service of the ARNs.
        service: &'static str,
        /// How their last parts read; all are needed.
        forms: &'static [Form],
        /// Whether nothing is needed when an argument is not written.
        optional: bool,
        /// A key of the request that the value of an argument limits, where that is known.
        within: Option<(&'static str, Field)>,
    },
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
    /// The tags of tasks that are started, where `Tags` are written.
    TaskTags,
    /// A topic, or a phone, which has no ARN.
    TopicOrPhone,
    /// Something that is needed only where one of these arguments is written.
    Where {
        /// The arguments.
        fields: &'static [Field],
        /// What is needed then.
        on: Box<On>,
    },
    /// The roles that are handed to a service.
    PassedRoles {
        /// The arguments that name them.
        fields: Vec<Field>,
        /// Who gets them: one of these.
        services: &'static [&'static str],
        /// Whether one must be known.
        demand: Demand,
    },
    /// The role that a service makes for itself in an account, where the spec states it.
    ServiceLinkedRole {
        /// The service.
        service: &'static str,
    },
    /// The object that an argument names as `s3://BUCKET/KEY`, or what the spec grants where it does not tell.
    ObjectAt {
        /// The argument.
        field: Field,
        /// What for.
        access: ObjectAccess,
    },
    /// What the spec grants.
    Granted(ObjectAccess),
    /// The place of a query's results.
    QueryResults,
    /// The databases and tables of a query.
    QueryTables {
        /// Whether it changes them, as far as is known.
        changes: bool,
    },
    /// The database that Athena looks for whatever is asked.
    DefaultDatabase,
    /// The machine itself, under conditions on the endpoint and the method of an HTTP call.
    HttpEndpoint,
    /// The connection of an HTTP call.
    Connection,
    /// The secret of that connection.
    ConnectionSecret,
    /// The method of an API of API Gateway.
    Api,
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
    /// When one of the arguments is written.
    IfWritten,
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
    if name.is_sdk() && !passing::passes(&permissions) {
        permissions.extend(passing::roles(service, name.operation()));
    }
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
        ("dynamodb", _) => stores::dynamodb(operation, &actions()),
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
        ("sns", "publish") => one(On::TopicOrPhone),
        ("sns", "publishBatch") => one(named(Kind::Topic, &[&["TopicArn"]])),
        ("sts", "assumeRole") => one(named(Kind::Role, &[&["RoleArn"]])),
        // Page: "Authorizing access to the Amazon RDS Data API".
        ("rdsdata", _) => vec![
            Permission { actions: actions(), on: named(Kind::DatabaseCluster, &[&["ResourceArn"]]) },
            Permission { actions: self::actions(&["secretsmanager:GetSecretValue"]), on: secret() },
        ],
        // Page: "Authorizing access to the Amazon Redshift Data API".
        ("redshiftdata", "executeStatement" | "batchExecuteStatement") => vec![
            Permission { actions: actions(), on: On::Stated },
            Permission { actions: self::actions(&["secretsmanager:GetSecretValue"]), on: secret() },
        ],
        ("events", "putEvents") => one(On::Named {
            kind: Kind::EventBus,
            fields: vec![&["Entries", "*", "EventBusName"]],
            default: Some("default"),
            optional: false,
        }),
        ("apigateway", _) if !name.is_sdk() => one(On::Api),
        ("http", _) => http::invoke(),
        ("athena", _) => athena::needs(operation, actions()),
        ("bedrock", "invokeModel" | "invokeModelWithResponseStream" | "converse" | "converseStream") => {
            learning::invoke_model(actions())
        }
        ("bedrock", "createModelCustomizationJob") => learning::customize(actions()),
        ("sagemaker", _) => learning::sagemaker(operation, actions()),
        ("eks", _) => eks::needs(operation, &actions()),
        ("elasticmapreduce", _) => emr::cluster(operation, actions()),
        ("emr-containers", _) => emr::virtual_cluster(operation, actions()),
        ("emr-serverless", _) => emr::application(operation, actions()),
        ("databrew", "startJobRun") => one(forms("databrew", &["job/{Name}"])),
        ("mediaconvert", "createJob") => mediaconvert(&actions()),
        ("states", "startExecution" | "startSyncExecution") => one(On::StateMachine),
        // Page: "Actions, resources, and condition keys for AWS Step Functions": these take no resource.
        ("states", "sendTaskSuccess" | "sendTaskFailure" | "sendTaskHeartbeat") => {
            one(On::Anything { page: "Actions, resources, and condition keys for AWS Step Functions" })
        }
        ("ecs", "runTask") => vec![
            Permission { actions: actions(), on: On::TaskDefinition },
            passed(
                &[&["Overrides", "TaskRoleArn"], &["Overrides", "ExecutionRoleArn"]],
                &["ecs-tasks.amazonaws.com"],
                Demand::OnFargate,
            ),
            Permission { actions: self::actions(&["ecs:TagResource"]), on: On::TaskTags },
        ],
        ("batch", "submitJob") => vec![
            Permission { actions: actions(), on: named(Kind::JobQueue, &[&["JobQueue"]]) },
            Permission { actions: actions(), on: named(Kind::JobDefinition, &[&["JobDefinition"]]) },
        ],
        ("glue", "startJobRun" | "getJobRun" | "getJobRuns" | "batchStopJobRun") => {
            one(named(Kind::GlueJob, &[&["JobName"]]))
        }
        ("codebuild", "startBuild" | "startBuildBatch") => one(named(Kind::Project, &[&["ProjectName"]])),
        // Builds have no ARN that policies know: their project has.
        (
            "codebuild",
            "batchDeleteBuilds"
            | "batchGetBuildBatches"
            | "batchGetBuilds"
            | "deleteBuildBatch"
            | "retryBuild"
            | "retryBuildBatch"
            | "stopBuild"
            | "stopBuildBatch",
        ) => one(named(Kind::Project, &[])),
        ("s3", _) => stores::s3(operation, &actions()),
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
        ("lambda", _) => actions(&["lambda:InvokeFunction"]),
        _ => {
            let (first, rest) = operation.split_at_checked(1).unwrap_or((operation, ""));
            Action::parse(&format!("{service}:{}{rest}", first.to_ascii_uppercase())).into_iter().collect()
        }
    }
}

/// Page: "IAM policies for calling AWS Elemental MediaConvert", which allows every queue, template and preset.
fn mediaconvert(of_call: &[Action]) -> Vec<Permission> {
    let of = |forms, optional| Permission {
        actions: of_call.to_vec(),
        on: On::Formed { service: "mediaconvert", forms, optional, within: None },
    };
    vec![
        of(&["queues/{Queue=Default}"], false),
        of(&["jobTemplates/{JobTemplate}"], true),
        of(&["presets/{Settings.OutputGroups.*.Outputs.*.Preset}"], true),
        passed(&[&["Role"]], &["mediaconvert.amazonaws.com"], Demand::Always),
    ]
}

pub(super) fn named(kind: Kind, fields: &[Field]) -> On {
    On::Named { kind, fields: fields.to_vec(), default: None, optional: false }
}

/// The secret of a database, where one is named.
fn secret() -> On {
    On::Named { kind: Kind::Secret, fields: vec![&["SecretArn"]], default: None, optional: true }
}

pub(super) const fn forms(service: &'static str, forms: &'static [Form]) -> On {
    On::Formed { service, forms, optional: false, within: None }
}

pub(super) fn passed(fields: &[Field], services: &'static [&'static str], demand: Demand) -> Permission {
    Permission {
        actions: actions(&["iam:PassRole"]),
        on: On::PassedRoles { fields: fields.to_vec(), services, demand },
    }
}

pub(super) fn actions(names: &[&'static str]) -> Vec<Action> {
    names.iter().map(|name| Action::new(name)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::integration::optimized;
    use crate::integration::untyped::takes_no_resource;

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
                let kubernetes = ["eks:call", "eks:runJob"].contains(&name.call().as_str());
                assert_eq!(need.actions().count() > 0, !kubernetes, "{name}");
                assert!(need.permissions.iter().all(|permission| !permission.actions.is_empty()), "{name}");
                let follows = need.permissions.len() > needs(&plain(&name)).permissions.len();
                assert_eq!(follows, pattern.runs_job() && !kubernetes, "{name}");
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
        let open: BTreeSet<Action> = optimized::all()
            .flat_map(|known| known.patterns().into_iter().map(move |pattern| known.name(pattern)))
            .flat_map(|name| of(&name).permissions)
            .filter(|permission| matches!(permission.on, On::Anything { .. }))
            .flat_map(|permission| permission.actions)
            .collect();
        assert!(open.len() > 3);
        for action in open {
            assert!(takes_no_resource(&action), "{action}");
        }
    }

    #[test]
    fn an_unknown_call_is_named_and_left_to_the_spec() {
        let need = of("aws-sdk:rekognition:detectLabels");
        assert!(!need.is_derivable());
        assert_eq!(names(&need), ["rekognition:DetectLabels"]);
        assert!(of("aws-sdk:s3:headObject").is_derivable());
    }
}
