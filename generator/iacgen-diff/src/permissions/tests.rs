use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::side::tests::side;

fn role(statements: &Value) -> Value {
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"),
            "Policies": [{ "PolicyName": "p", "PolicyDocument": { "Statement": statements } }],
        },
    })
}

fn trust(service: &str) -> Value {
    json!({ "Statement": { "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" } })
}

fn told(before: &Value, after: &Value) -> Vec<String> {
    compare(&side(before), &side(after))
        .iter()
        .flat_map(|change| {
            let line = |sign: &str, permit: &Permit| format!("{} {sign} {}", change.holder, permit.text());
            let gained = change.gained.iter().map(move |permit| line("+", permit));
            gained.chain(change.lost.iter().map(move |permit| line("-", permit)))
        })
        .collect()
}

fn allow(actions: &Value, resources: &Value) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
}

#[test]
fn other_words_are_no_change() {
    let joined = json!({
        "R": role(&json!([allow(&json!(["s3:GetObject", "s3:PutObject"]), &json!({ "Fn::Sub": "${B.Arn}/*" }))])),
        "B": { "Type": "AWS::S3::Bucket" },
    });
    let split = json!({
        "B": { "Type": "AWS::S3::Bucket" },
        "R": role(&json!([allow(&json!("s3:PutObject"), &json!({ "Fn::Join": ["", [{ "Fn::GetAtt": "B.Arn" }, "/*"]] }))])),
        "P": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "Roles": [{ "Ref": "R" }],
                "PolicyDocument": {
                    "Statement": allow(&json!("s3:GetObject"), &json!("arn:aws:s3:::<B>/*")),
                },
            },
        },
    });
    assert_eq!(told(&joined, &split), [""; 0]);
}

#[test]
fn a_wildcard_is_told_with_what_it_lets_in() {
    let narrow = json!({ "R": role(&json!([allow(&json!("sqs:SendMessage"), &json!("arn:aws:sqs:::q"))])) });
    let wide = json!({ "R": role(&json!([allow(&json!("sqs:*"), &json!("arn:aws:sqs:::q"))])) });
    assert_eq!(
        told(&narrow, &wide),
        ["R + sqs:* on arn:aws:sqs:::q, such as sqs:DeleteQueue on arn:aws:sqs:::q; sqs:CreateQueue on \
             arn:aws:sqs:::q; sqs:GetQueueAttributes on arn:aws:sqs:::q"]
    );
    assert_eq!(told(&wide, &narrow).len(), 1);
    assert!(told(&wide, &narrow)[0].starts_with("R - sqs:*"));
}

#[test]
fn whoever_can_assume_a_role_is_told() {
    let with = |service: &str| {
        let mut role = role(&json!([]));
        role["Properties"]["AssumeRolePolicyDocument"] = trust(service);
        json!({ "R": role })
    };
    assert_eq!(
        told(&with("lambda.amazonaws.com"), &with("states.amazonaws.com")),
        ["R + sts:AssumeRole by states.amazonaws.com", "R - sts:AssumeRole by lambda.amazonaws.com"]
    );
}

#[test]
fn what_is_not_evaluated_is_a_gain_that_was_not_excluded() {
    let with = |statement: Value| json!({ "R": role(&json!([statement])) });
    let all_but = |action: &str| json!({ "Effect": "Allow", "NotAction": action, "Resource": "*" });
    assert_eq!(told(&with(all_but("iam:*")), &with(all_but("iam:*"))), [""; 0]);
    let changed = compare(&side(&with(all_but("iam:*"))), &side(&with(all_but("sts:*"))));
    assert!(!changed[0].gained[0].certain);
    let policy = |statement: Value| {
        json!({ "P": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": { "PolicyDocument": { "Statement": [statement] } },
        } })
    };
    let others =
        json!({ "Effect": "Allow", "NotPrincipal": { "AWS": "a" }, "Action": "sqs:*", "Resource": "q" });
    assert_eq!(compare(&side(&json!({})), &side(&policy(others)))[0].gained.len(), 1);
}

#[test]
fn a_boundary_that_goes_broadens() {
    let with = |boundary: Option<&str>| {
        let mut role = role(&json!([]));
        if let Some(boundary) = boundary {
            role["Properties"]["PermissionsBoundary"] = json!(boundary);
        }
        json!({ "R": role })
    };
    assert_eq!(told(&with(Some("b")), &with(None)), ["R + what the boundary b kept it from"]);
    assert_eq!(told(&with(None), &with(Some("b"))), ["R - what the boundary b keeps it from"]);
    assert_eq!(told(&with(Some("a")), &with(Some("b"))).len(), 2);
}

#[test]
fn resource_policies_are_compared_with_their_denials() {
    let policy = |statements: Value| {
        json!({ "P": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": { "PolicyDocument": { "Statement": statements } },
        } })
    };
    let deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*",
        "Condition": { "Bool": { "aws:SecureTransport": "false" } } });
    let open = json!({ "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::1:root" }, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::b/*" });
    assert_eq!(
        told(&policy(json!([deny])), &policy(json!([deny, open]))),
        ["P + s3:GetObject on arn:aws:s3:::b/* by arn:aws:iam::1:root"]
    );
    let undenied = compare(&side(&policy(json!([deny]))), &side(&policy(json!([]))));
    assert_eq!((undenied[0].kind, undenied[0].lost.len()), (HolderKind::Denial, 0));
    assert!(!undenied[0].gained.is_empty());
    assert_eq!(told(&policy(json!([deny.clone(), deny])), &policy(json!([]))).len(), 1);
}

const ACTIONS: [&str; 4] = ["s3:Get", "s3:Put", "sqs:Get", "sqs:Send"];
const RESOURCES: [&str; 5] = ["a", "b", "ab", "ba", "c"];

/// Tries every way in which a pattern can match.
fn glob(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => (0..=text.len()).any(|from| glob(&pattern[1..], &text[from..])),
        Some('?') => !text.is_empty() && glob(&pattern[1..], &text[1..]),
        Some(letter) => text.starts_with(letter) && glob(&pattern[1..], &text[1..]),
    }
}

/// A role's statements: effect, actions, resources.
type Statements = Vec<(bool, Vec<String>, Vec<String>)>;

fn statements() -> impl Strategy<Value = Statements> {
    let action = prop_oneof![
        3 => proptest::sample::select(ACTIONS.to_vec()),
        2 => proptest::sample::select(vec!["s3:*", "*", "*:Get", "s?s:*"]),
    ];
    let resource = prop_oneof![3 => proptest::sample::select(RESOURCES.to_vec()), 2 => proptest::sample::select(vec!["*", "a*", "?b", "?"])];
    let texts = |of: BoxedStrategy<&'static str>| proptest::collection::vec(of.prop_map(str::to_owned), 1..4);
    let statement = (proptest::bool::weighted(0.7), texts(action.boxed()), texts(resource.boxed()));
    proptest::collection::vec(statement, 0..5)
}

fn allows(statements: &Statements, action: &str, resource: &str) -> bool {
    let applies = |allow: bool| {
        statements.iter().any(|(effect, actions, resources)| {
            *effect == allow
                && actions.iter().any(|pattern| glob(pattern, action))
                && resources.iter().any(|pattern| glob(pattern, resource))
        })
    };
    applies(true) && !applies(false)
}

/// Statements over several policies of a role.
fn stack(statements: &Statements) -> Value {
    let json = |(allow, actions, resources): &(bool, Vec<String>, Vec<String>)| {
        let effect = if *allow { "Allow" } else { "Deny" };
        json!({ "Effect": effect, "Action": actions, "Resource": resources })
    };
    let policies: Vec<Value> = statements
        .iter()
        .map(|statement| json!({ "PolicyName": "p", "PolicyDocument": { "Statement": json(statement) } }))
        .collect();
    json!({ "R": { "Type": "AWS::IAM::Role", "Properties": { "Policies": policies } } })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// For whole roles, "no broadening" agrees with brute force over a finite universe of actions and resources: the
    /// universe shows no gain that is not told, and each gain that is told is one of the universe or of its own example.
    #[test]
    fn no_broadening_agrees_with_brute_force(before in statements(), after in statements()) {
        let changes = compare(&side(&stack(&before)), &side(&stack(&after)));
        let gained: Vec<&Permit> = changes.iter().flat_map(|change| &change.gained).collect();
        let universe = ACTIONS.iter().flat_map(|action| RESOURCES.map(|resource| (*action, resource)));
        let broadened: Vec<(&str, &str)> = universe
            .filter(|(action, resource)| allows(&after, action, resource) && !allows(&before, action, resource))
            .collect();
        for (action, resource) in &broadened {
            prop_assert!(
                gained.iter().any(|permit| {
                    glob(&permit.action.to_lowercase(), &action.to_lowercase()) && glob(&permit.resource, resource)
                }),
                "{} on {} is not told", action, resource
            );
        }
        let [old, new] = [&before, &after].map(|statements| {
            let mut permissions = Permissions::default();
            let small: Statements = statements
                .iter()
                .map(|(allow, actions, resources)| {
                    (*allow, actions.iter().map(|action| action.to_lowercase()).collect(), resources.clone())
                })
                .collect();
            permissions.add_document(&json!({ "Statement": stack(&small)["R"]["Properties"]["Policies"]
                .as_array().unwrap().iter().map(|policy| policy["PolicyDocument"]["Statement"].clone()).collect::<Vec<_>>() }));
            (permissions, small)
        });
        for gain in gains(&old.0, &new.0) {
            prop_assert_eq!(gain.certainty, Certainty::Shown);
            for example in &gain.examples {
                let is = |statements: &Statements| allows(statements, &example.action, &example.resource);
                prop_assert!(is(&new.1) && !is(&old.1), "{:?}", example);
            }
        }
        prop_assert!(broadened.is_empty() || !gained.is_empty());
    }
}
