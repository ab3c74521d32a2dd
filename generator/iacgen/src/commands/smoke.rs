//! `iacgen package --smoke`: every package started as Lambda would, and one event handed to it twice.

mod event;
mod instance;
mod outcome;

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_local::s3::BucketMapping;
use iacgen_local::sandbox::{FailureKind, INIT_LIMIT, LambdaEvent, SandboxError, SmokeTest, Verdict};
use iacgen_local::{LocalEvent, LocalObserver, LocalOptions};
use iacgen_package::AssetsLock;
use iacgen_spec::model::{BucketOrigin, Function, Target, Workflow};

use crate::commands::package::turn;
use crate::commands::{run, synth};
use crate::error::CommandError;
use crate::project::Project;
use crate::ui::Ui;

use event::Event;
pub(crate) use outcome::Smoked;

/// What the smoke test is given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SmokeOptions<'a> {
    /// `--event FUNCTION=FILE`.
    pub(crate) events: &'a [(String, Utf8PathBuf)],
    /// `--bucket BUCKET=DIR`.
    pub(crate) buckets: &'a [(String, Utf8PathBuf)],
}

/// One function in one environment.
#[derive(Debug)]
struct Tested {
    workflow: String,
    environment: String,
    function: String,
    architecture: &'static str,
    memory_mb: u32,
    timeout_s: u64,
    isolated: bool,
    event: String,
    result: Result<SmokeTest, SandboxError>,
}

/// Reads the events that are given and looks for the folders, so that a slip is said before anything is built.
pub(crate) fn check<'a>(
    options: SmokeOptions<'a>,
    workflows: &[Workflow],
) -> Result<BTreeMap<&'a str, Vec<u8>>, CommandError> {
    let functions = workflows.iter().flat_map(|workflow| workflow.functions.values());
    let given = event::given(options.events, functions.map(|function| function.id.as_str()))?;
    if let (Some(stranger), Some(workflow)) = (stranger(options, workflows), workflows.first()) {
        run::mapped_buckets(std::slice::from_ref(stranger), workflow)?;
    }
    for workflow in workflows {
        run::mapped_buckets(&own_buckets(options, workflow), workflow)?;
    }
    Ok(given)
}

/// Smoke-tests the functions of every workflow and environment, with the packages that the lock knows.
pub(crate) fn smoke(
    options: SmokeOptions<'_>,
    project: &Project,
    workflows: &[Workflow],
    lock: &AssetsLock,
    ui: Ui,
) -> Result<Smoked, CommandError> {
    let given = check(options, workflows)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::new("cannot start the local target").because(error))?;
    let stop = turn::end_on_signal()?;
    let mut told = false;
    let mut smoked = Vec::new();
    for workflow in workflows {
        let tested = runtime.block_on(async {
            // Dropping the test ends what it has started.
            tokio::select! {
                tested = environment(options, project, workflow, lock, &given) => tested,
                () = stop.cancelled() => Err(turn::interrupted()),
            }
        })?;
        if let (Some(reason), false) = (&tested.not_isolated, told) {
            told = true;
            ui.warning(&format!(
                "packages are not isolated on this machine ({reason}): they see its files and can write to their own"
            ));
        }
        for tested in &tested.functions {
            ui.status("Smoked", &format!("{} in {}", tested.function, tested.environment));
        }
        smoked.extend(tested.functions);
    }
    let smoked = Smoked::new(smoked);
    smoked.tell(ui);
    Ok(smoked)
}

/// Returns a bucket that is given a folder and that no workflow names.
fn stranger<'a>(options: SmokeOptions<'a>, workflows: &[Workflow]) -> Option<&'a (String, Utf8PathBuf)> {
    let known = |id: &str| workflows.iter().any(|workflow| workflow.buckets.contains_key(id));
    options.buckets.iter().find(|(id, _)| !known(id))
}

/// Returns those of the given buckets that a workflow has: of several workflows each has its own.
fn own_buckets(options: SmokeOptions<'_>, workflow: &Workflow) -> Vec<(String, Utf8PathBuf)> {
    let is_own = |(id, _): &&(String, Utf8PathBuf)| workflow.buckets.contains_key(id.as_str());
    options.buckets.iter().filter(is_own).cloned().collect()
}

/// An environment's functions.
struct Environment {
    functions: Vec<Tested>,
    not_isolated: Option<String>,
}

async fn environment(
    options: SmokeOptions<'_>,
    project: &Project,
    workflow: &Workflow,
    lock: &AssetsLock,
    given: &BTreeMap<&str, Vec<u8>>,
) -> Result<Environment, CommandError> {
    let environment = workflow.settings.environment.to_string();
    let failed = || CommandError::new(format!("cannot start the packages of {environment} on this machine"));
    let assembly = synth::assemble(workflow, lock)?;
    let assets = assembly.assets().map_err(|error| failed().because(error))?;
    let mut events = BTreeMap::new();
    for asset in &assets.functions {
        if let Some(function) = workflow.functions.get(asset.id.as_str()) {
            let event = event::choose(function, project, given)?;
            events.insert(asset.logical_id.as_str(), (function, event));
        }
    }

    let (_guard, work) = work_folder(project)?;
    let local = LocalOptions {
        buckets: buckets(options, project, workflow, &work)?,
        ..LocalOptions::new(project.assets(), work)
    };
    let (sender, reasons) = std::sync::mpsc::channel();
    let observer = LocalObserver::new(move |event| {
        if let LocalEvent::Lambda(LambdaEvent::NotIsolated { reason }) = event {
            // Nobody listens any more only when the test is over.
            let _ = sender.send(reason.clone());
        }
    });
    let smoked = iacgen_local::smoke(&assembly, local, observer, |declaration, stack| {
        let event = events.get(declaration.logical_id.as_str());
        event.map_or_else(|| b"{}".to_vec(), |(_, event)| event.text(declaration, stack))
    });
    let smoked = smoked.await.map_err(|error| failed().because(error))?;
    let tested = |smoke: iacgen_local::FunctionSmoke| {
        let known: Option<&(&Function, Event)> = events.get(smoke.declaration.logical_id.as_str());
        Tested {
            workflow: workflow.name.clone(),
            environment: environment.clone(),
            function: known.map_or(smoke.declaration.logical_id.clone(), |(function, _)| function.id.clone()),
            architecture: smoke.declaration.architecture.as_str(),
            memory_mb: smoke.declaration.memory.megabytes(),
            timeout_s: smoke.declaration.timeout.as_secs(),
            isolated: smoke.isolated,
            event: known.map_or_else(|| "empty".to_owned(), |(_, event)| event.origin().to_owned()),
            result: smoke.result,
        }
    };
    Ok(Environment {
        functions: smoked.into_iter().map(tested).collect(),
        not_isolated: reasons.try_recv().ok(),
    })
}

/// Makes a folder that goes when the guard does: nothing that a test writes is of any use after it.
fn work_folder(project: &Project) -> Result<(tempfile::TempDir, Utf8PathBuf), CommandError> {
    let target = project.target();
    let failed = |error| CommandError::new(format!("cannot make a folder in {target}")).because(error);
    std::fs::create_dir_all(&target).map_err(failed)?;
    let guard = tempfile::Builder::new().prefix("smoke-").tempdir_in(&target).map_err(failed)?;
    let path = Utf8PathBuf::from_path_buf(guard.path().to_owned())
        .map_err(|_| failed(std::io::Error::other("its name is not UTF-8")))?;
    Ok((guard, path))
}

/// Prepares the buckets in a new work folder: those of the stack empty, so that every test starts from the same; an existing
/// one from the folder that is given, else from what a run on this machine was given and kept, else empty.
fn buckets(
    options: SmokeOptions<'_>,
    project: &Project,
    workflow: &Workflow,
    work: &Utf8Path,
) -> Result<Vec<BucketMapping>, CommandError> {
    let mut mappings = run::mapped_buckets(&own_buckets(options, workflow), workflow)?;
    let kept = project.work(&workflow.name, &workflow.settings.environment).join("s3");
    for bucket in workflow.buckets.values() {
        let BucketOrigin::Existing(name) = &bucket.origin else { continue };
        if mappings.iter().any(|mapping| mapping.bucket == name.as_str()) {
            continue;
        }
        let folder = kept.join(name.as_str());
        if workflow.settings.target == Target::Local && folder.is_dir() {
            mappings.push(BucketMapping { bucket: name.to_string(), folder });
        } else {
            let folder = work.join("s3").join(name.as_str());
            std::fs::create_dir_all(&folder)
                .map_err(|error| CommandError::new(format!("cannot make {folder}")).because(error))?;
        }
    }
    Ok(mappings)
}

impl Tested {
    /// Tells whether this machine cannot run the package whatever is in it.
    fn is_foreign(&self) -> bool {
        matches!(self.result, Err(SandboxError::Architecture { .. }))
    }

    /// Returns why the package is not proven to start, if it is not.
    fn failure(&self) -> Option<String> {
        match &self.result {
            Err(_) if self.is_foreign() => None,
            Err(error) => Some(outcome::with_reasons(error)),
            Ok(SmokeTest { verdict: Verdict::Failed { error, .. }, .. }) => {
                // Lambda words this end as any other kill.
                let more = match error.kind {
                    FailureKind::OutOfMemory => {
                        format!(": it took more than its {} MB of memory", self.memory_mb)
                    }
                    _ => String::new(),
                };
                Some(format!("{}: {}{more}", error.error_type, error.error_message))
            }
            Ok(_) => None,
        }
    }

    /// Returns the limits: of initialization and of an invocation in milliseconds.
    fn limits_ms(&self) -> (u64, u64) {
        (INIT_LIMIT.as_secs() * 1_000, self.timeout_s * 1_000)
    }
}
