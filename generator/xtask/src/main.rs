//! The repository's own tasks: `cargo xtask demo`, `cargo xtask test`, `cargo xtask tidy`.

use std::process::ExitCode;

use clap::Parser;

/// The repository's own tasks
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Run the main job end to end on this machine: spec to assembly, packages, and real inference
    Demo(xtask::demo::Options),
    /// Run every test, with the linters that they need
    Test,
    /// Check what the compiler cannot: who may use whom, documents that are true
    Tidy,
}

fn main() -> ExitCode {
    let result = match Task::parse() {
        Task::Demo(options) => xtask::demo::run(&options),
        Task::Test => xtask::test::run(),
        Task::Tidy => xtask::tidy::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            xtask::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
