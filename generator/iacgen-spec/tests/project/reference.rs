//! `docs/workflow.md`: its tables name the fields that are read, its codes exist, and its examples are a sound project.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use iacgen_diagnostics::{Diagnostic, Sink, Sources};
use iacgen_spec::{MemoryFiles, ProjectFiles, check, find_code};

use crate::disk::Disk;

const REFERENCE: &str = include_str!("../../../../docs/workflow.md");
/// A field that nothing has, and that is near to none.
const UNKNOWN: &str = "zzzzzzzz";

/// What is read, as findings call it; the headings of its tables; and how its fields begin there.
const SECTIONS: [(&str, &[&str], &str); 41] = [
    ("a workflow", &["The workflow"], ""),
    ("`logs`", &["The workflow"], "logs."),
    ("`network`", &["The workflow"], "network."),
    ("`alarms`", &["The workflow"], "alarms."),
    ("`onnxruntime`", &["The workflow"], "onnxruntime."),
    ("`release`", &["The workflow"], "release."),
    ("a bucket", &["Buckets"], ""),
    ("`expire`", &["Buckets"], "expire."),
    ("a queue", &["Queues"], ""),
    ("a topic", &["Topics"], ""),
    ("a table", &["Tables"], ""),
    ("a trigger", &["Triggers"], ""),
    ("a resource", &["Resources"], ""),
    ("a retry", &["Retries"], ""),
    ("a function", &["Functions"], ""),
    ("`model`", &["Functions"], "model."),
    ("`tensors`", &["Functions"], "tensors."),
    ("`provisioned`", &["Functions"], "provisioned."),
    ("a scheduled action", &["Functions"], "provisioned.schedule."),
    ("a grant", &["Access"], ""),
    ("an invoke state", &["States", "Invoke"], ""),
    ("`credentials`", &["Invoke", "Task"], "credentials."),
    ("a task state", &["States", "Task"], ""),
    ("a catcher", &["Catch"], "catch."),
    ("a choice state", &["States", "Choice"], ""),
    ("a rule", &["Choice"], "choice."),
    ("a condition", &["Choice"], "choice."),
    ("a map state", &["States", "Map"], ""),
    ("`batch`", &["Map"], "batch."),
    ("`result_writer`", &["Map"], "result_writer."),
    ("an item reader", &["Item reader"], "items."),
    ("a parallel state", &["States", "Parallel"], ""),
    ("a branch", &["Parallel"], "parallel."),
    ("a pass state", &["States", "Pass and wait"], ""),
    ("a wait state", &["States", "Pass and wait"], ""),
    ("`wait`", &["Pass and wait"], "wait."),
    ("a switch", &["States"], "next."),
    ("a succeed state", &["States", "Succeed and fail"], ""),
    ("a fail state", &["States", "Succeed and fail"], ""),
    ("`fail`", &["Succeed and fail"], "fail."),
    ("an environment", &["Environments"], ""),
];

/// An unknown field in everything that has fields.
fn unknown_everywhere() -> MemoryFiles {
    let workflow = "
zzzzzzzz: 1
workflow: w
logs: { zzzzzzzz: 1 }
network: { zzzzzzzz: 1 }
alarms: { zzzzzzzz: 1 }
onnxruntime: { zzzzzzzz: 1 }
release: { zzzzzzzz: 1 }
queues: { q: { zzzzzzzz: 1 } }
topics: { t: { zzzzzzzz: 1 } }
tables: { t: { zzzzzzzz: 1 } }
triggers: { t: { zzzzzzzz: 1 } }
resources: { R: { zzzzzzzz: 1 } }
buckets: { b: { zzzzzzzz: 1, expire: { zzzzzzzz: 1 } } }
retries: { r: { zzzzzzzz: 1 } }
functions: { f: { zzzzzzzz: 1, model: { zzzzzzzz: 1 }, tensors: { zzzzzzzz: 1 }, provisioned: { zzzzzzzz: 1, schedule: [{ zzzzzzzz: 1 }] }, access: [{ read: b, zzzzzzzz: 1 }] } }
start: A
states:
  A: { invoke: f, zzzzzzzz: 1, credentials: { zzzzzzzz: 1 }, catch: { zzzzzzzz: 1 }, next: { zzzzzzzz: 1 } }
  B: { map: inline, zzzzzzzz: 1, items: { zzzzzzzz: 1 }, batch: { zzzzzzzz: 1 }, result_writer: { zzzzzzzz: 1 } }
  C: { succeed: true, zzzzzzzz: 1 }
  D: { fail: { zzzzzzzz: 1 }, zzzzzzzz: 1 }
  E: { task: t, zzzzzzzz: 1 }
  F: { parallel: [{ zzzzzzzz: 1 }], zzzzzzzz: 1 }
  G: { choice: [{ zzzzzzzz: 1, not: { zzzzzzzz: 1 } }], zzzzzzzz: 1 }
  H: { pass: true, zzzzzzzz: 1 }
  I: { wait: { zzzzzzzz: 1 }, zzzzzzzz: 1 }
";
    MemoryFiles::default()
        .with("workflow.yaml", workflow)
        .with("environments/dev.yaml", format!("{UNKNOWN}: 1\n"))
}

fn findings(files: &dyn ProjectFiles) -> Vec<Diagnostic> {
    let (mut sources, sink) = (Sources::default(), Sink::default());
    assert!(check(files, &mut sources, &sink).is_ok(), "there is no workflow.yaml");
    sink.into_sorted()
}

/// Returns the allowed fields of everything that has fields, as the findings on unknown ones list them.
pub(crate) fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let unknown = format!(" has no field `{UNKNOWN}`");
    let of_one = |finding: Diagnostic| {
        let kind = finding.message.strip_suffix(&unknown)?.to_owned();
        let list = finding.notes.iter().find_map(|note| note.strip_prefix(&format!("{kind} has ")))?;
        let fields = in_backquotes(list).map(ToOwned::to_owned).collect();
        Some((kind, fields))
    };
    findings(&unknown_everywhere()).into_iter().filter_map(of_one).collect()
}

/// Returns what the first cells of the tables under a heading name, up to the next heading.
fn documented(heading: &str) -> BTreeSet<&'static str> {
    let title = |line: &str| line.starts_with('#').then(|| line.trim_start_matches('#').trim().to_owned());
    let mut under = false;
    let mut in_fields = false;
    let mut fields = BTreeSet::new();
    for line in REFERENCE.lines() {
        if let Some(title) = title(line) {
            under = title == heading;
        }
        if !line.starts_with('|') {
            in_fields = false;
        } else if line.starts_with("| field |") {
            in_fields = under;
        } else if in_fields {
            fields.extend(in_backquotes(line.split('|').nth(1).unwrap_or_default()));
        }
    }
    fields
}

fn in_backquotes(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Returns the `yaml` blocks one after the other: those of the workflow, and that of the environment.
fn examples() -> (String, String) {
    let (mut workflow, mut environment) = (String::new(), String::new());
    for block in REFERENCE.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let file = if block.starts_with("# environments/") { &mut environment } else { &mut workflow };
        file.push_str(block);
    }
    (workflow, environment)
}

#[test]
fn the_tables_name_the_fields_that_are_read_and_no_others() {
    let allowed = allowed();
    let kinds: BTreeSet<&str> = allowed.keys().map(String::as_str).collect();
    assert_eq!(kinds, SECTIONS.iter().map(|(kind, ..)| *kind).collect());
    let mut read: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (kind, headings, prefix) in SECTIONS {
        let rows: BTreeSet<&str> = headings.iter().flat_map(|heading| documented(heading)).collect();
        for field in &allowed[kind] {
            let path = format!("{prefix}{field}");
            // `logs.retain` says all there is to say of `logs`.
            let named = rows.iter().any(|row| *row == path || row.starts_with(&format!("{path}.")));
            assert!(named, "docs/workflow.md has no row `{path}` under {headings:?}");
            for heading in headings {
                read.entry(heading).or_default().insert(path.clone());
            }
        }
    }
    for (heading, read) in read {
        for row in documented(heading) {
            assert!(
                read.contains(row),
                "docs/workflow.md has a row `{row}` under {heading}, which is not read"
            );
        }
    }
}

#[test]
fn the_codes_exist() {
    let codes: BTreeSet<&str> = REFERENCE
        .match_indices("IAC")
        .map(|(start, _)| &REFERENCE[start..])
        .map(|text| &text[..text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len())])
        .collect();
    assert!(codes.len() > 40, "{codes:?}");
    for code in codes {
        assert!(find_code(code).is_some(), "docs/workflow.md names {code}, which is no code");
    }
}

#[test]
fn the_examples_are_a_project_without_a_finding() {
    let disk = Disk(Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let (workflow, environment) = examples();
    let closed = environment.replace("is_open: true", "is_open: false");
    assert_ne!(environment, closed);
    let mut files = MemoryFiles::default()
        .with("workflow.yaml", workflow.as_str())
        .with("environments/dev.yaml", environment)
        .with("environments/closed.yaml", closed);
    for path in ["functions/initialize/Cargo.toml", "functions/infer/Cargo.toml", "models/photoz/photoz.onnx"]
    {
        files = files.with(path, disk.read(path.into()).unwrap());
    }
    let found: Vec<String> = findings(&files).into_iter().map(|finding| finding.message).collect();
    assert!(found.is_empty(), "{found:#?}\n{workflow}");
}
