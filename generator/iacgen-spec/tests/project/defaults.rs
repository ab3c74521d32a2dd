//! What holds where the spec says nothing.

use iacgen_asl::{ExecutionType, JitterStrategy, ProcessorMode, QueryLanguage};
use iacgen_aws_types::{Architecture, Seconds};
use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::model::{BucketOrigin, DataFlow, Dynamic, PathSetting, RetryPolicy, StateKind, Workflow};
use iacgen_spec::{MemoryFiles, check};

const ENVIRONMENT: &str = "target: local\nregion: us-east-1\naccount: \"000000000000\"\n";

/// Resolves a workflow of which only the given sections are written.
fn resolve(sections: &str) -> Workflow {
    let functions = "functions: { work: { handler: work, memory: 128MB, timeout: 5s } }\n";
    let files = MemoryFiles::default()
        .with("workflow.yaml", format!("workflow: w\n{functions}{sections}"))
        .with("environments/local.yaml", ENVIRONMENT)
        .with("work/Cargo.toml", "");
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let workflows = check(&files, &mut sources, &sink).unwrap_or_default();
    let errors: Vec<String> = sink.into_sorted().into_iter().map(|finding| finding.message).collect();
    workflows.into_iter().next().unwrap_or_else(|| panic!("{errors:#?}"))
}

#[test]
fn a_state_gets_its_input_and_ten_seconds_more_than_its_function() {
    let workflow = resolve("start: A\nstates: { A: { invoke: work, end: true } }\n");
    assert_eq!((workflow.machine_type, workflow.query), (ExecutionType::Standard, QueryLanguage::JsonPath));
    assert_eq!((workflow.timeout, workflow.logs.retention_days), (None, 30));
    assert_eq!(workflow.functions["work"].architecture, Architecture::X86_64);
    let state = &workflow.states.states["A"];
    assert_eq!((&state.data, state.retry.len()), (&DataFlow::default(), 0));
    let StateKind::Task(task) = &state.kind else { panic!("no task") };
    let timeout = task.timeout.as_ref().map(|timeout| timeout.value.clone());
    assert_eq!(timeout, Some(Dynamic::Value(Seconds::new(15).unwrap())));
}

#[test]
fn a_map_keeps_its_result_and_has_standard_children() {
    let inner = "start: B, states: { B: { invoke: work, end: true } }";
    let map = |mode: &str| {
        let workflow = resolve(&format!(
            "start: A\nstates: {{ A: {{ map: {mode}, items: $.x, {inner}, end: true }} }}\n"
        ));
        let state = workflow.states.states["A"].clone();
        let StateKind::Map(map) = state.kind else { panic!("no map") };
        (map, state.data.result)
    };
    assert_eq!(map("inline").0.mode, ProcessorMode::Inline);
    let (distributed, result) = map("distributed");
    assert_eq!(distributed.mode, ProcessorMode::Distributed { execution_type: ExecutionType::Standard });
    assert_eq!((distributed.tolerated_percentage, distributed.tolerated_count), (None, None));
    assert_eq!(result, PathSetting::Unset);
}

#[test]
fn a_retry_has_step_functions_own_numbers_and_full_jitter() {
    let workflow = resolve(
        "retries: { r: { on: [lambda-crash, Lambda.Unknown, Mine] } }\n\
         start: A\nstates: { A: { invoke: work, retry: r, end: true } }\n",
    );
    let RetryPolicy { errors, interval, attempts, backoff, cap, jitter } =
        &workflow.states.states["A"].retry[0].value;
    assert_eq!(errors, &["Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout", "Mine"]);
    assert_eq!((interval.get(), *attempts, *cap, *jitter), (1, 3, None, JitterStrategy::Full));
    assert!((backoff - 2.0).abs() < f64::EPSILON);
}

#[test]
fn a_bucket_that_says_nothing_is_made_and_kept() {
    let workflow = resolve("buckets: { b: {} }\nstart: A\nstates: { A: { invoke: work, end: true } }\n");
    let expected = BucketOrigin::Managed { name: None, retain: true, expire: Vec::new(), access_logs: false };
    assert_eq!(workflow.buckets["b"].origin, expected);
}
