//! The repository's own tasks: `cargo xtask demo`, `bench`, `test`, `tidy`.

use std::process::ExitCode;

use clap::Parser;
use xtask::bench::{Bench, Outcome};

/// The repository's own tasks
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Run the main job end to end on this machine: spec to assembly, packages, and real inference
    Demo(xtask::demo::Options),
    /// Measure beside the peers; exits with 1 when a goal is missed, with 2 when it cannot measure
    #[command(subcommand)]
    Bench(Bench),
    /// Make a committed file anew from its sources
    Generate(xtask::generate::Options),
    /// Run every test, with the linters that they need
    Test,
    /// Check what the compiler cannot: who may use whom, documents that are true
    Tidy,
}

fn main() -> ExitCode {
    let result = match Task::parse() {
        Task::Demo(options) => xtask::demo::run(&options),
        Task::Bench(bench) => match xtask::bench::run(&bench) {
            Ok(Outcome::Reached) => Ok(()),
            Ok(Outcome::Missed) => return ExitCode::FAILURE,
            Err(error) => {
                xtask::say(&format!("error: {error:#}"));
                return ExitCode::from(2);
            }
        },
        Task::Generate(options) => xtask::generate::run(&options),
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
