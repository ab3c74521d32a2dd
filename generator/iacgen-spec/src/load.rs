//! Reading the project's files.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Environment;
use iacgen_diagnostics::{Diagnostic, FileId, Sink, Sources, Span};
use iacgen_tensors::{GraphError, GraphReadError, OnnxModel};

use crate::check::{
    doubled_workflow, invalid_name, no_environment, unexplained, unreachable_state, unused_value, yaml_syntax,
};
use crate::declared::DeclaredTypes;
use crate::dialect::Dialect;
use crate::files::ProjectFiles;
use crate::model::Workflow;
use crate::raw::{RawEnvironment, RawWorkflow, read_environment, read_workflow};
use crate::{resolve, suggest, yaml};

/// The file of the workflow.
pub const WORKFLOW: &str = "workflow.yaml";
/// The folder of the workflows of a project that has several.
pub const WORKFLOWS: &str = "workflows";
/// The folder of the environments.
pub const ENVIRONMENTS: &str = "environments";

/// A project that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no workflow.
    #[error(
        "there is neither `{WORKFLOW}` nor a file in `{WORKFLOWS}/` here: run this in a project's folder, or name one with `--project`"
    )]
    NoWorkflow,
    /// There is one workflow, and there are several.
    #[error("there are `{WORKFLOW}` and files in `{WORKFLOWS}/`: move the one to the others")]
    Both,
    /// There are several where one is asked for.
    #[error("this project has several workflows: name one with `--workflow`")]
    Several,
    /// A file or folder cannot be read.
    #[error("failed to read `{path}`")]
    Unreadable {
        /// The file or folder, relative to the project.
        path: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A name that no environment has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no environment `{word}`")]
pub struct UnknownEnvironment {
    /// What was asked for.
    pub word: String,
    /// The nearest, or all.
    pub hint: String,
}

/// A file of `environments/`.
#[derive(Debug)]
pub(crate) struct EnvironmentFile {
    pub(crate) name: Environment,
    /// `None` when it cannot be read; a finding says why.
    pub(crate) raw: Option<RawEnvironment>,
    /// What is wrong with its shape.
    pub(crate) findings: Vec<Diagnostic>,
}

/// A model's graph, or why it cannot be had.
#[derive(Debug)]
pub(crate) enum Graph {
    /// What it says about itself.
    Read(OnnxModel),
    /// There is no such file.
    Missing,
    /// The file cannot be read.
    Unreadable(String),
    /// The file is no model.
    NoModel(GraphError),
}

/// A workflow's file and the environments, read but not resolved.
#[derive(Debug)]
pub struct Loaded {
    pub(crate) workflow: Option<RawWorkflow>,
    /// Its file, relative to the project.
    path: Utf8PathBuf,
    /// The beginning of its file.
    start: Span,
    /// What is wrong whatever the environment.
    findings: Vec<Diagnostic>,
    /// What the workflows of a project have in common.
    shared: Rc<Shared>,
}

/// What the workflows of a project have in common. Every file is read once.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    environments: Vec<EnvironmentFile>,
    /// Models, since every environment asks for them.
    graphs: RefCell<BTreeMap<Utf8PathBuf, Rc<Graph>>>,
    /// Contracts and schemas.
    declared: DeclaredTypes,
}

/// Reads the one workflow of a project and every file of `environments/`.
///
/// What is wrong with the workflow's shape goes to `sink`; what is wrong with an environment's file does when that
/// environment is resolved.
///
/// # Errors
/// As [`load_all`], and [`LoadError::Several`].
pub fn load(files: &dyn ProjectFiles, sources: &mut Sources, sink: &Sink) -> Result<Loaded, LoadError> {
    let mut all = load_all(files, sources, sink)?;
    match (all.pop(), all.is_empty()) {
        (Some(loaded), true) => Ok(loaded),
        (Some(_), false) => Err(LoadError::Several),
        (None, _) => Err(LoadError::NoWorkflow),
    }
}

/// Reads every workflow of a project, `workflow.yaml` or all files of `workflows/` in the order of their names, and every
/// file of `environments/`.
///
/// # Errors
/// [`LoadError`] when there is no workflow, when there are both forms, or when a file cannot be read.
pub fn load_all(
    files: &dyn ProjectFiles,
    sources: &mut Sources,
    sink: &Sink,
) -> Result<Vec<Loaded>, LoadError> {
    let paths = workflow_paths(files)?;
    let mut read = Vec::new();
    for path in paths {
        let bytes = files.read(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => LoadError::NoWorkflow,
            _ => LoadError::Unreadable { path: path.clone(), source },
        })?;
        let shape = Sink::default();
        let (file, node) = parse(path.clone(), &bytes, sources, &shape);
        let workflow = node.and_then(|node| read_workflow(&node, &shape));
        read.push((path, Span { file, start: 0, end: 0 }, workflow, shape));
    }
    let common = Sink::default();
    let environments = load_environments(files, sources, &common)?;
    if environments.is_empty()
        && let Some((_, start, workflow, _)) = read.first()
    {
        common.push(no_environment::finding(workflow.as_ref().map_or(*start, |workflow| workflow.span)));
    }
    let common = common.into_sorted();
    let shared = Rc::new(Shared { environments, ..Shared::default() });
    let names: Vec<&RawWorkflow> = read.iter().filter_map(|(_, _, workflow, _)| workflow.as_ref()).collect();
    doubled_workflow::check(&names, sink);
    let all = read
        .into_iter()
        .map(|(path, start, workflow, shape)| {
            shape.extend(common.iter().cloned());
            let findings = shape.into_sorted();
            sink.extend(findings.iter().cloned());
            Loaded { workflow, path, start, findings, shared: Rc::clone(&shared) }
        })
        .collect();
    Ok(all)
}

fn workflow_paths(files: &dyn ProjectFiles) -> Result<Vec<Utf8PathBuf>, LoadError> {
    let mut paths = match files.list(WORKFLOWS.into()) {
        Ok(paths) => paths,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(source) => return Err(LoadError::Unreadable { path: WORKFLOWS.into(), source }),
    };
    paths.retain(|path| matches!(path.extension(), Some("yaml" | "yml")));
    paths.sort();
    match (files.is_file(WORKFLOW.into()), paths.is_empty()) {
        (true, false) => Err(LoadError::Both),
        (false, false) => Ok(paths),
        (_, true) => Ok(vec![WORKFLOW.into()]),
    }
}

fn load_environments(
    files: &dyn ProjectFiles,
    sources: &mut Sources,
    sink: &Sink,
) -> Result<Vec<EnvironmentFile>, LoadError> {
    let unreadable = |path: &Utf8Path, source| LoadError::Unreadable { path: path.to_owned(), source };
    let mut paths = match files.list(ENVIRONMENTS.into()) {
        Ok(paths) => paths,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(unreadable(ENVIRONMENTS.into(), error)),
    };
    paths.retain(|path| matches!(path.extension(), Some("yaml" | "yml")));
    paths.sort();
    let mut environments = Vec::new();
    for path in paths {
        let bytes = files.read(&path).map_err(|source| unreadable(&path, source))?;
        let own = Sink::default();
        let (file, node) = parse(path.clone(), &bytes, sources, &own);
        if path.extension() == Some("yml") {
            sink.push(invalid_name::extension(Span { file, start: 0, end: 0 }, &path));
            continue;
        }
        match Environment::new(path.file_stem().unwrap_or_default()) {
            Ok(name) => {
                let raw = node.and_then(|node| read_environment(&node, &own));
                environments.push(EnvironmentFile { name, raw, findings: own.into_sorted() });
            }
            Err(invalid) => {
                let start = Span { file, start: 0, end: 0 };
                sink.push(invalid_name::finding(start, &invalid.value, "an environment", &invalid.rule));
            }
        }
    }
    Ok(environments)
}

/// Adds a file to the sources and parses it.
fn parse(
    path: Utf8PathBuf,
    bytes: &[u8],
    sources: &mut Sources,
    sink: &Sink,
) -> (FileId, Option<yaml::Node>) {
    let text = String::from_utf8_lossy(bytes);
    let file = sources.add(path, text.as_ref());
    if let Err(error) = std::str::from_utf8(bytes) {
        let start = error.valid_up_to();
        let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
        sink.push(yaml_syntax::not_utf8(Span { file, start, end }));
        return (file, None);
    }
    (file, yaml::parse(&text, file, sink))
}

impl Loaded {
    /// What stands for a project where a definition stands alone: no environments, and no files.
    pub(crate) fn of_definition(start: Span) -> Self {
        Self { workflow: None, path: Utf8PathBuf::new(), start, findings: Vec::new(), shared: Rc::default() }
    }

    /// Returns the workflow's file, relative to the project.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Returns the workflow's name, where it can be read.
    pub fn name(&self) -> Option<&str> {
        self.workflow.as_ref()?.name.as_ref().map(|name| name.value.as_str())
    }

    pub(crate) fn environment_files(&self) -> &[EnvironmentFile] {
        &self.shared.environments
    }

    pub(crate) fn declared(&self) -> &DeclaredTypes {
        &self.shared.declared
    }

    /// Returns every environment, in the order of their names.
    pub fn environments(&self) -> Vec<&Environment> {
        self.shared.environments.iter().map(|environment| &environment.name).collect()
    }

    /// Finds an environment by name.
    ///
    /// # Errors
    /// [`UnknownEnvironment`] with a suggestion.
    pub fn environment(&self, word: &str) -> Result<&Environment, UnknownEnvironment> {
        self.environments().into_iter().find(|environment| environment.as_str() == word).ok_or_else(|| {
            let known: Vec<&str> = self.environments().into_iter().map(Environment::as_str).collect();
            let hint = match suggest::nearest(word, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => format!("add one to `{ENVIRONMENTS}/`"),
                None => format!("there are {}", suggest::list(&known)),
            };
            UnknownEnvironment { word: word.to_owned(), hint }
        })
    }

    /// Returns the workflow in one environment. `None` never comes without an error in `sink`.
    pub fn resolve(
        &self,
        environment: &Environment,
        files: &dyn ProjectFiles,
        sink: &Sink,
    ) -> Option<Workflow> {
        let here = Sink::default();
        let workflow = self.resolve_besides(environment, files, sink, &here);
        let findings = here.into_sorted().into_iter();
        sink.extend(findings.map(|finding| finding.note(in_environments(&[environment]))));
        workflow
    }

    /// The same; findings that this environment alone decides on go to `here`, and do not say which it is.
    fn resolve_besides(
        &self,
        environment: &Environment,
        files: &dyn ProjectFiles,
        sink: &Sink,
        here: &Sink,
    ) -> Option<Workflow> {
        let own = Sink::default();
        own.extend(self.findings.iter().cloned());
        let file = self.shared.environments.iter().find(|file| file.name == *environment);
        own.extend(file.iter().flat_map(|file| file.findings.iter().cloned()));
        let resolved = match (file, &self.workflow) {
            (Some(file), Some(workflow)) => {
                resolve::resolve(self, workflow, file, files, Dialect::Spec, &own, here)
            }
            _ => None,
        };
        let resolved = if here.has_errors() {
            None
        } else {
            let clean = resolved.filter(|_| !own.has_errors());
            unexplained::resolved_or_error(clean, self.start, environment.as_str(), &own)
        };
        sink.extend(own.into_sorted());
        resolved
    }

    /// Returns a model's graph. It is read once.
    pub(crate) fn graph(&self, path: &Utf8Path, files: &dyn ProjectFiles) -> Rc<Graph> {
        let read = || match files.open(path).map_err(GraphReadError::from).and_then(OnnxModel::read_from) {
            Ok(signature) => Graph::Read(signature),
            Err(GraphReadError::NoModel(error)) => Graph::NoModel(error),
            Err(GraphReadError::Read(error)) if error.kind() == io::ErrorKind::NotFound => Graph::Missing,
            Err(GraphReadError::Read(error)) => Graph::Unreadable(error.to_string()),
        };
        Rc::clone(self.shared.graphs.borrow_mut().entry(path.to_owned()).or_insert_with(|| Rc::new(read())))
    }
}

/// Says in which environments a finding is one.
fn in_environments(environments: &[&Environment]) -> String {
    let names: Vec<&str> = environments.iter().map(|environment| environment.as_str()).collect();
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("in the environment{plural} {}", suggest::list(&names))
}

/// Checks every workflow in every environment. Returns the workflows that have no error, in the order of their files and
/// of their environments.
///
/// # Errors
/// As [`load_all`].
pub fn check(
    files: &dyn ProjectFiles,
    sources: &mut Sources,
    sink: &Sink,
) -> Result<Vec<Workflow>, LoadError> {
    let all = load_all(files, sources, sink)?;
    let environments: Vec<&Environment> = all.first().into_iter().flat_map(Loaded::environments).collect();
    Ok(check_in(&all, &environments, files, sink))
}

/// Checks workflows in some of their environments.
pub fn check_in(
    all: &[Loaded],
    environments: &[&Environment],
    files: &dyn ProjectFiles,
    sink: &Sink,
) -> Vec<Workflow> {
    let mut found = Vec::new();
    let mut unused = Unused::default();
    for loaded in all {
        found.extend(loaded.check_environments(environments, files, sink, &mut unused));
    }
    sink.extend(unused.by_all(all.len()));
    found
}

/// Values that some workflow does not use.
#[derive(Default)]
struct Unused(Vec<(Diagnostic, usize)>);

impl Unused {
    /// Keeps what is found about values that a workflow does not use; others may use them.
    fn take(&mut self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let (unused, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(unused_value::is_one);
        for finding in unused {
            match self.0.iter_mut().find(|(known, _)| *known == finding) {
                Some((_, count)) => *count += 1,
                None => self.0.push((finding, 1)),
            }
        }
        others
    }

    /// Returns what no workflow uses.
    fn by_all(self, workflows: usize) -> impl Iterator<Item = Diagnostic> {
        self.0.into_iter().filter(move |(_, count)| *count >= workflows).map(|(finding, _)| finding)
    }
}

impl Loaded {
    fn check_environments(
        &self,
        environments: &[&Environment],
        files: &dyn ProjectFiles,
        sink: &Sink,
        unused: &mut Unused,
    ) -> Vec<Workflow> {
        let mut workflows: Vec<Workflow> = Vec::new();
        let mut some: Vec<(Diagnostic, Vec<&Environment>)> = Vec::new();
        for environment in environments {
            let (own, here) = (Sink::default(), Sink::default());
            workflows.extend(self.resolve_besides(environment, files, &own, &here));
            sink.extend(unused.take(own.into_sorted()));
            for finding in here.into_sorted() {
                match some.iter_mut().find(|(known, _)| *known == finding) {
                    Some((_, environments)) => environments.push(environment),
                    None => some.push((finding, vec![environment])),
                }
            }
        }
        sink.extend(some.into_iter().map(|(finding, found_in)| {
            // What is so in every environment is no matter of environments.
            if found_in.len() == self.shared.environments.len() {
                finding
            } else {
                finding.note(in_environments(&found_in))
            }
        }));
        let everywhere = environments.len() == self.shared.environments.len();
        if let Some(raw) = self
            .workflow
            .as_ref()
            .filter(|_| everywhere && !workflows.is_empty() && workflows.len() == environments.len())
        {
            let mut reached: BTreeSet<String> = BTreeSet::new();
            for workflow in &workflows {
                workflow.states.walk(&mut |name, _| {
                    reached.insert(name.to_owned());
                });
            }
            unreachable_state::check_all(&raw.states, &reached, sink);
        }
        workflows
    }
}
