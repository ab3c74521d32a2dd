//! The cosmic workflow.

use camino::Utf8Path;
use iacgen_aws_types::Provisioned;
use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::load;
use iacgen_spec::model::{Children, MapMode, Next, StateKind, Workflow};

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
            workflow.functions["infer"].provisioned.map(Provisioned::get),
            provisioned,
            "{environment}"
        );
        let StateKind::Map(map) = &workflow.states.states["Distributed Test"].kind else { panic!("no map") };
        assert_eq!(map.mode, MapMode::Distributed(Children::Express));
        let follows = if fmi { "Invoke FMI" } else { "Summarize" };
        assert_eq!(workflow.states.states["Distributed Test"].next, Next::State(follows.to_owned()));
        let StateKind::Invoke(infer) = &map.states.states["Model Inference"].kind else {
            panic!("no invoke")
        };
        assert_eq!((infer.timeout.get(), infer.retry.len()), (70, 2));
    }
}
