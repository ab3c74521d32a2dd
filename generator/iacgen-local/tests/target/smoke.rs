//! Functions started one by one, and the layers that the template makes.

use iacgen_local::sandbox::{FailureKind, SandboxError, Verdict, host};
use iacgen_local::stack::{FunctionDeclaration, Stack};
use iacgen_local::{FunctionSmoke, LocalObserver, smoke};
use serde_json::{Value, json};

use crate::bench::{Bench, definition, seal};
use crate::package::{write_zip, zip_file};

/// Smokes both functions of the bench with an event for each.
async fn smoke_with(bench: &Bench, infer: &Value, work: &Value) -> Vec<FunctionSmoke> {
    let event = |declaration: &FunctionDeclaration, _: &Stack| {
        let event = if declaration.logical_id == "InferFunction" { infer } else { work };
        event.to_string().into_bytes()
    };
    let assembly = seal(&bench.template, true);
    let smoked = smoke(&assembly, bench.options.clone(), LocalObserver::silent(), event).await.unwrap();
    assert_eq!(
        smoked.iter().map(|smoke| smoke.declaration.logical_id.as_str()).collect::<Vec<_>>(),
        ["InferFunction", "WorkFunction"]
    );
    smoked
}

fn verdict(smoke: &FunctionSmoke) -> &Verdict {
    &smoke.result.as_ref().unwrap().verdict
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_and_a_reported_error_both_prove_that_it_starts() {
    let bench = Bench::new(&definition());
    let smoked = smoke_with(&bench, &json!({ "do": "echo" }), &json!({ "do": "fail" })).await;
    let test = smoked[0].result.as_ref().unwrap();
    assert_eq!(test.verdict, Verdict::Answered);
    assert!(test.init_ms.unwrap() > 0.0 && test.peak_mb >= 1);
    assert_eq!(test.invocations_ms.len(), 2);
    let Verdict::Refused { error } = verdict(&smoked[1]) else { panic!("{smoked:?}") };
    assert_eq!(error.error_type, "ShardUnreadable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_and_an_init_that_fails_are_failures_with_their_last_lines() {
    let mut bench = Bench::new(&definition());
    bench.template["Resources"]["WorkFunction"]["Properties"]["Environment"] =
        json!({ "Variables": { "INIT": "crash" } });
    let smoked = smoke_with(&bench, &json!({ "do": "crash" }), &json!({ "do": "echo" })).await;
    let Verdict::Failed { error, log_tail } = verdict(&smoked[0]) else { panic!("{smoked:?}") };
    assert_eq!(error.kind, FailureKind::Exited);
    assert_eq!(log_tail, &["initializing", "about to crash"]);
    let test = smoked[1].result.as_ref().unwrap();
    assert_eq!((test.init_ms, test.invocations_ms.len()), (None, 0));
    let Verdict::Failed { error, log_tail } = &test.verdict else { panic!("{test:?}") };
    assert!(error.error_message.ends_with("exit status 4"), "{error:?}");
    assert_eq!(log_tail, &["initializing"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_memory_and_a_hang_are_failures() {
    let mut bench = Bench::new(&definition());
    bench.template["Resources"]["WorkFunction"]["Properties"]["Timeout"] = json!(1);
    let smoked = smoke_with(&bench, &json!({ "do": "allocate", "mb": 400 }), &json!({ "do": "sleep" })).await;
    let kinds = smoked.iter().map(|smoke| match verdict(smoke) {
        Verdict::Failed { error, .. } => error.kind,
        other => panic!("{other:?}"),
    });
    assert_eq!(kinds.collect::<Vec<_>>(), [FailureKind::OutOfMemory, FailureKind::TimedOut]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_this_machine_cannot_run_is_told_and_the_others_are_smoked() {
    let mut bench = Bench::new(&definition());
    let other = if host().unwrap().as_str() == "arm64" { "x86_64" } else { "arm64" };
    if iacgen_local::sandbox::can_run(iacgen_aws_types::Architecture::new(other).unwrap()) {
        return;
    }
    bench.template["Resources"]["WorkFunction"]["Properties"]["Architectures"] = json!([other]);
    let smoked = smoke_with(&bench, &json!({ "do": "echo" }), &json!({ "do": "echo" })).await;
    assert_eq!(verdict(&smoked[0]), &Verdict::Answered);
    assert!(matches!(smoked[1].result, Err(SandboxError::Architecture { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn layers_of_the_template_are_merged_in_the_functions_order() {
    let mut bench = Bench::new(&definition());
    let zip = |text: &str| {
        let bytes = zip_file("lib/name.txt", text.as_bytes());
        write_zip(&bench.folder.path.join("assets"), &bytes).file_name().unwrap().to_owned()
    };
    let layer = |text: &str| {
        json!({ "Type": "AWS::Lambda::LayerVersion", "Properties": {
            "Content": { "S3Bucket": { "Ref": "Artifacts" }, "S3Key": zip(text) },
            "CompatibleArchitectures": [host().unwrap().as_str()],
        } })
    };
    let (first, second) = (layer("first"), layer("second"));
    let resources = &mut bench.template["Resources"];
    resources["FirstLayer"] = first;
    resources["SecondLayer"] = second;
    resources["InferFunction"]["Properties"]["Layers"] =
        json!([{ "Ref": "FirstLayer" }, { "Ref": "SecondLayer" }]);
    resources["InferFunction"]["Properties"]["EphemeralStorage"] = json!({ "Size": 600 });
    let target = bench.start(LocalObserver::silent()).await;
    let declared = &target.stack().functions["cosmic-local-InferFunction"];
    assert_eq!(declared.layers.len(), 2);
    let merged = bench.folder.path.join("work/packages").read_dir_utf8().unwrap().find_map(|entry| {
        let entry = entry.unwrap();
        entry.file_name().starts_with("layers-").then(|| entry.into_path())
    });
    assert_eq!(std::fs::read_to_string(merged.unwrap().join("lib/name.txt")).unwrap(), "second");
    target.shutdown().await;

    bench.template["Resources"]["FirstLayer"]["Properties"]["CompatibleArchitectures"] = json!(["other"]);
    assert_eq!(
        bench.fail_to_start().await.to_string(),
        format!(
            r#"FirstLayer.CompatibleArchitectures is ["other"], expected `{}`, which InferFunction is"#,
            host().unwrap()
        )
    );
}
