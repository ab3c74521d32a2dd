//! `iacgen schema`.

use crate::args::Schema;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::output;
use crate::ui::Ui;

pub(crate) fn run(options: &Schema, ui: Ui) -> Result<ExitStatus, CommandError> {
    let (schema, file) = if options.environment {
        (iacgen_spec::environment_schema(), "environments/*.yaml")
    } else {
        (iacgen_spec::workflow_schema(), "workflow.yaml")
    };
    let text = format!("{schema:#}\n");
    match &options.output {
        None => ui.data(&text)?,
        Some(path) => {
            output::write_file(path, text.as_bytes())?;
            ui.status("Wrote", &format!("the schema of {file} to {path}"));
        }
    }
    Ok(ExitStatus::Success)
}
