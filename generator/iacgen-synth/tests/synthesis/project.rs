//! This repository's own workflow, read from its files.

use std::io;
use std::path::PathBuf;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Assembly;
use iacgen_diagnostics::{Diagnostic, Sink, Sources};
use iacgen_spec::ProjectFiles;
use iacgen_spec::model::Workflow;
use iacgen_synth::{Packages, synthesize};

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
pub(crate) fn workflow_of(project: &str, environment: &str) -> Workflow {
    let files = Folder(root().join(project));
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let loaded = iacgen_spec::load(&files, &mut sources, &sink).unwrap();
    let environment = loaded.environment(environment).unwrap();
    let workflow = loaded.resolve(environment, &files, &sink);
    workflow.unwrap_or_else(|| panic!("{project}/{environment} has errors: {:#?}", sink.into_sorted()))
}

/// Returns the projects of this repository, each by its folder and with its environments: its own and the examples.
pub(crate) fn all() -> Vec<(String, Vec<String>)> {
    let examples = std::fs::read_dir(root().join("tests/examples")).unwrap();
    let mut examples: Vec<String> = examples
        .map(|entry| format!("tests/examples/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    examples.sort();
    assert!(examples.len() > 2, "{examples:?}");
    let projects = std::iter::once(String::new()).chain(examples);
    projects.map(|project| (project.clone(), environments(&project))).collect()
}

/// Returns what is found in a project whose file `path` had `text` in it.
pub(crate) fn findings_with(project: &str, path: &str, text: &str) -> Vec<Diagnostic> {
    let files = Replaced { folder: Folder(root().join(project)), path, text };
    let sink = Sink::default();
    iacgen_spec::check(&files, &mut Sources::default(), &sink).unwrap();
    sink.into_sorted()
}

/// A project one file of which has another text.
struct Replaced<'a> {
    folder: Folder,
    path: &'a str,
    text: &'a str,
}

impl ProjectFiles for Replaced<'_> {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        if path == self.path { Ok(self.text.into()) } else { self.folder.read(path) }
    }

    fn list(&self, folder: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>> {
        self.folder.list(folder)
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.folder.is_file(path)
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.folder.is_dir(path)
    }
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
    synthesize(&workflow_of(project, environment), &Packages::none()).unwrap()
}
