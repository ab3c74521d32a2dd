//! `iacgen synth`.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::{Assembly, MANIFEST, Manifest};
use iacgen_package::AssetsLock;
use iacgen_spec::model::{Target, Workflow};
use iacgen_synth::{FunctionPackage, Packages, synthesize};
use indexmap::IndexSet;

use crate::args::Synth;
use crate::commands::spec;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::output::{self, DifferenceKind};
use crate::parallel;
use crate::project::Project;
use crate::ui::Ui;

pub(crate) fn run(options: &Synth, project: &Project, ui: Ui) -> Result<ExitStatus, CommandError> {
    let workflows = spec::sound(project, options.env.as_deref(), ui)?;
    let (lock, built) = (recorded(project)?, built(project));
    let lock_of = |workflow: &Workflow| match workflow.settings.target {
        Target::Aws => &lock,
        Target::Local => &built,
    };
    let out = options.out.clone().unwrap_or_else(|| project.assemblies());
    let mut status = ExitStatus::Success;
    let done = parallel::map(&workflows, |workflow| {
        let folder = project.place(&out, &workflow.name).join(workflow.settings.environment.as_str());
        let assembly = assemble(workflow, lock_of(workflow))?;
        let done = if options.check {
            Done::Compared(output::compare(&folder, assembly.files(), &written_before(&folder))?)
        } else {
            Done::Wrote(write(&folder, &assembly)?)
        };
        Ok::<_, CommandError>((folder, done))
    });
    for done in done {
        let (folder, done) = done?;
        let touched = match done {
            Done::Compared(differences) => {
                if !differences.is_empty() {
                    status = ExitStatus::Findings;
                }
                tell(&folder, &differences, project, ui)?;
                continue;
            }
            Done::Wrote(touched) => touched,
        };
        let shown = project.display(&folder);
        match touched {
            0 => ui.status("Unchanged", shown.as_str()),
            1 => ui.status("Wrote", &format!("{shown} (1 file)")),
            _ => ui.status("Wrote", &format!("{shown} ({touched} files)")),
        }
    }
    tell_missing(&workflows, lock_of, ui);
    Ok(status)
}

/// Reads what everybody's packages are.
pub(crate) fn recorded(project: &Project) -> Result<AssetsLock, CommandError> {
    AssetsLock::read(&project.assets_lock())
        .map_err(|error| CommandError::new("cannot tell what was packaged").because(error))
}

/// Returns what was packaged on this machine, for an environment that runs on it. What cannot be read is packaged again.
pub(crate) fn built(project: &Project) -> AssetsLock {
    AssetsLock::read(&project.built()).unwrap_or_default()
}

/// Returns the packages of a workflow's functions that the lock knows.
pub(crate) fn packages(workflow: &Workflow, lock: &AssetsLock) -> Packages {
    let functions = workflow.functions.values().filter_map(|function| {
        let asset = lock.function(&function.id, function.architecture)?;
        let package = FunctionPackage {
            sha256: asset.sha256,
            layers: asset.layers.clone(),
            variables: asset.variables.clone(),
        };
        Some((function.id.clone(), package))
    });
    let layers = lock.layers().iter().map(|layer| ((layer.name.clone(), layer.architecture), layer.sha256));
    Packages { functions: functions.collect(), layers: layers.collect() }
}

/// Synthesises a workflow with the packages that the lock knows.
pub(crate) fn assemble(workflow: &Workflow, lock: &AssetsLock) -> Result<Assembly, CommandError> {
    synthesize(workflow, &packages(workflow, lock)).map_err(|error| {
        CommandError::new(format!("cannot synthesise {}", workflow.settings.environment)).because(error)
    })
}

/// Writes an assembly into its folder. Returns how many files were touched.
pub(crate) fn write(folder: &Utf8Path, assembly: &Assembly) -> Result<usize, CommandError> {
    output::write(folder, assembly.files(), &written_before(folder), Utf8Path::new(MANIFEST))
}

/// Says in what a folder differs from its assembly.
fn tell(
    folder: &Utf8Path,
    differences: &[output::Difference],
    project: &Project,
    ui: Ui,
) -> Result<(), CommandError> {
    for difference in differences {
        let path = folder.join(&difference.path);
        let shown = project.display(&path);
        ui.data(&match difference.kind {
            DifferenceKind::Missing => format!("{shown} is missing\n"),
            DifferenceKind::Changed { line } => format!("{shown}:{line} is out of date\n"),
            DifferenceKind::Stale => format!("{shown} should not be there any more\n"),
        })?;
    }
    Ok(())
}

/// Warns of functions without a package, once whatever the workflows and environments.
fn tell_missing<'a>(workflows: &[Workflow], lock_of: impl Fn(&Workflow) -> &'a AssetsLock, ui: Ui) {
    let mut missing = IndexSet::new();
    let mut environments = IndexSet::new();
    for workflow in workflows {
        for function in workflow.functions.values() {
            if lock_of(workflow).function(&function.id, function.architecture).is_none() {
                missing.insert(function.id.as_str());
                environments.insert(workflow.settings.environment.as_str());
            }
        }
    }
    if missing.is_empty() {
        return;
    }
    let list = |words: IndexSet<&str>| words.into_iter().collect::<Vec<_>>().join(", ");
    let verb = if missing.len() == 1 { "is" } else { "are" };
    ui.warning(&format!(
        "{} {verb} not packaged yet: the assembly of {} cannot be deployed before `iacgen package` and another `iacgen synth`",
        list(missing),
        list(environments)
    ));
}

/// What was done with an assembly.
enum Done {
    /// So many files were touched.
    Wrote(usize),
    /// The folder differs so.
    Compared(Vec<output::Difference>),
}

/// Returns the files that an earlier synth wrote into the folder, as its manifest tells.
fn written_before(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let manifest: Option<Manifest> =
        std::fs::read(folder.join(MANIFEST)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let files: BTreeMap<_, _> = manifest.map(|manifest| manifest.files).unwrap_or_default();
    // A manifest is a file that anyone can edit: only plain names inside the folder are ours to remove.
    files
        .into_keys()
        .filter(|path| path.components().all(|part| matches!(part, camino::Utf8Component::Normal(_))))
        .collect()
}
