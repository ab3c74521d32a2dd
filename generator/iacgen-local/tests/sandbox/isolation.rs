//! What a process sees of a file system, and that it is the bootstrap itself that is watched.

use std::collections::BTreeMap;

use bytes::Bytes;
use camino::Utf8PathBuf;
use iacgen_aws_types::{EphemeralStorage, MemorySize};
use iacgen_local::sandbox::{FailureKind, Function, InvokeRefused, Isolation, LambdaEvent, SandboxError};
use serde_json::{Value, json};

use crate::bench::{ARN, Bench};
use crate::package::{write_zip, zip_file};

/// Returns a bench whose functions are isolated, or nothing where this machine cannot.
#[expect(clippy::print_stderr, reason = "a test that shows nothing should say so")]
fn isolated() -> Option<Bench> {
    let bench = Bench::new();
    if bench.sandbox.is_isolated() {
        return Some(bench);
    }
    let reason = bench.events.all().into_iter().find_map(|event| match event {
        LambdaEvent::NotIsolated { reason } => Some(reason),
        _ => None,
    });
    eprintln!("skipped: this machine does not isolate functions: {}", reason.unwrap());
    None
}

fn layer(bench: &Bench, name: &str, text: &str) -> Utf8PathBuf {
    write_zip(&bench.folder.path, &zip_file(name, text.as_bytes()))
}

async fn write(bench: &Bench, function: &Function, path: &str, mb: u32) -> Value {
    bench.succeed(function, json!({ "do": "write", "path": path, "mb": mb })).await
}

async fn read(bench: &Bench, function: &Function, path: &str) -> Value {
    bench.succeed(function, json!({ "do": "read", "path": path })).await
}

#[tokio::test]
async fn only_tmp_can_be_written_to_and_only_up_to_its_size() {
    let Some(bench) = isolated() else { return };
    let function = bench.deploy(|config| {
        config.ephemeral_storage = EphemeralStorage::new(512).unwrap();
        config.layers = vec![layer(&bench, "lib/one.txt", "1")];
    });
    for path in [
        "/var/task/x",
        "/var/task/bootstrap",
        "/opt/x",
        "/x",
        "/etc/x",
        "/usr/x",
        "/var/x",
        "/proc/self/comm",
    ] {
        assert_eq!(write(&bench, &function, path, 0).await, json!("ReadOnlyFilesystem"), "{path}");
    }
    assert_eq!(write(&bench, &function, "/dev/shm/x", 0).await, json!("NotFound"));
    assert_eq!(write(&bench, &function, "/dev/null", 1).await, json!(""));
    assert_eq!(write(&bench, &function, "/tmp/small", 64).await, json!(""));
    assert_eq!(read(&bench, &function, "/tmp").await, json!("small"));
    let roomy = bench.deploy(|config| {
        config.name = "roomy".to_owned();
        config.memory = MemorySize::new(2_048).unwrap();
    });
    assert_eq!(write(&bench, &roomy, "/tmp/large", 600).await, json!("StorageFull"));
    // Nothing of it is this machine's: the next environment starts with an empty one.
    let (_, _) = bench.fail(&function, json!({ "do": "crash" })).await;
    assert_eq!(read(&bench, &function, "/tmp").await, json!(""));
}

#[tokio::test]
async fn the_package_and_the_merged_layers_stand_where_lambda_puts_them() {
    let Some(bench) = isolated() else { return };
    let function = bench.deploy(|config| {
        config.layers = vec![
            layer(&bench, "lib/name.txt", "first"),
            layer(&bench, "models/name.txt", "model"),
            layer(&bench, "lib/name.txt", "second"),
        ];
        config.variables.insert("MODEL".to_owned(), "/opt/models/name.txt".to_owned());
    });
    assert_eq!(read(&bench, &function, "/var/task").await, json!("bootstrap"));
    assert_eq!(read(&bench, &function, "/opt").await, json!("lib models"));
    assert_eq!(read(&bench, &function, "/opt/lib/name.txt").await, json!("second"));
    assert_eq!(bench.succeed(&function, json!({ "do": "place" })).await, json!("/var/task"));
    let variables = bench.succeed(&function, json!({ "do": "variables" })).await;
    assert_eq!(variables["LAMBDA_TASK_ROOT"], "/var/task");
    assert_eq!(variables["MODEL"], "/opt/models/name.txt");
    assert_eq!(
        variables["LD_LIBRARY_PATH"],
        "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"
    );
    // What only this machine has is missed here, as on AWS.
    assert_eq!(read(&bench, &function, bench.folder.path.as_str()).await, json!("NotFound"));
    assert_eq!(read(&bench, &function, "/home").await, json!("NotFound"));
}

#[tokio::test]
async fn the_watched_process_is_the_bootstrap_itself() {
    let Some(bench) = isolated() else { return };
    let function = bench.deploy(|_| {});
    let pid = bench.succeed(&function, json!({ "do": "pid" })).await;
    let started: Vec<_> = bench.events.all();
    let watched = started.iter().find_map(|event| match event {
        LambdaEvent::EnvironmentStarted { pid, .. } => Some(*pid),
        _ => None,
    });
    assert_eq!(pid, json!(watched));
    let status = read(&bench, &function, "/proc/self/status").await;
    let status: BTreeMap<_, _> =
        status.as_str().unwrap().lines().filter_map(|line| line.split_once(":\t")).collect();
    assert_eq!((status["Name"], status["CapEff"]), ("bootstrap", "0000000000000000"));
    assert_eq!(status["Uid"].split('\t').next(), Some("993"));

    let report = bench.invoke(&function, json!({ "do": "allocate", "mb": 64 })).await.report;
    assert!((64..128).contains(&report.max_memory_used_mb), "{report:?}");
    let (error, _) = bench.fail(&function, json!({ "do": "crash" })).await;
    assert!(error.error_message.ends_with("exit status 3"), "{error:?}");
    let (error, _) = bench.fail(&function, json!({ "do": "abort" })).await;
    assert!(error.error_message.ends_with("signal: aborted"), "{error:?}");
    let (error, _) = bench.fail(&function, json!({ "do": "allocate", "mb": 192 })).await;
    assert_eq!(error.kind, FailureKind::OutOfMemory);
}

#[tokio::test]
async fn a_mount_that_is_refused_is_no_crash_of_the_function() {
    let Some(bench) = isolated() else { return };
    let function = bench.deploy(|_| {});
    std::fs::remove_dir_all(bench.folder.path.join("packages")).unwrap();
    let refused = bench.sandbox.invoke(&function, ARN, Bytes::from_static(b"{}")).await;
    let Err(InvokeRefused::Sandbox(SandboxError::Start { source, .. })) = refused else {
        panic!("{refused:?}")
    };
    assert!(source.to_string().contains("cannot isolate it: mount: "), "{source}");
}

#[tokio::test]
async fn without_isolation_variables_lead_to_the_layers_folder() {
    let bench = Bench::with(|settings| settings.isolation = Isolation::Never);
    let function = bench.deploy(|config| {
        config.layers = vec![layer(&bench, "lib/name.txt", "1")];
        config.variables.insert("ORT_DYLIB_PATH".to_owned(), "/opt/lib/name.txt".to_owned());
    });
    let variables = bench.succeed(&function, json!({ "do": "variables" })).await;
    let library = variables["ORT_DYLIB_PATH"].as_str().unwrap();
    assert!(library.starts_with(bench.folder.path.join("packages/layers-").as_str()), "{library}");
    assert_eq!(std::fs::read_to_string(library).unwrap(), "1");
    let list = variables["LD_LIBRARY_PATH"].as_str().unwrap();
    assert!(list.ends_with(library.strip_suffix("/name.txt").unwrap()), "{list}");
    // It was not tried, so nothing is told.
    assert!(!bench.events.all().iter().any(|event| matches!(event, LambdaEvent::NotIsolated { .. })));
}
