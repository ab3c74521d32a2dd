//! Every type of ours passes the check that raw resources pass.

use std::collections::BTreeSet;

use iacgen_aws_types::{
    Architecture, BucketName, EphemeralStorage as Megabytes, LogicalId, MemorySize, Provisioned, Seconds,
};
use iacgen_iam::grants::s3::require_tls;
use iacgen_iam::{PolicyDocument, trust};
use indexmap::IndexMap;
use serde_json::{Number, Value, json};

use super::*;
use crate::policy::Document;
use crate::{Expr, Properties, Resource, schemas};

fn arn() -> Expr {
    Expr::get_att(&id(), "Arn")
}

fn id() -> LogicalId {
    LogicalId::new("Thing").unwrap()
}

fn tag() -> Vec<Tag> {
    vec![Tag { key: "project".to_owned(), value: "a".to_owned() }]
}

fn seconds(count: u32) -> Seconds {
    Seconds::new(count).unwrap()
}

fn document() -> Document {
    Document::from(&require_tls(&id()))
}

/// One of each type, with every part set.
fn one_of_each() -> Vec<Resource> {
    let dimension = || Dimension { name: "StateMachineArn", value: arn() };
    let allowed = || Document::from(&PolicyDocument::new([]));
    vec![
        Alarm {
            alarm_description: "Fails.".to_owned(),
            namespace: "AWS/States",
            metric_name: "ExecutionsFailed",
            dimensions: vec![dimension()],
            statistic: Statistic::Sum,
            period: seconds(60),
            evaluation_periods: 2,
            datapoints_to_alarm: Some(1),
            threshold: 1.into(),
            comparison_operator: Comparison::GreaterOrEqual,
            treat_missing_data: MissingData::NotBreaching,
            alarm_actions: vec![arn()],
            ok_actions: vec![arn()],
            tags: tag(),
        }
        .into(),
        Alias {
            function_name: arn(),
            function_version: arn(),
            name: "live",
            provisioned_concurrency: Some(ProvisionedConcurrency {
                provisioned_concurrent_executions: Provisioned::new(2).unwrap(),
            }),
        }
        .into(),
        Bucket {
            name: Some(BucketName::new("cosmicai-data").unwrap()),
            encryption: BucketEncryption::Kms(arn()),
            events: BucketEvents::ToEventBridge,
            access_logs: Some(AccessLogs { bucket: arn(), prefix: "data/".to_owned() }),
            versioning: Versioning::On { noncurrent_days: 30 },
            abort_multipart_days: 7,
            expire: vec![Expiry { prefix: "runs/".to_owned(), days: 30 }],
            tags: tag(),
        }
        .into(),
        BucketPolicy { bucket: Expr::Ref(id()), policy_document: document() }.into(),
        Dashboard {
            name: Some("runs".into()),
            widgets: vec![Widget {
                x: 0,
                y: 0,
                width: COLUMNS,
                height: 1,
                content: WidgetContent::Text(arn()),
            }],
        }
        .into(),
        EventInvokeConfig { function_name: arn(), qualifier: "live", on_failure: arn() }.into(),
        function().into(),
        Key { description: "All of it.".to_owned(), policy: document(), tags: tag() }.into(),
        LayerVersion {
            layer_name: "cosmic-prod-onnxruntime-arm64".to_owned(),
            description: "onnxruntime for arm64.".to_owned(),
            content: Code { bucket: arn(), key: "a.zip".to_owned() },
            architecture: Architecture::Arm64,
        }
        .into(),
        LogGroup {
            log_group_name: Some("/aws/vendedlogs/states/a".to_owned()),
            retention_in_days: 30,
            kms_key_id: Some(arn()),
            tags: tag(),
        }
        .into(),
        Policy { policy_name: "late", policy_document: allowed(), roles: vec![arn()] }.into(),
        Queue {
            order: QueueOrder::Fifo,
            visibility_timeout: Some(seconds(30)),
            message_retention: Some(seconds(345_600)),
            redrive: Some(RedrivePolicy { dead_letter_target_arn: arn(), max_receive_count: 5 }),
            kms_key: Some(arn()),
            tags: tag(),
        }
        .into(),
        QueuePolicy { queues: vec![arn()], policy_document: document() }.into(),
        Role {
            description: "What it may do.".to_owned(),
            assume_role_policy_document: Document::from(&trust::lambda()),
            policies: vec![InlinePolicy { policy_name: "logs", policy_document: allowed() }],
            permissions_boundary: Some("arn:aws:iam::123456789012:policy/boundary".into()),
            tags: tag(),
        }
        .into(),
        Rule {
            description: "Starts.".to_owned(),
            events: ObjectsCreated { bucket: arn(), prefix: "in/".to_owned(), suffix: ".csv".to_owned() },
            target: arn(),
            role: arn(),
            dead_letters: Some(arn()),
            tags: tag(),
        }
        .into(),
        ScalableTarget {
            resource_id: Expr::Sub("function:${Thing}:live".to_owned()),
            min_capacity: 1,
            max_capacity: 10,
            scheduled_actions: vec![ScheduledAction {
                scheduled_action_name: "morning".to_owned(),
                schedule: "cron(0 8 * * ? *)".to_owned(),
                timezone: Some("UTC".to_owned()),
                scalable_target_action: Bounds { min_capacity: 5, max_capacity: 10 },
            }],
        }
        .into(),
        ScalingPolicy {
            policy_name: "utilization".to_owned(),
            scaling_target_id: Expr::Ref(id()),
            utilization: Number::from_f64(0.7).unwrap(),
        }
        .into(),
        Schedule {
            description: Some("Every night.".to_owned()),
            expression: "rate(1 day)".to_owned(),
            time_zone: Some("Europe/Berlin".to_owned()),
            target: arn(),
            role: arn(),
            input: Some("{}".to_owned()),
            dead_letters: Some(arn()),
            kms_key: Some(arn()),
        }
        .into(),
        state_machine().into(),
        StateMachineAlias {
            name: "live",
            description: Some("What is started.".to_owned()),
            version: arn(),
            shift: Shift::Linear(Step { percentage: 10, interval_minutes: 5 }),
            alarms: vec![Expr::Ref(id())],
        }
        .into(),
        StateMachineVersion {
            state_machine_arn: arn(),
            state_machine_revision_id: Some(Expr::get_att(&id(), "StateMachineRevisionId")),
            description: Some("The first.".to_owned()),
        }
        .into(),
        Table {
            key: KeyAttribute { name: "id".to_owned(), attribute_type: AttributeType::Text },
            sort: Some(KeyAttribute { name: "at".to_owned(), attribute_type: AttributeType::Number }),
            expires: Some("gone".to_owned()),
            kms_key: Some(arn()),
            deletion: TableDeletion::Protected,
            tags: tag(),
        }
        .into(),
        Topic {
            topic_name: Some("done.fifo".into()),
            fifo: Some(FifoTopic::DEDUPLICATED),
            kms_master_key_id: Some(arn()),
            tags: tag(),
        }
        .into(),
        TopicPolicy { topics: vec![arn()], policy_document: document() }.into(),
        Version { function_name: arn(), description: Some("The first.".to_owned()) }.into(),
    ]
}

fn function() -> Function {
    Function {
        description: Some("Infers.".to_owned()),
        runtime: Runtime::ProvidedAl2023,
        handler: "bootstrap",
        architectures: [Architecture::Arm64],
        code: Code { bucket: arn(), key: "a.zip".to_owned() },
        memory_size: MemorySize::new(1_024).unwrap(),
        timeout: seconds(60),
        ephemeral_storage: Some(EphemeralStorage { size: Megabytes::new(1_024).unwrap() }),
        role: arn(),
        reserved_concurrent_executions: Some(50),
        layers: vec!["arn:aws:lambda:us-east-1:123456789012:layer:a:1".into()],
        vpc_config: Some(VpcConfig {
            subnet_ids: vec!["subnet-1".to_owned()],
            security_group_ids: vec!["sg-1".to_owned()],
        }),
        kms_key_arn: Some(arn()),
        environment: Environment { variables: IndexMap::from([("A".to_owned(), arn())]) },
        logging_config: LoggingConfig { log_group: arn() },
        tracing_config: TracingConfig::Active,
        tags: tag(),
    }
}

fn state_machine() -> StateMachine {
    StateMachine {
        machine_type: MachineType::Standard,
        role_arn: arn(),
        definition_string: "{}".to_owned(),
        definition_substitutions: IndexMap::from([("A".to_owned(), arn())]),
        logging: Some(Logging {
            level: LogLevel::All,
            include_execution_data: true,
            destinations: [Destination::log_group(arn())],
        }),
        tracing: Tracing { enabled: true },
        encryption: Some(Encryption { kms_key: arn() }),
        tags: tag(),
    }
}

#[test]
fn every_type_fits_its_schema() {
    let mut names = BTreeSet::new();
    for resource in one_of_each() {
        let properties = json!(resource.properties());
        let findings = schemas::check(resource.type_name(), properties.as_object().unwrap());
        assert_eq!(findings, [], "{}", resource.type_name());
        names.insert(resource.type_name().to_owned());
    }
    let all: BTreeSet<String> = Properties::TYPES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(names, all);
}

#[test]
fn new_parts_of_functions_machines_roles_and_log_groups_are_written() {
    let function = json!(function());
    assert_eq!(function["ReservedConcurrentExecutions"], 50);
    assert_eq!(function["VpcConfig"], json!({"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}));
    assert_eq!(function["KmsKeyArn"], json!(arn()));
    assert_eq!(function["Layers"].as_array().map(Vec::len), Some(1));
    let machine = json!(state_machine());
    assert_eq!(
        machine["EncryptionConfiguration"],
        json!({"Type": "CUSTOMER_MANAGED_KMS_KEY", "KmsKeyId": arn()})
    );
    assert_eq!(machine["LoggingConfiguration"]["Level"], "ALL");
    assert_eq!(machine["LoggingConfiguration"]["IncludeExecutionData"], Value::Bool(true));
}

#[test]
fn a_key_is_rotated() {
    let key = json!(Key { description: "All of it.".to_owned(), policy: document(), tags: Vec::new() });
    assert_eq!(key["EnableKeyRotation"], Value::Bool(true));
    assert_eq!(key["KeyPolicy"], json!(document()));
}
