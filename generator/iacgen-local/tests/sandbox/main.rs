//! Real processes of the test bootstrap, driven through the Runtime API.

#![expect(clippy::unwrap_used, reason = "a test")]

mod bench;
#[path = "../fixture/folder.rs"]
mod folder;
mod isolation;
#[path = "../fixture/package.rs"]
mod package;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bench::{ARN, Bench, Events};
use bytes::Bytes;
use iacgen_aws_types::Architecture;
use iacgen_local::sandbox::{
    FailureKind, FunctionConfig, InvocationStatus, InvokeRefused, Isolation, LambdaEvent, LambdaObserver,
    SandboxError, host,
};
use package::{is_running, write_zip, zip_of};
use serde_json::{Value, json};

#[tokio::test]
async fn a_warm_environment_is_used_again() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    let first = bench.invoke(&function, json!({ "do": "echo", "n": 1 })).await;
    assert_eq!(
        serde_json::from_slice::<Value>(&first.result.unwrap()).unwrap(),
        json!({ "do": "echo", "n": 1 })
    );
    let init = first.report.init_duration_ms.unwrap();
    assert_eq!(first.executed_version, "1");
    assert!(first.report.max_memory_used_mb >= 1);
    assert_eq!(first.report.status, InvocationStatus::Success);
    // AWS rounds up to whole milliseconds, initialization included.
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let billed = first.report.billed_duration_ms as f64;
    assert!(billed >= first.report.duration_ms + init && billed < first.report.duration_ms + init + 1.0);
    let second = bench.invoke(&function, json!({ "do": "pid" })).await;
    let third = bench.invoke(&function, json!({ "do": "pid" })).await;
    assert_eq!(second.report.init_duration_ms, None);
    assert_eq!(second.result.unwrap(), third.result.unwrap());
    assert_eq!(bench.sandbox.environment_counts()["echo"].cold_starts, 1);
}

#[tokio::test]
async fn the_process_sees_lambdas_variables_and_no_others() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    let variables = bench.succeed(&function, json!({ "do": "variables" })).await;
    // Where `/tmp` is the environment's own, nothing needs to lead elsewhere.
    let ours = if bench.sandbox.is_isolated() { "_" } else { "TMPDIR" };
    let names = variables.as_object().unwrap().keys().map(String::as_str);
    // Some shells leave `_` behind.
    let names: Vec<_> = names.filter(|name| *name != ours && *name != "_").collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        [
            "AWS_ACCESS_KEY_ID",
            "AWS_DEFAULT_REGION",
            "AWS_ENDPOINT_URL_S3",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_LAMBDA_RUNTIME_API",
            "AWS_REGION",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "LAMBDA_RUNTIME_DIR",
            "LAMBDA_TASK_ROOT",
            "LANG",
            "LD_LIBRARY_PATH",
            "OWN",
            "PATH",
            "TZ",
            "_HANDLER",
        ]
    );
    assert_eq!(variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "128");
    assert_eq!(variables["AWS_LAMBDA_LOG_GROUP_NAME"], "/aws/lambda/echo");
}

#[tokio::test]
async fn a_handler_error_keeps_the_environment() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    let (error, invoked) = bench.fail(&function, json!({ "do": "fail" })).await;
    assert_eq!((error.kind, error.error_type.as_str()), (FailureKind::Handler, "ShardUnreadable"));
    assert_eq!(error.cause, r#"{"errorType":"ShardUnreadable","errorMessage":"shard 7 is torn"}"#);
    assert_eq!(invoked.report.status, InvocationStatus::Error);
    bench.succeed(&function, json!({ "do": "echo" })).await;
    assert_eq!(bench.sandbox.environment_counts()["echo"].cold_starts, 1);
}

#[tokio::test]
async fn a_crash_names_its_status_and_its_last_lines() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    let (error, _) = bench.fail(&function, json!({ "do": "crash" })).await;
    assert_eq!((error.kind, error.error_type.as_str()), (FailureKind::Exited, "Runtime.ExitError"));
    assert!(
        error.error_message.ends_with("Runtime exited with error: exit status 3"),
        "{}",
        error.error_message
    );
    assert!(error.cause.contains(r#""logTail":["initializing","about to crash"]"#), "{}", error.cause);
    bench.succeed(&function, json!({ "do": "echo" })).await;
    assert_eq!(bench.sandbox.environment_counts()["echo"].cold_starts, 2);
}

#[tokio::test]
async fn a_kill_from_outside_in_the_middle_is_an_exit_error() {
    let observer = LambdaObserver::new(|event| {
        if let LambdaEvent::InvocationStarted { pid, .. } = event {
            let pid = rustix::process::Pid::from_raw(i32::try_from(*pid).unwrap()).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        }
    });
    let bench = Bench::observed(observer, Events::default(), |_| {});
    let function = bench.deploy(|_| {});
    let (error, _) = bench.fail(&function, json!({ "do": "sleep" })).await;
    assert_eq!((error.kind, error.error_type.as_str()), (FailureKind::Exited, "Runtime.ExitError"));
    assert!(error.error_message.ends_with("signal: killed"), "{}", error.error_message);
}

#[tokio::test]
async fn an_environment_that_dies_idle_is_replaced() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    let pid = bench.succeed(&function, json!({ "do": "pid" })).await.as_i64().unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    while is_running(u32::try_from(pid.as_raw_nonzero().get()).unwrap()) {
        tokio::task::yield_now().await;
    }
    let after = bench.invoke(&function, json!({ "do": "echo" })).await;
    assert!(after.result.is_ok());
    assert!(after.report.init_duration_ms.is_some());
}

#[tokio::test]
async fn the_time_limit_kills() {
    let bench = Bench::new();
    let function = bench.deploy(|config| config.timeout = Duration::from_millis(500));
    let (error, invoked) = bench.fail(&function, json!({ "do": "sleep" })).await;
    assert_eq!((error.kind, error.error_type.as_str()), (FailureKind::TimedOut, "Sandbox.Timedout"));
    assert_eq!(
        error.error_message,
        format!("RequestId: {} Error: Task timed out after 0.50 seconds", invoked.request_id)
    );
    assert_eq!(invoked.report.status, InvocationStatus::Timeout);
    assert_eq!(bench.sandbox.running_environments(), 0);
}

#[tokio::test]
async fn the_memory_limit_kills() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    assert_eq!(bench.succeed(&function, json!({ "do": "allocate", "mb": 64 })).await, json!(16_384));
    let (error, invoked) = bench.fail(&function, json!({ "do": "allocate", "mb": 192 })).await;
    assert_eq!((error.kind, error.error_type.as_str()), (FailureKind::OutOfMemory, "Runtime.ExitError"));
    assert!(
        error.error_message.ends_with("Runtime exited with error: signal: killed"),
        "{}",
        error.error_message
    );
    assert_eq!((invoked.report.max_memory_used_mb, invoked.report.memory_size_mb), (128, 128));
}

#[tokio::test]
async fn a_response_over_six_megabytes_is_a_function_error() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    let (error, _) = bench.fail(&function, json!({ "do": "large", "bytes": 6_291_556 })).await;
    assert_eq!(error.error_type, "Function.ResponseSizeTooLarge");
    assert!(error.error_message.contains("(6291558 bytes)"), "{}", error.error_message);
    bench.succeed(&function, json!({ "do": "echo" })).await;
}

#[tokio::test]
async fn reserved_concurrency_throttles() {
    let bench = Bench::new();
    let function = bench.deploy(|config| config.reserved_concurrency = Some(1));
    let held = bench.sandbox.invoke(&function, ARN, Bytes::from_static(br#"{"do":"sleep"}"#));
    let mut held = Box::pin(held);
    assert!(futures::poll!(&mut held).is_pending());
    let second = bench.sandbox.invoke(&function, ARN, Bytes::from_static(br#"{"do":"echo"}"#)).await;
    assert!(matches!(second, Err(InvokeRefused::TooManyRequests)));
    assert!(bench.events.all().iter().any(|event| matches!(event, LambdaEvent::InvocationThrottled { .. })));
    drop(held);
    bench.succeed(&function, json!({ "do": "echo" })).await;
}

#[tokio::test]
async fn invocations_beyond_the_machines_limit_wait_and_idle_environments_make_room() {
    let bench = Bench::with(|settings| settings.max_environments = NonZeroUsize::new(2).unwrap());
    let function = bench.deploy(|_| {});
    let other = bench.deploy(|config| config.name = "other".to_owned());
    let calls = (0..6).map(|n| {
        let function = if n % 2 == 0 { &function } else { &other };
        bench.succeed(function, json!({ "do": "echo", "n": n }))
    });
    let answers = futures::future::join_all(calls).await;
    assert_eq!(answers.len(), 6);
    let mut running: i64 = 0;
    for event in bench.events.all() {
        match event {
            LambdaEvent::EnvironmentStarted { .. } => running += 1,
            LambdaEvent::EnvironmentStopped { .. } => running -= 1,
            _ => {}
        }
        assert!(running <= 2, "{running} environments at once");
    }
}

#[tokio::test]
async fn provisioned_environments_wait_ahead() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    bench.sandbox.provision(&function, 2).await.unwrap();
    assert_eq!(bench.sandbox.running_environments(), 2);
    let variables = bench.invoke(&function, json!({ "do": "variables" })).await;
    assert_eq!(variables.report.init_duration_ms, None);
    let variables: Value = serde_json::from_slice(&variables.result.unwrap()).unwrap();
    assert_eq!(variables["AWS_LAMBDA_INITIALIZATION_TYPE"], "provisioned-concurrency");
    let counts = bench.sandbox.environment_counts()["echo"];
    assert_eq!((counts.cold_starts, counts.provisioned), (0, 2));
}

#[tokio::test]
async fn provisioning_what_does_not_initialize_is_an_error() {
    let bench = Bench::new();
    let function = bench.deploy(|config| {
        config.variables.insert("INIT".to_owned(), "fail".to_owned());
    });
    let error = bench.sandbox.provision(&function, 1).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "provisioned concurrency of echo could not be prepared: NoModel: model.onnx is missing"
    );
}

#[tokio::test]
async fn initialization_is_repeated_once_within_the_invocation() {
    let bench = Bench::with(|settings| settings.isolation = Isolation::Never);
    let marker = bench.folder.path.join("marker");
    let function = bench.deploy(|config| {
        config.variables.insert("INIT".to_owned(), "crash-once".to_owned());
        config.variables.insert("MARKER".to_owned(), marker.to_string());
    });
    let invoked = bench.invoke(&function, json!({ "do": "echo" })).await;
    assert!(invoked.result.is_ok());
    assert_eq!(bench.sandbox.environment_counts()["echo"].cold_starts, 2);
}

#[tokio::test]
async fn initialization_that_never_ends_is_a_timeout_and_one_that_fails_names_its_error() {
    let bench = Bench::with(|settings| settings.init_limit = Duration::from_millis(300));
    let with_init = |how: &'static str| {
        bench.deploy(move |config| {
            config.timeout = Duration::from_secs(2);
            config.variables.insert("INIT".to_owned(), how.to_owned());
        })
    };
    let (error, invoked) = bench.fail(&with_init("fail"), json!({})).await;
    assert_eq!((error.kind, error.error_type.as_str()), (FailureKind::Initialization, "NoModel"));
    assert!(invoked.report.init_duration_ms.is_some());
    let (error, _) = bench.fail(&with_init("crash"), json!({})).await;
    assert!(error.error_message.ends_with("exit status 4"), "{}", error.error_message);
    let (error, _) = bench.fail(&with_init("hang"), json!({})).await;
    assert_eq!(error.error_type, "Sandbox.Timedout");
    assert!(error.error_message.ends_with("Task timed out after 2.00 seconds"), "{}", error.error_message);
}

#[tokio::test]
async fn nothing_is_left_running_after_a_shutdown_or_a_drop() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    bench.succeed(&function, json!({ "do": "echo" })).await;
    let mut held = Box::pin(bench.invoke(&function, json!({ "do": "sleep" })));
    while !matches!(bench.events.all().last(), Some(LambdaEvent::InvocationStarted { .. })) {
        assert!(futures::poll!(&mut held).is_pending());
        tokio::task::yield_now().await;
    }
    bench.sandbox.shutdown().await;
    assert_eq!(held.await.result.unwrap_err().error_type, "Runtime.ExitError");
    let refused = bench.sandbox.invoke(&function, ARN, Bytes::from_static(b"{}")).await;
    assert!(matches!(refused, Err(InvokeRefused::ShuttingDown)));
    let dropped = Bench::new();
    let function = dropped.deploy(|_| {});
    dropped.succeed(&function, json!({ "do": "echo" })).await;
    let events = dropped.events.clone();
    drop(dropped);
    for event in bench.events.all().into_iter().chain(events.all()) {
        if let LambdaEvent::EnvironmentStarted { pid, .. } = event {
            while is_running(pid) {
                tokio::task::yield_now().await;
            }
        }
    }
}

#[tokio::test]
async fn the_log_holds_the_output_and_lambdas_lines() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    let invoked = bench.invoke(&function, json!({ "do": "echo" })).await;
    bench.sandbox.shutdown().await;
    let log = bench
        .events
        .all()
        .into_iter()
        .find_map(|event| match event {
            LambdaEvent::EnvironmentStarted { log, .. } => Some(log),
            _ => None,
        })
        .unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    let id = &invoked.request_id;
    for line in [
        "initializing".to_owned(),
        format!("START RequestId: {id} Version: 1"),
        format!("END RequestId: {id}"),
    ] {
        assert!(log.lines().any(|found| found == line), "{line} is not in {log}");
    }
    assert!(log.contains(&invoked.report.log_line()));
}

#[test]
fn what_this_machine_cannot_run_is_refused_by_name() {
    let bench = Bench::new();
    let mut config = bench.config();
    config.architecture = match host().unwrap() {
        Architecture::X86_64 => Architecture::Arm64,
        Architecture::Arm64 => Architecture::X86_64,
    };
    let error = bench.sandbox.deploy(config).unwrap_err();
    assert!(matches!(&error, SandboxError::Architecture { function, .. } if function == "echo"));
    assert!(error.to_string().contains("set `architecture: "), "{error}");

    let mut other = std::fs::read(env!("CARGO_BIN_EXE_echo-bootstrap")).unwrap();
    other[18] ^= 0xff;
    let package = write_zip(&bench.folder.path, &zip_of(&other));
    let error = bench.sandbox.deploy(FunctionConfig { package, ..bench.config() }).unwrap_err();
    assert!(matches!(error, SandboxError::Bootstrap { .. }), "{error}");
}

#[tokio::test]
async fn many_events_at_once_are_not_mixed_up() {
    let bench = Bench::new();
    let function = bench.deploy(|_| {});
    let seen = Arc::new(Mutex::new(0));
    let calls = (0..100).map(|n| {
        let (bench, function, seen) = (&bench, &function, Arc::clone(&seen));
        async move {
            assert_eq!(bench.succeed(function, json!({ "do": "echo", "n": n })).await["n"], n);
            *seen.lock().unwrap() += 1;
        }
    });
    futures::future::join_all(calls).await;
    assert_eq!(*seen.lock().unwrap(), 100);
    assert!(bench.sandbox.environment_counts()["echo"].cold_starts <= 4);
}
