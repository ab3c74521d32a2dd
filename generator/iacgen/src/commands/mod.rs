//! One file a command. A command parses, calls and prints.

mod check;
mod diff;
mod explain;
mod graph;
mod import;
pub(crate) mod optimize;
mod package;
mod policy;
mod run;
mod schema;
mod smoke;
mod spec;
mod synth;

use crate::args::{Args, Command, Policy};
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::project::Project;
use crate::ui::Ui;

/// Runs the command that the arguments name.
pub(crate) fn run(args: Args, ui: Ui) -> Result<ExitStatus, CommandError> {
    let project = || Project::find(args.global.project.as_deref(), args.global.workflow.as_deref());
    match args.command {
        Command::Check(options) => match &options.definition {
            Some(path) => check::definition(&options, path, ui),
            None => check::run(&options, &project()?, ui),
        },
        Command::Import(options) => import::run(&options, ui),
        Command::Explain(options) => explain::run(&options, ui),
        Command::Schema(options) => schema::run(&options, ui),
        Command::Synth(options) => synth::run(&options, &project()?, ui),
        Command::Graph(options) => graph::run(&options, &project()?, ui),
        Command::Policy(Policy::Deployer(options)) => policy::deployer(&options, &project()?, ui),
        Command::Diff(options) => diff::run(&options, &project()?, ui),
        Command::Package(options) => package::run(&options, &project()?, ui),
        Command::OnnxJob => optimize::serve(),
        Command::Run(options) => run::run(&options, &project()?, ui),
    }
}
