//! `cargo xtask bench`: measurements beside the peers that the tool is compared with.

mod measure;
// It pins processes, reads their clocks and drops files from the page cache, all of which is Linux's.
#[cfg(target_os = "linux")]
mod package;
mod peer;
mod project;
mod synth;

use anyhow::Result;
use clap::Subcommand;

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// `iacgen synth` of the cosmic workflow beside `cdk synth` of the same, and 1,000 workflows in one project
    Synth(synth::Options),
    /// The infer function's package beside the same handler in Python: size, start, memory and throughput
    #[cfg(target_os = "linux")]
    Package(package::Options),
    /// Optimise a model as the standard input says: ONNX Runtime in a process of its own
    #[cfg(target_os = "linux")]
    #[command(hide = true)]
    Optimize,
    /// Run a command several times and write what its processes used, as JSON
    ///
    /// A process of its own for each measurement: the kernel tells the peak memory of all children so far, and never
    /// forgets the largest.
    #[command(hide = true)]
    Measure(measure::Options),
}

/// Whether the goals were reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of them, or none was set.
    Reached,
    /// At least one was missed or could not be measured.
    Missed,
}

/// Measures.
///
/// # Errors
/// When something is missing, does not build, or fails.
pub fn run(bench: &Bench) -> Result<Outcome> {
    match bench {
        Bench::Synth(options) => synth::run(options),
        #[cfg(target_os = "linux")]
        Bench::Package(options) => package::run(options),
        #[cfg(target_os = "linux")]
        Bench::Optimize => package::serve_optimizer().map(|()| Outcome::Reached),
        Bench::Measure(options) => measure::serve(options).map(|()| Outcome::Reached),
    }
}
