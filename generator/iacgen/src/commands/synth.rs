//! `iacgen synth`.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::{Assembly, MANIFEST, Manifest};
use iacgen_package::AssetsLock;
use iacgen_spec::model::Workflow;
use iacgen_synth::{CodeDigests, synthesize};

use crate::args::Synth;
use crate::commands::spec;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::output::{self, DifferenceKind};
use crate::project::Project;
use crate::ui::Ui;

pub(crate) fn run(options: &Synth, project: &Project, ui: Ui) -> Result<ExitStatus, CommandError> {
    let workflows = spec::sound(project, options.env.as_deref(), ui)?;
    let lock = AssetsLock::read(&project.assets_lock())
        .map_err(|error| CommandError::new("cannot tell what was packaged").because(error))?;
    let out = options.out.clone().unwrap_or_else(|| project.assemblies());
    let mut status = ExitStatus::Success;
    for workflow in &workflows {
        let assembly = assemble(workflow, &lock)?;
        let folder = project.place(&out, &workflow.name).join(workflow.settings.environment.as_str());
        if options.check {
            if differs(&folder, &assembly, project, ui)? {
                status = ExitStatus::Findings;
            }
            continue;
        }
        let touched = write(&folder, &assembly)?;
        let shown = project.display(&folder);
        match touched {
            0 => ui.status("Unchanged", shown.as_str()),
            1 => ui.status("Wrote", &format!("{shown} (1 file)")),
            _ => ui.status("Wrote", &format!("{shown} ({touched} files)")),
        }
        let missing: Vec<&str> = workflow
            .functions
            .values()
            .filter(|function| lock.get(&function.id, function.architecture).is_none())
            .map(|function| function.id.as_str())
            .collect();
        if !missing.is_empty() {
            ui.warning(&format!(
                "{} not packaged yet: the assembly of {} cannot be deployed before `iacgen package` and another `iacgen synth`",
                match missing.as_slice() {
                    [one] => format!("{one} is"),
                    many => format!("{} are", many.join(", ")),
                },
                workflow.settings.environment
            ));
        }
    }
    Ok(status)
}

/// Synthesises a workflow with the packages that the lock knows.
pub(crate) fn assemble(workflow: &Workflow, lock: &AssetsLock) -> Result<Assembly, CommandError> {
    let code: CodeDigests = workflow
        .functions
        .values()
        .filter_map(|function| {
            let asset = lock.get(&function.id, function.architecture)?;
            Some((function.id.clone(), asset.sha256))
        })
        .collect();
    synthesize(workflow, &code).map_err(|error| {
        CommandError::new(format!("cannot synthesise {}", workflow.settings.environment)).because(error)
    })
}

/// Writes an assembly into its folder. Returns how many files were touched.
pub(crate) fn write(folder: &Utf8Path, assembly: &Assembly) -> Result<usize, CommandError> {
    output::write(folder, assembly.files(), &written_before(folder), Utf8Path::new(MANIFEST))
}

/// Tells whether a folder differs from the assembly, and says in what.
fn differs(folder: &Utf8Path, assembly: &Assembly, project: &Project, ui: Ui) -> Result<bool, CommandError> {
    let differences = output::compare(folder, assembly.files(), &written_before(folder))?;
    for difference in &differences {
        let path = folder.join(&difference.path);
        let shown = project.display(&path);
        ui.data(&match difference.kind {
            DifferenceKind::Missing => format!("{shown} is missing\n"),
            DifferenceKind::Changed { line } => format!("{shown}:{line} is out of date\n"),
            DifferenceKind::Stale => format!("{shown} should not be there any more\n"),
        })?;
    }
    Ok(!differences.is_empty())
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
