//! `iacgen explain`.

use std::fmt::Write as _;

use iacgen_diagnostics::Code;

use crate::args::Explain;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::ui::Ui;

pub(crate) fn run(options: &Explain, ui: Ui) -> Result<ExitStatus, CommandError> {
    let Some(word) = &options.code else {
        let list = codes().fold(String::new(), |mut list, code| {
            let _ = writeln!(list, "{}  {}", code.id, code.name);
            list
        });
        ui.data(&list)?;
        return Ok(ExitStatus::Success);
    };
    let is_meant = |code: &&Code| code.id.eq_ignore_ascii_case(word) || code.name.eq_ignore_ascii_case(word);
    let code = codes().find(is_meant).ok_or_else(|| {
        CommandError::new(format!("there is no finding `{word}`")).help("`iacgen explain` lists all")
    })?;
    ui.data(&format!("{} {}\n\n{}\n", code.id, code.name, code.explanation.trim_end()))?;
    Ok(ExitStatus::Success)
}

/// Every code, in order.
fn codes() -> impl Iterator<Item = &'static Code> {
    iacgen_spec::codes().iter().chain(iacgen_synth::codes()).copied()
}
