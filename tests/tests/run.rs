//! Whole runs on this machine: the emitted definition, the packaged handlers, real inference.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};
use contract::Report;
use iacgen_local::interpreter::{EventKind, Outcome};
use iacgen_local::s3::BucketMapping;
use iacgen_local::sandbox::LambdaEvent;
use iacgen_local::{ExecutionResult, LocalEvent, LocalObserver, LocalOptions, LocalTarget};
use iacgen_tests::{GALAXIES, PARTITIONS, iacgen, large_partition, packaged, partitions, run};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde_json::{Value, json};
use xtask::{demo, root, tools};

const DATA_BUCKET: &str = "cosmicai-data";

fn input(prefix: &str, batch_size: u32) -> Value {
    json!({
        "data_bucket": DATA_BUCKET, "data_prefix": prefix, "result_path": "tests", "batch_size": batch_size,
        "bucket": DATA_BUCKET, "file_limit": "90", "object_type": "folder",
        "S3_object_name": "Anomaly Detection", "script": "/tmp/Anomaly Detection/Inference/inference.py",
    })
}

/// What a test run leaves behind.
struct Ran {
    result: ExecutionResult,
    /// The folder of the results bucket.
    results: Utf8PathBuf,
    _work: tempfile::TempDir,
}

/// Runs the packaged workflow over a folder of partitions. The observer also gets the folder of the results bucket.
fn execute(
    data: &Utf8Path,
    input: Value,
    observer: impl Fn(&LocalEvent<'_>, &Utf8Path) + Send + Sync + 'static,
) -> Ran {
    let (assembly, assets) = packaged();
    let work = tempfile::tempdir().unwrap();
    let work_folder = Utf8Path::from_path(work.path()).unwrap().to_owned();
    let bucket = BucketMapping { bucket: DATA_BUCKET.to_owned(), folder: data.to_owned() };
    let options = LocalOptions { buckets: vec![bucket], ..LocalOptions::new(assets, work_folder) };
    let results: Arc<OnceLock<Utf8PathBuf>> = Arc::default();
    let seen = Arc::clone(&results);
    let observer = LocalObserver::new(move |event| {
        if let Some(folder) = seen.get() {
            observer(event, folder);
        }
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let result = runtime.block_on(async {
        let target = LocalTarget::start(assembly, options, observer).await.unwrap();
        let bucket = target.stack().buckets.values().next().unwrap().clone();
        results.set(target.bucket_folder(&bucket).unwrap()).unwrap();
        let result = target.execute("test", input).await.unwrap();
        target.shutdown().await;
        result
    });
    Ran { result, results: results.get().unwrap().clone(), _work: work }
}

fn report(result: &ExecutionResult) -> Report {
    match &result.outcome {
        Outcome::Succeeded { output } => serde_json::from_value(output.clone()).unwrap(),
        other => panic!("{other:#?}"),
    }
}

/// Reads `id` and a float tensor of a file, as a map from one to the other.
fn by_id(path: &Utf8Path, tensor: &str) -> BTreeMap<i64, f32> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let ids = file.tensor("id").unwrap();
    let values = file.tensor(tensor).unwrap();
    assert_eq!((ids.dtype(), values.dtype()), (Dtype::I64, Dtype::F32));
    let ids = ids.data().chunks_exact(8).map(|bytes| i64::from_le_bytes(bytes.try_into().unwrap()));
    let values = values.data().chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
    ids.zip(values).collect()
}

/// Copies the partitions so that a test may spoil one.
fn copied_partitions() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("2MB")).unwrap();
    for entry in partitions().join("2MB").read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.path().join("2MB").join(entry.file_name())).unwrap();
    }
    copy
}

/// Runs over partitions and holds every prediction to what Python's ONNX Runtime gives for the same file.
fn check_predictions(data: &Utf8Path, prefix: &str, batch_size: u32, partitions: usize, galaxies: u32) {
    let ran = execute(data, input(prefix, batch_size), |_, _| {});
    let report = report(&ran.result);
    assert_eq!((report.shards as usize, report.images), (partitions, u64::from(galaxies)));

    let python = tools::python("photoz", Utf8Path::new(demo::PYTHON_REQUIREMENTS)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut expected = BTreeMap::new();
    let mut absolute_error = 0.0;
    for index in 0..partitions {
        let partition = data.join(format!("{prefix}/part-{index:05}.safetensors"));
        let out = Utf8Path::from_path(folder.path()).unwrap().join(format!("{index}.safetensors"));
        let script = root().join("models/photoz/reference.py");
        tools::read(Command::new(&python).arg(script).arg(&partition).arg("--out").arg(&out)).unwrap();
        let predictions = by_id(&out, "redshift");
        for (id, truth) in by_id(&partition, "z_true") {
            absolute_error += f64::from((predictions[&id] - truth).abs());
        }
        expected.extend(predictions);
    }

    let aggregate = report.aggregate.as_ref().unwrap();
    let ours = by_id(&ran.results.join(&aggregate.key), "redshift");
    assert_eq!(ours.len(), galaxies as usize);
    assert_eq!(ours.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (id, prediction) in &ours {
        let difference = (prediction - expected[id]).abs();
        assert!(difference <= 1e-5, "galaxy {id}: {prediction} here, {} in Python", expected[id]);
    }
    let mae = report.metrics.unwrap().mae;
    assert!((mae - absolute_error / f64::from(galaxies)).abs() < 1e-6, "{mae}");
    assert!(mae < 0.05, "the model has learnt something: {mae}");
}

#[test]
fn the_predictions_are_pythons() {
    check_predictions(partitions(), "2MB", 64, PARTITIONS, GALAXIES);
}

#[test]
fn the_predictions_of_a_large_partition_are_pythons() {
    check_predictions(large_partition(), "25MB", 512, 1, 1_278);
}

#[test]
fn the_seeds_own_input_is_accepted_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(partitions().join("2MB"), data.path().join("100MB")).unwrap();
    let bucket = format!("data={}", data.path().display());
    let output = run(&[
        "run",
        "--env",
        "local",
        "--input",
        "tests/fixtures/seed/input.json",
        "--bucket",
        &bucket,
        "--format",
        "json",
    ]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let run: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(run["status"], "SUCCEEDED");
    let unused: Vec<&str> = run["output"]["unused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unused| unused["field"].as_str().unwrap())
        .collect();
    assert_eq!(unused, ["bucket", "object_type", "S3_object_name", "script"]);
    assert_eq!(run["output"]["images"], GALAXIES);
    assert!(
        run["output"]["prefix"].as_str().unwrap().starts_with("runs/scaling/result-partition-100MB/9GB/2/")
    );
    assert_eq!(run["mapRuns"][0]["succeeded"], PARTITIONS);
    assert!(run["bill"]["total_usd"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_shard_that_crashes_once_is_tried_again() {
    let killed = Arc::new(AtomicBool::new(false));
    let once = Arc::clone(&killed);
    let ran = execute(partitions(), input("2MB", 64), move |event, _| {
        if let LocalEvent::Lambda(LambdaEvent::InvocationStarted { function, pid, .. }) = event
            && function.contains("Infer")
            && !once.swap(true, Ordering::SeqCst)
        {
            let status = Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap();
            assert!(status.success());
        }
    });
    assert!(killed.load(Ordering::SeqCst));
    let report = report(&ran.result);
    assert_eq!((report.shards as usize, report.images), (PARTITIONS, u64::from(GALAXIES)));
    let crashed: Vec<_> =
        ran.result.invocations.iter().filter(|invocation| invocation.error.is_some()).collect();
    assert_eq!(crashed.len(), 1, "{crashed:#?}");
    assert_eq!(crashed[0].error.as_ref().unwrap().error_type, "Runtime.ExitError");
    let again = ran
        .result
        .invocations
        .iter()
        .filter(|invocation| invocation.item == crashed[0].item && invocation.state == crashed[0].state)
        .max_by_key(|invocation| invocation.attempt)
        .unwrap();
    assert!(again.attempt == 1 && again.error.is_none());
}

#[test]
fn a_shard_that_always_fails_fails_the_execution_and_is_named() {
    let data = copied_partitions();
    let spoiled = data.path().join("2MB/part-00003.safetensors");
    // The layout of the original's mistake: 64 x 64 x 5, channels last.
    let image = vec![0_u8; 2 * 64 * 64 * 5 * 4];
    let floats = vec![0_u8; 2 * 5 * 4];
    let ids: Vec<u8> = [1_i64, 2].iter().flat_map(|id| id.to_le_bytes()).collect();
    let tensors = [
        ("id", TensorView::new(Dtype::I64, vec![2], &ids).unwrap()),
        ("image", TensorView::new(Dtype::F32, vec![2, 64, 64, 5], &image).unwrap()),
        ("magnitude", TensorView::new(Dtype::F32, vec![2, 5], &floats).unwrap()),
        ("z_true", TensorView::new(Dtype::F32, vec![2, 1], &floats[..8]).unwrap()),
    ];
    safetensors::serialize_to_file(tensors, None, &spoiled).unwrap();

    let input = data.path().join("input.json");
    fs::write(&input, self::input("2MB", 64).to_string()).unwrap();
    let bucket = format!("data={}", data.path().display());
    let output = run(&["run", "--env", "local", "--input", input.to_str().unwrap(), "--bucket", &bucket]);
    assert_eq!(output.status.code(), Some(1), "an execution that failed ends the command with 1");
    let said = String::from_utf8(output.stdout).unwrap();
    for part in [
        "FAILED",
        "failed in the state Distributed Test: States.ExceedToleratedFailureThreshold",
        "first failure: item 3 of Distributed Test in the state Model Inference: TensorMismatch",
        "2MB/part-00003.safetensors",
        "f32[n,5,32,32]",
        "f32[2,64,64,5]",
    ] {
        assert!(said.contains(part), "`{part}` is missing in:\n{said}");
    }
}

/// Removes a shard's record when the event comes, and returns how the run then fails: state, error, cause.
fn failure_without_a_record(when: fn(&EventKind) -> bool) -> (String, String, String) {
    let ran = execute(partitions(), input("2MB", 64), move |event, results| {
        if let LocalEvent::Execution(event) = event
            && event.execution.parent.is_none()
            && when(&event.kind)
        {
            fs::remove_file(results.join("runs/tests/test/shards/shard-00002.json")).unwrap();
        }
    });
    let Outcome::Failed { error, cause, state, .. } = ran.result.outcome else {
        panic!("{:#?}", ran.result.outcome)
    };
    (state.unwrap().to_string(), error.unwrap(), cause.unwrap())
}

#[test]
fn a_shard_whose_result_is_gone_is_not_aggregated() {
    let (state, error, cause) = failure_without_a_record(
        |kind| matches!(kind, EventKind::StateExited { name, .. } if name.as_str() == "Distributed Test"),
    );
    assert_eq!((state.as_str(), error.as_str()), ("Invoke FMI", "MissingShard"), "{cause}");
    assert!(cause.contains("left no record") && cause.contains("/shards: 2;"), "{cause}");
}

#[test]
fn a_shard_whose_result_is_gone_is_not_summarized() {
    let (state, error, cause) = failure_without_a_record(
        |kind| matches!(kind, EventKind::StateEntered { name, .. } if name.as_str() == "Summarize"),
    );
    assert_eq!((state.as_str(), error.as_str()), ("Summarize", "MissingShard"), "{cause}");
    assert!(cause.contains("left no record") && cause.contains("/shards: 2;"), "{cause}");
}

#[test]
fn two_runs_at_once_over_two_folders_do_not_mix() {
    packaged();
    let start = |folder: &Utf8Path, prefix: &str| {
        let work = tempfile::tempdir().unwrap();
        let file = work.path().join("input.json");
        fs::write(&file, input(prefix, 64).to_string()).unwrap();
        let bucket = format!("data={folder}");
        let arguments = [
            "run",
            "--env",
            "local",
            "--input",
            file.to_str().unwrap(),
            "--bucket",
            &bucket,
            "--format",
            "json",
        ];
        let child = iacgen(&arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        (child, work)
    };
    // The same bucket and the same prefix, two folders.
    let few = copied_partitions();
    for index in 1..PARTITIONS {
        fs::remove_file(few.path().join(format!("2MB/part-{index:05}.safetensors"))).unwrap();
    }
    let (first, _first_input) = start(partitions(), "2MB");
    let (second, _second_input) = start(Utf8Path::from_path(few.path()).unwrap(), "2MB");
    for (run, objects) in [(first, PARTITIONS), (second, 1)] {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["output"]["objects"], objects);
    }
}
