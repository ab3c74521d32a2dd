//! `names-collide` of `iacgen-spec` knows every logical id that synthesis gives.

use std::collections::BTreeSet;

use camino::Utf8Path;
use iacgen_assembly::TEMPLATE;
use serde_json::Value;

use crate::project;

/// Returns the ids of the parameters and resources of a project that are not in its section `resources`.
fn given(project: &str, environments: &[String]) -> BTreeSet<String> {
    let mut given = BTreeSet::new();
    for environment in environments {
        let assembly = project::assembly_of(project, environment);
        let template: Value = serde_json::from_str(&assembly.files()[Utf8Path::new(TEMPLATE)]).unwrap();
        let own = project::workflow_of(project, environment).resources;
        for section in ["Parameters", "Resources"] {
            let ids = template[section].as_object().into_iter().flatten().map(|(id, _)| id);
            given.extend(ids.filter(|id| !own.contains_key(*id)).cloned());
        }
    }
    given
}

/// Returns the project's `workflow.yaml` with a resource of each id besides.
fn with_resources(project: &str, ids: &BTreeSet<String>) -> String {
    const SECTION: &str = "\nresources:\n";
    let text = std::fs::read_to_string(project::root().join(project).join("workflow.yaml")).unwrap();
    let entry = |id| format!("  {id}: {{ type: AWS::SNS::Topic }}\n");
    let entries = ids.iter().map(entry).collect::<Vec<_>>().concat();
    match text.split_once(SECTION) {
        Some((before, after)) => format!("{before}{SECTION}{entries}{after}"),
        None => format!("{text}{SECTION}{entries}"),
    }
}

#[test]
fn no_resource_may_have_an_id_that_synthesis_gives() {
    let mut all = BTreeSet::new();
    for (project, environments) in project::all() {
        let given = given(&project, &environments);
        let text = with_resources(&project, &given);
        let findings = project::findings_with(&project, "workflow.yaml", &text);
        for id in &given {
            let refused = findings.iter().any(|finding| {
                finding.code.name == "names-collide" && finding.message.contains(&format!("`{id}`"))
            });
            assert!(refused, "{project}: a resource may be called {id}, as iacgen calls one of its own");
        }
        all.extend(given);
    }
    // What is not among the projects is not held to anything.
    for suffix in [
        "AccessLogsBucket",
        "AccessLogsBucketPolicy",
        "Alias",
        "ArtifactBucket",
        "BucketPolicy",
        "Dashboard",
        "DeadLetterQueue",
        "DeadLetterQueuePolicy",
        "DeadLettersAlarm",
        "EncryptionKey",
        "ExecutionsFailedAlarm",
        "LogGroup",
        "OnFailure",
        "QueuePolicy",
        "ScalableTarget",
        "StateMachineAlias",
        "StateMachineDistributedMapPolicy",
        "Table",
        "ThrottlesAlarm",
        "TopicPolicy",
        "Trigger",
        "TriggerRole",
    ] {
        assert!(all.iter().any(|id| id.ends_with(suffix)), "no project has a resource called ...{suffix}");
    }
    assert!(all.iter().any(|id| id.starts_with("StateMachineVersion")), "no project releases a version");
}
