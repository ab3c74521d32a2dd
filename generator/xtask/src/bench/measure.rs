//! What a command and the processes that it starts use.

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde::{Deserialize, Serialize};

/// In a command's arguments it stands for the number of the run, so that each run writes into a folder of its own.
pub(super) const RUN: &str = "{run}";

/// The arguments of the process that measures.
#[derive(Debug, Args)]
pub struct Options {
    /// How often the command runs
    #[arg(long, default_value_t = 1)]
    repeats: u32,
    /// The command
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

/// What one run used, the mean where it was repeated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Used {
    /// CPU time in user mode and in the kernel, of the whole process tree, in seconds.
    pub(super) cpu_s: f64,
    /// Elapsed time in seconds.
    pub(super) wall_s: f64,
    /// The resident memory of the largest process at its largest, in MiB. It is at least that of the process that
    /// measures, since a child begins as its copy.
    pub(super) peak_mib: f64,
}

/// Measures a command in a process of its own. Its environment and working folder are kept.
///
/// # Errors
/// When the command cannot be started or fails.
pub(super) fn measure(command: &Command, repeats: u32) -> Result<Used> {
    let this = std::env::current_exe().context("cannot tell where this program is")?;
    let mut measuring = Command::new(this);
    measuring.args(["bench", "measure", "--repeats", &repeats.to_string(), "--"]);
    measuring.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => measuring.env(name, value),
            None => measuring.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        measuring.current_dir(folder);
    }
    let output = measuring.stdin(Stdio::null()).output().context("cannot start the measurement")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim().trim_start_matches("error: "));
    }
    serde_json::from_slice(&output.stdout).context("the measurement wrote something unexpected")
}

/// Runs the command and writes what it used to standard output.
#[expect(clippy::print_stdout, reason = "the other process reads it")]
pub(super) fn serve(options: &Options) -> Result<()> {
    let [program, arguments @ ..] = options.command.as_slice() else { bail!("no command to measure") };
    let before = children()?;
    let started = Instant::now();
    for run in 0..options.repeats {
        let arguments =
            arguments.iter().map(|argument| OsString::from(argument.replace(RUN, &run.to_string())));
        let output = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot start `{program}`"))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`{}` failed ({}): {}", options.command.join(" "), output.status, said.trim());
        }
    }
    let wall_s = started.elapsed().as_secs_f64();
    let after = children()?;
    let repeats = f64::from(options.repeats);
    let used = Used {
        cpu_s: (after.cpu_s - before.cpu_s) / repeats,
        wall_s: wall_s / repeats,
        peak_mib: after.peak_mib,
    };
    println!("{}", serde_json::to_string(&used)?);
    Ok(())
}

/// Returns what all children that have ended used together.
fn children() -> Result<Used> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("cannot tell what the children used")?;
    Ok(Used {
        cpu_s: seconds(usage.user_time()) + seconds(usage.system_time()),
        wall_s: 0.0,
        peak_mib: kibibytes(usage.max_rss()) / 1_024.0,
    })
}

#[expect(clippy::cast_precision_loss, reason = "seconds and microseconds of a process fit in 52 bits")]
fn seconds(time: TimeVal) -> f64 {
    time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6
}

/// Returns `ru_maxrss` in KiB: Linux counts it so (getrusage(2)), macOS in bytes.
#[expect(clippy::cast_precision_loss, reason = "a process's memory fits in 52 bits")]
fn kibibytes(max_rss: i64) -> f64 {
    if cfg!(target_os = "macos") { max_rss as f64 / 1_024.0 } else { max_rss as f64 }
}

/// Returns the median of each figure.
///
/// # Panics
/// Never: without runs every figure is NaN.
pub(super) fn median(runs: &[Used]) -> Used {
    let of = |figure: fn(&Used) -> f64| {
        let mut figures: Vec<f64> = runs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        match (figures.get(figures.len() / 2), figures.get((figures.len().max(1) - 1) / 2)) {
            (Some(upper), Some(lower)) => f64::midpoint(*lower, *upper),
            _ => f64::NAN,
        }
    };
    Used { cpu_s: of(|used| used.cpu_s), wall_s: of(|used| used.wall_s), peak_mib: of(|used| used.peak_mib) }
}

/// Returns the step, in seconds, in which the kernel counts CPU time, as far as short runs show it: every reading is a
/// multiple of it.
///
/// # Errors
/// When `true` cannot be run.
pub(super) fn resolution() -> Result<f64> {
    let mut step = 0;
    for _ in 0..8 {
        let used = measure(&Command::new("true"), 1)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few milliseconds")]
        let microseconds = (used.cpu_s * 1e6).round() as u32;
        step = greatest_common_divisor(step, microseconds);
    }
    Ok(f64::from(step) / 1e6)
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(cpu_s: f64) -> Used {
        Used { cpu_s, wall_s: 2.0 * cpu_s, peak_mib: 100.0 - cpu_s }
    }

    #[test]
    fn the_median_is_of_each_figure() {
        let found = median(&[used(9.0), used(1.0), used(2.0)]);
        assert_eq!(found, Used { cpu_s: 2.0, wall_s: 4.0, peak_mib: 98.0 });
        assert_eq!(median(&[used(1.0), used(3.0)]), used(2.0));
        assert!(median(&[]).cpu_s.is_nan());
    }

    #[test]
    fn the_step_divides_every_reading() {
        assert_eq!([12_000, 8_000, 0, 20_000].into_iter().fold(0, greatest_common_divisor), 4_000);
        assert_eq!([1_201, 998].into_iter().fold(0, greatest_common_divisor), 1);
    }
}
