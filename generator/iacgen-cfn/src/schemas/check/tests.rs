//! Each kind of finding, from the committed schemas.

use serde_json::{Value, json};

use super::*;

/// Findings as `PATH: MESSAGE; MEND`.
fn found(type_name: &str, properties: &Value) -> Vec<String> {
    check(type_name, properties.as_object().unwrap())
        .iter()
        .map(|finding| format!("{}: {finding}; {}", finding.path, finding.mend()))
        .collect()
}

const NONE: [&str; 0] = [];

#[test]
fn what_is_right_has_no_findings() {
    let rule = json!({
        "EventPattern": {"source": ["aws.s3"]},
        "State": "ENABLED",
        "Targets": [{"Id": "a", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}],
        "Tags": [{"Key": "a", "Value": {"Fn::Sub": "${AWS::Region}"}}],
    });
    assert_eq!(found("AWS::Events::Rule", &rule), NONE);
    // CloudFormation converts between texts and what they spell.
    assert_eq!(found("AWS::SQS::Queue", &json!({"DelaySeconds": "5", "FifoQueue": "true"})), NONE);
    assert_eq!(found("AWS::SNS::Topic", &json!({"DisplayName": 5})), NONE);
}

#[test]
fn an_intrinsic_stands_for_any_value() {
    let queue = json!({"DelaySeconds": {"Ref": "Delay"}, "Tags": {"Fn::Transform": {"Name": "Macro"}}});
    assert_eq!(found("AWS::SQS::Queue", &queue), NONE);
    let queue = json!({"QueueName": {"Fn::Jion": []}, "DelaySeconds": {"Fn::If": ["C", 1, 2]}});
    assert_eq!(
        found("AWS::SQS::Queue", &queue),
        [
            "/QueueName: CloudFormation has no intrinsic function `Fn::Jion`; did you mean `Fn::Join`?",
            "/DelaySeconds: `Fn::If` needs a condition, which the template does not have; write the value itself; \
             what differs between environments stands in their files",
        ]
    );
}

#[test]
fn types_are_known_by_name() {
    assert_eq!(
        found("AWS::SQS::Kueue", &json!({})),
        [": CloudFormation has no resource type `AWS::SQS::Kueue`; did you mean `AWS::SQS::Queue`?"]
    );
    assert_eq!(found("AWS::Nothing::OfTheKind", &json!({})).len(), 1);
    // Other publishers' types, modules and custom resources.
    assert_eq!(found("Datadog::Monitors::Monitor", &json!({"x": 1})), NONE);
    assert_eq!(found("My::S3::Bucket::MODULE", &json!({"x": 1})), NONE);
    assert_eq!(found("Custom::Thing", &json!({"ServiceToken": "arn", "x": 1})), NONE);
    assert_eq!(found("Custom::Thing", &json!({})), [": `ServiceToken` is missing; add `ServiceToken`"]);
}

#[test]
fn properties_are_known_by_name() {
    let rule = json!({"EventPattern": {}, "Targets": [{"Id": "a", "Arn": "b", "RoleArm": "c"}]});
    assert_eq!(
        found("AWS::Events::Rule", &rule),
        ["/Targets/0/RoleArm: there is no property `RoleArm` here; did you mean `RoleArn`?"]
    );
    assert_eq!(
        found("AWS::SQS::QueuePolicy", &json!({"Queues": [], "PolicyDocument": {}, "Frobnicate": 1})),
        ["/Frobnicate: there is no property `Frobnicate` here; the properties are `Id`"]
    );
}

#[test]
fn kinds_of_values_are_held_to() {
    assert_eq!(
        found("AWS::SQS::Queue", &json!({"DelaySeconds": "soon", "FifoQueue": 1, "Tags": {"Key": "a"}})),
        [
            "/DelaySeconds: this must be a whole number, and it is a text; write a whole number",
            "/FifoQueue: this must be true or false, and it is a whole number; write true or false",
            "/Tags: this must be a list, and it is an object; write a list",
        ]
    );
    assert_eq!(
        found("AWS::SQS::QueuePolicy", &json!({"Queues": ["a"], "PolicyDocument": []})),
        ["/PolicyDocument: this must be an object or a text, and it is a list; write an object or a text"]
    );
}

#[test]
fn what_is_required_must_be_there() {
    assert_eq!(
        found("AWS::SQS::QueuePolicy", &json!({"Queues": []})),
        [": `PolicyDocument` is missing; add `PolicyDocument`"]
    );
    let one_of = |properties| found("AWS::CloudWatch::Alarm", &properties);
    let alarm = json!({"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1});
    assert_eq!(
        one_of(alarm),
        [
            ": one of `Metrics`, `MetricName`, `EvaluationCriteria` must be set, and none is; add one of `Metrics`, \
           `MetricName`, `EvaluationCriteria`"
        ]
    );
    let both = json!({"EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold", "MetricName": "m",
        "Statistic": "Sum", "ExtendedStatistic": "p99"});
    assert_eq!(
        one_of(both),
        [
            ": only one of `ExtendedStatistic`, `Statistic` can be set; keep one of `ExtendedStatistic`, `Statistic`"
        ]
    );
    assert_eq!(
        found("AWS::StepFunctions::StateMachineAlias", &json!({"Name": "live"})),
        [": one of `RoutingConfiguration`, `DeploymentPreference` must be set, and none is; add one of \
           `RoutingConfiguration`, `DeploymentPreference`"]
    );
}

#[test]
fn values_are_those_of_the_list_and_within_bounds() {
    let table = json!({
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASCH"}],
        "BillingMode": "ON_DEMAND",
        "TableName": "",
    });
    assert_eq!(
        found("AWS::DynamoDB::Table", &table),
        [
            "/KeySchema/0/KeyType: `HASCH` is not a value that CloudFormation takes here; did you mean `HASH`?",
            "/BillingMode: `ON_DEMAND` is not a value that CloudFormation takes here; the values are \
             `PAY_PER_REQUEST`, `PROVISIONED`",
            "/TableName: the text has 0 characters: 1 to 1024 are allowed; write at least 1 characters",
        ]
    );
    assert_eq!(
        found("AWS::SQS::Queue", &json!({"DelaySeconds": 901, "MaximumMessageSize": "1"})),
        [
            "/DelaySeconds: 901 is out of range: 0 to 900 are allowed; set at most 900",
            "/MaximumMessageSize: 1 is out of range: 1024 to 1048576 are allowed; set at least 1024",
        ]
    );
    let targets: Vec<Value> = (0..6).map(|number| json!({"Id": number, "Arn": "a"})).collect();
    assert_eq!(
        found("AWS::Events::Rule", &json!({"EventPattern": {}, "Targets": targets})),
        ["/Targets: the list has 6 items: 5 is the most that is allowed; list at most 5"]
    );
    // Some services take their values in any case.
    let volume = |kind: &str| {
        found("AWS::EC2::Volume", &json!({"AvailabilityZone": "a", "Size": 1, "VolumeType": kind}))
    };
    assert_eq!(volume("GP3"), NONE);
    assert_eq!(volume("gp9").len(), 1);
}

#[test]
fn what_cloudformation_sets_cannot_be_set() {
    assert_eq!(
        found("AWS::SQS::Queue", &json!({"Arn": "arn"})),
        [
            "/Arn: `Arn` is set by CloudFormation itself; remove it; `Fn::GetAtt` with `Arn` gives its value elsewhere"
        ]
    );
}

#[test]
fn items_that_must_differ_do() {
    let function = json!({
        "Code": {"ZipFile": "x"}, "Role": "r", "Layers": ["a", "b", "a"],
    });
    assert_eq!(
        found("AWS::Lambda::Function", &function),
        ["/Layers/2: the items 0 and 2 are the same, and each may stand once; remove one of them"]
    );
}

#[test]
fn of_alternatives_the_nearest_is_told() {
    let policy = json!({
        "PolicyName": "p", "PolicyType": "TargetTrackingScaling",
        "ScalingTargetId": "t", "ResourceId": "r",
    });
    assert_eq!(
        found("AWS::ApplicationAutoScaling::ScalingPolicy", &policy)
            .iter()
            .filter(|finding| finding.contains("only one of `ScalingTargetId`, `ResourceId`"))
            .count(),
        1
    );
}
