//! Executions that were recorded on AWS: those of the repository, and more where there are more.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The repository's own, from its root.
const FIXTURES: &str = "tests/fixtures/asl-cases";
/// Recordings kept outside the repository, from its root; `IACGEN_RECORDINGS` names another folder.
const OUTSIDE: &str = "../shared/asl-cases";

fn from_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The lines of a file of the repository.
pub(crate) fn fixture(name: &str) -> Vec<Value> {
    lines(&from_root(FIXTURES).join(name))
}

/// The recorded cases: the repository's, then the others from outside.
pub(crate) fn cases() -> Vec<Value> {
    let mut cases = fixture("cases.jsonl");
    let named = std::env::var_os("IACGEN_RECORDINGS").map(PathBuf::from);
    let outside = named.clone().unwrap_or_else(|| from_root(OUTSIDE)).join("cases.jsonl");
    // A folder that was named must be there.
    if named.is_some() || outside.is_file() {
        for case in lines(&outside) {
            if !cases.iter().any(|known| known["name"] == case["name"]) {
                cases.push(case);
            }
        }
    }
    cases
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
