//! `cargo xtask demo`: the main job, end to end, on this machine.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use camino::Utf8Path;
use clap::Args;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use contract::Report;
use serde::Deserialize;

use crate::{root, say, tools};

/// The pinned Python packages that simulate galaxies and give reference predictions.
pub const PYTHON_REQUIREMENTS: &str = "models/photoz/requirements.txt";

/// What the demo runs.
#[derive(Debug, Args)]
pub struct Options {
    /// How many galaxies are simulated; 1278 fill 25 MB
    #[arg(long, default_value_t = 10_224)]
    pub galaxies: u32,
    /// The partition sizes to compare, in MB
    #[arg(long, value_delimiter = ',', default_values_t = [25, 50, 75, 100])]
    pub sizes: Vec<u32>,
    /// The seed of the simulation
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// What `iacgen run --format json` writes, as far as the demo reads it.
#[derive(Debug, Deserialize)]
struct Run {
    status: String,
    output: Report,
    usage: Usage,
    bill: Bill,
}

#[derive(Debug, Deserialize)]
struct Usage {
    functions: Vec<FunctionUsage>,
}

#[derive(Debug, Deserialize)]
struct FunctionUsage {
    function: String,
    memory_mb: u32,
    invocations: Vec<Invocation>,
}

#[derive(Debug, Deserialize)]
struct Invocation {
    max_memory_mb: u32,
}

#[derive(Debug, Deserialize)]
struct Bill {
    total_usd: f64,
}

/// Runs the demo.
///
/// # Errors
/// When a tool is missing, something does not build, or an execution fails.
#[expect(clippy::print_stdout, reason = "the table is what the task is for")]
pub fn run(options: &Options) -> Result<()> {
    let started = Instant::now();
    say("1/5 iacgen");
    let iacgen = tools::iacgen()?;
    let iacgen = |arguments: &[&str]| {
        let mut command = std::process::Command::new(&iacgen);
        command.current_dir(root()).args(arguments);
        tools::with_compilers(&mut command).map(|()| command)
    };

    say("2/5 workflow.yaml to the assembly: template, roles, state machine");
    tools::run(&mut iacgen(&["check"])?)?;
    tools::run(&mut iacgen(&["synth", "--env", "local"])?)?;

    say("3/5 handlers to packages");
    tools::run(&mut iacgen(&["package", "--env", "local", "--no-record"])?)?;

    say(&format!("4/5 {} galaxies to partitions", options.galaxies));
    let folder = tools::target_folder().join("demo");
    let data = partitions(&folder, options)?;

    say("5/5 the same definition and packages, on this machine");
    let mut rows = Vec::new();
    for &size in &options.sizes {
        let input = folder.join(format!("input-{size}MB.json"));
        let document = serde_json::json!({
            "bucket": "cosmicai-data",
            "file_limit": "1000",
            "batch_size": 512,
            "object_type": "folder",
            "S3_object_name": "Anomaly Detection",
            "script": "/tmp/Anomaly Detection/Inference/inference.py",
            "result_path": format!("demo/{size}MB"),
            "data_bucket": "cosmicai-data",
            "data_prefix": format!("{size}MB"),
        });
        fs::write(&input, serde_json::to_vec_pretty(&document)?)
            .with_context(|| format!("cannot write {input}"))?;
        let bucket = format!("data={data}");
        let page = folder.join(format!("{size}MB.html"));
        let written = tools::read(&mut iacgen(&[
            "run",
            "--env",
            "local",
            "--input",
            input.as_str(),
            "--bucket",
            &bucket,
            "--report",
            page.as_str(),
            "--format",
            "json",
        ])?)?;
        let run: Run = serde_json::from_str(&written)
            .with_context(|| format!("`iacgen run` wrote something unexpected: {written}"))?;
        if run.status != "SUCCEEDED" {
            bail!("the execution over {size} MB partitions ended as {}", run.status);
        }
        rows.push((size, run));
    }
    println!("{}", table(&rows));
    println!(
        "Duration and images/s are of this machine. Cost: the whole run at us-east-1 list prices on allocated memory and billed duration.\n\
         Reports and predictions: target/iacgen/stacks/local/s3. Pages: target/demo/*.html. Done in {:.0} s.",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Simulates the galaxies and writes partitions of every size, unless they are there already. Returns their folder.
///
/// # Errors
/// When Python's tools cannot be installed or the simulation fails.
pub fn partitions(folder: &Utf8Path, options: &Options) -> Result<camino::Utf8PathBuf> {
    let data = folder.join(format!("data-{}-{}", options.galaxies, options.seed));
    let python = tools::python("photoz", Utf8Path::new(PYTHON_REQUIREMENTS))?;
    let script = root().join("models/photoz/simulate.py");
    let galaxies = folder.join(format!("galaxies-{}-{}", options.galaxies, options.seed));
    fs::create_dir_all(folder).with_context(|| format!("cannot make {folder}"))?;
    let done = |size: &u32| data.join(format!("{size}MB.done"));
    if options.sizes.iter().all(|size| done(size).exists()) {
        return Ok(data);
    }
    let (count, seed) = (options.galaxies.to_string(), options.seed.to_string());
    tools::run(std::process::Command::new(&python).args([
        script.as_str(),
        "galaxies",
        "--out",
        galaxies.as_str(),
        "--galaxies",
        &count,
        "--seed",
        &seed,
    ]))?;
    for size in options.sizes.iter().filter(|size| !done(size).exists()) {
        tools::run(std::process::Command::new(&python).args([
            script.as_str(),
            "partition",
            "--from",
            galaxies.as_str(),
            "--out",
            data.as_str(),
            "--megabytes",
            &size.to_string(),
        ]))?;
        fs::write(done(size), "")?;
    }
    Ok(data)
}

fn table(rows: &[(u32, Run)]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header([
        "partition MB",
        "shards",
        "requests",
        "duration s",
        "memory billed GB",
        "memory used GB",
        "cost USD",
        "images/s",
        "MAE",
        "NMAD",
        "R2",
    ]);
    for (size, run) in rows {
        let report = &run.output;
        let requests: usize = run.usage.functions.iter().map(|function| function.invocations.len()).sum();
        let infer = run.usage.functions.iter().find(|function| function.function == "infer");
        let billed = infer.map_or(0.0, |function| f64::from(function.memory_mb) / 1_024.0);
        let used = infer
            .and_then(|function| function.invocations.iter().map(|invocation| invocation.max_memory_mb).max())
            .map_or(0.0, |megabytes| f64::from(megabytes) / 1_024.0);
        let metric = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
        table.add_row([
            size.to_string(),
            report.shards.to_string(),
            requests.to_string(),
            format!("{:.1}", report.wall_s),
            format!("{billed:.2}"),
            format!("{used:.2}"),
            format!("{:.6}", run.bill.total_usd),
            format!("{:.0}", report.throughput.images_per_second),
            metric(report.metrics.map(|metrics| metrics.mae)),
            metric(report.metrics.map(|metrics| metrics.nmad)),
            metric(report.metrics.and_then(|metrics| metrics.r2)),
        ]);
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
