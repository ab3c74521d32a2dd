//! `iacgen diff` from outside: two small projects, one of them in a git repository of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::fs;
use std::process::{Command, Output};

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_tests::iacgen;
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::root;

/// What is changed in the base project for the golden outputs: file, old text, new text.
const EDITS: [(&str, &str, &str); 10] = [
    ("workflow.yaml", "timeout: 1h", "timeout: 2h"),
    ("workflow.yaml", "after: 90d", "after: 30d"),
    ("workflow.yaml", "attempts: 3", "attempts: 5"),
    (
        "workflow.yaml",
        "access: [{ list: data }, { write: results, prefix: runs/ }]",
        "access: [{ list: data }, { read: data }, { write: results }]",
    ),
    ("workflow.yaml", "    timeout: 1m\n", "    timeout: 2m\n    provisioned: 2\n"),
    ("workflow.yaml", "concurrency: 20", "concurrency: 40"),
    ("workflow.yaml", "invoke: infer, retry: transient, end: true", "invoke: infer, end: true"),
    (
        "workflow.yaml",
        "retry: transient, next: Shards }",
        "retry: transient, next: Pause }\n  Pause: { wait: 10s, next: Shards }",
    ),
    (
        "workflow.yaml",
        "Report: { invoke: plan, next: Done }\n  Done:",
        "Report: { invoke: plan, payload: { kind: full }, next: Finished }\n  Finished:",
    ),
    ("workflow.yaml", "else: Done", "else: Finished"),
];

/// A copy of the base project of the folder cases, committed on the branch `main`.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        copy(&root().join("tests/ui/spec/_base"), project.path());
        project.lock(&[("plan", 'a'), ("infer", 'b')]);
        project.git(&["init", "--quiet", "--initial-branch", "main"]);
        project.commit("the base");
        project
    }

    fn path(&self) -> &Utf8Path {
        Utf8Path::from_path(self.folder.path()).unwrap()
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {file}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }

    /// Records packages whose digests are one digit.
    fn lock(&self, functions: &[(&str, char)]) {
        let functions: Vec<Value> = functions
            .iter()
            .map(|(name, digit)| {
                json!({
                    "name": name, "architecture": "x86_64", "sha256": digit.to_string().repeat(64),
                    "code_sha256": "", "zip_bytes": 1, "unzipped_bytes": 1, "entries": [], "inputs": { "parts": {} },
                })
            })
            .collect();
        let lock = json!({ "version": 2, "functions": functions });
        fs::write(self.path().join("assets.lock"), format!("{lock:#}\n")).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(self.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    fn run(&self, arguments: &[&str]) -> Output {
        iacgen(arguments).current_dir(self.path()).output().unwrap()
    }

    /// Runs `diff` of the environment prod, and holds it to its exit code. Returns what it wrote.
    fn diff(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(&[&["diff", "--env", "prod"], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }
}

fn copy(from: &Utf8Path, to: &Utf8Path) {
    fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).unwrap();
        }
    }
}

/// Holds a text to a committed one.
fn golden(name: &str, found: &str) {
    let path = root().join("tests/fixtures/diff").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == found, "{path} differs: read the difference, then run with UPDATE_EXPECT=1\n{found}");
}

#[test]
fn every_format_of_one_run_is_as_committed() {
    let project = Project::new();
    for (file, from, to) in EDITS {
        project.edit(file, from, to);
    }
    project.lock(&[("plan", 'a'), ("infer", 'c')]);
    let written: Vec<String> = ["json=d.json", "markdown=d.md", "sarif=d.sarif"]
        .iter()
        .flat_map(|file| ["--write".to_owned(), (*file).to_owned()])
        .collect();
    let written: Vec<&str> = written.iter().map(String::as_str).collect();
    golden("expected.txt", &project.diff(&[&["--against", "main"], &written[..]].concat(), 0));
    for (file, name) in [("d.json", "expected.json"), ("d.md", "expected.md"), ("d.sarif", "expected.sarif")]
    {
        golden(name, &fs::read_to_string(project.path().join(file)).unwrap());
    }
    // What a comment is found again by.
    let comment = fs::read_to_string(project.path().join("d.md")).unwrap();
    assert!(comment.starts_with("<!-- iacgen diff galaxies prod -->\n"));
    for format in ["json", "markdown", "sarif"] {
        let file = project.path().join(match format {
            "json" => "d.json",
            "markdown" => "d.md",
            _ => "d.sarif",
        });
        let shown = project.diff(&["--against", "main", "--format", format], 0);
        assert_eq!(shown, fs::read_to_string(file).unwrap());
    }
}

#[test]
fn the_schema_of_the_json_is_as_committed() {
    let path = root().join("schema/diff.schema.json");
    let schema = format!("{:#}\n", iacgen_diff::json_schema());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &schema).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap_or_default() == schema, "{path}: run with UPDATE_EXPECT=1");
}

/// Each place of a result is where its subject stands in the edited file.
#[test]
fn findings_point_into_the_spec() {
    let project = Project::new();
    for (file, from, to) in EDITS {
        project.edit(file, from, to);
    }
    let sarif: Value =
        serde_json::from_str(&project.diff(&["--against", "main", "--format", "sarif"], 0)).unwrap();
    let text = fs::read_to_string(project.path().join("workflow.yaml")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() >= 4, "{sarif:#}");
    let mut seen = Vec::new();
    for result in results {
        let location = &result["locations"][0];
        assert_eq!(location["physicalLocation"]["artifactLocation"]["uri"], "workflow.yaml");
        let line = location["physicalLocation"]["region"]["startLine"].as_u64().unwrap();
        let line = text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap().trim().to_owned();
        seen.push((result["ruleId"].as_str().unwrap().to_owned(), line));
    }
    for (rule, beginning) in [
        ("life-shortened", "results:"),
        ("permission-broadened", "plan:"),
        ("error-handling-removed", "Infer:"),
    ] {
        let found = seen.iter().any(|(found, line)| found == rule && line.starts_with(beginning));
        assert!(found, "{rule} at {beginning}: {seen:?}");
    }
}

#[test]
fn exit_codes_tell_what_changes() {
    let project = Project::new();
    let codes = |expected: [i32; 5]| {
        let [plain, told, any, broadening, destructive] = expected;
        project.diff(&["--against", "main"], plain);
        project.diff(&["--against", "main", "--exit-code"], told);
        for (fail_on, code) in [("any", any), ("broadening", broadening), ("destructive", destructive)] {
            project.diff(&["--against", "main", "--fail-on", fail_on], code);
        }
    };
    codes([0, 0, 0, 0, 0]);
    project.edit("workflow.yaml", "concurrency: 20", "concurrency: 40");
    codes([0, 1, 1, 0, 0]);
    project.edit("workflow.yaml", "access: [{ read: data }, ", "access: [{ read: data }, { list: data }, ");
    codes([0, 3, 3, 3, 0]);
    project.edit("workflow.yaml", "after: 90d", "after: 30d");
    codes([0, 4, 4, 4, 4]);
    project.diff(&["--against", "nowhere"], 2);
    project.diff(&["--against", "main", "--fail-on", "nothing"], 2);
}

/// Statements that stand in another order are no change of permissions, and a narrowing is no broadening.
#[test]
fn only_what_is_gained_is_a_broadening() {
    let project = Project::new();
    project.edit(
        "workflow.yaml",
        "access: [{ list: data }, { write: results, prefix: runs/ }]",
        "access: [{ write: results, prefix: runs/ }, { list: data }]",
    );
    let diff: Value =
        serde_json::from_str(&project.diff(&["--against", "main", "--format", "json"], 0)).unwrap();
    assert_eq!(diff["permissions"], json!([]), "{diff:#}");
    project.edit(
        "workflow.yaml",
        "access: [{ write: results, prefix: runs/ }, { list: data }]",
        "access: [{ write: results, prefix: runs/plan/ }, { list: data }]",
    );
    let diff: Value =
        serde_json::from_str(&project.diff(&["--against", "main", "--format", "json"], 0)).unwrap();
    assert_eq!(diff["verdict"], "changed", "{diff:#}");
    assert_eq!(diff["permissions"][0]["gained"], json!([]));
    assert_eq!(diff["permissions"][0]["lost"][0]["action"], "s3:PutObject");
}

#[test]
fn a_folder_a_tag_and_a_commit_are_compared_alike_and_the_work_tree_stays() {
    let project = Project::new();
    let synth = project.run(&["synth", "--env", "prod", "--out", "before"]);
    assert!(synth.status.success(), "{}", String::from_utf8_lossy(&synth.stderr));
    project.git(&["tag", "v1"]);
    project.edit("workflow.yaml", "concurrency: 20", "concurrency: 40");
    let commit = project.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let before = project.git(&["status", "--porcelain"]);
    let without_name = |against: &str| {
        let text = project.diff(&["--against", against], 0);
        text.split_once('\n').unwrap().1.to_owned()
    };
    let branch = without_name("main");
    assert!(branch.contains("concurrency of 40 and no longer 20"), "{branch}");
    for against in ["before/prod", "v1", commit.as_str(), "HEAD"] {
        assert_eq!(without_name(against), branch, "{against}");
    }
    assert_eq!(project.git(&["status", "--porcelain"]), before);
    assert_eq!(project.git(&["rev-parse", "HEAD"]).trim(), commit);
}

/// A project in a folder of a repository is read from that folder, and places are told from the repository's root.
#[test]
fn a_project_below_the_root_of_a_repository_is_found_in_its_revision() {
    let project = Project::new();
    let below = project.path().join("deep/er");
    copy(&root().join("tests/ui/spec/_base"), &below);
    project.commit("another one");
    let path: Utf8PathBuf = below.join("workflow.yaml");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("after: 90d", "after: 30d")).unwrap();
    let output = iacgen(&["diff", "--env", "prod", "--against", "main", "--format", "json"])
        .current_dir(&below)
        .output()
        .unwrap();
    let diff: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(diff["findings"][0]["place"]["file"], "deep/er/workflow.yaml");
    assert_eq!(diff["resources"]["changed"].as_array().unwrap().len(), 1, "{diff:#}");
}

#[test]
fn what_cannot_be_compared_is_an_error_with_its_mend() {
    let project = Project::new();
    let says = |arguments: &[&str], part: &str| {
        let output = project.run(&[&["diff"], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(part), "{arguments:?}: `{part}` is missing in:\n{said}");
    };
    says(&["--env", "prod", "--against", "nowhere"], "git fetch");
    says(&["--env", "prod", "--against", "functions"], "manifest.json");
    says(&["--env", "prod", "--against", "--upload-pack=x"], "--against");
    says(&["--env", "prod", "--against", "main", "--write", "pdf=x"], "write FORMAT=FILE");
    fs::copy(project.path().join("environments/prod.yaml"), project.path().join("environments/qa.yaml"))
        .unwrap();
    says(&["--env", "qa", "--against", "main"], "an environment that is new");
    project.edit("workflow.yaml", "concurrency: 20", "concurrency: nothing");
    project.commit("broken");
    project.edit("workflow.yaml", "concurrency: nothing", "concurrency: 20");
    says(&["--env", "prod", "--against", "main"], "the spec of main has errors");
    fs::remove_dir_all(project.path().join(".git")).unwrap();
    says(&["--env", "prod", "--against", "main"], "neither an assembly's folder nor a revision");
}
