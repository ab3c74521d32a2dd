use serde_json::{Value, json};

use super::*;
use crate::side::tests::side;

fn bucket(name: &str, policy: &str) -> Value {
    json!({
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": policy,
        "UpdateReplacePolicy": policy,
        "Properties": { "BucketName": name },
    })
}

fn compared(before: &Value, after: &Value) -> ResourceChanges {
    compare(&side(before), &side(after))
}

#[test]
fn the_same_is_no_change_whatever_the_order() {
    let one = json!({ "A": bucket("a", "Delete"), "B": bucket("b", "Retain") });
    let other = json!({ "B": bucket("b", "Retain"), "A": bucket("a", "Delete") });
    assert!(compared(&one, &other).is_empty());
}

#[test]
fn what_is_removed_is_lost_unless_it_is_kept() {
    let before =
        json!({ "A": bucket("a", "Delete"), "B": bucket("b", "Retain"), "R": { "Type": "AWS::IAM::Role" } });
    let removed = compared(&before, &json!({})).removed;
    let told: Vec<(&str, bool, bool)> =
        removed.iter().map(|removed| (removed.id.as_str(), removed.kept, removed.loses.is_some())).collect();
    assert_eq!(told, [("A", false, true), ("B", true, false), ("R", false, false)]);
}

#[test]
fn a_name_that_cannot_change_replaces_and_who_refers_to_it_follows() {
    let stack = |name: &str| {
        json!({
            "Function": { "Type": "AWS::Lambda::Function", "Properties": { "FunctionName": name, "MemorySize": 128 } },
            "Alias": {
                "Type": "AWS::Lambda::Alias",
                "Properties": { "FunctionName": { "Ref": "Function" }, "Name": "live" },
            },
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": { "Dimensions": [{ "Name": "FunctionName", "Value": { "Ref": "Function" } }] },
            },
        })
    };
    let changes = compared(&stack("a"), &stack("b"));
    let told: Vec<(&str, Replacement)> =
        changes.changed.iter().map(|changed| (changed.id.as_str(), changed.replacement)).collect();
    // The alarm changes in place, since its dimensions can.
    assert_eq!(told, [("Function", Replacement::Yes), ("Alias", Replacement::Yes)]);
    assert_eq!(
        changes.changed[0].reason.as_deref(),
        Some("FunctionName cannot change in a resource that exists")
    );
    assert_eq!(
        changes.changed[1].reason.as_deref(),
        Some("FunctionName refers to Function, which is replaced")
    );
    assert_eq!(changes.changed[0].properties[0].update, UpdateKind::Replaces);
}

#[test]
fn a_replaced_bucket_loses_its_objects_unless_it_is_kept() {
    let loses = |policy: &str| {
        let changes = compared(&json!({ "A": bucket("a", policy) }), &json!({ "A": bucket("b", policy) }));
        changes.changed[0].loses.clone()
    };
    assert!(loses("Delete").unwrap().starts_with("its objects"));
    assert_eq!(loses("Retain"), None);
}

#[test]
fn shorter_lives_and_lost_protection_are_told() {
    let stack = |days: u32, policy: &str, versioning: &str| {
        let mut bucket = bucket("a", policy);
        bucket["Properties"]["LifecycleConfiguration"] =
            json!({ "Rules": [{ "Id": "expire", "ExpirationInDays": days }] });
        bucket["Properties"]["VersioningConfiguration"] = json!({ "Status": versioning });
        json!({ "A": bucket })
    };
    let changed = |before: &Value, after: &Value| compared(before, after).changed.remove(0);
    let before = stack(90, "Retain", "Enabled");
    let shorter = changed(&before, &stack(30, "Retain", "Enabled"));
    assert_eq!(shorter.loses.as_deref(), Some("objects are deleted after 30 days and no longer after 90"));
    assert_eq!(shorter.replacement, Replacement::No);
    assert_eq!(changed(&stack(30, "Retain", "Enabled"), &before).loses, None);
    assert!(changed(&before, &stack(90, "Delete", "Enabled")).unprotected.is_some());
    assert!(changed(&before, &stack(90, "Retain", "Suspended")).unprotected.is_some());
}

#[test]
fn versions_follow_one_another() {
    let stack = |digest: &str| {
        json!({
            format!("InferVersion{digest}"): {
                "Type": "AWS::Lambda::Version",
                "DeletionPolicy": "RetainExceptOnCreate",
                "Properties": { "FunctionName": { "Ref": "InferFunction" } },
            }
        })
    };
    let changes = compared(&stack("72795946e10e"), &stack("Cfe8636eac08"));
    assert!(changes.added.is_empty() && changes.removed.is_empty());
    assert_eq!(changes.successions[0].of, "InferVersion");
    assert!(changes.successions[0].kept);
}

#[test]
fn documents_told_elsewhere_are_no_blobs_here() {
    let machine = |definition: &str| json!({ "M": { "Type": "AWS::StepFunctions::StateMachine", "Properties": { "DefinitionString": definition } } });
    let changes = compared(&machine("{}"), &machine("{ }"));
    let property = &changes.changed[0].properties[0];
    assert_eq!((property.before.as_deref(), property.after.as_deref()), (None, None));
    assert!(property.note.as_deref().unwrap().contains("see the workflow"));
}
