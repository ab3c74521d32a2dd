//! `cargo xtask tidy`: what the compiler cannot check.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use crate::{root, tools};

/// Which of our crates each may use. A crate that is not named here may not exist.
const MAY_USE: &[(&str, &[&str])] = &[
    ("iacgen-diagnostics", &[]),
    ("iacgen-digests", &[]),
    ("iacgen-aws-types", &[]),
    ("iacgen-shapes", &[]),
    ("iacgen-tensors", &[]),
    ("iacgen-assembly", &["iacgen-aws-types"]),
    ("iacgen-iam", &["iacgen-aws-types"]),
    ("iacgen-asl", &["iacgen-aws-types"]),
    ("iacgen-cfn", &["iacgen-aws-types", "iacgen-digests", "iacgen-iam"]),
    ("iacgen-service-models", &["iacgen-digests", "iacgen-shapes"]),
    (
        "iacgen-spec",
        &[
            "iacgen-asl",
            "iacgen-aws-types",
            "iacgen-diagnostics",
            "iacgen-iam",
            "iacgen-service-models",
            "iacgen-shapes",
            "iacgen-tensors",
        ],
    ),
    (
        "iacgen-synth",
        &[
            "iacgen-asl",
            "iacgen-assembly",
            "iacgen-aws-types",
            "iacgen-cfn",
            "iacgen-diagnostics",
            "iacgen-iam",
            "iacgen-shapes",
            "iacgen-spec",
        ],
    ),
    (
        "iacgen-diff",
        &["iacgen-asl", "iacgen-assembly", "iacgen-aws-types", "iacgen-cfn", "iacgen-iam", "iacgen-report"],
    ),
    ("iacgen-onnx", &["iacgen-tensors"]),
    ("iacgen-package", &["iacgen-assembly", "iacgen-aws-types", "iacgen-tensors"]),
    ("iacgen-local", &["iacgen-asl", "iacgen-assembly", "iacgen-aws-types", "iacgen-iam"]),
    ("iacgen-report", &["iacgen-asl", "iacgen-aws-types"]),
];

/// Crates of others that may stand only in some of ours; a name that ends in `/` is a folder.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("serde-saphyr", &["iacgen-spec"]),
    ("ort", &["functions/", "iacgen-onnx"]),
    ("object_store", &["functions/"]),
    ("lambda_runtime", &["functions/"]),
    ("tokio", &["iacgen-local", "iacgen", "functions/", "xtask"]),
    ("axum", &["iacgen-local"]),
    ("s3s", &["iacgen-local", "loopback-s3"]),
    ("clap", &["iacgen", "xtask"]),
    ("anyhow", &["xtask", "iacgen-tests"]),
];

/// Words that name nothing.
const EMPTY_NAMES: [&str; 7] = ["util", "utils", "helper", "helpers", "common", "misc", "manager"];

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    manifest_path: Utf8PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

/// Runs every check and reports all findings at once.
///
/// # Errors
/// When there are findings, or when something cannot be read.
pub fn run() -> Result<()> {
    let text =
        tools::read(tools::cargo().args(["metadata", "--format-version", "1", "--no-deps", "--offline"]))
            .or_else(|_| {
                tools::read(tools::cargo().args(["metadata", "--format-version", "1", "--no-deps"]))
            })?;
    let metadata: Metadata = serde_json::from_str(&text).context("cannot read cargo's metadata")?;
    let files = tools::read(std::process::Command::new("git").args(["ls-files"]).current_dir(root()))?;
    let files: Vec<&str> = files.lines().collect();

    let mut findings = who_uses_whom(&metadata);
    findings.extend(names(&metadata, &files));
    findings.extend(documents(&metadata)?);
    findings.extend(yaml_in_one_file(&files));
    if findings.is_empty() {
        return Ok(());
    }
    bail!("{} untidy:\n  {}", findings.len(), findings.join("\n  "))
}

fn who_uses_whom(metadata: &Metadata) -> Vec<String> {
    let rules: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let ours: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let folder = if package.manifest_path.as_str().contains("/functions/") { "functions/" } else { "" };
        let uses = package.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"));
        for dependency in uses {
            let name = dependency.name.as_str();
            if ours.contains(name) {
                let allowed = match package.name.as_str() {
                    "iacgen" | "xtask" | "iacgen-tests" => true,
                    // Handlers share with the generator only what both must say in the same words.
                    _ if folder == "functions/" => {
                        !name.starts_with("iacgen") || ["iacgen-aws-types", "iacgen-tensors"].contains(&name)
                    }
                    other => rules.get(other).is_some_and(|allowed| allowed.contains(&name)),
                };
                if !allowed {
                    findings.push(format!(
                        "{} must not use {name} (MAY_USE in generator/xtask/src/tidy.rs)",
                        package.name
                    ));
                }
            }
            if let Some((_, places)) = ONLY_IN.iter().find(|(only, _)| *only == name)
                && !places.contains(&package.name.as_str())
                && !places.contains(&folder)
            {
                findings.push(format!(
                    "{} must not use {name}: it belongs to {}",
                    package.name,
                    places.join(", ")
                ));
            }
        }
        let generator = package.manifest_path.as_str().contains("/generator/");
        if generator && package.name.starts_with("iacgen-") && !rules.contains_key(package.name.as_str()) {
            findings.push(format!("{} has no rule in MAY_USE (generator/xtask/src/tidy.rs)", package.name));
        }
    }
    findings
}

fn names(metadata: &Metadata, files: &[&str]) -> Vec<String> {
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let folder = package.manifest_path.parent().and_then(|folder| folder.file_name()).unwrap_or_default();
        if folder != package.name && package.name != "iacgen-tests" {
            findings.push(format!("the folder of {} is called {folder}", package.name));
        }
    }
    for file in files.iter().filter(|file| matches!(Utf8Path::new(file).extension(), Some("rs" | "py"))) {
        let nameless = file.split(['/', '.']).any(|part| EMPTY_NAMES.contains(&part));
        if nameless {
            findings.push(format!("{file} is named for nothing"));
        }
    }
    findings
}

/// Every crate stands in the code map.
fn documents(metadata: &Metadata) -> Result<Vec<String>> {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).context("cannot read ARCHITECTURE.md")?;
    Ok(metadata
        .packages
        .iter()
        .filter(|package| !map.contains(&format!("`{}`", package.name)))
        .map(|package| format!("ARCHITECTURE.md does not name `{}`", package.name))
        .collect())
}

/// Only one file names the YAML crate.
fn yaml_in_one_file(files: &[&str]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.starts_with("generator/iacgen-spec/src/") && !file.ends_with("src/yaml.rs"))
        .filter(|file| fs::read_to_string(root().join(file)).is_ok_and(|text| text.contains("serde_saphyr")))
        .map(|file| format!("{file} names the YAML crate: only yaml.rs may"))
        .collect()
}
