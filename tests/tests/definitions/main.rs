//! `iacgen check FILE` and `iacgen import` over definitions that others wrote and AWS ran: tests/fixtures/asl-cases, the
//! seed's, and our own goldens.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod check;
mod import;
mod same_machine;

use std::fs;

use camino::Utf8Path;
use serde_json::Value;
use xtask::root;

/// A definition with its name.
struct Definition {
    name: String,
    text: String,
    /// `STANDARD` or `EXPRESS`, where that is known.
    machine_type: String,
}

impl Definition {
    fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), machine_type: "STANDARD".to_owned() }
    }

    /// Writes the definition into a folder. Returns the option for its type.
    fn lay_out(&self, folder: &Utf8Path) -> String {
        fs::write(folder.join("machine.asl.json"), &self.text).unwrap();
        self.machine_type.to_lowercase()
    }
}

/// The definitions whose names begin so.
fn definitions(beginning: &str) -> Vec<Definition> {
    let all = lines("definitions.jsonl")
        .into_iter()
        .map(|line| Definition::new(line["name"].as_str().unwrap(), line["text"].as_str().unwrap()));
    let all: Vec<Definition> = all.filter(|definition| definition.name.starts_with(beginning)).collect();
    assert!(all.len() > 20, "only {} definitions are {beginning}", all.len());
    all
}

/// The machines that AWS made and ran.
fn recorded() -> Vec<Definition> {
    let all = lines("cases.jsonl");
    let all = all.iter().filter(|case| case["kind"] == "execution" && case["definition"].is_object());
    let all: Vec<Definition> = all
        .map(|case| Definition {
            machine_type: case["workflow_type"].as_str().unwrap_or("STANDARD").to_owned(),
            ..Definition::new(
                case["name"].as_str().unwrap(),
                serde_json::to_string_pretty(&case["definition"]).unwrap(),
            )
        })
        .collect();
    assert!(all.len() > 60, "only {} recorded machines", all.len());
    all
}

fn lines(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(root().join("tests/fixtures/asl-cases").join(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Holds what differs from what is expected to a list of exceptions: each must be one, and be there.
fn assert_exceptions(found: &[(String, String)], exceptions: &[(&str, &str)]) {
    let unexpected: Vec<String> = found
        .iter()
        .filter(|(name, _)| !exceptions.iter().any(|(exception, _)| exception == name))
        .map(|(name, said)| format!("{name}:\n{said}"))
        .collect();
    let obsolete: Vec<&str> = exceptions
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !found.iter().any(|(found, _)| found == name))
        .collect();
    assert!(
        unexpected.is_empty() && obsolete.is_empty(),
        "{}\nno exceptions any more: {obsolete:#?}",
        unexpected.join("\n")
    );
}
