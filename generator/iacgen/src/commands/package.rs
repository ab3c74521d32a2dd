//! `iacgen package`.

mod explanation;
mod recorded;
pub(super) mod turn;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use iacgen_aws_types::Architecture;
use iacgen_diagnostics::Severity;
use iacgen_package::{
    AsIs, AssetsLock, Compiler, Compression, ModelForm, ModelOptimization, ModelRequest, PackageError,
    PackageEvent, PackageOptions, PackageReport, PackageRequest, Placement, RuntimeLibrary, StaleReason,
    Upload, differences, explain, zigbuild_is_installed,
};
use iacgen_spec::model::{self, OnnxRuntimeLibrary, PackagePlace, Workflow};
use serde_json::json;

use crate::args::{CompilerChoice, Package, ResultFormat};
use crate::commands::optimize::ChildOptimizer;
use crate::commands::smoke::{self, SmokeOptions, Smoked};
use crate::commands::{spec, synth};
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::project::Project;
use crate::ui::{Ui, size};

pub(crate) fn run(options: &Package, project: &Project, ui: Ui) -> Result<ExitStatus, CommandError> {
    let workflows = spec::sound(project, options.env.as_deref(), ui)?;
    let given = SmokeOptions { events: &options.events, buckets: &options.buckets };
    smoke::check(given, &workflows)?;
    turn::end_on_signal()?;
    let turn = turn::take(project, ui)?;
    let lock = synth::recorded(project)?;
    let compiler = match options.compiler {
        Some(CompilerChoice::Cargo) => Compiler::Cargo,
        Some(CompilerChoice::Zigbuild) => Compiler::Zigbuild,
        // What is not recorded need not be the same elsewhere.
        None if options.no_record => compiler_here(&lock),
        None => compiler(&lock),
    };
    let all = everything(project, options.env.as_deref(), &workflows)?;
    let report = build(project, &all, &workflows, compiler, ui)?;
    let whole = options.env.is_none() && project.workflow().is_none();
    let found = differences(&lock, &report, whole);
    let status = if options.check || options.no_record {
        recorded::tell(&found, ui, options.check)?;
        if options.check && !found.is_empty() { ExitStatus::Findings } else { ExitStatus::Success }
    } else {
        record(project, lock, &report, whole, ui)?;
        ExitStatus::Success
    };
    drop(turn);
    let explanations = if options.explain {
        let explained = explain(project.root(), &project.assets(), &report);
        let mut explained =
            explained.map_err(|error| CommandError::new("cannot explain the packages").because(error))?;
        for explanation in &mut explained {
            explanation.layers += own_layers(&workflows, &explanation.function);
        }
        Some(explained)
    } else {
        None
    };
    let smoked =
        if options.smoke { Some(smoke::smoke(given, project, &workflows, &report.lock, ui)?) } else { None };
    match options.format {
        ResultFormat::Json => {
            let document = json!({
                "functions": report.functions,
                "layers": report.layers,
                "differences": found.iter().map(recorded::json).collect::<Vec<_>>(),
                "explanations": explanations.iter().flatten().map(explanation::json).collect::<Vec<_>>(),
                "smoke": smoked.as_ref().map(Smoked::json),
            });
            ui.data(&format!("{document:#}\n"))?;
        }
        ResultFormat::Text => match &explanations {
            Some(explanations) => ui.data(&explanation::text(explanations))?,
            None => ui.data(&table(&report))?,
        },
    }
    if let Some(smoked) = &smoked {
        if options.format == ResultFormat::Text {
            ui.data(&format!("\n{}", smoked.text()))?;
        }
        if smoked.status()? == ExitStatus::Findings {
            return Ok(ExitStatus::Findings);
        }
    }
    Ok(status)
}

/// Returns how packages are compiled where nobody says: as the recorded ones were, so that they stay the same, and
/// otherwise in the way that gives the same on every machine where that is installed.
fn compiler(recorded: &AssetsLock) -> Compiler {
    match recorded.functions().first() {
        Some(asset) if asset.is_by_zigbuild() => Compiler::Zigbuild,
        None if zigbuild_is_installed() => Compiler::Zigbuild,
        Some(_) | None => Compiler::Cargo,
    }
}

/// Returns the same, as far as it is installed here.
fn compiler_here(recorded: &AssetsLock) -> Compiler {
    match compiler(recorded) {
        Compiler::Zigbuild if zigbuild_is_installed() => Compiler::Zigbuild,
        _ => Compiler::Cargo,
    }
}

/// Packages what a run on this machine needs. It records nothing for others, so it does with the compiler that is there.
pub(crate) fn for_this_machine(
    project: &Project,
    workflows: &[Workflow],
    ui: Ui,
) -> Result<PackageReport, CommandError> {
    turn::end_on_signal()?;
    let _turn = turn::take(project, ui)?;
    let environment = workflows.first().map(|workflow| workflow.settings.environment.as_str());
    // A run needs its own workflow and no other: where others have errors, it goes on without.
    let all = everything(project, environment, workflows).unwrap_or_else(|_| workflows.to_vec());
    build(project, &all, workflows, compiler_here(&synth::recorded(project)?), ui)
}

/// Returns every workflow in every environment, of which `some` are meant: what packages share, and what is built together,
/// follows from all of them, so that a part of the packages is the same as with the others.
fn everything(
    project: &Project,
    environment: Option<&str>,
    some: &[Workflow],
) -> Result<Vec<Workflow>, CommandError> {
    if environment.is_none() && project.workflow().is_none() {
        return Ok(some.to_vec());
    }
    let checked = spec::check(&project.whole(), None)?;
    if checked.findings.iter().any(|finding| finding.severity == Severity::Error) {
        let message = "the rest of the project decides what packages share, and its spec has errors";
        return Err(CommandError::new(message).help("mend what `iacgen check` finds"));
    }
    Ok(checked.workflows)
}

/// Builds and zips what `workflows` of `all` need, and keeps what was built here for the next time.
fn build(
    project: &Project,
    all: &[Workflow],
    workflows: &[Workflow],
    compiler: Compiler,
    ui: Ui,
) -> Result<PackageReport, CommandError> {
    let failed = |error| {
        match error {
        PackageError::Interrupted => turn::interrupted(),
        PackageError::ProgramMissing { .. } if compiler == Compiler::Zigbuild => {
            CommandError::new("cannot package the handlers").because(error).help(
                "or choose `--compiler cargo`, with which packages for this machine's own architecture are linked by what it has: others then differ from those of assets.lock",
            )
        }
        error => CommandError::new("cannot package the handlers").because(error),
    }
    };
    let options = PackageOptions {
        assets: project.assets(),
        cache: project.target().join("cache"),
        target: project.root().join("target"),
        recorded: synth::built(project),
        compression: Compression::default(),
        compiler,
        upload: Upload::ThroughS3,
    };
    let wanted = requests(workflows)?;
    // Environments that disagree about a function are packaged one by one, each for itself.
    let requests = requests(all).unwrap_or_else(|_| wanted.clone());
    let is_wanted = |request: &PackageRequest| wanted.contains(request);
    let optimizer = ChildOptimizer::new()?;
    let mut patience = Patience { crates: 0, told: Instant::now() };
    let mut observer = |event| match &event {
        PackageEvent::CompilerLine { line } if !ui.is_live() => patience.line(line, ui),
        event => show(ui, event),
    };
    let report = iacgen_package::package_part(
        project.root(),
        &requests,
        &is_wanted,
        &options,
        &optimizer,
        &mut observer,
    )
    .map_err(failed)?;
    report.lock.write(&project.built()).map_err(failed)?;
    Ok(report)
}

/// Returns how many layers a function names by their ARNs, in the environment where it names most.
fn own_layers(workflows: &[Workflow], function: &str) -> usize {
    let functions = workflows.iter().filter_map(|workflow| workflow.functions.get(function));
    functions.map(|function| function.layers.len()).max().unwrap_or_default()
}

/// Writes `assets.lock`.
fn record(
    project: &Project,
    mut recorded: AssetsLock,
    report: &PackageReport,
    whole: bool,
    ui: Ui,
) -> Result<(), CommandError> {
    let before = recorded.clone();
    for asset in &report.functions {
        recorded.record_function(asset.clone());
    }
    for layer in &report.layers {
        recorded.record_layer(layer.clone());
    }
    recorded.retain(|name, architecture| {
        !whole
            || report.functions.iter().any(|asset| asset.name == name && asset.architecture == architecture)
    });
    if recorded == before {
        return Ok(());
    }
    let path = project.assets_lock();
    recorded.write(&path).map_err(|error| CommandError::new("cannot record the packages").because(error))?;
    ui.status("Recorded", project.display(&path).as_str());
    Ok(())
}

/// Says now and then that the compiler is at work, where no live display can be drawn.
struct Patience {
    crates: u32,
    told: Instant,
}

impl Patience {
    const INTERVAL: Duration = Duration::from_secs(20);

    fn line(&mut self, line: &str, ui: Ui) {
        self.crates += u32::from(line.trim_start().starts_with("Compiling "));
        if self.told.elapsed() >= Self::INTERVAL {
            self.told = Instant::now();
            ui.status("Compiling", &format!("{} crates so far", self.crates));
        }
    }
}

/// Returns what is to be packaged, each function once. A package is known by its function's name and architecture, so
/// that workflows which share a function share its package.
fn requests(workflows: &[Workflow]) -> Result<Vec<PackageRequest>, CommandError> {
    let mut requests: Vec<PackageRequest> = Vec::new();
    let functions = workflows
        .iter()
        .flat_map(|workflow| workflow.functions.values().map(|function| (function, &workflow.onnxruntime)));
    for (function, onnxruntime) in functions {
        let request = PackageRequest {
            name: function.id.clone(),
            handler: function.handler.clone(),
            architecture: function.architecture,
            model: function.model.as_ref().map(|model| ModelRequest {
                path: model.path.clone(),
                library: match &onnxruntime.library {
                    OnnxRuntimeLibrary::Pinned(version) => RuntimeLibrary::Pinned(*version),
                    OnnxRuntimeLibrary::Own(path) => RuntimeLibrary::Own(path.clone()),
                },
                optimization: match model.optimize {
                    model::ModelOptimization::Auto => ModelOptimization::Auto,
                    model::ModelOptimization::Always => ModelOptimization::Always,
                    model::ModelOptimization::Never => ModelOptimization::Never,
                },
                tensors: Some(model.tensors.clone()),
                placement: match onnxruntime.place {
                    PackagePlace::Smallest => Placement::Smallest,
                    PackagePlace::Zip => Placement::Zip,
                    PackagePlace::Layer => Placement::Layer,
                },
            }),
            layers: function.layers.len(),
        };
        match requests
            .iter()
            .find(|known| known.name == request.name && known.architecture == request.architecture)
        {
            None => requests.push(request),
            Some(known) if *known == request => {}
            Some(known) => {
                return Err(CommandError::new(format!(
                    "the function `{}` is not the same in two workflows or environments: {}",
                    request.name,
                    what_differs(known, &request)
                ))
                .help("give one of them another name, or both the same handler, model, layers and `onnxruntime`"));
            }
        }
    }
    Ok(requests)
}

/// Says in what two requests for one function differ.
fn what_differs(one: &PackageRequest, other: &PackageRequest) -> String {
    let model = |request: &PackageRequest| {
        request
            .model
            .as_ref()
            .map_or_else(|| "no model".to_owned(), |model| format!("the model {}", model.path))
    };
    let differing = if one.handler != other.handler {
        (one.handler.to_string(), other.handler.to_string())
    } else if model(one) != model(other) {
        (model(one), model(other))
    } else if one.layers != other.layers {
        (format!("{} layers", one.layers), format!("{} layers", other.layers))
    } else {
        return "the optimization, the tensors or the `onnxruntime` of its model differ".to_owned();
    };
    format!("one has {}, one {}", differing.0, differing.1)
}

fn show(ui: Ui, event: &PackageEvent) {
    let name = |function: &str, architecture: Architecture| format!("{function} ({architecture})");
    match event {
        PackageEvent::UpToDate { function, architecture, .. } => {
            ui.status("Fresh", &name(function, *architecture));
        }
        PackageEvent::Stale { function, architecture, reason } => {
            let why = match reason {
                StaleReason::New => "never packaged".to_owned(),
                StaleReason::Moved { inputs } => format!("changed: {}", inputs.join(", ")),
                StaleReason::ZipMissing => "its zip is gone or damaged".to_owned(),
            };
            ui.status("Stale", &format!("{}: {why}", name(function, *architecture)));
        }
        PackageEvent::Compiling { architecture, functions } => {
            ui.status("Compiling", &format!("{} for {architecture}", functions.join(", ")));
        }
        PackageEvent::CompilerLine { line } => ui.progress(line.trim()),
        PackageEvent::Compiled { elapsed, .. } => {
            ui.progress("");
            ui.status("Compiled", &format!("in {:.1} s", elapsed.as_secs_f64()));
        }
        PackageEvent::Model { path, architecture, form } => match form {
            ModelForm::AsIs(AsIs::Unfit(reason)) => {
                ui.status("Model", &format!("{path} ({architecture}) as it is: {reason}"));
            }
            ModelForm::AsIs(AsIs::OtherArchitecture) => ui.status(
                "Model",
                &format!("{path} ({architecture}) as it is: only a machine of that architecture can optimise it"),
            ),
            ModelForm::AsIs(AsIs::Never | AsIs::Small) => {}
            ModelForm::Optimized { values, max_absolute: 0.0, .. } => {
                ui.status("Optimised", &format!("{path} ({architecture}): {values} numbers are the same"));
            }
            ModelForm::Optimized { values, max_absolute, .. } => ui.status(
                "Optimised",
                &format!("{path} ({architecture}): {values} numbers differ by {max_absolute:.1e} at most"),
            ),
        },
        PackageEvent::NoLicense { function, crates } => ui.warning(&format!(
            "nobody knows what these crates in {function} allow, they have neither a licence nor its name: {}",
            crates.join(", ")
        )),
        PackageEvent::Downloading { version, architecture } => {
            ui.status("Downloading", &format!("ONNX Runtime {version} for {architecture}"));
        }
        PackageEvent::Assumed { functions, files, library, note } => {
            ui.status(
                "Assumed",
                &format!("{library}, for {} of {}: {note}", files.join(", "), functions.join(", ")),
            );
        }
        PackageEvent::MachinePath { function, path } => ui.warning(&format!(
            "the bootstrap of {function} holds the path {path}: it will differ on another machine"
        )),
        PackageEvent::Packaged { asset, elapsed } => ui.status(
            "Packaged",
            &format!(
                "{}: {} zipped, {} unzipped, in {:.1} s",
                name(&asset.name, asset.architecture),
                size(asset.zip_bytes),
                size(asset.unzipped_bytes),
                elapsed.as_secs_f64()
            ),
        ),
    }
}

fn table(report: &PackageReport) -> String {
    let mut text = String::new();
    for asset in report.functions.iter().chain(&report.layers) {
        let _ = writeln!(
            text,
            "{:<24} {:<7} {:>10} zipped {:>10} unzipped  {}",
            asset.name,
            asset.architecture.as_str(),
            size(asset.zip_bytes),
            size(asset.unzipped_bytes),
            asset.sha256
        );
        if !asset.layers.is_empty() {
            let _ = writeln!(text, "{:<24} with the layers {}", "", asset.layers.join(", "));
        }
    }
    text
}
