//! What we emit, before judges that are not us: cfn-lint, checkov, statelint, asl-validator.
#![expect(clippy::expect_used, reason = "a test that cannot go on must stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use xtask::{root, say, tools};

/// Returns every file of that name in the assemblies that synthesis is held to, in order.
fn emitted(name: &str) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    for folder in ["tests/golden", "tests/examples"] {
        let folder = root().join(folder);
        if folder.is_dir() {
            collect(&folder, name, &mut found);
        }
    }
    found.sort();
    let production = golden(name);
    assert!(found.contains(&production), "{production} is not among {found:?}");
    found
}

fn collect(folder: &Utf8Path, name: &str, found: &mut Vec<Utf8PathBuf>) {
    for entry in folder.read_dir_utf8().expect("the folder can be listed") {
        let entry = entry.expect("the folder can be listed");
        let path = entry.path();
        if path.is_dir() {
            // What `iacgen synth` leaves in an example that somebody tries out is not held to anything.
            if entry.file_name() != "target" {
                collect(path, name, found);
            }
        } else if entry.file_name() == name {
            found.push(path.to_owned());
        }
    }
}

fn golden(file: &str) -> Utf8PathBuf {
    root().join("tests/golden/prod").join(file)
}

/// Writes the golden file with one text replaced, into a folder that lives as long as the first value.
fn broken(file: &str, right: &str, wrong: &str) -> (tempfile::TempDir, Utf8PathBuf) {
    let text = fs::read_to_string(golden(file)).expect("the golden file can be read");
    assert!(text.contains(right), "{file} does not hold {right}");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join(file);
    fs::write(&path, text.replace(right, wrong)).expect("the file can be written");
    (folder, Utf8PathBuf::from_path_buf(path).expect("its path is UTF-8"))
}

/// Writes the golden definition with a transition that leads nowhere.
fn broken_definition() -> (tempfile::TempDir, Utf8PathBuf) {
    broken("definition.asl.json", r#""Next": "Summarize""#, r#""Next": "Sumarize""#)
}

fn lint_tool(name: &str) -> Utf8PathBuf {
    static PYTHON: OnceLock<Utf8PathBuf> = OnceLock::new();
    let python = PYTHON.get_or_init(|| {
        tools::python("lint", Utf8Path::new("tests/lint/requirements.txt")).expect("the linters install")
    });
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
    let mut command = Command::new(lint_tool("cfn-lint"));
    command.args(["--include-checks", "I", "--"]).args(emitted("template.json"));
    let (ok, said) = findings(&mut command);
    assert!(ok && said.is_empty(), "{said}");
}

#[test]
fn cfn_lint_would_find_something() {
    let (_folder, path) = broken("template.json", "\"MemorySize\": 3008", "\"MemorySize\": 1");
    // Beside a sound one: a mistake in any file of the batch is told.
    let (ok, said) = findings(Command::new(lint_tool("cfn-lint")).args([&golden("template.json"), &path]));
    assert!(!ok && said.contains("less than the minimum of 128") && said.contains(path.as_str()), "{said}");
}

/// What checkov writes, as far as it is read here.
#[derive(Debug, Deserialize)]
struct Scan {
    results: Results,
}

#[derive(Debug, Deserialize)]
struct Results {
    passed_checks: Vec<Finding>,
    failed_checks: Vec<Finding>,
    skipped_checks: Vec<Finding>,
    parsing_errors: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Finding {
    check_id: String,
    check_name: String,
    check_result: CheckResult,
    file_abs_path: Utf8PathBuf,
    /// Type and logical id, such as `AWS::S3::Bucket.ResultsBucket`.
    resource: String,
}

#[derive(Debug, Deserialize)]
struct CheckResult {
    /// Why it was skipped.
    suppress_comment: Option<String>,
}

impl Finding {
    fn describe(&self) -> String {
        format!("{}: {} {} ({})", self.file_abs_path, self.check_id, self.resource, self.check_name)
    }

    /// Returns why the check was skipped, if that was written. Checkov says "No comment provided" where it was not.
    fn reason(&self) -> Option<&str> {
        let comment = self.check_result.suppress_comment.as_deref()?.trim();
        (!comment.is_empty() && comment != "No comment provided").then_some(comment)
    }
}

/// Lets checkov judge templates, in one process, since it takes two seconds to start.
fn checkov(templates: &[Utf8PathBuf]) -> Results {
    static PYTHON: OnceLock<Utf8PathBuf> = OnceLock::new();
    let python = PYTHON.get_or_init(|| {
        tools::python("checkov", Utf8Path::new("tests/lint/requirements-checkov.txt"))
            .expect("checkov installs")
    });
    // It reads its configuration from the working folder and from home, and could skip checks by it.
    let elsewhere = tempfile::tempdir().expect("a folder can be made");
    let mut command = Command::new(python.with_file_name("checkov"));
    command
        .current_dir(elsewhere.path())
        .env("HOME", elsewhere.path())
        // `--skip-download`: no guidelines and policies from its makers' server.
        .args(["--framework", "cloudformation", "--compact", "--output", "json", "--skip-download"]);
    for variable in ["BC_API_KEY", "CKV_CHECK", "CKV_SKIP_CHECK", "CKV_SOFT_FAIL_CHECKS"] {
        command.env_remove(variable);
    }
    for template in templates {
        command.args(["--file", template.as_str()]);
    }
    let output = command.output().expect("checkov starts");
    let scan: Scan = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        panic!("checkov wrote something unexpected ({error}): {said}")
    });
    assert!(scan.results.parsing_errors.is_empty(), "not templates: {:?}", scan.results.parsing_errors);
    let Results { passed_checks, failed_checks, skipped_checks, .. } = &scan.results;
    let judged: BTreeSet<&Utf8Path> = [passed_checks, failed_checks, skipped_checks]
        .into_iter()
        .flatten()
        .map(|finding| finding.file_abs_path.as_path())
        .collect();
    for template in templates {
        assert!(judged.contains(template.as_path()), "checkov did not judge {template}");
    }
    scan.results
}

#[test]
fn checkov_fails_nothing_in_the_templates() {
    let results = checkov(&emitted("template.json"));
    let mut wrong: Vec<String> = results.failed_checks.iter().map(Finding::describe).collect();
    for skipped in &results.skipped_checks {
        match skipped.reason() {
            Some(reason) => say(&format!("skipped: {}: {reason}", skipped.describe())),
            None => wrong.push(format!("skipped without a reason: {}", skipped.describe())),
        }
    }
    assert!(wrong.is_empty(), "{} findings of checkov:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn checkov_would_find_something() {
    let (_folder, path) =
        broken("template.json", "\"RestrictPublicBuckets\": true", "\"RestrictPublicBuckets\": false");
    let results = checkov(&[golden("template.json"), path.clone()]);
    let found: Vec<&Finding> =
        results.failed_checks.iter().filter(|finding| finding.check_id == "CKV_AWS_56").collect();
    assert!(
        matches!(found.as_slice(), [one] if one.file_abs_path == path),
        "only the planted mistake is found: {found:?}"
    );
}

#[test]
fn a_skip_of_checkov_without_a_reason_is_told() {
    let bucket = |skip: &str| {
        let metadata = format!(r#"{{"checkov": {{"skip": [{skip}]}}}}"#);
        format!(r#"{{"Type": "AWS::S3::Bucket", "Metadata": {metadata}}}"#)
    };
    let template = format!(
        r#"{{"Resources": {{"Reason": {}, "Blank": {}, "None": {}}}}}"#,
        bucket(r#"{"id": "CKV_AWS_18", "comment": "the log bucket itself"}"#),
        bucket(r#"{"id": "CKV_AWS_18", "comment": " "}"#),
        bucket(r#"{"id": "CKV_AWS_18"}"#),
    );
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = Utf8Path::from_path(folder.path()).expect("its path is UTF-8").join("template.json");
    fs::write(&path, template).expect("the file can be written");
    let skipped = checkov(&[path]).skipped_checks;
    let reasons: BTreeMap<&str, Option<&str>> =
        skipped.iter().map(|finding| (finding.resource.as_str(), finding.reason())).collect();
    let expected = [
        ("AWS::S3::Bucket.Blank", None),
        ("AWS::S3::Bucket.None", None),
        ("AWS::S3::Bucket.Reason", Some("the log bucket itself")),
    ];
    assert_eq!(reasons, BTreeMap::from(expected));
}

/// What statelint 3.1.0 refuses though AWS documents it: the definition, what it says, and the page of the Step Functions
/// developer guide that has the field.
const NOT_KNOWN_TO_STATELINT: &[(&str, &str, &str)] = &[
    (
        "tests/golden/dev",
        "Field \"InputType\" not allowed in State Machine.States.Distributed Test.ItemReader.ReaderConfig",
        "ItemReader (Map)",
    ),
    (
        "tests/golden/prod",
        "Field \"InputType\" not allowed in State Machine.States.Distributed Test.ItemReader.ReaderConfig",
        "ItemReader (Map)",
    ),
    (
        "tests/examples/survey/golden/night",
        "Field \"Label\" not allowed in State Machine.States.Rate All",
        "Using Map state in Distributed mode for large-scale parallel workloads in Step Functions",
    ),
    (
        "tests/examples/survey/golden/night",
        "Field \"InputType\" not allowed in State Machine.States.Rate All.ItemReader.ReaderConfig",
        "ItemReader (Map)",
    ),
    (
        "tests/examples/survey/golden/night",
        "Field \"ManifestType\" not allowed in State Machine.States.Rate All.ItemReader.ReaderConfig",
        "ItemReader (Map)",
    ),
    (
        "tests/examples/survey/golden/night",
        "Field \"WriterConfig\" not allowed in State Machine.States.Rate All.ResultWriter",
        "ResultWriter (Map)",
    ),
];

/// Returns what statelint said, each with the definition that it is about. It writes the definition's path, how many findings
/// it has, and the findings.
fn statelint_findings(said: &str, definitions: &[Utf8PathBuf]) -> Vec<(String, String)> {
    let mut definition = String::new();
    let mut found = Vec::new();
    for line in said.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if definitions.iter().any(|path| path == line) {
            line.clone_into(&mut definition);
        } else if !line.ends_with(" errors:") && !line.ends_with(" error:") {
            found.push((definition.clone(), line.to_owned()));
        }
    }
    found
}

#[test]
fn statelint_finds_nothing_in_the_definitions() {
    let definitions = emitted("definition.asl.json");
    let (_, said) = findings(Command::new(lint_tool("statelint")).args(&definitions));
    let mut known: BTreeMap<(String, String), &str> = NOT_KNOWN_TO_STATELINT
        .iter()
        .map(|(folder, finding, page)| {
            let definition = root().join(folder).join("definition.asl.json");
            ((definition.to_string(), (*finding).to_owned()), *page)
        })
        .collect();
    let mut wrong = Vec::new();
    for found in statelint_findings(&said, &definitions) {
        let page = known.remove(&found);
        let (definition, finding) = found;
        match page {
            Some(page) => say(&format!("not known to statelint: {definition}: {finding}; see \"{page}\"")),
            None => wrong.push(format!("{definition}: {finding}")),
        }
    }
    assert!(wrong.is_empty(), "{} findings of statelint:\n{}", wrong.len(), wrong.join("\n"));
    assert!(known.is_empty(), "statelint no longer says this, so it needs no exception: {known:#?}");
}

#[test]
fn statelint_would_find_something() {
    let (_folder, path) = broken_definition();
    let sound = golden("definition.asl.json");
    let (ok, said) = findings(Command::new(lint_tool("statelint")).args([&sound, &path]));
    assert!(!ok && said.contains("Sumarize") && said.contains(path.as_str()), "{said}");
}

#[test]
fn asl_validator_finds_nothing_in_the_definitions() {
    let Some(node) = tools::node("lint-node", Utf8Path::new("tests/lint")).expect("asl-validator installs")
    else {
        assert!(std::env::var_os("CI").is_none(), "CI has Node, and asl-validator must run there");
        say("skipped: asl-validator needs Node, which is not installed");
        return;
    };
    let validate = |definitions: &[Utf8PathBuf]| {
        let mut command = Command::new(node.join("node_modules/.bin/asl-validator"));
        for definition in definitions {
            command.args(["--json-path", definition.as_str()]);
        }
        findings(&mut command)
    };
    let mut definitions = emitted("definition.asl.json");
    definitions.push(root().join("generator/iacgen-synth/tests/golden/expressions.asl.json"));
    let (ok, said) = validate(&definitions);
    assert!(ok, "{said}");
    let (_folder, path) = broken_definition();
    let (ok, said) = validate(&[golden("definition.asl.json"), path]);
    assert!(!ok && said.contains("Sumarize"), "a definition whose next state is missing is found: {said}");
}
