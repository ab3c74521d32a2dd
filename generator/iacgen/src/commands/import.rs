//! `iacgen import`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use camino::Utf8Path;
use iacgen_asl::ExecutionType;
use iacgen_diagnostics::render::{Format, render};
use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::DefinitionFile;

use crate::args::{Import, MachineType};
use crate::commands::check;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::ui::Ui;

pub(crate) fn run(options: &Import, ui: Ui) -> Result<ExitStatus, CommandError> {
    let path = options.definition.as_path();
    let bytes = check::read(path)?;
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let file = DefinitionFile { path, bytes: &bytes, machine_type: options.machine_type.into() };
    let text = iacgen_spec::import_definition(file, &mut sources, &sink);
    let findings = sink.into_sorted();
    if !findings.is_empty() {
        ui.talk(&render(&findings, &sources, Format::Text { color: true }));
    }
    let Some(text) = text else {
        return Ok(ExitStatus::Findings);
    };
    match &options.output {
        None => ui.data(&text)?,
        Some(output) => {
            write_new(output, &text)?;
            ui.status("Imported", &format!("{path} to {output}"));
        }
    }
    Ok(ExitStatus::Success)
}

/// Writes a file that does not exist yet.
fn write_new(path: &Utf8Path, text: &str) -> Result<(), CommandError> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => CommandError::new(format!("`{path}` exists, and is not overwritten"))
            .help("name another file with `--output`, or remove this one first"),
        _ => CommandError::new(format!("cannot write `{path}`")).because(error),
    })
}

impl From<MachineType> for ExecutionType {
    fn from(machine_type: MachineType) -> Self {
        match machine_type {
            MachineType::Standard => Self::Standard,
            MachineType::Express => Self::Express,
        }
    }
}
