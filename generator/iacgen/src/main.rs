//! The `iacgen` command: arguments, the terminal, exit codes, and the one writer of files.

mod args;
mod commands;
mod error;
mod exit;
mod meter;
mod output;
mod parallel;
mod progress;
mod project;
mod summary;
mod ui;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Clap's own code for `--help` and `--version` is 0, for wrong usage 2: the same as ours.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return error.print().map_or(ExitCode::from(2), |()| ExitCode::from(code));
        }
    };
    let ui = ui::Ui::new(args.global.color);
    match commands::run(args, ui) {
        Ok(status) => status.into(),
        Err(error) => {
            ui.error(&error);
            exit::ExitStatus::Failed.into()
        }
    }
}
