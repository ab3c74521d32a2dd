//! What we emit, before judges that are not us: cfn-lint, statelint, asl-validator.
#![expect(clippy::expect_used, reason = "a test that cannot go on must stop")]

use std::fs;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use xtask::{root, say, tools};

const ENVIRONMENTS: [&str; 2] = ["dev", "prod"];

fn golden(environment: &str, file: &str) -> Utf8PathBuf {
    root().join("tests/golden").join(environment).join(file)
}

fn lint_tool(name: &str) -> Utf8PathBuf {
    let python =
        tools::python("lint", Utf8Path::new("tests/lint/requirements.txt")).expect("the linters install");
    python.with_file_name(name)
}

/// Runs a linter and returns everything that it said.
fn findings(command: &mut Command) -> (bool, String) {
    let output = command.output().expect("the linter starts");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}

#[test]
fn cfn_lint_finds_nothing_in_the_templates() {
    for environment in ENVIRONMENTS {
        let template = golden(environment, "template.json");
        let (ok, said) = findings(Command::new(lint_tool("cfn-lint")).args([
            "--include-checks",
            "I",
            "--",
            template.as_str(),
        ]));
        assert!(ok && said.is_empty(), "{template}:\n{said}");
    }
}

#[test]
fn cfn_lint_would_find_something() {
    let broken = fs::read_to_string(golden("prod", "template.json"))
        .unwrap()
        .replace("\"MemorySize\": 3008", "\"MemorySize\": 1");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.json");
    fs::write(&path, broken).unwrap();
    let (ok, said) = findings(Command::new(lint_tool("cfn-lint")).arg(&path));
    assert!(!ok && said.contains("less than the minimum of 128"), "{said}");
}

#[test]
fn statelint_finds_nothing_in_the_definitions() {
    for environment in ENVIRONMENTS {
        let definition = golden(environment, "definition.asl.json");
        let (ok, said) = findings(Command::new(lint_tool("statelint")).arg(&definition));
        assert!(ok && said.trim().is_empty(), "{definition}:\n{said}");
    }
}

/// Writes a definition whose transition leads nowhere, into a folder that lives as long as the first value.
fn broken_definition() -> (tempfile::TempDir, Utf8PathBuf) {
    let broken = fs::read_to_string(golden("prod", "definition.asl.json"))
        .unwrap_or_default()
        .replace(r#""Next": "Summarize""#, r#""Next": "Sumarize""#);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("definition.asl.json");
    fs::write(&path, broken).expect("the definition can be written");
    (folder, Utf8PathBuf::from_path_buf(path).expect("its path is UTF-8"))
}

#[test]
fn statelint_would_find_something() {
    let (_folder, broken) = broken_definition();
    let (_, said) = findings(Command::new(lint_tool("statelint")).arg(&broken));
    assert!(said.contains("Sumarize"), "{said}");
}

#[test]
fn asl_validator_finds_nothing_in_the_definitions() {
    let Some(node) = tools::node("lint-node", Utf8Path::new("tests/lint")).expect("asl-validator installs")
    else {
        assert!(std::env::var_os("CI").is_none(), "CI has Node, and asl-validator must run there");
        say("skipped: asl-validator needs Node, which is not installed");
        return;
    };
    let program = &node.join("node_modules/.bin/asl-validator");
    for environment in ENVIRONMENTS {
        let definition = golden(environment, "definition.asl.json");
        let (ok, said) = findings(Command::new(program).args(["--json-path", definition.as_str()]));
        assert!(ok, "{definition}:\n{said}");
    }
    let (_folder, broken) = broken_definition();
    let (ok, said) = findings(Command::new(program).args(["--json-path", broken.as_str()]));
    assert!(!ok, "a definition whose next state is missing is found: {said}");
}
