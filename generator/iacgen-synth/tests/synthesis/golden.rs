//! Whole assemblies of this repository's workflow and of the examples, byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Assembly;

use crate::project;

/// Reads every file of a folder, by its path inside it.
fn read(folder: &Path) -> BTreeMap<Utf8PathBuf, String> {
    fn walk(folder: &Path, inside: &Utf8Path, files: &mut BTreeMap<Utf8PathBuf, String>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries {
            let entry = entry.unwrap();
            let path = inside.join(entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                walk(&entry.path(), &path, files);
            } else {
                files.insert(path, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(folder, Utf8Path::new(""), &mut files);
    files
}

fn rewrite(folder: &Path, files: &BTreeMap<Utf8PathBuf, String>) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn check(project: &str, golden: &str, environment: &str) {
    const MEND: &str =
        "if it is meant, run `UPDATE_EXPECT=1 cargo test -p iacgen-synth` and look at the difference";
    let folder = project::root().join(golden).join(environment);
    let assembly = project::assembly_of(project, environment);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        rewrite(&folder, assembly.files());
    }
    let expected = read(&folder);
    for (path, actual) in assembly.files() {
        let Some(expected) = expected.get(path) else { panic!("{environment}/{path} is new: {MEND}") };
        if let Some((number, (was, is))) =
            lines(expected).zip(lines(actual)).enumerate().find(|(_, (a, b))| a != b)
        {
            panic!("{environment}/{path}:{}: it was\n{was}\nand is\n{is}\n{MEND}", number + 1);
        }
        assert_eq!(expected, actual, "{environment}/{path}: {MEND}");
    }
    let gone: Vec<&Utf8PathBuf> =
        expected.keys().filter(|path| !assembly.files().contains_key(*path)).collect();
    assert!(gone.is_empty(), "{environment}: {gone:?} is no longer made: {MEND}");
    Assembly::open(expected).unwrap();
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().chain(std::iter::repeat_n("(the end)", 1))
}

#[test]
fn dev() {
    check("", "tests/golden", "dev");
}

#[test]
fn prod() {
    check("", "tests/golden", "prod");
}

#[test]
fn every_example_in_every_environment() {
    let examples = fs::read_dir(project::root().join("tests/examples")).unwrap();
    let mut names: Vec<String> =
        examples.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() > 2, "{names:?}");
    for name in names {
        let project = format!("tests/examples/{name}");
        for environment in project::environments(&project) {
            check(&project, &format!("{project}/golden"), &environment);
        }
    }
}
