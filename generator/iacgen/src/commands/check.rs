//! `iacgen check`.

use std::collections::BTreeSet;
use std::fs;

use camino::Utf8Path;
use iacgen_diagnostics::render::{Format, render};
use iacgen_diagnostics::{Diagnostic, Severity, Sink, Sources};
use iacgen_spec::DefinitionFile;

use crate::args::{Check, FindingsFormat};
use crate::commands::spec;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::project::Project;
use crate::ui::Ui;

pub(crate) fn run(options: &Check, project: &Project, ui: Ui) -> Result<ExitStatus, CommandError> {
    let checked = spec::check(project, options.env.as_deref())?;
    let environments: BTreeSet<&str> =
        checked.workflows.iter().map(|workflow| workflow.settings.environment.as_str()).collect();
    let names: BTreeSet<&str> = checked.workflows.iter().map(|workflow| workflow.name.as_str()).collect();
    let what = match names.len() {
        1 => checked.file.clone(),
        several => format!("{several} workflows"),
    };
    let done = format!("{what} in {}", environments.into_iter().collect::<Vec<_>>().join(", "));
    tell(&checked.findings, &checked.sources, options.format, &done, ui)
}

/// Checks a definition that stands alone.
pub(crate) fn definition(options: &Check, path: &Utf8Path, ui: Ui) -> Result<ExitStatus, CommandError> {
    let bytes = read(path)?;
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let file = DefinitionFile { path, bytes: &bytes, machine_type: options.machine_type.into() };
    iacgen_spec::check_definition(file, &mut sources, &sink);
    tell(&sink.into_sorted(), &sources, options.format, path.as_str(), ui)
}

/// Reads a definition's file.
pub(super) fn read(path: &Utf8Path) -> Result<Vec<u8>, CommandError> {
    fs::read(path).map_err(|error| CommandError::new(format!("cannot read `{path}`")).because(error))
}

fn tell(
    findings: &[Diagnostic],
    sources: &Sources,
    format: FindingsFormat,
    done: &str,
    ui: Ui,
) -> Result<ExitStatus, CommandError> {
    let format = match format {
        FindingsFormat::Text => Format::Text { color: ui.colors_stdout() },
        FindingsFormat::Concise => Format::Concise,
        FindingsFormat::Json => Format::Json,
        FindingsFormat::Github => Format::Github,
    };
    ui.data(&render(findings, sources, format))?;
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Ok(ExitStatus::Findings);
    }
    ui.status("Checked", done);
    Ok(ExitStatus::Success)
}
