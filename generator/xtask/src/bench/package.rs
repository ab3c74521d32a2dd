//! `cargo xtask bench package`: the infer function's package beside the same handler in Python.

mod figures;
mod models;
mod ours;
mod partition;
mod process;
mod python;
mod stand;

use std::fs;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use iacgen_local::sandbox::host;

use crate::bench::Outcome;
use crate::{say, tools};
use figures::{Measured, Series};
use models::Model;
use process::Processors;
use python::{Python, Torch};
use stand::{Contestant, Language, PageCache, Stand};

pub(super) use ours::serve_optimizer;

/// How the benchmark runs.
#[derive(Debug, Args)]
pub struct Options {
    /// How often each function is started; the medians count
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// How often each is started with its package dropped from the page cache
    #[arg(long, default_value_t = 5)]
    cold_runs: u32,
    /// In how many of the runs a shard of 25 MB follows
    #[arg(long, default_value_t = 3)]
    shard_runs: u32,
    /// Measure these models only: photoz, vit, astromae
    #[arg(long, value_name = "NAME")]
    model: Vec<String>,
    /// The Python of the Python functions; it must be the operating system's, which is all that isolated functions see
    #[arg(long, value_name = "PATH", default_value = "/usr/bin/python3")]
    python: Utf8PathBuf,
    /// Also measure the vision transformer in torch, with this Python, which has torch
    #[arg(long, value_name = "PYTHON")]
    torch: Option<Utf8PathBuf>,
}

/// Measures and prints a table for each model, and the goals.
///
/// # Errors
/// When something cannot be built, or a function fails.
#[expect(clippy::print_stdout, reason = "the tables are what the task is for")]
pub(super) fn run(options: &Options) -> Result<Outcome> {
    let processors = Processors::choose()?;
    let architecture = host().context("Lambda has no such architecture as this machine's")?;
    let folder = tools::target_folder().join("bench/package");
    say("1/4 Python, and the models");
    let python = Python::find(&options.python)?;
    let torch = options.torch.as_deref().map(Torch::find).transpose()?;
    let models = models::prepare(python.tools(), &folder.join("models"), &options.model)?;
    say("2/4 packages");
    let work = Work::make(&folder.join("work"))?;
    let ours = ours::packages(&models, architecture, &folder)?;
    let site = work.0.join("site");
    python.install(&site)?;
    let mut rivals = Vec::new();
    for (model, asset) in models.into_iter().zip(ours) {
        let ours = Contestant {
            language: Language::Rust,
            package: folder.join("assets").join(asset.file_name()),
            size: ours::size(&asset),
            installed: None,
        };
        let package = python.package(&site, &model, &work.0.join("assets"))?;
        let mut contestants = vec![ours, package];
        if let Some(torch) = torch.as_ref().filter(|_| model.name == models::VIT) {
            contestants.push(torch.package(&python, &site, &work.0)?);
        }
        rivals.push((model, contestants));
    }

    // From here on this program serves; its threads leave the functions' processor alone.
    process::stay_on(processors.ours)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let stand = runtime.block_on(Stand::build(&work.0, processors, architecture))?;
    let bench = Bench { options, stand, python, processors };
    let mut measured = Vec::new();
    for (number, (model, contestants)) in rivals.into_iter().enumerate() {
        say(&format!("{}/4 {}", if number == 0 { 3 } else { 4 }, model.name));
        measured.push(runtime.block_on(bench.measure(model, contestants))?);
    }

    for measured in &measured {
        println!("{}", measured.table());
        println!("Predictions differ by {:.1e} at most.\n", measured.difference);
    }
    println!(
        "Medians of {} starts, {} out of the page cache, {} shards; processors {} and {}, Python {}{}, {} MB.",
        options.runs,
        options.cold_runs,
        options.shard_runs,
        processors.ours,
        processors.functions,
        bench.python.version(),
        torch.as_ref().map_or_else(String::new, |torch| format!(", {}", torch.version)),
        stand::MEMORY_MB
    );
    let mut outcome = Outcome::Reached;
    for goal in measured.iter().flat_map(Measured::goals) {
        println!("{} {}", if goal.reached { "reached" } else { "MISSED " }, goal.text);
        if !goal.reached {
            outcome = Outcome::Missed;
        }
    }
    Ok(outcome)
}

/// A folder that goes at the end.
struct Work(Utf8PathBuf);

impl Work {
    fn make(path: &Utf8Path) -> Result<Self> {
        let work = Self(path.to_owned());
        work.remove();
        fs::create_dir_all(path).with_context(|| format!("cannot make {path}"))?;
        Ok(work)
    }

    fn remove(&self) {
        // What cannot be removed is found and removed by the next run.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.remove();
    }
}

struct Bench<'a> {
    options: &'a Options,
    stand: Stand,
    python: Python,
    processors: Processors,
}

impl Bench<'_> {
    /// Measures a model's functions in turns, so that what else the machine does hits all.
    async fn measure(&self, model: Model, contestants: Vec<Contestant>) -> Result<Measured> {
        let mut functions: Vec<Series> = contestants
            .into_iter()
            .map(|contestant| Series { contestant, warm: Vec::new(), cold: Vec::new() })
            .collect();
        let mut bare = Vec::new();
        let Options { runs, cold_runs, shard_runs, .. } = *self.options;
        for round in 0..=runs {
            say(&format!(
                "    round {round} of {runs}{}",
                if round == 0 { ", which does not count" } else { "" }
            ));
            let with_shard = (1..=shard_runs).contains(&round);
            for series in &mut functions {
                // A shard in torch takes minutes, and has no goal.
                let with_shard = with_shard && series.contestant.language != Language::Torch;
                let start = self.stand.start(&series.contestant, PageCache::Warm, with_shard).await?;
                // The first unzips the package and fills the page cache.
                if round > 0 {
                    series.warm.push(start);
                }
            }
            if with_shard {
                let unzipped = self.stand.unzipped(&functions[0].contestant);
                let model = unzipped.join("model.onnx");
                bare.push(self.python.bare(&model, &self.stand.shard_file(), self.processors)?);
            }
        }
        for round in 1..=cold_runs {
            say(&format!("    round {round} of {cold_runs}, out of the page cache"));
            for series in &mut functions {
                series.cold.push(self.stand.start(&series.contestant, PageCache::Cold, false).await?);
            }
        }
        let mut difference = 0.0;
        if shard_runs > 0 {
            let ours = self.stand.predictions(Language::Rust)?;
            let theirs = self.stand.predictions(Language::Python)?;
            difference = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        }
        Ok(Measured { model, rows: self.stand.shard_rows(), functions, bare, difference })
    }
}
