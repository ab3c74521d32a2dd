//! `iacgen policy deployer`: what it prints, held to files, and judged by cfn-lint and AWS's service reference.
#![expect(clippy::expect_used, reason = "a test that cannot go on must stop")]

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_tests::run;
use serde::Deserialize;
use serde_json::{Value, json};
use xtask::{root, say, tools};

/// Each file of `tests/deployer/`, with the project and the environment whose deployer it is about.
const CASES: [(&str, &str, &str); 2] =
    [("cosmic-prod.json", ".", "prod"), ("release-prod.json", "tests/examples/release", "prod")];

fn told(project: &str, environment: &str) -> String {
    let arguments = [
        &["policy", "deployer", "--format", "json", "--artifacts", "packages-of-ours"][..],
        &["--project", project, "--env", environment],
    ];
    let output = run(&arguments.concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

/// The policies of all cases.
fn documents() -> Vec<Value> {
    let mut documents = Vec::new();
    for (_, project, environment) in CASES {
        let told: Value = serde_json::from_str(&told(project, environment)).expect("it is JSON");
        for stack in told["stacks"].as_array().expect("stacks are a list") {
            for document in stack["documents"].as_array().expect("documents are a list") {
                assert!(document["characters"].as_u64().is_some_and(|characters| characters <= 6_144));
                documents.push(document["policy"].clone());
            }
        }
    }
    assert!(documents.len() > CASES.len(), "long policies are split");
    documents
}

#[test]
fn what_it_prints_is_what_was_reviewed() {
    let mut stale = Vec::new();
    for (file, project, environment) in CASES {
        let path = root().join("tests/deployer").join(file);
        let told = told(project, environment);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&path, &told).expect("the file can be written");
        } else if fs::read_to_string(&path).unwrap_or_default() != told {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "{stale:?} differ: read the difference, then run with UPDATE_EXPECT=1");
}

#[test]
fn what_it_leaves_out_is_told_with_the_reason() {
    let arguments = ["policy", "deployer", "--project", "tests/examples/release"];
    let output = run(&arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    for part in [
        "in 3 documents",
        "name their bucket with `--artifacts BUCKET`",
        "s3:REST.PUT.OBJECT",
        "iam:DeleteRolePermissionsBoundary",
    ] {
        assert!(said.contains(part), "`{part}` is missing in:\n{said}");
    }
    let output = run(&["policy", "deployer", "--env", "local"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing here is deployed to AWS"));
}

/// The interpreter that has cfn-lint; none, after saying so, where it cannot be had and need not be.
fn python() -> Option<Utf8PathBuf> {
    match tools::python("lint", Utf8Path::new("tests/lint/requirements.txt")) {
        Ok(python) => Some(python),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "CI has the linters: {error:#}");
            say(&format!("skipped: cfn-lint is not installed: {error:#}"));
            None
        }
    }
}

/// Lets cfn-lint judge policies. Returns everything that it said.
fn linted(python: &Utf8Path, documents: &[Value]) -> String {
    let resources: BTreeMap<String, Value> = (1..)
        .zip(documents)
        .map(|(number, document)| {
            let properties = json!({ "PolicyDocument": document });
            let resource = json!({ "Type": "AWS::IAM::ManagedPolicy", "Properties": properties });
            (format!("Policy{number}"), resource)
        })
        .collect();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("template.json");
    fs::write(&path, json!({ "Resources": resources }).to_string()).expect("the file can be written");
    let output = Command::new(python.with_file_name("cfn-lint"))
        // It wants `Fn::Sub` for the partition; a policy outside a template has none.
        .args(["--ignore-checks", "I3042", "--include-checks", "I", "--"])
        .arg(&path)
        .output()
        .expect("cfn-lint starts");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn cfn_lint_takes_the_policies() {
    let Some(python) = python() else { return };
    let mut documents = documents();
    assert_eq!(linted(&python, &documents), "");
    documents[0]["Statement"][0]["Action"][0] = "cloudformation:MakeStack".into();
    let said = linted(&python, &documents);
    assert!(said.contains("'makestack' is not one of"), "an action that does not exist is found: {said}");
}

/// A service of the reference that cfn-lint ships. Names are in small letters.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Service {
    actions: BTreeMap<String, Action>,
    resources: BTreeMap<String, Kind>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Action {
    #[serde(default)]
    resources: Vec<String>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "ARNFormats", default)]
    formats: Vec<String>,
}

impl Service {
    /// Tells whether an action of the service is on resources whose ARNs begin like this one's.
    fn takes(&self, action: &Action, arn: &str) -> bool {
        action.resources.iter().any(|kind| {
            let kind = kind.trim_end_matches('*').to_lowercase();
            self.resources
                .get(&kind)
                .is_some_and(|kind| kind.formats.iter().any(|format| is_like(arn, format)))
        })
    }
}

/// Compares what stands before the first variable part of the format's resource.
fn is_like(arn: &str, format: &str) -> bool {
    let parts = |text: &str| -> Vec<String> { text.splitn(6, ':').map(str::to_owned).collect() };
    let (arn, format) = (parts(arn), parts(format));
    let ([_, _, service, _, _, resource], [_, _, expected, _, _, pattern]) =
        (arn.as_slice(), format.as_slice())
    else {
        return false;
    };
    let fixed = pattern.split(".*").next().unwrap_or_default();
    let fixed = fixed.split("${").next().unwrap_or_default();
    service == expected && resource.starts_with(fixed)
}

#[test]
fn every_action_exists_and_is_on_resources_that_it_takes() {
    let Some(python) = python() else { return };
    let output = Command::new(python)
        .args(["-c", "import cfnlint; print(cfnlint.__path__[0], end='')"])
        .output()
        .expect("Python starts");
    let library = Utf8PathBuf::from(String::from_utf8(output.stdout).expect("the path is UTF-8"));
    let text = fs::read_to_string(library.join("data/AdditionalSpecs/Policies.json"))
        .expect("cfn-lint ships the reference");
    let reference: BTreeMap<String, Service> =
        serde_json::from_str(&text).expect("the reference is as it was");
    let texts = |value: &Value| -> Vec<String> {
        match value {
            Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            one => one.as_str().map(str::to_owned).into_iter().collect(),
        }
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    for document in documents() {
        for statement in document["Statement"].as_array().expect("statements are a list") {
            for name in texts(&statement["Action"]) {
                count += 1;
                let (prefix, action) = name.split_once(':').expect("an action has a service");
                let found = reference.get(prefix).and_then(|service| {
                    service.actions.get(&action.to_lowercase()).map(|action| (service, action))
                });
                let Some((service, action)) = found else {
                    wrong.push(format!("{name} does not exist"));
                    continue;
                };
                for resource in texts(&statement["Resource"]) {
                    let fits = if resource == "*" {
                        action.resources.is_empty()
                    } else {
                        service.takes(action, &resource)
                    };
                    if !fits {
                        wrong.push(format!("{name} is not on {resource}"));
                    }
                }
            }
        }
    }
    assert!(count > 200, "{count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
