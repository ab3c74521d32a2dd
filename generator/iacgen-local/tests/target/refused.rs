//! What cannot be deployed.

use iacgen_local::{LocalError, LocalObserver, LocalTarget};
use serde_json::json;

use crate::bench::{Bench, definition, seal};

#[tokio::test]
async fn what_cannot_be_deployed_is_named_with_its_property() {
    let mut bench = Bench::new(&definition());
    let good = bench.template.clone();
    for (resource, property, value, message) in [
        (
            "InferFunction",
            "Layers",
            json!(["arn:aws:lambda:eu-west-1:1:layer:numpy:3"]),
            "InferFunction.Layers.0 is the layer `arn:aws:lambda:eu-west-1:1:layer:numpy:3`, which exists on AWS and not on this machine: put its files into the package, or leave the layer out in the environment that runs here",
        ),
        (
            "InferFunction",
            "Layers",
            json!(["a", "b", "c", "d", "e", "f"]),
            "InferFunction.Layers is 6, expected at most 5 layers",
        ),
        (
            "InferFunction",
            "Runtime",
            json!("python3.13"),
            "InferFunction.Runtime is `python3.13`, expected `provided.al2023`: the package brings its own bootstrap",
        ),
        ("InferFunction", "Timeout", json!(901), "InferFunction.Timeout is 901, expected 1 to 900 seconds"),
        (
            "InferFunction",
            "MemorySize",
            json!(64),
            "InferFunction.MemorySize is 64, expected Lambda offers 128MB to 10240MB",
        ),
        (
            "InferFunction",
            "Environment",
            json!({ "Variables": { "AWS_REGION": "x" } }),
            "InferFunction.Environment.Variables.AWS_REGION is a name that Lambda reserves, expected another name",
        ),
        (
            "InferFunction",
            "Environment",
            json!({ "Variables": { "A": { "Ref": "Artifacts" } } }),
            "InferFunction.Environment.Variables.A needs the parameter `Artifacts`, which has no default and was not given",
        ),
        (
            "InferFunction",
            "Code",
            json!({ "S3Key": "infer.zip" }),
            "InferFunction.Code.S3Key is `infer.zip`, expected `<sha256>.zip`: package the functions first",
        ),
        (
            "InferAlias",
            "FunctionVersion",
            json!("9"),
            "InferAlias.FunctionVersion is `9`, expected a version in the template",
        ),
        (
            "InferAlias",
            "FunctionVersion",
            json!("$LATEST"),
            "InferAlias.ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions is on `$LATEST`, expected a published version",
        ),
        (
            "StateMachine",
            "DefinitionString",
            json!("${Nothing}"),
            "the definition of StateMachine uses `${Nothing}`, which DefinitionSubstitutions does not have",
        ),
        (
            "StateMachine",
            "DefinitionString",
            json!("{}"),
            "the definition of StateMachine is no state machine",
        ),
        (
            "Results",
            "BucketName",
            json!("Results_1"),
            "`Results_1` is not a bucket name: 3 to 63 lowercase letters, digits, hyphens and dots, beginning and ending with a letter or digit",
        ),
    ] {
        bench.template = good.clone();
        bench.template["Resources"][resource]["Properties"][property] = value;
        assert_eq!(bench.fail_to_start().await.to_string(), message);
    }
    bench.template = good;
    bench.options.buckets[0].folder = bench.folder.path.join("missing");
    assert!(
        bench.fail_to_start().await.to_string().contains("that stands for bucket the-data cannot be used")
    );
    let unpackaged =
        LocalTarget::start(&seal(&bench.template, false), bench.options.clone(), LocalObserver::silent())
            .await;
    assert!(matches!(unpackaged, Err(LocalError::NotPackaged)));
}
