//! What arguments need besides the call itself.

use serde_json::{Value, json};

use super::{derived, may, permissions};

const KEY: &str = "arn:aws:kms:r:1:key/k";

#[test]
fn what_is_put_beside_an_object_is_allowed_where_it_is_written() {
    let put = |further: Value| {
        let mut arguments = json!({ "Bucket": "b", "Key": "k", "Body": "x" });
        arguments.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        permissions("aws-sdk:s3:putObject", &arguments, &[])
    };
    for (further, action, resource) in [
        (json!({ "Tagging": "a=b" }), "s3:PutObjectTagging", "arn:aws:s3:::b/k"),
        (json!({ "Acl": "public-read" }), "s3:PutObjectAcl", "arn:aws:s3:::b/k"),
        (json!({ "GrantRead.$": "$.who" }), "s3:PutObjectAcl", "arn:aws:s3:::b/k"),
        (json!({ "ObjectLockMode": "GOVERNANCE" }), "s3:PutObjectRetention", "arn:aws:s3:::b/k"),
        (json!({ "ObjectLockLegalHoldStatus": "ON" }), "s3:PutObjectLegalHold", "arn:aws:s3:::b/k"),
        (json!({ "SsekmsKeyId": KEY }), "kms:GenerateDataKey", KEY),
    ] {
        assert!(may(&put(further.clone()), action, resource), "{further}");
        assert!(may(&put(further), "s3:PutObject", "arn:aws:s3:::b/k"));
        assert!(!may(&put(json!({})), action, resource), "{action}");
    }
    let copy = json!({ "Bucket": "b", "Key": "k", "CopySource": "c/d", "Tagging": "a=b" });
    let copy = permissions("aws-sdk:s3:copyObject", &copy, &[]);
    assert!(may(&copy, "s3:PutObjectTagging", "arn:aws:s3:::b/k"));
    assert!(!may(&copy, "s3:PutObjectTagging", "arn:aws:s3:::c/d"));
}

#[test]
fn a_role_that_a_call_hands_on_may_be_passed() {
    let role = "arn:aws:iam::1:role/x";
    for (text, arguments, stated) in [
        (
            "aws-sdk:lambda:createFunction",
            json!({ "FunctionName": "f", "Role": role }),
            "arn:aws:lambda:r:1:function:f",
        ),
        (
            "aws-sdk:scheduler:createSchedule",
            json!({ "Name": "n", "Target": { "RoleArn": role } }),
            "arn:aws:scheduler:r:1:schedule/default/n",
        ),
        (
            "aws-sdk:textract:startDocumentAnalysis",
            json!({ "NotificationChannel": { "RoleArn": role } }),
            "*",
        ),
    ] {
        let statements = derived(text, &arguments, &[stated]).unwrap();
        let passes =
            statements.iter().find(|one| one.actions.iter().any(|one| one.as_str() == "iam:PassRole"));
        assert!(passes.is_some_and(|one| one.conditions.len() == 1), "{text}: {statements:?}");
    }
    // One that is known only later is stated.
    let later = json!({ "FunctionName": "f", "Role.$": "$.role" });
    let create = |stated: &[&str]| derived("aws-sdk:lambda:createFunction", &later, stated);
    let function = "arn:aws:lambda:r:1:function:f";
    assert_eq!(
        create(&[function]).unwrap_err().to_string(),
        "what `aws-sdk:lambda:createFunction` touches does not follow from `Role`; name it in `resources`, for `iam:PassRole`"
    );
    assert_eq!(create(&[function, role]).unwrap().len(), 2);
    assert_eq!(derived("aws-sdk:lambda:createFunction", &json!({}), &[function]).unwrap().len(), 1);
}

#[test]
fn tags_of_tasks_are_allowed_where_they_are_written() {
    let run = |further: &Value| {
        let statements = derived("ecs:runTask", further, &[]).unwrap();
        statements.iter().any(|one| one.actions.iter().any(|one| one.as_str() == "ecs:TagResource"))
    };
    let tagged = json!({ "Cluster": "c", "TaskDefinition": "t:1", "Tags": [{ "Key": "a", "Value": "b" }] });
    assert!(run(&tagged));
    assert!(!run(&json!({ "Cluster": "c", "TaskDefinition": "t:1" })));
}

#[test]
fn a_phone_has_no_topic() {
    let phone = permissions("sns:publish", &json!({ "PhoneNumber.$": "$.phone", "Message": "x" }), &[]);
    assert!(may(&phone, "sns:Publish", "*"));
    let topic = permissions("sns:publish", &json!({ "TopicArn": "arn:aws:sns:r:1:t" }), &[]);
    assert!(!may(&topic, "sns:Publish", "arn:aws:sns:r:1:u"));
}

#[test]
fn resources_of_other_services_are_taken_where_actions_have_them() {
    let assume = permissions("aws-sdk:sts:assumeRole", &json!({ "RoleArn": "arn:aws:iam::1:role/x" }), &[]);
    assert!(may(&assume, "sts:AssumeRole", "arn:aws:iam::1:role/x"));
    let cluster = "arn:aws:rds:r:1:cluster:c";
    let secret = "arn:aws:secretsmanager:r:1:secret:s-AbCdEf";
    let arguments = json!({ "ResourceArn": cluster, "SecretArn": secret, "Sql": "SELECT 1" });
    let query = permissions("aws-sdk:rdsdata:executeStatement", &arguments, &[]);
    assert!(may(&query, "rds-data:ExecuteStatement", cluster));
    assert!(may(&query, "secretsmanager:GetSecretValue", secret));
    let send = json!({ "InstanceIds.$": "$.instances", "DocumentName": "d" });
    let stated = ["arn:aws:ec2:r:1:instance/*", "arn:aws:ssm:r:1:document/d"];
    let send = permissions("aws-sdk:ssm:sendCommand", &send, &stated);
    assert!(stated.iter().all(|resource| may(&send, "ssm:SendCommand", resource)));
}
