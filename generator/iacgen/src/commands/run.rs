//! `iacgen run`: every stage, from the spec to a finished execution on this machine.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::Arc;

use camino::Utf8Path;
use iacgen_assembly::Assembly;
use iacgen_local::interpreter::Outcome;
use iacgen_local::s3::BucketMapping;
use iacgen_local::sandbox::InvocationStatus;
use iacgen_local::{ExecutionResult, LocalEvent, LocalObserver, LocalOptions, LocalTarget};
use iacgen_report::{FunctionUsage, Invocation, RunUsage, price};
use iacgen_spec::model::{BucketOrigin, Target, Workflow};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::args::{ResultFormat, Run};
use crate::commands::{package, spec, synth};
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::meter::Meter;
use crate::progress::RunDisplay;
use crate::project::Project;
use crate::summary::{self, Execution};
use crate::ui::Ui;

pub(crate) fn run(options: &Run, project: &Project, ui: Ui) -> Result<ExitStatus, CommandError> {
    let input = read_input(&options.input)?;
    let name = match &options.name {
        Some(name) => execution_name(name)?,
        None => jiff::Timestamp::now().strftime("run-%Y%m%dt%H%M%S%3fz").to_string(),
    };
    let workflows = spec::sound(project, Some(&options.env), ui)?;
    let [workflow] = workflows.as_slice() else {
        return Err(CommandError::new(format!("the environment {} gave no workflow", options.env)));
    };
    if workflow.settings.target != Target::Local {
        return Err(CommandError::new(format!("the environment {} is not on this machine", options.env))
            .help("runs on AWS are not there yet: name an environment with `target: local`"));
    }
    let mappings = mappings(options, workflow)?;

    let packaged = package::package(project, &workflows, ui)?;
    let assembly = synth::assemble(workflow, &packaged.lock)?;
    synth::write(&project.target().join(&options.env), &assembly)?;

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::new("cannot start the local target").because(error))?;
    let local = LocalOptions {
        buckets: mappings,
        ..LocalOptions::new(project.assets(), project.target().join("local"))
    };
    let meter = Arc::new(Meter::default());
    let result = runtime.block_on(execute(&assembly, local, &name, input, &meter, ui))?;

    let usage = usage(workflow, &assembly, &result, &meter)?;
    let bill =
        iacgen_aws_types::price::Prices::of(&workflow.settings.region).map(|prices| price(&usage, prices));
    let execution = Execution {
        name: &name,
        environment: &options.env,
        result: &result,
        usage: &usage,
        bill: bill.as_ref(),
    };
    match options.format {
        ResultFormat::Text => ui.data(&summary::text(&execution)),
        ResultFormat::Json => ui.data(&summary::json(&execution)),
    }
    Ok(match result.outcome {
        Outcome::Succeeded { .. } => ExitStatus::Success,
        _ => ExitStatus::Findings,
    })
}

/// Starts the local target, executes, and ends every process that it started.
async fn execute(
    assembly: &Assembly,
    options: LocalOptions,
    name: &str,
    input: Value,
    meter: &Arc<Meter>,
    ui: Ui,
) -> Result<ExecutionResult, CommandError> {
    let failed = |error| CommandError::new("cannot run on this machine").because(error);
    let display = Arc::new(RunDisplay::new(ui));
    let observer = {
        let meter = Arc::clone(meter);
        LocalObserver::new(move |event| match event {
            LocalEvent::Execution(event) => {
                meter.event(event);
                display.event(event);
            }
            LocalEvent::MapRun(progress) => display.map_run(progress),
            LocalEvent::Lambda(_) => {}
        })
    };
    let target = LocalTarget::start(assembly, options, observer).await.map_err(failed)?;
    let stop = CancellationToken::new();
    let interrupted = {
        let stop = stop.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stop.cancel();
            }
        })
    };
    ui.status("Started", &format!("execution {name}"));
    let result = target.execute_until(name, input, &stop).await;
    interrupted.abort();
    target.shutdown().await;
    result.map_err(failed)
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

/// Accepts what Step Functions accepts as an execution's name. Page: "StartExecution", `name`.
fn execution_name(name: &str) -> Result<String, CommandError> {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c);
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(forbidden) {
        return Err(CommandError::new(format!("`{name}` cannot name an execution"))
            .help("use 1 to 80 letters, digits, hyphens and underscores"));
    }
    Ok(name.to_owned())
}

/// Turns `--bucket data=DIR` into the bucket's real name and an existing folder.
fn mappings(options: &Run, workflow: &Workflow) -> Result<Vec<BucketMapping>, CommandError> {
    options
        .buckets
        .iter()
        .map(|(id, folder)| {
            let bucket = workflow.buckets.get(id).ok_or_else(|| {
                let known: Vec<&str> = workflow.buckets.keys().map(String::as_str).collect();
                CommandError::new(format!("workflow.yaml names no bucket `{id}`"))
                    .help(format!("its buckets are {}", known.join(", ")))
            })?;
            let BucketOrigin::Existing(name) = &bucket.origin else {
                return Err(CommandError::new(format!("the bucket `{id}` is made by the stack"))
                    .help("only an existing bucket can be a folder of yours"));
            };
            let folder = folder.canonicalize_utf8().map_err(|error| {
                CommandError::new(format!("cannot serve {folder} as the bucket `{id}`")).because(error)
            })?;
            Ok(BucketMapping { bucket: name.to_string(), folder })
        })
        .collect()
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
    let stack = assembly.manifest().map_err(failed)?.stack;
    let logical: BTreeMap<&str, &str> =
        assets.functions.iter().map(|asset| (asset.id.as_str(), asset.logical_id.as_str())).collect();
    let functions = workflow
        .functions
        .values()
        .filter_map(|function| {
            let physical = format!("{}-{}", stack.as_str(), logical.get(function.id.as_str())?);
            let invocations: Vec<Invocation> = result
                .invocations
                .iter()
                .filter(|invocation| invocation.function == physical)
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
