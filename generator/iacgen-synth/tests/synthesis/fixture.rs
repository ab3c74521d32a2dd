//! A small workflow, read from its spec, and looks into what becomes of it.

use std::collections::BTreeMap;

use iacgen_assembly::{Assembly, Sha256};
use iacgen_aws_types::Seconds;
use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::MemoryFiles;
use iacgen_spec::model::{Function, Workflow};
use iacgen_synth::{FunctionPackage, Packages, SynthesisError, synthesize};
use serde_json::Value;

/// One function, `work`; it reads an existing bucket and writes a managed one.
const SURROUNDINGS: &str = r"
workflow: small
comment: A small workflow
timeout: 1h
logs: { retain: 14d }
alarms: false
dashboard: false
buckets:
  data: { existing: somebodys-data }
  results: { expire: { prefix: runs/, after: 90d } }
retries:
  service: { on: Lambda.ServiceException, interval: 1s, attempts: 3, cap: 20s }
functions:
  work:
    handler: functions/work
    memory: 256MB
    timeout: 30s
    access: [{ read: data }, { write: results, prefix: runs/ }]
";

/// The one state `Work` invokes it.
const STATES: &str = "
start: Work
states:
  Work: { invoke: work, retry: service, timeout: 35s, end: true }
";

const ENVIRONMENT: &str = "
target: aws
region: us-east-1
account: '111111111111'
tags: { project: small }
";

/// Returns the small workflow.
pub(crate) fn workflow() -> Workflow {
    with_states(STATES)
}

/// Returns it with other states, as the spec writes them: `start` and `states`.
pub(crate) fn with_states(states: &str) -> Workflow {
    read(&format!("{SURROUNDINGS}{states}"))
}

/// Returns it with more sections at the top.
pub(crate) fn with_sections(sections: &str) -> Workflow {
    let surroundings = SURROUNDINGS.replace("timeout: 1h\n", "");
    let states = STATES.replace("timeout: 35s, ", "");
    read(&format!("{surroundings}{sections}{states}"))
}

/// Returns it with its function changed in a way that no spec can.
pub(crate) fn with_work(change: impl FnOnce(&mut Function)) -> Workflow {
    let mut workflow = workflow();
    change(workflow.functions.get_mut("work").unwrap());
    workflow
}

/// Returns it with one more field of its function.
pub(crate) fn with_function(field: &str) -> Workflow {
    let timeout = "    timeout: 30s\n";
    let surroundings = SURROUNDINGS.replace(timeout, &format!("{timeout}    {field}\n"));
    read(&format!("{surroundings}{STATES}"))
}

/// Reads a whole spec.
pub(crate) fn read(spec: &str) -> Workflow {
    let files = MemoryFiles::default()
        .with("workflow.yaml", spec)
        .with("environments/dev.yaml", ENVIRONMENT)
        .with("functions/work/Cargo.toml", "");
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let loaded = iacgen_spec::load(&files, &mut sources, &sink).unwrap();
    let workflow = loaded.resolve(loaded.environments()[0], &files, &sink);
    workflow.unwrap_or_else(|| panic!("the spec has errors: {:#?}\n{spec}", sink.into_sorted()))
}

pub(crate) fn seconds(seconds: u32) -> Seconds {
    Seconds::new(seconds).unwrap()
}

/// Returns packages whose content is their function's name.
pub(crate) fn packaged<const N: usize>(functions: [&str; N]) -> Packages {
    let package = |function: &str| FunctionPackage {
        sha256: Sha256::of(function),
        layers: Vec::new(),
        variables: BTreeMap::new(),
    };
    let functions = functions.into_iter().map(|function| (function.to_owned(), package(function))).collect();
    Packages { functions, layers: BTreeMap::new() }
}

/// An assembly, parsed.
pub(crate) struct Synthesised {
    pub(crate) assembly: Assembly,
    pub(crate) template: Value,
    pub(crate) definition: Value,
}

impl Synthesised {
    pub(crate) fn of(workflow: &Workflow) -> Self {
        Self::with_code(workflow, &Packages::none())
    }

    pub(crate) fn with_code(workflow: &Workflow, code: &Packages) -> Self {
        let assembly = synthesize(workflow, code).unwrap();
        let parse = |text: &str| serde_json::from_str(text).unwrap();
        let (template, definition) =
            (parse(assembly.template().unwrap()), parse(assembly.definition().unwrap()));
        Self { assembly, template, definition }
    }

    /// Returns a resource.
    pub(crate) fn resource(&self, id: &str) -> &Value {
        let resource = &self.template["Resources"][id];
        assert!(resource.is_object(), "no resource {id} in {:?}", self.ids());
        resource
    }

    /// Returns the logical ids.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.template["Resources"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    /// Returns the one logical id that begins so.
    pub(crate) fn id(&self, beginning: &str) -> &str {
        let ids: Vec<&str> = self.ids().into_iter().filter(|id| id.starts_with(beginning)).collect();
        assert_eq!(ids.len(), 1, "{beginning}: {ids:?}");
        ids[0]
    }
}

/// Returns why a workflow has no assembly.
pub(crate) fn refused(workflow: &Workflow) -> SynthesisError {
    synthesize(workflow, &Packages::none()).unwrap_err()
}
