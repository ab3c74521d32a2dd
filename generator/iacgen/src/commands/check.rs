//! `iacgen check`.

use iacgen_diagnostics::Severity;
use iacgen_diagnostics::render::{Format, render};

use crate::args::{Check, FindingsFormat};
use crate::commands::spec;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::project::Project;
use crate::ui::Ui;

pub(crate) fn run(options: &Check, project: &Project, ui: Ui) -> Result<ExitStatus, CommandError> {
    let checked = spec::check(project, options.env.as_deref())?;
    let format = match options.format {
        FindingsFormat::Text => Format::Text { color: ui.colors_stdout() },
        FindingsFormat::Concise => Format::Concise,
        FindingsFormat::Json => Format::Json,
        FindingsFormat::Github => Format::Github,
    };
    ui.data(&render(&checked.findings, &checked.sources, format))?;
    if checked.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Ok(ExitStatus::Findings);
    }
    let environments: Vec<&str> =
        checked.workflows.iter().map(|workflow| workflow.settings.environment.as_str()).collect();
    ui.status("Checked", &format!("workflow.yaml in {}", environments.join(", ")));
    Ok(ExitStatus::Success)
}
