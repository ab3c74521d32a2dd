//! `cargo xtask bench synth`.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde::Deserialize;

use crate::bench::Outcome;
use crate::bench::measure::{RUN, Used, measure, median, resolution};
use crate::bench::peer::{Peer, Variant};
use crate::bench::project;
use crate::{root, say, tools};

/// The goals of the issue "Synthesis in full", section "Speed".
const CPU_AT_MOST_MS: f64 = 10.0;
const PEAK_AT_MOST_MIB: f64 = 30.0;
const TIMES_THE_RIVAL_AT_LEAST: f64 = 200.0;
const MANY_AT_MOST_S: f64 = 2.0;

/// How the benchmark runs.
#[derive(Debug, Args)]
pub struct Options {
    /// How often each is measured; the median counts
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// How often the peer is measured in the two ways that compile its app each time
    #[arg(long, default_value_t = 2)]
    slow_runs: u32,
    /// How often `iacgen synth` runs in one measurement, which is divided by it
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    repeats: u32,
    /// How many workflows the large project holds
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    workflows: u32,
    /// Measure iacgen alone
    #[arg(long)]
    without_peer: bool,
}

/// One line of the table.
struct Row {
    name: String,
    used: Vec<Used>,
    resources: usize,
}

/// Measures and prints one table and the goals.
///
/// # Errors
/// When something does not build, or a command fails.
#[expect(clippy::print_stdout, reason = "the table is what the task is for")]
pub(super) fn run(options: &Options) -> Result<Outcome> {
    say("1/4 iacgen, release");
    tools::run(tools::cargo().args(["build", "--quiet", "--release", "--locked", "--package", "iacgen"]))?;
    let iacgen = tools::target_folder().join("release/iacgen");
    let peer = if options.without_peer {
        None
    } else {
        say("2/4 the peer");
        Some(Peer::install()?)
    };
    // Nothing is deleted before the end: ext4 is slow to make files where many were deleted in the last half minute,
    // since it does not use their inodes again so soon, and looks at each of them.
    let folder = tools::target_folder().join("bench/synth");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {folder}"))?;
    }

    say("3/4 one workflow, side by side");
    let step = resolution()?;
    let rows = one_workflow(options, &iacgen, peer.as_ref(), &folder)?;
    say(&format!("4/4 {} workflows in one project", options.workflows));
    let many = many_workflows(options, &iacgen, &folder)?;
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {folder}"))?;

    println!("{}", table(&rows, many.as_ref().ok()));
    println!(
        "Medians. CPU: user and kernel, of all processes. Memory: of the largest process. The kernel counts CPU time in \
         steps of {:.3} ms; `iacgen synth` of one workflow is the mean of {} runs. Each writes into a folder that was not there, where nothing else is said.",
        step * 1e3,
        options.repeats
    );
    let rival = rows.iter().find(|row| row.name == Variant::CompiledUnvalidated.name());
    let goals = goals(median(&rows[0].used), rival.map(|row| median(&row.used)), &many, options.workflows);
    let mut outcome = Outcome::Reached;
    for (goal, reached) in goals {
        println!("{} {goal}", if reached { "reached" } else { "MISSED " });
        if !reached {
            outcome = Outcome::Missed;
        }
    }
    Ok(outcome)
}

/// Measures the cosmic workflow with iacgen and with the peer in turns, so that what else the machine does hits all.
fn one_workflow(
    options: &Options,
    iacgen: &Utf8Path,
    peer: Option<&Peer>,
    folder: &Utf8Path,
) -> Result<Vec<Row>> {
    let mut contestants = vec![Contestant::Iacgen(iacgen), Contestant::IacgenUnchanged(iacgen)];
    contestants
        .extend(peer.iter().flat_map(|peer| Variant::ALL.map(|variant| Contestant::Peer(peer, variant))));
    contestants.retain(|contestant| contestant.runs(options) > 0);
    let mut rows: Vec<Row> = contestants
        .iter()
        .map(|contestant| Row { name: contestant.name().to_owned(), used: Vec::new(), resources: 0 })
        .collect();
    for round in 0..=options.runs {
        say(&format!(
            "    round {round} of {}{}",
            options.runs,
            if round == 0 { ", which does not count" } else { "" }
        ));
        for (place, (contestant, row)) in contestants.iter().zip(&mut rows).enumerate() {
            if round > contestant.runs(options) {
                continue;
            }
            let out = contestant.out(folder, place, round);
            let used = measure(&contestant.command(&out), contestant.repeats(options))?;
            // The first round fills the caches of the kernel and of Node.
            if round > 0 {
                row.used.push(used);
            }
            row.resources = resources(&out.join("0"))?;
        }
    }
    Ok(rows)
}

/// Who is measured.
#[derive(Clone, Copy)]
enum Contestant<'a> {
    Iacgen(&'a Utf8Path),
    /// With an assembly that is there and is not out of date, as in CI and while one edits something else.
    IacgenUnchanged(&'a Utf8Path),
    Peer(&'a Peer, Variant),
}

impl Contestant<'_> {
    const fn name(self) -> &'static str {
        match self {
            Self::Iacgen(_) => "iacgen synth",
            Self::IacgenUnchanged(_) => "iacgen synth, nothing to write",
            Self::Peer(_, variant) => variant.name(),
        }
    }

    fn runs(self, options: &Options) -> u32 {
        match self {
            Self::Peer(_, variant) if variant.is_slow() => options.slow_runs.min(options.runs),
            _ => options.runs,
        }
    }

    const fn repeats(self, options: &Options) -> u32 {
        match self {
            Self::Iacgen(_) | Self::IacgenUnchanged(_) => options.repeats,
            Self::Peer(..) => 1,
        }
    }

    /// Returns the folder into which it writes in a round.
    fn out(self, folder: &Utf8Path, place: usize, round: u32) -> Utf8PathBuf {
        match self {
            Self::IacgenUnchanged(_) => folder.join(format!("one-{place}")),
            Self::Iacgen(_) | Self::Peer(..) => folder.join(format!("one-{place}-{round}")),
        }
    }

    /// Returns a command that writes the cosmic workflow, each run into another folder below `out`.
    fn command(self, out: &Utf8Path) -> Command {
        match self {
            Self::Iacgen(program) => iacgen_synth(program, &root(), &out.join(RUN)),
            Self::IacgenUnchanged(program) => iacgen_synth(program, &root(), &out.join("0")),
            Self::Peer(peer, variant) => peer.synth(variant, out),
        }
    }
}

fn iacgen_synth(program: &Utf8Path, project: &Utf8Path, out: &Utf8Path) -> Command {
    let mut command = Command::new(program);
    command.args(["--project", project.as_str(), "synth", "--env", "prod", "--out", out.as_str()]);
    command
}

/// Measures one project of many workflows, or says why that cannot be done.
fn many_workflows(
    options: &Options,
    iacgen: &Utf8Path,
    folder: &Utf8Path,
) -> Result<std::result::Result<Row, String>> {
    let project = folder.join("project");
    project::of_many_workflows(&project, options.workflows)?;
    let mut used = Vec::new();
    let mut found = Vec::new();
    for run in 0..options.runs.min(3) {
        let out = folder.join(format!("many-{run}"));
        match measure(&iacgen_synth(iacgen, &project, &out), 1) {
            Ok(measured) => used.push(measured),
            Err(error) => return Ok(Err(format!("{error:#}"))),
        }
        found = project::templates(&out)?;
        if found.len() != options.workflows as usize {
            return Ok(Err(format!(
                "iacgen wrote {} templates, where the project has {} workflows",
                found.len(),
                options.workflows
            )));
        }
    }
    let mut resources = 0;
    for template in &found {
        resources += count_resources(template)?;
    }
    Ok(Ok(Row { name: format!("iacgen synth, {} workflows", options.workflows), used, resources }))
}

/// Returns how many resources the templates of a folder hold.
fn resources(folder: &Utf8Path) -> Result<usize> {
    project::templates(folder)?.iter().map(|template| count_resources(template)).sum()
}

fn count_resources(template: &Utf8Path) -> Result<usize> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Template {
        resources: serde_json::Map<String, serde_json::Value>,
    }
    let text = fs::read_to_string(template).with_context(|| format!("cannot read {template}"))?;
    let template: Template =
        serde_json::from_str(&text).with_context(|| format!("{template} is not a template"))?;
    Ok(template.resources.len())
}

/// Returns every goal as text with what was measured, and whether it is reached.
fn goals(
    ours: Used,
    rival: Option<Used>,
    many: &std::result::Result<Row, String>,
    workflows: u32,
) -> Vec<(String, bool)> {
    let cpu_ms = ours.cpu_s * 1e3;
    let mut goals = vec![
        (
            format!("at most {CPU_AT_MOST_MS} ms of CPU for one workflow: {cpu_ms:.2} ms"),
            cpu_ms <= CPU_AT_MOST_MS,
        ),
        (
            format!("at most {PEAK_AT_MOST_MIB} MiB: {:.1} MiB", ours.peak_mib),
            ours.peak_mib <= PEAK_AT_MOST_MIB,
        ),
    ];
    if let Some(rival) = rival {
        let times = rival.cpu_s / ours.cpu_s;
        goals.push((
            format!("{TIMES_THE_RIVAL_AT_LEAST} times less CPU than the fair rival (precompiled, CDK_VALIDATION=false): {times:.0} times"),
            times >= TIMES_THE_RIVAL_AT_LEAST,
        ));
    }
    let goal = format!("{workflows} workflows in one project in under {MANY_AT_MOST_S} s");
    goals.push(match many {
        Ok(row) => {
            let used = median(&row.used);
            (
                format!("{goal}: {:.2} s, {:.2} s of CPU", used.wall_s, used.cpu_s),
                used.wall_s < MANY_AT_MOST_S,
            )
        }
        Err(reason) => (format!("{goal}: not measured: {reason}"), false),
    });
    goals
}

fn table(rows: &[Row], many: Option<&Row>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header([
        "",
        "runs",
        "resources",
        "CPU s",
        "least",
        "most",
        "elapsed s",
        "peak MiB",
        "CPU ratio",
        "memory ratio",
    ]);
    let first = rows.first().map(|row| median(&row.used));
    for (row, compared) in rows.iter().map(|row| (row, true)).chain(many.map(|row| (row, false))) {
        let used = median(&row.used);
        let cpu = |pick: fn(f64, f64) -> f64| {
            row.used
                .iter()
                .map(|used| used.cpu_s)
                .reduce(pick)
                .map_or_else(String::new, |cpu_s| format!("{cpu_s:.4}"))
        };
        let ratio = |figure: fn(&Used) -> f64| match &first {
            Some(first) if compared => format!("{:.1}", figure(&used) / figure(first)),
            _ => String::new(),
        };
        table.add_row([
            row.name.clone(),
            row.used.len().to_string(),
            row.resources.to_string(),
            format!("{:.4}", used.cpu_s),
            cpu(f64::min),
            cpu(f64::max),
            format!("{:.4}", used.wall_s),
            format!("{:.1}", used.peak_mib),
            ratio(|used| used.cpu_s),
            ratio(|used| used.peak_mib),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_that_was_not_measured_is_not_reached() {
        let ours = Used { cpu_s: 0.002, wall_s: 0.003, peak_mib: 9.0 };
        let rival = Used { cpu_s: 0.3, ..ours };
        let reached: Vec<bool> = goals(ours, Some(rival), &Err("no".to_owned()), 1_000)
            .into_iter()
            .map(|(_, reached)| reached)
            .collect();
        assert_eq!(reached, [true, true, false, false]);
    }
}
