//! `<sha256>.provenance.json`: from what and by what a zip was made, as an in-toto statement (version 1) with SLSA's
//! provenance (version 1). It is not signed, and holds no time and no name of a machine: the same inputs give the same
//! statement.

use std::collections::BTreeMap;

use camino::Utf8Path;
use serde::Serialize;
use serde_json::{Value, json};

use super::crates::Role;
use super::{Account, Shipped, purl, sbom};
use crate::toolchain::triple;
use iacgen_assembly::Sha256;

/// The template of the build, and who built: names of ours, since both are the tool itself.
const BUILD_TYPE: &str = "urn:iacgen:package:v1";
const BUILDER: &str = "urn:iacgen:iacgen";
/// Inputs that tell what built, rather than what was built from.
const OF_BUILDER: [&str; 2] = ["compiler", "toolchain"];
/// Inputs that a user sets.
const EXTERNAL: [&str; 3] = ["target", "profile", "rustflags"];
/// The name of the digest over a folder: SHA-256 of one line per file, `<sha256> <path>`, in the paths' order.
const TREE: &str = "iacgenTree";
const SHA256: &str = "sha256";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    #[serde(rename = "_type")]
    kind: &'static str,
    subject: [Resource; 1],
    predicate_type: &'static str,
    predicate: Provenance,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Provenance {
    build_definition: BuildDefinition,
    run_details: RunDetails,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct BuildDefinition {
    build_type: &'static str,
    external_parameters: BTreeMap<String, String>,
    internal_parameters: BTreeMap<String, String>,
    resolved_dependencies: Vec<Resource>,
}

#[derive(Debug, Serialize)]
struct RunDetails {
    builder: Builder,
    byproducts: Vec<Resource>,
    /// Of the crates in the program, how many are under which licence.
    #[serde(rename = "iacgen_licenses", skip_serializing_if = "BTreeMap::is_empty")]
    licenses: BTreeMap<String, usize>,
}

#[derive(Debug, Serialize)]
struct Builder {
    id: &'static str,
    version: BTreeMap<String, String>,
}

/// in-toto's `ResourceDescriptor`.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    digest: BTreeMap<&'static str, Sha256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'static str, Value>,
}

impl Resource {
    fn named(name: impl Into<String>, kind: &'static str, digest: Sha256) -> Self {
        Self { name: Some(name.into()), digest: BTreeMap::from([(kind, digest)]), ..Self::default() }
    }

    fn noting(mut self, key: &'static str, value: Value) -> Self {
        self.annotations.insert(key, value);
        self
    }
}

/// Returns the statement's text. `bill` is the text of the zip's bill of materials.
pub(super) fn of(account: &Account<'_>, bill: &str) -> String {
    let asset = account.asset;
    let mut external = BTreeMap::new();
    let mut internal = BTreeMap::new();
    let mut version = BTreeMap::from([("iacgen".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]);
    let mut dependencies = Vec::new();
    external.insert("architecture".to_owned(), asset.architecture.to_string());
    external.insert("target".to_owned(), triple(asset.architecture).to_owned());
    for (name, value) in &asset.inputs.parts {
        if let Some(digest) = value.split(' ').find_map(|word| word.parse().ok()) {
            let kind = if name.starts_with("crate ") { TREE } else { SHA256 };
            let resource = Resource::named(name, kind, digest);
            let whole = value.len() == digest.to_string().len();
            dependencies.push(if whole { resource } else { resource.noting("identity", json!(value)) });
        } else if OF_BUILDER.contains(&name.as_str()) {
            version.insert(name.clone(), value.clone());
        } else if EXTERNAL.contains(&name.as_str()) {
            external.insert(name.clone(), value.clone());
        } else {
            internal.insert(name.clone(), value.clone());
        }
    }
    for (path, &digest) in &asset.inputs.also_read {
        let kind = if is_folder(account.project, path) { TREE } else { SHA256 };
        dependencies.push(Resource::named(format!("also read {path}"), kind, digest));
    }
    dependencies.extend(crates(account));
    dependencies.extend(account.shipped.iter().filter_map(wheel));

    let entries = asset.entries.iter().map(|entry| {
        Resource::named(&entry.path, SHA256, entry.sha256)
            .noting("bytes", json!(entry.bytes))
            .noting("compressedBytes", json!(entry.compressed))
    });
    let bill = Resource {
        media_type: Some(sbom::MEDIA_TYPE),
        ..Resource::named(super::sbom_name(asset.sha256), SHA256, Sha256::of(bill))
    };
    let zip = Resource {
        media_type: Some("application/zip"),
        ..Resource::named(asset.file_name().into_string(), SHA256, asset.sha256)
    };
    super::json(&Statement {
        kind: "https://in-toto.io/Statement/v1",
        subject: [zip
            .noting("bytes", json!(asset.zip_bytes))
            .noting("unzippedBytes", json!(asset.unzipped_bytes))],
        predicate_type: "https://slsa.dev/provenance/v1",
        predicate: Provenance {
            build_definition: BuildDefinition {
                build_type: BUILD_TYPE,
                external_parameters: external,
                internal_parameters: internal,
                resolved_dependencies: dependencies,
            },
            run_details: RunDetails {
                builder: Builder { id: BUILDER, version },
                byproducts: entries.chain([bill]).collect(),
                licenses: licenses(account),
            },
        },
    })
}

/// The crates that a registry gave, with the digests of their archives.
fn crates(account: &Account<'_>) -> Vec<Resource> {
    let mut resources = Vec::new();
    for one in account.program.iter().flat_map(|program| &program.crates) {
        let (Some(uri), Some(checksum)) = (purl::of_crate(&one.of), one.of.checksum) else {
            continue;
        };
        let digest = BTreeMap::from([(SHA256, checksum)]);
        let resource = Resource { uri: Some(uri), digest, ..Resource::default() };
        resources.push(match one.role {
            Role::Linked => resource,
            Role::BuildOnly => resource.noting("role", json!("build")),
        });
    }
    resources
}

/// The archive that ONNX Runtime's library was taken from.
fn wheel(shipped: &Shipped) -> Option<Resource> {
    let Shipped::OnnxRuntime { pinned: Some(pinned), .. } = shipped else {
        return None;
    };
    let uri = Some(purl::of_pypi("onnxruntime", &pinned.version));
    Some(Resource { uri, digest: BTreeMap::from([(SHA256, pinned.wheel)]), ..Resource::default() })
}

fn licenses(account: &Account<'_>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for one in account.program.iter().flat_map(|program| program.linked()) {
        *counted.entry(one.license.as_str().to_owned()).or_default() += 1;
    }
    counted
}

fn is_folder(project: &Utf8Path, path: &Utf8Path) -> bool {
    project.join(path).is_dir()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{a_program, a_toolchain, an_asset, shipped};
    use super::*;

    #[test]
    fn tells_inputs_builder_and_what_came_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(folder.path()).unwrap();
        std::fs::create_dir(project.join("texts")).unwrap();
        let (asset, program, toolchain, shipped) = (an_asset(), a_program(), a_toolchain(), shipped());
        let account = Account {
            project,
            asset: &asset,
            toolchain: &toolchain,
            program: Some(&program),
            shipped: &shipped,
            layers: &[],
        };
        let text = of(&account, "the bill");
        assert!(!text.contains(project.as_str()));
        let statement: Value = serde_json::from_str(&text).unwrap();
        let subject = &statement["subject"][0];
        assert_eq!(subject["name"], format!("{}.zip", asset.sha256));
        assert_eq!(subject["digest"], json!({"sha256": asset.sha256}));

        let definition = &statement["predicate"]["buildDefinition"];
        let external = json!({
            "architecture": "x86_64",
            "rustflags": "-C target-cpu=x86-64-v3",
            "target": "x86_64-unknown-linux-gnu",
        });
        assert_eq!(definition["externalParameters"], external);
        assert_eq!(definition["internalParameters"], json!({"recipe": "2, libdeflate 1.26 level 12"}));
        assert_eq!(
            definition["resolvedDependencies"],
            json!([
                {"name": "crate functions/hello", "digest": {"iacgenTree": Sha256::of("tree")}},
                {"name": "file Cargo.lock", "digest": {"sha256": Sha256::of("lock")}},
                {
                    "name": "onnxruntime",
                    "digest": {"sha256": Sha256::of("library")},
                    "annotations": {"identity": format!("1.24.4 {}", Sha256::of("library"))},
                },
                {"name": "also read texts", "digest": {"iacgenTree": Sha256::of("texts")}},
                {"name": "also read word.txt", "digest": {"sha256": Sha256::of("word")}},
                {
                    "uri": "pkg:cargo/tables@2.0.0",
                    "digest": {"sha256": Sha256::of("tables")},
                    "annotations": {"role": "build"},
                },
                {"uri": "pkg:cargo/words@1.2.3", "digest": {"sha256": Sha256::of("words")}},
                {"uri": "pkg:pypi/onnxruntime@1.24.4", "digest": {"sha256": Sha256::of("wheel")}},
            ])
        );
        let details = &statement["predicate"]["runDetails"];
        let version = json!({
            "compiler": "cargo",
            "iacgen": env!("CARGO_PKG_VERSION"),
            "toolchain": "rustc 1.95.0 (abc 2026-04-14), LLVM 22.1.2",
        });
        assert_eq!(details["builder"]["version"], version);
        assert_eq!(details["iacgen_licenses"], json!({"MIT OR Apache-2.0": 2}));
        let byproducts = details["byproducts"].as_array().unwrap();
        assert_eq!(byproducts.len(), asset.entries.len() + 1);
        let bootstrap = json!({
            "name": "bootstrap",
            "digest": {"sha256": Sha256::of("bootstrap")},
            "annotations": {"bytes": 20, "compressedBytes": 9},
        });
        assert_eq!(byproducts[0], bootstrap);
        assert_eq!(byproducts.last().unwrap()["digest"]["sha256"], Sha256::of("the bill").to_string());
    }
}
