//! `<sha256>.cdx.json`: what is in a zip, as a bill of materials of CycloneDX 1.6.
//!
//! It holds no time, and its serial number follows from the zip, so the same zip has the same bill.

use uuid::Builder;

use super::crates::{Crate, Role, Source};
use super::cyclonedx::{
    Bom, Component, Dependency, Evidence, ExternalReference, Hash, Kind, LicenseChoice, Lifecycle, Metadata,
    Occurrence, Pedigree, Property, Scope, Tools,
};
use super::expression::License;
use super::{Account, Shipped, purl};
use crate::asset::PackagedAsset;
use crate::compile::PROFILE;
use crate::toolchain::triple;
use iacgen_assembly::Sha256;

/// The media type of the document.
pub(super) const MEDIA_TYPE: &str = "application/vnd.cyclonedx+json; version=1.6";

/// Returns the document's text.
pub(super) fn of(account: &Account<'_>) -> String {
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    let mut main = main(account);
    let mut needed = Vec::new();
    if let Some(program) = account.program {
        for (place, one) in program.crates.iter().enumerate() {
            let depends_on = one.uses.iter().map(|&used| reference(&program.crates[used].of)).collect();
            if place == program.root {
                needed = depends_on;
            } else {
                dependencies.push(Dependency { of: reference(&one.of), depends_on });
                components.push(of_crate(&one.of, one.role));
            }
        }
        let library = standard_library(account.rustc());
        needed.push(library.reference.clone());
        components.push(library);
    }
    for shipped in account.shipped {
        let component = of_shipped(shipped, account.asset);
        needed.push(component.reference.clone());
        components.push(component);
    }
    let listed = components.iter().map(|component| component.reference.clone());
    let with_own: Vec<_> = dependencies.iter().map(|one| one.of.clone()).collect();
    let without: Vec<_> = listed.filter(|reference| !with_own.contains(reference)).collect();
    dependencies.extend(without.into_iter().map(|of| Dependency { of, depends_on: Vec::new() }));
    dependencies.insert(0, Dependency { of: main.reference.clone(), depends_on: needed });
    main.external_references = account.layers.iter().map(|layer| of_layer(layer)).collect();

    let bom = Bom {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        format: "CycloneDX",
        spec_version: "1.6",
        serial_number: format!("urn:uuid:{}", serial(account.asset.sha256)),
        version: 1,
        metadata: Metadata {
            lifecycles: [Lifecycle { phase: "build" }],
            tools: Tools { components: [tool()] },
            component: main,
        },
        components,
        dependencies,
    };
    super::json(&bom)
}

/// Returns the serial number of a zip's document: a UUID of version 8 from its digest.
fn serial(zip: Sha256) -> uuid::Uuid {
    let digits = zip.to_string();
    let number = u128::from_str_radix(&digits[..32], 16).unwrap_or_default();
    Builder::from_custom_bytes(number.to_be_bytes()).into_uuid()
}

fn tool() -> Component {
    Component {
        kind: Kind::Application,
        name: "iacgen".to_owned(),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        ..Component::default()
    }
}

/// The zip itself: a handler with all that it needs, or a layer.
fn main(account: &Account<'_>) -> Component {
    let asset = account.asset;
    let property = |name, value: &str| Property { name, value: value.to_owned() };
    let mut component = Component {
        hashes: sha256(asset.sha256),
        properties: vec![
            property("iacgen:architecture", asset.architecture.as_str()),
            property("iacgen:target", triple(asset.architecture)),
        ],
        ..Component::default()
    };
    if let Some(program) = account.program {
        let root = program.root();
        component.kind = Kind::Application;
        component.reference = reference(root);
        component.name.clone_from(&root.name);
        component.version = Some(root.version.clone());
        component.licenses = licenses(&root.license);
        component.properties.push(property("iacgen:profile", PROFILE));
        component.properties.push(property("iacgen:rustc", &account.toolchain.identity));
    } else {
        component.kind = Kind::File;
        component.reference = format!("layer:{}", asset.name);
        component.name.clone_from(&asset.name);
        component.description = Some("A layer of Lambda functions.".to_owned());
    }
    component
}

fn of_crate(one: &Crate, role: Role) -> Component {
    let scope = match role {
        Role::Linked => Scope::Required,
        Role::BuildOnly => Scope::Excluded,
    };
    let mut properties = Vec::new();
    if let Source::Folder { path } = &one.source {
        properties.push(Property { name: "iacgen:folder", value: path.to_string() });
    }
    Component {
        reference: reference(one),
        name: one.name.clone(),
        version: Some(one.version.clone()),
        scope: Some(scope),
        hashes: one.checksum.map(sha256).unwrap_or_default(),
        licenses: licenses(&one.license),
        purl: purl::of_crate(one),
        properties,
        ..Component::default()
    }
}

fn standard_library(rustc: &str) -> Component {
    Component {
        reference: format!("rust-std@{rustc}"),
        name: "std".to_owned(),
        version: Some(rustc.to_owned()),
        description: Some("Rust's standard library.".to_owned()),
        scope: Some(Scope::Required),
        licenses: vec![LicenseChoice::Expression(super::licenses::STANDARD_LIBRARY_LICENSE.to_owned())],
        cpe: Some(format!("cpe:2.3:a:rust-lang:rust:{rustc}:*:*:*:*:*:*:*")),
        ..Component::default()
    }
}

fn of_shipped(shipped: &Shipped, asset: &PackagedAsset) -> Component {
    let hashes = |path: &str| digest_of(asset, path).map(sha256).unwrap_or_default();
    let found_at = |path: &str| Some(Evidence { occurrences: [Occurrence { location: path.to_owned() }] });
    match shipped {
        Shipped::OnnxRuntime { library, pinned } => Component {
            reference: format!("onnxruntime:{library}"),
            name: "onnxruntime".to_owned(),
            version: pinned.as_ref().map(|pinned| pinned.version.clone()),
            description: Some("ONNX Runtime.".to_owned()),
            scope: Some(Scope::Required),
            hashes: hashes(library),
            licenses: pinned.iter().map(|_| LicenseChoice::Expression("MIT".to_owned())).collect(),
            purl: pinned.as_ref().map(|pinned| purl::of_pypi("onnxruntime", &pinned.version)),
            evidence: found_at(library),
            ..Component::default()
        },
        Shipped::Model { path, file, data, optimized } => Component {
            kind: Kind::MachineLearningModel,
            reference: format!("model:{file}"),
            name: path.to_string(),
            scope: Some(Scope::Required),
            hashes: hashes(file),
            pedigree: optimized.as_ref().map(|optimized| Pedigree {
                ancestors: [Box::new(Component {
                    kind: Kind::MachineLearningModel,
                    name: path.to_string(),
                    hashes: sha256(optimized.from),
                    ..Component::default()
                })],
                notes: optimized.how.clone(),
            }),
            components: data
                .iter()
                .map(|file| Component {
                    kind: Kind::Data,
                    name: file.clone(),
                    hashes: hashes(file),
                    ..Component::default()
                })
                .collect(),
            evidence: found_at(file),
            ..Component::default()
        },
    }
}

/// Points to the document of a layer, as CycloneDX's BOM-Link does.
fn of_layer(layer: &PackagedAsset) -> ExternalReference {
    ExternalReference {
        kind: "bom",
        url: format!("urn:cdx:{}/1", serial(layer.sha256)),
        comment: format!("The layer {} that the function needs.", layer.name),
    }
}

fn reference(one: &Crate) -> String {
    match &one.source {
        Source::Folder { path } => format!("{path}#{}@{}", one.name, one.version),
        _ => purl::of_crate(one).unwrap_or_default(),
    }
}

fn licenses(license: &License) -> Vec<LicenseChoice> {
    match license {
        License::Expression(expression) => vec![LicenseChoice::Expression(expression.clone())],
        License::Other(name) => vec![LicenseChoice::License { name: name.clone() }],
        License::Unsaid => Vec::new(),
    }
}

fn sha256(content: Sha256) -> Vec<Hash> {
    vec![Hash { alg: "SHA-256", content }]
}

fn digest_of(asset: &PackagedAsset, path: &str) -> Option<Sha256> {
    asset.entries.iter().find(|entry| entry.path == path).map(|entry| entry.sha256)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::samples::{a_layer, a_program, a_toolchain, an_asset, shipped};
    use super::*;

    fn bill(account: &Account<'_>) -> Value {
        serde_json::from_str(&of(account)).unwrap()
    }

    fn component<'a>(bill: &'a Value, name: &str) -> &'a Value {
        bill["components"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()
    }

    #[test]
    fn a_functions_zip() {
        let (asset, program, toolchain, shipped) = (an_asset(), a_program(), a_toolchain(), shipped());
        let account = Account {
            project: "/nowhere".into(),
            asset: &asset,
            toolchain: &toolchain,
            program: Some(&program),
            shipped: &shipped,
            layers: &[],
        };
        let bill = bill(&account);
        let main = &bill["metadata"]["component"];
        assert_eq!(
            (&main["name"], &main["version"], &main["type"]),
            (&json!("hello"), &json!("0.1.0"), &json!("application"))
        );
        assert_eq!(main["hashes"], json!([{"alg": "SHA-256", "content": asset.sha256.to_string()}]));

        let words = component(&bill, "words");
        assert_eq!(words["purl"], "pkg:cargo/words@1.2.3");
        assert_eq!(words["hashes"][0]["content"], Sha256::of("words").to_string());
        assert_eq!(words["licenses"], json!([{"expression": "MIT OR Apache-2.0"}]));
        assert_eq!(
            (&words["scope"], &component(&bill, "tables")["scope"]),
            (&json!("required"), &json!("excluded"))
        );
        assert_eq!(component(&bill, "std")["version"], "1.95.0");
        let runtime = component(&bill, "onnxruntime");
        assert_eq!(runtime["hashes"][0]["content"], Sha256::of("library").to_string());
        assert_eq!(
            (&runtime["version"], &runtime["licenses"][0]["expression"]),
            (&json!("1.24.4"), &json!("MIT"))
        );
        let model = component(&bill, "models/m.onnx");
        assert_eq!(model["type"], "machine-learning-model");
        assert_eq!(model["hashes"][0]["content"], Sha256::of("model").to_string());
        assert_eq!(model["components"][0]["hashes"][0]["content"], Sha256::of("weights").to_string());
        assert_eq!(
            model["pedigree"]["ancestors"][0]["hashes"][0]["content"],
            Sha256::of("original").to_string()
        );

        assert_eq!(
            bill["dependencies"],
            json!([
                {
                    "ref": "functions/hello#hello@0.1.0",
                    "dependsOn": [
                        "pkg:cargo/words@1.2.3",
                        "rust-std@1.95.0",
                        "onnxruntime:lib/libonnxruntime.so.1",
                        "model:model.onnx",
                    ],
                },
                {"ref": "pkg:cargo/tables@2.0.0"},
                {"ref": "pkg:cargo/words@1.2.3", "dependsOn": ["pkg:cargo/tables@2.0.0"]},
                {"ref": "rust-std@1.95.0"},
                {"ref": "onnxruntime:lib/libonnxruntime.so.1"},
                {"ref": "model:model.onnx"},
            ])
        );
    }

    #[test]
    fn a_function_points_to_the_bill_of_its_layer() {
        let (asset, layer, toolchain, program) = (an_asset(), a_layer(), a_toolchain(), a_program());
        let of_layer = Account {
            project: "/nowhere".into(),
            asset: &layer,
            toolchain: &toolchain,
            program: None,
            shipped: &shipped()[..1],
            layers: &[],
        };
        let its = bill(&of_layer);
        assert_eq!(its["metadata"]["component"]["bom-ref"], "layer:onnxruntime");
        assert_eq!(its["components"].as_array().unwrap().len(), 1);
        let function =
            Account { asset: &asset, program: Some(&program), shipped: &[], layers: &[&layer], ..of_layer };
        let link = bill(&function)["metadata"]["component"]["externalReferences"][0]["url"].clone();
        let serial = its["serialNumber"].as_str().unwrap().strip_prefix("urn:uuid:").unwrap().to_owned();
        assert_eq!(link, format!("urn:cdx:{serial}/1"));
    }

    #[test]
    fn the_serial_number_is_a_uuid_of_the_digest() {
        let serial = serial(Sha256::of("zip"));
        assert_eq!((serial.get_version_num(), serial.get_variant()), (8, uuid::Variant::RFC4122));
        assert_ne!(serial, super::serial(Sha256::of("another")));
    }
}
