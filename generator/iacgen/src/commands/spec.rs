//! Loading the spec, for every command that needs a sound one.

use iacgen_diagnostics::render::{Format, render};
use iacgen_diagnostics::{Diagnostic, Severity, Sink, Sources};
use iacgen_spec::Loaded;
use iacgen_spec::model::Workflow;

use crate::error::CommandError;
use crate::parallel;
use crate::project::Project;
use crate::ui::Ui;

/// The spec in one environment, or in every one, and what was found in it.
pub(crate) struct Checked {
    pub(crate) sources: Sources,
    pub(crate) findings: Vec<Diagnostic>,
    /// In the order of the environments' names; those with errors are missing.
    pub(crate) workflows: Vec<Workflow>,
    /// The file of the first workflow.
    pub(crate) file: String,
}

/// Loads and checks the spec.
pub(crate) fn check(project: &Project, environment: Option<&str>) -> Result<Checked, CommandError> {
    let mut sources = Sources::default();
    let sink = Sink::default();
    let mut all = iacgen_spec::load_all(project, &mut sources, &sink)
        .map_err(|error| CommandError::new("cannot read the project").because(error))?;
    if let Some(name) = project.workflow() {
        let known: Vec<&str> = all.iter().filter_map(Loaded::name).collect();
        let missing = format!("there is no workflow `{name}`");
        let missing = CommandError::new(missing).help(format!("there are {}", known.join(", ")));
        all.retain(|loaded| loaded.name() == Some(name));
        if all.is_empty() {
            return Err(missing);
        }
    }
    let workflows = {
        let first = all.first();
        let environments = match (environment, first) {
            (Some(word), Some(first)) => vec![
                first
                    .environment(word)
                    .map_err(|unknown| CommandError::new(unknown.to_string()).help(unknown.hint))?,
            ],
            (_, first) => first.into_iter().flat_map(Loaded::environments).collect(),
        };
        iacgen_spec::check_in(&all, &environments, project, &sink)
    };
    // What only the documents can show. Environments mostly find the same, and the sink keeps one.
    let found = parallel::map(&workflows, |workflow| {
        let own = Sink::default();
        iacgen_synth::check(workflow, &own);
        own.into_sorted()
    });
    for findings in found {
        sink.extend(findings);
    }
    let findings = sink.into_sorted();
    let errors = findings.iter().any(|finding| finding.severity == Severity::Error);
    if workflows.is_empty() && !errors {
        // The spec promises a workflow or an error; without either, nothing may look like success.
        return Err(CommandError::new(
            "the spec gave neither a workflow nor a finding: this is a bug of iacgen",
        ));
    }
    let file = all.first().map(|loaded| loaded.path().to_string()).unwrap_or_default();
    Ok(Checked { sources, findings, workflows, file })
}

/// Loads the spec for a command that goes on with it: warnings are shown, errors end the command.
pub(crate) fn sound(
    project: &Project,
    environment: Option<&str>,
    ui: Ui,
) -> Result<Vec<Workflow>, CommandError> {
    checked(project, environment, ui).map(|checked| checked.workflows)
}

/// The same in one environment, with the sources that places of the workflows point into.
pub(crate) fn sound_with_places(
    project: &Project,
    environment: &str,
    ui: Ui,
) -> Result<Checked, CommandError> {
    checked(project, Some(environment), ui)
}

fn checked(project: &Project, environment: Option<&str>, ui: Ui) -> Result<Checked, CommandError> {
    let checked = check(project, environment)?;
    if !checked.findings.is_empty() {
        ui.talk(&render(&checked.findings, &checked.sources, Format::Text { color: true }));
    }
    if checked.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(
            CommandError::new("the spec has errors").help("mend them; `iacgen explain CODE` tells more")
        );
    }
    Ok(checked)
}
