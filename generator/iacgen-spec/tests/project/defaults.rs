//! What holds where the spec says nothing.

use iacgen_aws_types::Architecture;
use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::model::{
    BucketOrigin, Children, Jitter, MapMode, MapResult, PayloadTemplate, RetryPolicy, StateKind, Workflow,
};
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
    assert_eq!(workflow.machine_type, Children::Standard);
    assert_eq!((workflow.timeout, workflow.log_retention_days), (None, 30));
    assert_eq!(workflow.functions["work"].architecture, Architecture::X86_64);
    let StateKind::Invoke(invoke) = &workflow.states.states["A"].kind else { panic!("no invoke") };
    assert_eq!(invoke.payload, PayloadTemplate::Path("$".to_owned()));
    assert_eq!((invoke.timeout.get(), invoke.retry.len()), (15, 0));
}

#[test]
fn a_map_keeps_its_result_and_has_standard_children() {
    let inner = "start: B, states: { B: { invoke: work, end: true } }";
    let map = |mode: &str| {
        let workflow = resolve(&format!(
            "start: A\nstates: {{ A: {{ map: {mode}, items: $.x, {inner}, end: true }} }}\n"
        ));
        let StateKind::Map(map) = workflow.states.states["A"].kind.clone() else { panic!("no map") };
        map
    };
    assert_eq!(map("inline").mode, MapMode::Inline);
    let distributed = map("distributed");
    assert_eq!(distributed.mode, MapMode::Distributed(Children::Standard));
    assert_eq!((distributed.result, distributed.tolerated_failure), (MapResult::Keep, None));
}

#[test]
fn a_retry_has_step_functions_own_numbers_and_full_jitter() {
    let workflow = resolve(
        "retries: { r: { on: [lambda-crash, Lambda.Unknown, Mine] } }\n\
         start: A\nstates: { A: { invoke: work, retry: r, end: true } }\n",
    );
    let StateKind::Invoke(invoke) = &workflow.states.states["A"].kind else { panic!("no invoke") };
    let RetryPolicy { errors, interval, attempts, backoff, cap, jitter } = &invoke.retry[0];
    assert_eq!(errors, &["Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout", "Mine"]);
    assert_eq!((interval.get(), *attempts, *cap, *jitter), (1, 3, None, Jitter::Full));
    assert!((backoff - 2.0).abs() < f64::EPSILON);
}

#[test]
fn a_bucket_that_says_nothing_is_made_and_kept() {
    let workflow = resolve("buckets: { b: {} }\nstart: A\nstates: { A: { invoke: work, end: true } }\n");
    let expected = BucketOrigin::Managed { name: None, retain: true, expire: Vec::new() };
    assert_eq!(workflow.buckets["b"].origin, expected);
}
