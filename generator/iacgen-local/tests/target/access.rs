//! Functions are held to their roles' policies, the target's own keys to none.

use iacgen_local::LocalObserver;
use iacgen_local::interpreter::Outcome;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{Error, ObjectStore as _, ObjectStoreExt as _};
use serde_json::{Value, json};

use crate::bench::{Bench, INVOKE, definition, output};

/// Two functions, which return their variables, and one role for each.
fn bench() -> Bench {
    let task = |function: &str, end: Value| {
        let mut state = json!({
            "Type": "Task", "Resource": INVOKE, "ResultPath": format!("$.{function}"),
            "Parameters": { "FunctionName": format!("${{{function}}}"), "Payload": { "do": "variables" } },
        });
        state.as_object_mut().unwrap().extend(end.as_object().unwrap().clone());
        state
    };
    let mut bench = Bench::new(&json!({
        "StartAt": "Work",
        "States": { "Work": task("Work", json!({ "Next": "Infer" })), "Infer": task("Infer", json!({ "End": true })) }
    }));
    let resources = &mut bench.template["Resources"];
    resources["Role"]["Properties"] = json!({ "Policies": [{ "PolicyName": "objects", "PolicyDocument": { "Statement": [
        { "Effect": "Allow", "Action": "s3:GetObject", "Resource": { "Fn::Sub": "arn:${AWS::Partition}:s3:::the-data/*" } },
        { "Effect": "Allow", "Action": "s3:PutObject", "Resource": { "Fn::Sub": "${Results.Arn}/runs/*" } },
        { "Effect": "Allow", "Action": "sns:Publish", "Resource": { "Fn::GetAtt": ["Nowhere", "Arn"] } },
    ] } }] });
    resources["Bare"] = json!({ "Type": "AWS::IAM::Role", "Properties": { "Path": "/service/" } });
    resources["Listing"] = json!({ "Type": "AWS::IAM::Policy", "Properties": {
        "Roles": [{ "Ref": "Bare" }],
        "PolicyDocument": { "Statement": {
            "Effect": "Allow", "Action": "s3:ListBucket", "Resource": { "Fn::GetAtt": ["Results", "Arn"] },
            "Condition": { "StringLike": { "s3:prefix": "runs/*" } }
        } }
    } });
    resources["InferFunction"]["Properties"]["Role"] = json!({ "Fn::GetAtt": ["Bare", "Arn"] });
    bench
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_reads_only_what_the_machines_role_may() {
    let mut bench = Bench::new(&definition());
    bench.template["Resources"]["MachineRole"]["Properties"] = json!({});
    let result = bench.run(LocalObserver::silent()).await;
    let Outcome::Failed { error, cause, .. } = &result.outcome else { panic!("{:?}", result.outcome) };
    assert_eq!(error.as_deref(), Some("States.ItemReaderFailed"));
    let cause = cause.as_deref().unwrap();
    let expected = "assumed-role/cosmic-local-MachineRole/StepFunctions is not authorized to perform: s3:GetObject on \
                    resource: \"arn:aws:s3:::the-data/items.json\"";
    assert!(cause.contains(expected), "{cause}");
}

/// A client with the credentials that a function found in its variables.
fn client(variables: &Value, bucket: &str) -> AmazonS3 {
    let text = |name: &str| variables["Payload"][name].as_str().unwrap();
    builder(bucket, text("AWS_ENDPOINT_URL_S3"))
        .with_access_key_id(text("AWS_ACCESS_KEY_ID"))
        .with_secret_access_key(text("AWS_SECRET_ACCESS_KEY"))
        .with_token(text("AWS_SESSION_TOKEN"))
        .build()
        .unwrap()
}

fn builder(bucket: &str, endpoint: &str) -> AmazonS3Builder {
    // Only the first of the tests' threads installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    AmazonS3Builder::new()
        .with_endpoint(endpoint)
        .with_allow_http(true)
        .with_region("eu-west-1")
        .with_bucket_name(bucket)
        .with_retry(object_store::RetryConfig { max_retries: 0, ..Default::default() })
}

#[track_caller]
fn denied<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    let error = answer.unwrap_err();
    let text = error.to_string();
    // The client does not look at the code of a listing.
    let is_denied =
        matches!(error, Error::PermissionDenied { .. }) || text.contains("<Code>AccessDenied</Code>");
    assert!(is_denied, "{error:?}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_without_a_grant_is_denied_as_on_aws() {
    let bench = bench();
    let target = bench.start(LocalObserver::silent()).await;
    let result = target.execute("run-1", json!({})).await.unwrap();
    let (work, infer) = (&output(&result)["Work"], &output(&result)["Infer"]);
    let items = Path::from("items.json");
    let (record, other) = (Path::from("runs/a.json"), Path::from("other/a.json"));

    client(work, "the-data").get(&items).await.unwrap();
    client(work, "the-data").head(&items).await.unwrap();
    let results = client(work, "cosmic-local-results");
    results.put(&record, "{}".into()).await.unwrap();
    let text = denied(results.put(&other, "{}".into()).await);
    let expected = "User: arn:aws:sts::123456789012:assumed-role/cosmic-local-Role/cosmic-local-WorkFunction is not \
                    authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::cosmic-local-results/other/a.json\" \
                    because no identity-based policy allows the s3:PutObject action";
    assert!(text.replace("&quot;", "\"").contains(expected), "{text}");
    denied(results.get(&record).await);
    denied(results.delete(&record).await);
    denied(results.list_with_delimiter(Some(&Path::from("runs"))).await);
    denied(client(work, "the-data").put(&items, "[]".into()).await);
    // It is not told that an object is missing, because it may not list.
    let text = denied(client(work, "the-data").get(&Path::from("no.json")).await);
    assert!(text.contains("s3:ListBucket"), "{text}");

    let results = client(infer, "cosmic-local-results");
    denied(client(infer, "the-data").get(&items).await);
    denied(results.get(&record).await);
    assert_eq!(results.list_with_delimiter(Some(&Path::from("runs"))).await.unwrap().objects.len(), 1);
    denied(results.list_with_delimiter(Some(&Path::from("other"))).await);
    denied(results.list_with_delimiter(None).await);

    let (endpoint, own) = target.s3();
    let own = builder("cosmic-local-results", &endpoint)
        .with_access_key_id(&own.access_key_id)
        .with_secret_access_key(&own.secret_access_key)
        .build()
        .unwrap();
    own.put(&other, "{}".into()).await.unwrap();
    own.delete(&other).await.unwrap();
    assert!(matches!(own.get(&other).await, Err(Error::NotFound { .. })));
    target.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_the_template_does_not_declare_allows_nothing() {
    let mut bench = bench();
    bench.template["Resources"]["WorkFunction"]["Properties"]["Role"] =
        json!("arn:aws:iam::123456789012:role/elsewhere");
    let target = bench.start(LocalObserver::silent()).await;
    let result = target.execute("run-1", json!({})).await.unwrap();
    let text = denied(client(&output(&result)["Work"], "the-data").get(&Path::from("items.json")).await);
    assert!(text.contains("role/elsewhere`, which the template does not declare"), "{text}");
    target.shutdown().await;
}
