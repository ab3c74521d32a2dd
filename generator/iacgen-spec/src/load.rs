//! Reading the project's files.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Environment;
use iacgen_diagnostics::{Diagnostic, FileId, Sink, Sources, Span};
use iacgen_tensors::{GraphError, GraphSignature};

use crate::check::{invalid_name, no_environment, unexplained, unreachable_state, yaml_syntax};
use crate::declared::DeclaredTypes;
use crate::dialect::Dialect;
use crate::files::ProjectFiles;
use crate::model::Workflow;
use crate::raw::{RawEnvironment, RawWorkflow, read_environment, read_workflow};
use crate::{resolve, suggest, yaml};

/// The file of the workflow.
pub const WORKFLOW: &str = "workflow.yaml";
/// The folder of the environments.
pub const ENVIRONMENTS: &str = "environments";

/// A project that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no workflow.
    #[error("there is no `{WORKFLOW}` here: run this in a project's folder, or name one with `--project`")]
    NoWorkflow,
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
    /// Its inputs and outputs.
    Read(GraphSignature),
    /// There is no such file.
    Missing,
    /// The file cannot be read.
    Unreadable(String),
    /// The file is no model.
    NoModel(GraphError),
}

/// A project's files, read but not resolved.
#[derive(Debug)]
pub struct Loaded {
    pub(crate) workflow: Option<RawWorkflow>,
    pub(crate) environments: Vec<EnvironmentFile>,
    /// The beginning of `workflow.yaml`.
    start: Span,
    /// What is wrong whatever the environment.
    findings: Vec<Diagnostic>,
    /// Models that were read, since every environment asks for them.
    graphs: RefCell<BTreeMap<Utf8PathBuf, Rc<Graph>>>,
    /// Contracts and schemas that were read.
    pub(crate) declared: DeclaredTypes,
}

/// Reads `workflow.yaml` and every file of `environments/`.
///
/// What is wrong with the workflow's shape goes to `sink`; what is wrong with an environment's file does when that
/// environment is resolved.
///
/// # Errors
/// [`LoadError`] when there is no `workflow.yaml`, or a file cannot be read.
pub fn load(files: &dyn ProjectFiles, sources: &mut Sources, sink: &Sink) -> Result<Loaded, LoadError> {
    let bytes = files.read(WORKFLOW.into()).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => LoadError::NoWorkflow,
        _ => LoadError::Unreadable { path: WORKFLOW.into(), source },
    })?;
    let shape = Sink::default();
    let (file, node) = parse(WORKFLOW.into(), &bytes, sources, &shape);
    let workflow = node.and_then(|node| read_workflow(&node, &shape));
    let environments = load_environments(files, sources, &shape)?;
    let start = Span { file, start: 0, end: 0 };
    if environments.is_empty() {
        shape.push(no_environment::finding(workflow.as_ref().map_or(start, |workflow| workflow.span)));
    }
    let findings = shape.into_sorted();
    sink.extend(findings.iter().cloned());
    Ok(Loaded {
        workflow,
        environments,
        start,
        findings,
        graphs: RefCell::default(),
        declared: DeclaredTypes::default(),
    })
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
        Self {
            workflow: None,
            environments: Vec::new(),
            start,
            findings: Vec::new(),
            graphs: RefCell::default(),
            declared: DeclaredTypes::default(),
        }
    }

    /// Returns every environment, in the order of their names.
    pub fn environments(&self) -> Vec<&Environment> {
        self.environments.iter().map(|environment| &environment.name).collect()
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
        let file = self.environments.iter().find(|file| file.name == *environment);
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
        let read = || match files.read(path) {
            Ok(bytes) => GraphSignature::read(&bytes).map_or_else(Graph::NoModel, Graph::Read),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Graph::Missing,
            Err(error) => Graph::Unreadable(error.to_string()),
        };
        Rc::clone(self.graphs.borrow_mut().entry(path.to_owned()).or_insert_with(|| Rc::new(read())))
    }
}

/// Says in which environments a finding is one.
fn in_environments(environments: &[&Environment]) -> String {
    let names: Vec<&str> = environments.iter().map(|environment| environment.as_str()).collect();
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("in the environment{plural} {}", suggest::list(&names))
}

/// Checks every environment. Returns the workflows of those that have no error.
///
/// # Errors
/// As [`load`].
pub fn check(
    files: &dyn ProjectFiles,
    sources: &mut Sources,
    sink: &Sink,
) -> Result<Vec<Workflow>, LoadError> {
    let loaded = load(files, sources, sink)?;
    let mut workflows: Vec<Workflow> = Vec::new();
    let mut some: Vec<(Diagnostic, Vec<&Environment>)> = Vec::new();
    for environment in loaded.environments() {
        let here = Sink::default();
        workflows.extend(loaded.resolve_besides(environment, files, sink, &here));
        for finding in here.into_sorted() {
            match some.iter_mut().find(|(known, _)| *known == finding) {
                Some((_, environments)) => environments.push(environment),
                None => some.push((finding, vec![environment])),
            }
        }
    }
    let some = some.into_iter();
    sink.extend(some.map(|(finding, environments)| finding.note(in_environments(&environments))));
    if let Some(raw) = loaded
        .workflow
        .as_ref()
        .filter(|_| !workflows.is_empty() && workflows.len() == loaded.environments.len())
    {
        let mut reached: BTreeSet<String> = BTreeSet::new();
        for workflow in &workflows {
            workflow.states.walk(&mut |name, _| {
                reached.insert(name.to_owned());
            });
        }
        unreachable_state::check_all(&raw.states, &reached, sink);
    }
    Ok(workflows)
}
