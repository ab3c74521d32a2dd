//! The other side: an assembly's folder, or the tree of a revision. A deployed stack will be a third.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::{Assembly, MANIFEST};
use iacgen_diagnostics::render::{Format, render};
use iacgen_diagnostics::{Severity, Sink, Sources};
use iacgen_diff::Side;
use iacgen_package::AssetsLock;
use iacgen_spec::ProjectFiles;
use iacgen_spec::model::Workflow;

use super::git::Tree;
use crate::commands::synth;
use crate::error::CommandError;
use crate::project::Project;
use crate::ui::Ui;

/// The file that records what packages are, as [`Project::assets_lock`] names it.
const LOCK: &str = "assets.lock";

/// Returns the side that a folder or a revision is.
pub(super) fn side(
    against: &str,
    workflow: &str,
    environment: &str,
    project: &Project,
    ui: Ui,
) -> Result<Side, CommandError> {
    let folder = Utf8Path::new(against);
    if folder.join(MANIFEST).is_file() {
        return super::side(&read(folder)?, &super::shown(folder));
    }
    let tree = Tree::open(project.root(), against)?.ok_or_else(|| {
        let error =
            CommandError::new(format!("`{against}` is neither an assembly's folder nor a revision of git"));
        if folder.is_dir() {
            error.help(format!("a folder that `iacgen synth` wrote for one environment holds {MANIFEST}"))
        } else {
            error.help("write a folder, a branch, a tag or a commit that is here: `git fetch` brings others")
        }
    })?;
    let lock = recorded(&tree, against, ui)?;
    let workflow = load(&tree, against, workflow, environment, ui)?;
    super::side(&synth::assemble(&workflow, &lock)?, against)
}

fn read(folder: &Utf8Path) -> Result<Assembly, CommandError> {
    let failed = || CommandError::new(format!("cannot read the assembly {folder}"));
    let mut files = BTreeMap::new();
    let mut open = vec![Utf8PathBuf::new()];
    while let Some(below) = open.pop() {
        let entries = folder.join(&below).read_dir_utf8().map_err(|error| failed().because(error))?;
        for entry in entries {
            let entry = entry.map_err(|error| failed().because(error))?;
            let path = below.join(entry.file_name());
            if entry.path().is_dir() {
                open.push(path);
            } else {
                let text = std::fs::read_to_string(entry.path()).map_err(|error| failed().because(error))?;
                files.insert(path, text);
            }
        }
    }
    Assembly::open(files).map_err(|error| failed().because(error))
}

/// Returns the packages that a tree records. Those that another iacgen recorded otherwise are not known.
fn recorded(tree: &Tree, revision: &str, ui: Ui) -> Result<AssetsLock, CommandError> {
    let path = Utf8Path::new(LOCK);
    if !tree.is_file(path) {
        return Ok(AssetsLock::default());
    }
    let failed = || CommandError::new(format!("cannot read {LOCK} of {revision}"));
    let bytes = tree.read(path).map_err(|error| failed().because(error))?;
    let file = tempfile::NamedTempFile::new().map_err(|error| failed().because(error))?;
    std::fs::write(file.path(), bytes).map_err(|error| failed().because(error))?;
    let Some(path) = Utf8Path::from_path(file.path()) else {
        return Err(failed().help("the folder of temporary files has a name that is not UTF-8"));
    };
    Ok(AssetsLock::read(path).unwrap_or_else(|_| {
        ui.warning(&format!(
            "{LOCK} of {revision} is of another iacgen: what its packages were is not known, and all are told to be new"
        ));
        AssetsLock::default()
    }))
}

fn load(
    tree: &Tree,
    revision: &str,
    workflow: &str,
    environment: &str,
    ui: Ui,
) -> Result<Workflow, CommandError> {
    let mut sources = Sources::default();
    let sink = Sink::default();
    let all = iacgen_spec::load_all(tree, &mut sources, &sink).map_err(|error| {
        CommandError::new(format!("cannot read the project of {revision}")).because(error)
    })?;
    let mut workflows = Vec::new();
    if let Some(first) = all.first() {
        let environment = first.environment(environment).map_err(|unknown| {
            CommandError::new(format!("{revision}: {unknown}"))
                .help("an environment that is new has nothing to be compared with")
        })?;
        workflows = iacgen_spec::check_in(&all, &[environment], tree, &sink);
    }
    let findings = sink.into_sorted();
    // Of a project with several workflows, another one's errors are no hindrance.
    if let Some(found) = workflows.into_iter().find(|found| found.name == workflow) {
        return Ok(found);
    }
    let errors: Vec<_> = findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    if errors.is_empty() {
        return Err(CommandError::new(format!("{revision} has no workflow `{workflow}`"))
            .help("a workflow that is new has nothing to be compared with"));
    }
    ui.talk(&render(&errors, &sources, Format::Text { color: true }));
    Err(CommandError::new(format!("the spec of {revision} has errors, so there is nothing to compare with")))
}
