//! This repository's own workflow, read from its files.

use std::io;
use std::path::PathBuf;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Assembly;
use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::ProjectFiles;
use iacgen_spec::model::Workflow;
use iacgen_synth::{CodeDigests, synthesize};

/// Returns the repository's folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

struct Folder(PathBuf);

impl ProjectFiles for Folder {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        std::fs::read(self.0.join(path))
    }

    fn list(&self, folder: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>> {
        std::fs::read_dir(self.0.join(folder))?
            .map(|entry| {
                let name = entry?.file_name();
                let name = name.to_str().ok_or(io::ErrorKind::InvalidData)?;
                Ok(folder.join(name))
            })
            .collect()
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.0.join(path).is_file()
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.0.join(path).is_dir()
    }
}

/// Returns this repository's workflow in an environment.
pub(crate) fn workflow(environment: &str) -> Workflow {
    workflow_of("", environment)
}

/// Returns the workflow of a project, by its folder in this repository.
fn workflow_of(project: &str, environment: &str) -> Workflow {
    let files = Folder(root().join(project));
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let loaded = iacgen_spec::load(&files, &mut sources, &sink).unwrap();
    let environment = loaded.environment(environment).unwrap();
    let workflow = loaded.resolve(environment, &files, &sink);
    workflow.unwrap_or_else(|| panic!("{project}/{environment} has errors: {:#?}", sink.into_sorted()))
}

/// Returns the environments of a project.
pub(crate) fn environments(project: &str) -> Vec<String> {
    let files = Folder(root().join(project));
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let loaded = iacgen_spec::load(&files, &mut sources, &sink).unwrap();
    loaded.environments().into_iter().map(ToString::to_string).collect()
}

/// Returns the assembly of a project's environment of which nothing was packaged, so that handlers do not show in it.
pub(crate) fn assembly_of(project: &str, environment: &str) -> Assembly {
    synthesize(&workflow_of(project, environment), &CodeDigests::none()).unwrap()
}
