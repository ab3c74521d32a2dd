//! `iacgen run`: every stage, from the spec to a finished execution on this machine.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Assembly;
use iacgen_local::interpreter::Outcome;
use iacgen_local::s3::BucketMapping;
use iacgen_local::sandbox::{InvocationStatus, LambdaEvent};
use iacgen_local::{ExecutionResult, LocalEvent, LocalObserver, LocalOptions, LocalTarget};
use iacgen_report::{FunctionUsage, Invocation, RunUsage, price};
use iacgen_spec::model::{BucketOrigin, Target, Workflow};
use serde_json::Value;

use crate::args::{ResultFormat, Run};
use crate::commands::{package, spec, synth};
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::meter::Meter;
use crate::output;
use crate::progress::RunDisplay;
use crate::project::Project;
use crate::summary::{self, Execution};
use crate::ui::Ui;

pub(crate) fn run(options: &Run, project: &Project, ui: Ui) -> Result<ExitStatus, CommandError> {
    let input = read_input(&options.input)?;
    let name = match &options.name {
        Some(name) => execution_name(name)?,
        None => jiff::Timestamp::now().strftime("run-%Y%m%dt%H%M%S%6fz").to_string(),
    };
    if let Some(folder) = options.report.as_ref().filter(|path| path.is_dir()) {
        return Err(CommandError::new(format!("cannot write the report to {folder}: it is a folder"))
            .help("name a file, such as report.html"));
    }
    let workflows = spec::sound(project, Some(&options.env), ui)?;
    let [workflow] = workflows.as_slice() else {
        return Err(CommandError::new(format!("this project has {} workflows", workflows.len()))
            .help("name the one to run with `--workflow NAME`"));
    };
    if workflow.settings.target != Target::Local {
        return Err(CommandError::new(format!("the environment {} is not on this machine", options.env))
            .help("runs on AWS are not there yet: name an environment with `target: local`"));
    }
    let work = project.work(&workflow.name, &workflow.settings.environment);
    let mappings = mappings(options, workflow, &work)?;

    let packaged = package::for_this_machine(project, &workflows, ui)?;
    let assembly = synth::assemble(workflow, &packaged.lock)?;
    let assemblies = project.place(&project.assemblies(), &workflow.name);
    synth::write(&assemblies.join(&options.env), &assembly)?;

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::new("cannot start the local target").because(error))?;
    let local = LocalOptions { buckets: mappings, ..LocalOptions::new(project.assets(), work) };
    let meter = Arc::new(Meter::default());
    let Ended { result, buckets, logs } =
        runtime.block_on(execute(&assembly, local, &name, input, &meter, ui))?;

    let usage = usage(workflow, &assembly, &result, &meter)?;
    let bill =
        iacgen_aws_types::price::Prices::of(&workflow.settings.region).map(|prices| price(&usage, prices));
    let execution = Execution {
        workflow: &workflow.name,
        name: &name,
        buckets: buckets.iter().map(|folder| project.display(folder)).collect(),
        logs: project.display(&logs),
        environment: &options.env,
        result: &result,
        usage: &usage,
        bill: bill.as_ref(),
    };
    if let Some(path) = &options.report {
        let page = summary::html(&execution)
            .map_err(|error| CommandError::new("cannot write the report").because(error))?;
        output::write_file(path, page.as_bytes())?;
    }
    match options.format {
        ResultFormat::Text => ui.data(&summary::text(&execution))?,
        ResultFormat::Json => ui.data(&summary::json(&execution))?,
    }
    Ok(match result.outcome {
        Outcome::Succeeded { .. } => ExitStatus::Success,
        _ => ExitStatus::Findings,
    })
}

/// An execution that has ended, and where it left what.
struct Ended {
    result: ExecutionResult,
    /// The folders of the buckets that the stack made.
    buckets: Vec<Utf8PathBuf>,
    /// The folder of the functions' logs.
    logs: Utf8PathBuf,
}

/// Starts the local target, executes, and ends every process that it started.
async fn execute(
    assembly: &Assembly,
    options: LocalOptions,
    name: &str,
    input: Value,
    meter: &Arc<Meter>,
    ui: Ui,
) -> Result<Ended, CommandError> {
    let failed = |error| CommandError::new("cannot run on this machine").because(error);
    let display = Arc::new(RunDisplay::new(ui));
    let observer = {
        let meter = Arc::clone(meter);
        LocalObserver::new(move |event| {
            match event {
            LocalEvent::Execution(event) => {
                meter.event(event);
                display.event(event);
            }
            LocalEvent::MapRun(progress) => display.map_run(progress),
            LocalEvent::Lambda(LambdaEvent::NotIsolated { reason }) => ui.warning(&format!(
                "functions are not isolated on this machine ({reason}): they see its files and can write to their packages"
            )),
            LocalEvent::Lambda(_) => {}
        }
        })
    };
    let stop = package::turn::end_on_signal()?;
    // Dropping the start ends what it has started so far.
    let target = tokio::select! {
        target = LocalTarget::start(assembly, options, observer) => target.map_err(failed)?,
        () = stop.cancelled() => return Err(CommandError::new("interrupted before the execution started")),
    };
    ui.status("Started", &format!("execution {name}"));
    let result = target.execute_until(name, input, &stop).await;
    let buckets = target.stack().buckets.values().filter_map(|bucket| target.bucket_folder(bucket)).collect();
    let logs = target.run_folder().to_owned();
    target.shutdown().await;
    Ok(Ended { result: result.map_err(failed)?, buckets, logs })
}

fn read_input(path: &Utf8Path) -> Result<Value, CommandError> {
    let failed = || CommandError::new(format!("cannot read the input {path}"));
    let text = if path == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    }
    .map_err(|error| failed().because(error))?;
    serde_json::from_str(&text)
        .map_err(|error| failed().because(error).help("the input must be one JSON document"))
}

/// Accepts the names under which Step Functions also logs. Page: "StartExecution", `name`.
fn execution_name(name: &str) -> Result<String, CommandError> {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if name.is_empty() || name.len() > 80 || !name.bytes().all(good) {
        return Err(CommandError::new(format!("`{name}` cannot name an execution"))
            .help("use 1 to 80 of the letters a to z and A to Z, digits, hyphens and underscores"));
    }
    Ok(name.to_owned())
}

/// Turns `--bucket data=DIR` into the bucket's real name and an existing folder.
pub(crate) fn mapped_buckets(
    buckets: &[(String, Utf8PathBuf)],
    workflow: &Workflow,
) -> Result<Vec<BucketMapping>, CommandError> {
    let mut mappings = Vec::new();
    for (id, folder) in buckets {
        let bucket = workflow.buckets.get(id).ok_or_else(|| {
            let known: Vec<&str> = workflow.buckets.keys().map(String::as_str).collect();
            CommandError::new(format!("workflow.yaml names no bucket `{id}`"))
                .help(format!("its buckets are {}", known.join(", ")))
        })?;
        let BucketOrigin::Existing(name) = &bucket.origin else {
            return Err(CommandError::new(format!("the bucket `{id}` is made by the stack"))
                .help("only an existing bucket can be a folder of yours"));
        };
        let unusable = || CommandError::new(format!("cannot serve {folder} as the bucket `{id}`"));
        let folder = folder.canonicalize_utf8().map_err(|error| unusable().because(error))?;
        if !folder.is_dir() {
            return Err(unusable().help("name a folder; its files are the bucket's objects"));
        }
        if mappings.iter().any(|mapping: &BucketMapping| mapping.bucket == name.as_str()) {
            return Err(CommandError::new(format!("the bucket `{id}` is given two folders"))
                .help("name one; links in it may lead to others"));
        }
        mappings.push(BucketMapping { bucket: name.to_string(), folder });
    }
    Ok(mappings)
}

/// Maps the buckets that are given. An existing bucket of the workflow must be among them, or hold something from an
/// earlier run.
fn mappings(options: &Run, workflow: &Workflow, work: &Utf8Path) -> Result<Vec<BucketMapping>, CommandError> {
    let mappings = mapped_buckets(&options.buckets, workflow)?;
    for bucket in workflow.buckets.values() {
        if let BucketOrigin::Existing(name) = &bucket.origin
            && !mappings.iter().any(|mapping| mapping.bucket == name.as_str())
            && !work.join("s3").join(name.as_str()).is_dir()
        {
            return Err(CommandError::new(format!(
                "the bucket `{}` exists on AWS and not on this machine",
                bucket.id
            ))
            .help(format!("add `--bucket {}=DIR` with the folder that holds its objects", bucket.id)));
        }
    }
    Ok(mappings)
}

/// Gathers what the run used, by the functions' names in the spec and in their order.
fn usage(
    workflow: &Workflow,
    assembly: &Assembly,
    result: &ExecutionResult,
    meter: &Meter,
) -> Result<RunUsage, CommandError> {
    let failed = |error| CommandError::new("cannot read the assembly").because(error);
    let assets = assembly.assets().map_err(failed)?;
    let logical: BTreeMap<&str, &str> =
        assets.functions.iter().map(|asset| (asset.id.as_str(), asset.logical_id.as_str())).collect();
    let functions = workflow
        .functions
        .values()
        .filter_map(|function| {
            let logical_id = logical.get(function.id.as_str())?;
            let invocations: Vec<Invocation> = result
                .invocations
                .iter()
                .filter(|invocation| invocation.logical_id == *logical_id)
                .map(|invocation| Invocation {
                    duration_ms: invocation.report.duration_ms,
                    billed_ms: invocation.report.billed_duration_ms,
                    init_ms: invocation.report.init_duration_ms,
                    max_memory_mb: invocation.report.max_memory_used_mb,
                    succeeded: invocation.report.status == InvocationStatus::Success,
                })
                .collect();
            (!invocations.is_empty()).then(|| FunctionUsage {
                function: function.id.clone(),
                architecture: function.architecture,
                memory_mb: function.memory.megabytes(),
                invocations,
            })
        })
        .collect();
    let (standard_transitions, express) = meter.read();
    Ok(RunUsage { functions, standard_transitions, express })
}
