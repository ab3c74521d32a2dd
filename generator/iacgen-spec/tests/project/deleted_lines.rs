//! A line that is not there: a project always gives a workflow or an error, in each of its environments.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::{ProjectFiles, load};

use crate::disk::Disk;

/// A project on disk with one file replaced.
struct Changed<'a> {
    disk: &'a Disk,
    path: &'a Utf8Path,
    text: String,
}

impl ProjectFiles for Changed<'_> {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        if path == self.path { Ok(self.text.clone().into_bytes()) } else { self.disk.read(path) }
    }

    fn list(&self, folder: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>> {
        self.disk.list(folder)
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        self.disk.is_file(path)
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.disk.is_dir(path)
    }
}

/// Returns each environment's errors and whether it has a workflow.
fn outcomes(files: &dyn ProjectFiles) -> Vec<(String, Vec<String>, bool)> {
    let (mut sources, shape) = (Sources::default(), Sink::default());
    let Ok(loaded) = load(files, &mut sources, &shape) else { panic!("no workflow.yaml") };
    let environments = loaded.environments();
    assert!(!environments.is_empty());
    let outcome = |environment: &iacgen_aws_types::Environment| {
        let sink = Sink::default();
        let resolved = loaded.resolve(environment, files, &sink).is_some();
        let errors = if sink.has_errors() { sink.into_sorted() } else { Vec::new() };
        let codes = errors.iter().map(|finding| finding.code.id.to_owned()).collect();
        (environment.to_string(), codes, resolved)
    };
    environments.into_iter().map(outcome).collect()
}

#[test]
fn without_a_line_there_is_a_workflow_or_an_error() {
    let disk = Disk(Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let mut paths = disk.list("environments".into()).unwrap();
    paths.push("workflow.yaml".into());
    let mut refused = 0;
    for path in &paths {
        let text = String::from_utf8(disk.read(path).unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let text = [&lines[..index], &lines[index + 1..]].concat().join("\n");
            for (environment, errors, resolved) in outcomes(&Changed { disk: &disk, path, text }) {
                let place = format!("{path}:{} without `{line}` in {environment}: {errors:?}", index + 1);
                assert_ne!(resolved, !errors.is_empty(), "{place}");
                assert!(!errors.iter().any(|code| code == "IAC099"), "{place}");
                refused += usize::from(!resolved);
            }
        }
    }
    assert!(refused > 100, "{refused}");
}
