//! What whoever deploys may do: over this repository's workflow and the examples.

use iacgen_iam::deployer::MANAGED_POLICY_LIMIT;
use iacgen_iam::evaluate::{Permissions, Request};
use iacgen_spec::model::Workflow;
use iacgen_synth::{Packages, deployer_policy};
use serde_json::Value;

use crate::project::{workflow, workflow_of};

fn workflows() -> Vec<Workflow> {
    let mut workflows: Vec<Workflow> = ["dev", "staging", "prod"].map(workflow).into();
    for (example, environment) in [("orders", "shop"), ("release", "prod"), ("survey", "night")] {
        workflows.push(workflow_of(&format!("tests/examples/{example}"), environment));
    }
    workflows
}

fn permissions(workflow: &Workflow) -> Permissions {
    let mut permissions = Permissions::default();
    for document in deployer_policy(workflow, &Packages::none(), Some("packages")).unwrap().documents {
        permissions.add_document(&document);
    }
    permissions
}

#[test]
fn nothing_is_a_pattern_of_actions_and_roles_are_passed_under_a_condition() {
    for workflow in workflows() {
        let deployer = deployer_policy(&workflow, &Packages::none(), Some("packages")).unwrap();
        assert!(deployer.sizes.iter().all(|size| *size <= MANAGED_POLICY_LIMIT));
        assert!(deployer.gaps.is_empty(), "{:?}", deployer.gaps);
        let mut passing = 0;
        for document in &deployer.documents {
            for statement in document["Statement"].as_array().unwrap() {
                let actions = statement["Action"].to_string();
                assert!(!actions.contains(['*', '?']), "{actions}");
                if actions.contains("iam:PassRole") {
                    passing += 1;
                    assert!(statement["Condition"]["StringEquals"]["iam:PassedToService"].is_string());
                    let stack = format!(":role/{}-", deployer.stack);
                    let is_of_stack = |arn: &str| arn.contains(&stack);
                    assert!(match &statement["Resource"] {
                        Value::Array(arns) => arns.iter().all(|arn| arn.as_str().is_some_and(is_of_stack)),
                        one => one.as_str().is_some_and(is_of_stack),
                    });
                }
            }
        }
        assert!(passing > 0, "a machine's role is passed to Step Functions");
    }
}

#[test]
fn what_deploying_calls_is_allowed_and_what_lies_close_is_not() {
    let permissions = permissions(&workflow("prod"));
    let of = |service: &str, rest: &str| format!("arn:aws:{service}:us-east-1:333333333333:{rest}");
    let role = |name: &str| format!("arn:aws:iam::333333333333:role/{name}");
    for (action, arn, is_allowed) in [
        ("cloudformation:CreateChangeSet", of("cloudformation", "stack/cosmic-inference-prod/1"), true),
        ("cloudformation:DeleteStack", of("cloudformation", "stack/cosmic-inference-prod2/1"), false),
        ("lambda:CreateFunction", of("lambda", "function:cosmic-inference-prod-InferFunction-x"), true),
        ("lambda:PublishVersion", of("lambda", "function:cosmic-inference-prod-InferFunction-x"), true),
        ("lambda:CreateAlias", of("lambda", "function:cosmic-inference-prod-InferFunction-x"), true),
        ("lambda:InvokeFunction", of("lambda", "function:cosmic-inference-prod-InferFunction-x:live"), false),
        ("lambda:DeleteFunction", of("lambda", "function:cosmic-inference-dev-InferFunction-x"), false),
        ("states:UpdateStateMachine", of("states", "stateMachine:StateMachine-x"), true),
        ("states:StartExecution", of("states", "stateMachine:StateMachine-x"), false),
        ("iam:CreateRole", role("cosmic-inference-prod-InferRole-x"), true),
        ("iam:PutRolePolicy", role("cosmic-inference-prod-StateMachineRole-x"), true),
        ("iam:PutRolePolicy", role("deployer"), false),
        ("iam:PassRole", role("cosmic-inference-prod-InferRole-x"), false),
        ("s3:PutObject", "arn:aws:s3:::packages/0.zip".to_owned(), true),
        ("s3:PutObject", "arn:aws:s3:::packages2/0.zip".to_owned(), false),
        ("s3:PutBucketPolicy", "arn:aws:s3:::cosmic-inference-prod-resultsbucket-x".to_owned(), true),
        ("s3:DeleteObject", "arn:aws:s3:::cosmic-inference-prod-resultsbucket-x/runs/a".to_owned(), false),
        ("s3:GetObject", "arn:aws:s3:::cosmicai-data-prod/a".to_owned(), false),
    ] {
        assert_eq!(
            permissions.check(&Request::new(action, arn.clone())).is_ok(),
            is_allowed,
            "{action} on {arn}"
        );
    }
    let pass = |name: &str, service: &str| {
        let request = Request::new("iam:PassRole", role(name)).with("iam:PassedToService", service);
        permissions.check(&request).is_ok()
    };
    assert!(pass("cosmic-inference-prod-InferRole-x", "lambda.amazonaws.com"));
    assert!(pass("cosmic-inference-prod-StateMachineRole-x", "states.amazonaws.com"));
    assert!(!pass("cosmic-inference-prod-StateMachineRole-x", "lambda.amazonaws.com"));
    assert!(!pass("cosmic-inference-prod-InferRole-x", "ec2.amazonaws.com"));
}

#[test]
fn a_boundary_cannot_be_left_out() {
    let permissions = permissions(&workflow_of("tests/examples/release", "prod"));
    let role = "arn:aws:iam::222222222222:role/release-prod-ScoreRole-x";
    for action in ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"] {
        let request = Request::new(action, role);
        assert!(permissions.check(&request).is_err(), "{action}");
        let bound = |policy: &str| {
            let arn = format!("arn:aws:iam::222222222222:policy/{policy}");
            permissions.check(&request.clone().with("iam:PermissionsBoundary", arn)).is_ok()
        };
        assert!(bound("workloads") && !bound("administrators"), "{action}");
    }
    assert!(!permissions.allow_in_some_case("iam:DeleteRolePermissionsBoundary", role));
}

#[test]
fn a_bucket_that_nobody_named_is_told() {
    let lacks = |workflow: &Workflow, bucket| {
        deployer_policy(workflow, &Packages::none(), bucket).unwrap().lacks_artifacts
    };
    assert!(lacks(&workflow("prod"), None));
    assert!(!lacks(&workflow("prod"), Some("packages")));
    // Services alone: nothing is packaged.
    assert!(!lacks(&workflow_of("tests/examples/orders", "shop"), None));
}
