//! `iacgen graph`.

use iacgen_asl::StateMachine;
use iacgen_diagnostics::{Sink, Sources};
use iacgen_report::graph::{Diagram, dot, mermaid, svg};
use iacgen_spec::model::Workflow;
use iacgen_synth::{Packages, substitutions, synthesize};

use crate::args::{Graph, PictureFormat};
use crate::commands::spec;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::output;
use crate::project::Project;
use crate::ui::Ui;

pub(crate) fn run(options: &Graph, project: &Project, ui: Ui) -> Result<ExitStatus, CommandError> {
    let environment = match &options.env {
        Some(environment) => environment.clone(),
        None => only_environment(project)?,
    };
    let workflows = spec::sound(project, Some(&environment), ui)?;
    if workflows.len() > 1 {
        return Err(CommandError::new(format!("this project has {} workflows", workflows.len()))
            .help("name the one to draw with `--workflow NAME`"));
    }
    for workflow in &workflows {
        let picture = picture(workflow, options.format)?;
        match &options.output {
            None => ui.data(&picture)?,
            Some(path) => {
                output::write_file(path, picture.as_bytes())?;
                ui.status("Wrote", path.as_str());
            }
        }
    }
    Ok(ExitStatus::Success)
}

/// Draws the definition as it would be deployed. What is packaged does not show in it.
fn picture(workflow: &Workflow, format: PictureFormat) -> Result<String, CommandError> {
    let failed = || CommandError::new(format!("cannot draw {}", workflow.settings.environment));
    let assembly = synthesize(workflow, &Packages::none()).map_err(|error| failed().because(error))?;
    let definition = assembly.definition().map_err(|error| failed().because(error))?;
    let machine = StateMachine::from_json(definition).map_err(|error| failed().because(error))?;
    let diagram = Diagram::new(&workflow.name, &machine, &substitutions(workflow));
    Ok(match format {
        PictureFormat::Svg => svg(&diagram),
        PictureFormat::Mermaid => mermaid(&diagram),
        PictureFormat::Dot => dot(&diagram),
    })
}

/// The environment where there is no choice.
fn only_environment(project: &Project) -> Result<String, CommandError> {
    let all = iacgen_spec::load_all(project, &mut Sources::default(), &Sink::default())
        .map_err(|error| CommandError::new("cannot read the project").because(error))?;
    let environments: Vec<&str> = all
        .first()
        .into_iter()
        .flat_map(iacgen_spec::Loaded::environments)
        .map(iacgen_aws_types::Environment::as_str)
        .collect();
    match environments.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(CommandError::new("there is no environment to draw").help("add one to `environments/`")),
        [first, ..] => Err(CommandError::new(format!("there are {} environments", environments.len()))
            .help(format!("name one of {} with `--env`, such as `--env {first}`", environments.join(", ")))),
    }
}
