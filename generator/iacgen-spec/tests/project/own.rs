//! The cosmic workflow.

use camino::Utf8Path;
use iacgen_asl::{ExecutionType, ProcessorMode};
use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::load;
use iacgen_spec::model::{Dynamic, Next, StateKind, Workflow};

use crate::disk::Disk;

fn resolve(environment: &str) -> Workflow {
    let files = Disk(Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let Ok(loaded) = load(&files, &mut sources, &sink) else { panic!("no workflow.yaml") };
    let Ok(environment) = loaded.environment(environment) else { panic!("no {environment}") };
    let workflow = loaded.resolve(environment, &files, &sink);
    let findings: Vec<String> = sink.into_sorted().into_iter().map(|finding| finding.message).collect();
    assert!(findings.is_empty(), "{findings:#?}");
    let Some(workflow) = workflow else { panic!("not resolved") };
    workflow
}

#[test]
fn every_environment_of_this_repository_resolves() {
    for (environment, fmi, provisioned) in
        [("local", true, None), ("dev", false, None), ("staging", true, None), ("prod", true, Some(10))]
    {
        let workflow = resolve(environment);
        assert_eq!(workflow.functions.contains_key("fmi"), fmi, "{environment}");
        assert_eq!(workflow.states.states.contains_key("Invoke FMI"), fmi, "{environment}");
        assert_eq!(
            workflow.functions["infer"].provisioned.as_ref().map(|provisioned| provisioned.most().value),
            provisioned,
            "{environment}"
        );
        let StateKind::Map(map) = &workflow.states.states["Distributed Test"].kind else { panic!("no map") };
        assert_eq!(map.mode, ProcessorMode::Distributed { execution_type: ExecutionType::Express });
        let follows = if fmi { "Invoke FMI" } else { "Summarize" };
        let Next::State(next) = &workflow.states.states["Distributed Test"].next else { panic!("no next") };
        assert_eq!(next.value, follows);
        let infer = &map.states.states["Model Inference"];
        let StateKind::Task(task) = &infer.kind else { panic!("no task") };
        let timeout = task.timeout.as_ref().map(|timeout| timeout.value.clone());
        assert_eq!((timeout, infer.retry.len()), (Some(Dynamic::Value(Seconds::new(70).unwrap())), 2));
    }
}
