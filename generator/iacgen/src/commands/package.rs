//! `iacgen package`.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use iacgen_aws_types::Architecture;
use iacgen_package::{
    AssetsLock, Compiler, Compression, PackageEvent, PackageOptions, PackageReport, PackageRequest,
    StaleReason, Upload,
};
use iacgen_spec::model::Workflow;

use crate::args::{Package, ResultFormat};
use crate::commands::spec;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::project::Project;
use crate::ui::{Ui, size};

pub(crate) fn run(options: &Package, project: &Project, ui: Ui) -> Result<ExitStatus, CommandError> {
    let workflows = spec::sound(project, options.env.as_deref(), ui)?;
    let report = package(project, &workflows, ui)?;
    match options.format {
        ResultFormat::Json => {
            let mut text = serde_json::to_string_pretty(&report.assets)
                .map_err(|error| CommandError::new("cannot write the result").because(error))?;
            text.push('\n');
            ui.data(&text)?;
        }
        ResultFormat::Text => ui.data(&table(&report))?,
    }
    Ok(ExitStatus::Success)
}

/// Builds and zips what the workflows need, and records it in `assets.lock`.
pub(crate) fn package(
    project: &Project,
    workflows: &[Workflow],
    ui: Ui,
) -> Result<PackageReport, CommandError> {
    let lock = project.assets_lock();
    let failed = |error| CommandError::new("cannot package the handlers").because(error);
    let options = PackageOptions {
        assets: project.assets(),
        cache: project.target().join("cache"),
        target: project.root().join("target"),
        recorded: AssetsLock::read(&lock).map_err(failed)?,
        compression: Compression::default(),
        compiler: Compiler::default(),
        upload: Upload::ThroughS3,
    };
    let requests = requests(workflows)?;
    let mut patience = Patience { crates: 0, told: Instant::now() };
    let report = iacgen_package::package(project.root(), &requests, &options, &mut |event| match &event {
        PackageEvent::CompilerLine { line } if !ui.is_live() => patience.line(line, ui),
        event => show(ui, event),
    })
    .map_err(failed)?;
    report.lock.write(&lock).map_err(failed)?;
    Ok(report)
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

/// One request per function and architecture, in the order of the workflow.
/// Returns what is to be packaged, each function once. A package is known by its function's name and architecture, so
/// that workflows which share a function share its package.
fn requests(workflows: &[Workflow]) -> Result<Vec<PackageRequest>, CommandError> {
    let mut requests: Vec<PackageRequest> = Vec::new();
    for function in workflows.iter().flat_map(|workflow| workflow.functions.values()) {
        let request = PackageRequest {
            name: function.id.clone(),
            handler: function.handler.clone(),
            architecture: function.architecture,
            model: function.model.as_ref().map(|model| model.path.clone()),
        };
        match requests
            .iter()
            .find(|known| known.name == request.name && known.architecture == request.architecture)
        {
            None => requests.push(request),
            Some(known) if *known == request => {}
            Some(known) => {
                let message = format!(
                    "two workflows have a function `{}`, one of {} and one of {}",
                    request.name, known.handler, request.handler
                );
                return Err(CommandError::new(message)
                    .help("give one of them another name, or the same handler and model"));
            }
        }
    }
    Ok(requests)
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
                StaleReason::ZipMissing => "its zip is gone".to_owned(),
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
    for asset in &report.assets {
        let _ = writeln!(
            text,
            "{:<16} {:<7} {:>10} zipped {:>10} unzipped  {}",
            asset.name,
            asset.architecture.as_str(),
            size(asset.zip_bytes),
            size(asset.unzipped_bytes),
            asset.sha256
        );
    }
    text
}
