//! From a definition to the text of `workflow.yaml`.

use iacgen_asl::QueryLanguage;
use iacgen_diagnostics::{Sink, Sources};

use super::machine::{self, Machine};
use super::sugar::Names;
use super::{DefinitionFile, parse, workflow_name};
use crate::check::not_importable;
use crate::raw::read_workflow;
use crate::write::{Document, document};
use crate::yaml;

/// Writes a definition as `workflow.yaml`. `None` never comes without an error in `sink`.
///
/// Only the definition's shape is judged: what the rules have to say of it, they say of the workflow as well.
pub fn import_definition(file: DefinitionFile<'_>, sources: &mut Sources, sink: &Sink) -> Option<String> {
    let own = Sink::default();
    let (_, node) = parse(file, sources, &own);
    let machine = node.as_ref().and_then(|node| machine::machine(node, &own));
    let text = own.ok().and(machine).map(|machine| write(machine, file, &own));
    let text = own.ok().and(text).filter(|text| is_read_again(text, &own));
    sink.extend(own.into_sorted());
    text
}

fn write(machine: Machine, file: DefinitionFile<'_>, sink: &Sink) -> String {
    let language = match machine.query.as_ref().map(|word| word.value.as_str()) {
        Some("jsonata") => QueryLanguage::Jsonata,
        _ => QueryLanguage::JsonPath,
    };
    let mut names = Names::default();
    let mut states = machine.states;
    names.block(&mut states, language, language);
    let written = Document {
        header: header(file, &names),
        name: workflow_name(file.path),
        comment: machine.comment,
        machine_type: file.machine_type.as_str().to_lowercase(),
        query: machine.query,
        timeout: machine.timeout,
        buckets: names.buckets.all,
        functions: names.functions.all,
        states,
    };
    document(&written, sink)
}

/// Returns what is left to do.
fn header(file: DefinitionFile<'_>, names: &Names) -> Vec<String> {
    let name = file.path.file_name().unwrap_or_default();
    let mut lines = vec![
        format!("Imported from {name} by `iacgen import`. What is left to do:"),
        "- write environments/NAME.yaml: the target, the region and the account (docs/workflow.md tells how);".to_owned(),
    ];
    if !names.functions.all.is_empty() {
        lines.push(
            "- functions stay where they are; for one of your own, write `handler: functions/NAME`, `memory` and `timeout`"
                .to_owned(),
        );
        lines.push("  instead of `existing`;".to_owned());
    }
    if !names.buckets.all.is_empty() {
        lines.push("- buckets stay where they are; one that the stack should make has `retain` instead of `existing`;".to_owned());
    }
    lines.push("- run `iacgen check`.".to_owned());
    lines
}

/// Holds what was written to the reader of workflows: a definition may be deeper than YAML is read.
fn is_read_again(text: &str, sink: &Sink) -> bool {
    let mut sources = Sources::default();
    let file = sources.add("workflow.yaml", text);
    let own = Sink::default();
    if let Some(node) = yaml::parse(text, file, &own) {
        read_workflow(&node, &own);
    }
    let findings = own.into_sorted();
    for finding in &findings {
        let line = finding.primary.as_ref().map_or(0, |label| sources.position(label.span).line);
        sink.push(not_importable::unreadable(&finding.message, line));
    }
    findings.is_empty()
}
