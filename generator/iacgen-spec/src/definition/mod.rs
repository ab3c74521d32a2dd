//! Definitions in the Amazon States Language, written by hand or by a console, read into the same raw states as
//! `workflow.yaml`: every rule of `check/` and `flow/` holds for both.

mod choice;
mod errors;
mod fields;
mod import;
mod json;
mod machine;
mod map;
mod state;
mod sugar;
mod template;

use camino::Utf8Path;
use iacgen_asl::ExecutionType;
use iacgen_aws_types::Environment;
use iacgen_diagnostics::{FileId, Sink, Sources, Span};

pub use import::import_definition;

use crate::check::json_syntax;
use crate::dialect::Dialect;
use crate::files::MemoryFiles;
use crate::load::{EnvironmentFile, Loaded};
use crate::raw::{RawEnvironment, RawKind, RawLogs, RawOnnxRuntime, RawStates, RawWork, RawWorkflow};
use crate::resolve;
use crate::write;
use crate::yaml::{Node, Spanned};
use machine::Machine;

/// The file that a definition stands in, and how it is read.
#[derive(Debug, Clone, Copy)]
pub struct DefinitionFile<'a> {
    /// The path as messages show it.
    pub path: &'a Utf8Path,
    /// What stands in the file.
    pub bytes: &'a [u8],
    /// Whether the machine is STANDARD or EXPRESS, which a definition does not say.
    pub machine_type: ExecutionType,
}

/// Checks a definition: its shape, and every rule that needs no environment. What is wrong goes to `sink`.
pub fn check_definition(file: DefinitionFile<'_>, sources: &mut Sources, sink: &Sink) {
    let shape = Sink::default();
    let (id, node) = parse(file, sources, &shape);
    let machine = node.as_ref().and_then(|node| machine::machine(node, &shape));
    if let Some(mut machine) = machine {
        forget_placeholders(&mut machine.states);
        // A part that could not be read is left out, so that the rules hold for the rest all the same.
        let start = Span { file: id, start: 0, end: 0 };
        resolve(&workflow(machine, file, start), start, &shape);
    }
    sink.extend(shape.into_sorted());
}

/// Takes away what a task calls where CloudFormation puts it in: `${FunctionArn}` may be anything.
fn forget_placeholders(states: &mut RawStates) {
    for (_, state) in &mut states.states {
        match &mut state.kind {
            Some(RawKind::Task(task)) => {
                let known =
                    |work: &RawWork| !matches!(work, RawWork::Resource(text) if text.value.contains("${"));
                task.work = task.work.take().filter(known);
            }
            Some(RawKind::Map(map)) => forget_placeholders(&mut map.states),
            Some(RawKind::Parallel(branches)) => {
                for branch in branches {
                    forget_placeholders(&mut branch.states);
                }
            }
            _ => {}
        }
    }
}

/// Adds the file to the sources and reads its JSON.
fn parse(file: DefinitionFile<'_>, sources: &mut Sources, sink: &Sink) -> (FileId, Option<Node>) {
    let text = String::from_utf8_lossy(file.bytes);
    let id = sources.add(file.path, text.as_ref());
    if let Err(error) = std::str::from_utf8(file.bytes) {
        let start = error.valid_up_to();
        let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
        sink.push(json_syntax::not_utf8(Span { file: id, start, end }));
        return (id, None);
    }
    let node = json::parse(&text, id, sink);
    (id, node)
}

/// Returns what a workflow may be called, after its file: `hello.asl.json` gives `hello`.
fn workflow_name(path: &Utf8Path) -> String {
    let stem =
        path.file_name().and_then(|name| name.split('.').find(|part| !part.is_empty())).unwrap_or_default();
    write::id(stem).unwrap_or_else(|| "workflow".to_owned())
}

/// Returns the workflow that has this machine and nothing else.
fn workflow(machine: Machine, file: DefinitionFile<'_>, start: Span) -> RawWorkflow {
    let machine_type = file.machine_type.as_str().to_lowercase();
    RawWorkflow {
        span: start,
        name: Some(Spanned { value: workflow_name(file.path), span: start }),
        comment: machine.comment,
        machine_type: Some(Spanned { value: machine_type, span: machine.span }),
        query: machine.query,
        input: None,
        timeout: machine.timeout,
        logs: RawLogs::default(),
        tracing: None,
        encryption: None,
        network: None,
        alarms: None,
        dashboard: None,
        release: None,
        onnxruntime: RawOnnxRuntime::default(),
        buckets: Vec::new(),
        queues: Vec::new(),
        topics: Vec::new(),
        tables: Vec::new(),
        triggers: Vec::new(),
        retries: Vec::new(),
        functions: Vec::new(),
        resources: Vec::new(),
        states: machine.states,
    }
}

/// Resolves a definition. Where it will run is not known, and no rule of a definition depends on it: it is resolved for
/// an account that nobody has.
fn resolve(workflow: &RawWorkflow, start: Span, sink: &Sink) {
    let Ok(name) = Environment::new("any") else { return };
    let text = |value: &str| Some(Spanned { value: value.to_owned(), span: start });
    let raw = RawEnvironment {
        span: start,
        target: text("aws"),
        region: text("us-east-1"),
        account: text("000000000000"),
        tags: Vec::new(),
        permissions_boundary: None,
        concurrency_limit: None,
        values_key: None,
        values: Vec::new(),
    };
    let environment = EnvironmentFile { name, raw: Some(raw), findings: Vec::new() };
    let loaded = Loaded::of_definition(start);
    let here = Sink::default();
    let files = MemoryFiles::default();
    resolve::resolve(&loaded, workflow, &environment, &files, Dialect::Definition, sink, &here);
    sink.extend(here.into_sorted());
}
