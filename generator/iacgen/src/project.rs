//! The project's folder and the files in it.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Environment;

use iacgen_spec::{WORKFLOW, WORKFLOWS};

use crate::error::CommandError;

/// The folder that holds `workflow.yaml` or `workflows/`.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    root: Utf8PathBuf,
    /// The one workflow that is meant, of several.
    workflow: Option<String>,
}

impl Project {
    /// Finds the project: the given folder, or the current one or the nearest above it that holds `workflow.yaml` or
    /// files in `workflows/`. Of several workflows only the named one is meant.
    pub(crate) fn find(given: Option<&Utf8Path>, workflow: Option<&str>) -> Result<Self, CommandError> {
        let workflow = workflow.map(str::to_owned);
        let missing = |place: &Utf8Path| {
            CommandError::new(format!("there is no {WORKFLOW} in {place}"))
                .help("go to a project's folder, or name it with `--project DIR`")
        };
        if let Some(root) = given {
            return if holds_workflows(root) {
                root.canonicalize_utf8()
                    .map(|root| Self { root, workflow })
                    .map_err(|error| CommandError::new(format!("cannot open {root}")).because(error))
            } else {
                Err(missing(root))
            };
        }
        let current = std::env::current_dir()
            .and_then(|dir| {
                Utf8PathBuf::from_path_buf(dir).map_err(|_| io::Error::other("its name is not UTF-8"))
            })
            .map_err(|error| CommandError::new("cannot tell the current folder").because(error))?;
        current
            .ancestors()
            .find(|folder| holds_workflows(folder))
            .map(|root| Self { root: root.to_owned(), workflow })
            .ok_or_else(|| missing(Utf8Path::new("this folder or any above it")))
    }

    /// Returns the project with all its workflows.
    pub(crate) fn whole(&self) -> Self {
        Self { root: self.root.clone(), workflow: None }
    }

    /// Returns the name of the one workflow that is meant, where one is named.
    pub(crate) fn workflow(&self) -> Option<&str> {
        self.workflow.as_deref()
    }

    /// Returns where something of a workflow lies within a folder: right in it, or in a folder of the workflow's own
    /// where there are several.
    pub(crate) fn place(&self, folder: &Utf8Path, workflow: &str) -> Utf8PathBuf {
        if self.root.join(WORKFLOW).is_file() { folder.to_owned() } else { folder.join(workflow) }
    }

    /// Returns the folder, absolute.
    pub(crate) fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// Returns the folder in which iacgen keeps what can be made again.
    pub(crate) fn target(&self) -> Utf8PathBuf {
        self.root.join("target/iacgen")
    }

    /// Returns the folder of the assemblies, a folder for each environment.
    pub(crate) fn assemblies(&self) -> Utf8PathBuf {
        self.target().join("assemblies")
    }

    /// Returns the folder in which the stack of a local environment keeps its buckets, packages and logs.
    pub(crate) fn work(&self, workflow: &str, environment: &Environment) -> Utf8PathBuf {
        self.place(&self.target().join("stacks"), workflow).join(environment.as_str())
    }

    /// Returns the folder of the packages, each named by its SHA-256.
    pub(crate) fn assets(&self) -> Utf8PathBuf {
        self.target().join("assets")
    }

    /// Returns the file that says what was packaged here from what.
    pub(crate) fn built(&self) -> Utf8PathBuf {
        self.target().join("assets.lock")
    }

    /// Returns the file that records, for everybody, what a package of this tree is.
    pub(crate) fn assets_lock(&self) -> Utf8PathBuf {
        self.root.join("assets.lock")
    }

    /// Returns a path as people want to read it: relative to the project where it lies in it.
    pub(crate) fn display<'a>(&self, path: &'a Utf8Path) -> &'a Utf8Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

impl iacgen_spec::ProjectFiles for Project {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(path))
    }

    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn iacgen_spec::SeekableFile>> {
        Ok(Box::new(std::fs::File::open(self.root.join(path))?))
    }

    fn list(&self, dir: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>> {
        let mut entries = self
            .root
            .join(dir)
            .read_dir_utf8()?
            .map(|entry| entry.map(|entry| dir.join(entry.file_name())))
            .collect::<io::Result<Vec<_>>>()?;
        entries.sort();
        Ok(entries)
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.root.join(path).is_file()
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.root.join(path).is_dir()
    }
}

fn holds_workflows(folder: &Utf8Path) -> bool {
    let is_yaml = |path: &Utf8Path| matches!(path.extension(), Some("yaml" | "yml"));
    folder.join(WORKFLOW).is_file()
        || folder
            .join(WORKFLOWS)
            .read_dir_utf8()
            .is_ok_and(|entries| entries.filter_map(Result::ok).any(|entry| is_yaml(entry.path())))
}
