//! `iacgen explain`.

use std::fmt::Write as _;

use crate::args::Explain;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::ui::Ui;

pub(crate) fn run(options: &Explain, ui: Ui) -> Result<ExitStatus, CommandError> {
    let Some(word) = &options.code else {
        let list = iacgen_spec::codes().iter().fold(String::new(), |mut list, code| {
            let _ = writeln!(list, "{}  {}", code.id, code.name);
            list
        });
        ui.data(&list)?;
        return Ok(ExitStatus::Success);
    };
    let code = iacgen_spec::find_code(word).ok_or_else(|| {
        CommandError::new(format!("there is no finding `{word}`")).help("`iacgen explain` lists all")
    })?;
    ui.data(&format!("{} {}\n\n{}\n", code.id, code.name, code.explanation.trim_end()))?;
    Ok(ExitStatus::Success)
}
