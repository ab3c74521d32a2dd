//! Every command in a `console` block of the documents is run, and every link and path in them leads somewhere.

use std::fs;
use std::process::Command;

use xtask::{root, tools};

const DOCUMENTS: [&str; 7] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/diff.md",
    "docs/workflow.md",
    "docs/packages.md",
    "models/photoz/README.md",
];

/// Commands that this test must not start, and what does start them.
const RUN_ELSEWHERE: [(&str, &str); 2] =
    [("cargo xtask test", "it runs this test"), ("cargo fmt --all --check", ".ci/run")];

/// Returns the lines of a document's `console` blocks.
fn commands(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = line.trim() == "```console";
        } else if inside && !line.trim().is_empty() {
            lines.push(line.trim());
        }
    }
    lines
}

#[test]
fn the_commands_of_the_documents_work() {
    let mut ran = Vec::new();
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for command in commands(&text) {
            if RUN_ELSEWHERE.iter().any(|(other, _)| *other == command) || ran.contains(&command.to_owned()) {
                continue;
            }
            let output = Command::new("sh").args(["-c", command]).current_dir(root()).output().unwrap();
            assert!(
                output.status.success(),
                "`{command}` in {document} ended with {}\n{}{}",
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            ran.push(command.to_owned());
        }
    }
    assert!(ran.iter().any(|command| command == "cargo xtask demo"), "the README shows the demo: {ran:?}");
}

#[test]
fn ci_runs_the_commands_that_are_not_run_here() {
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    for (command, _) in RUN_ELSEWHERE {
        assert!(ci.lines().any(|line| line == command), "`{command}` is not a line of .ci/run");
    }
}

#[test]
fn links_and_paths_in_the_documents_lead_somewhere() {
    let tracked = tools::read(Command::new("git").args(["ls-files"]).current_dir(root())).unwrap();
    let exists = |path: &str| {
        let path = path.trim_end_matches('/');
        tracked.lines().any(|file| file == path || file.starts_with(&format!("{path}/")))
    };
    for document in DOCUMENTS {
        let text = fs::read_to_string(root().join(document)).unwrap();
        let folder = camino::Utf8Path::new(document).parent().unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.contains("://") && !link.starts_with('#') {
                let path = folder.join(link.split('#').next().unwrap());
                assert!(exists(path.as_str()), "{document} links to {link}, which is not in the repository");
            }
        }
        for path in text.split('`').skip(1).step_by(2) {
            let rooted =
                ["generator/", "functions/", "tests/", "models/", "environments/", "templates/", "docs/"]
                    .iter()
                    .any(|top| path.starts_with(top));
            if rooted && !path.contains(['*', ' ', '{', '<']) {
                assert!(exists(path), "{document} names {path}, which is not in the repository");
            }
        }
    }
}
