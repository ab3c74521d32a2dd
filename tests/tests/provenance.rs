//! What lies beside the packages and accounts for them, before judges that are not us: CycloneDX's schema, in-toto's and
//! SLSA's types, and the reader of what `cargo auditable` writes.
#![expect(clippy::expect_used, reason = "a test that cannot go on must stop")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::process::Command;
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Sha256;
use iacgen_package::{AssetsLock, PackagedAsset};
use iacgen_tests::packaged;
use serde_json::Value;
use xtask::{root, tools};

const THIRD_PARTY: &str = "licenses/THIRD-PARTY.txt";

/// Returns the folder of the packages, and what was packaged: functions and layers.
fn assets() -> (Utf8PathBuf, AssetsLock) {
    let (_, folder) = packaged();
    let lock = AssetsLock::read(&root().join("target/iacgen/assets.lock")).expect("the lock can be read");
    assert!(!lock.functions().is_empty());
    (folder, lock)
}

fn bill_of(folder: &Utf8Path, asset: &PackagedAsset) -> Utf8PathBuf {
    folder.join(format!("{}.cdx.json", asset.sha256))
}

fn statement_of(folder: &Utf8Path, asset: &PackagedAsset) -> Utf8PathBuf {
    folder.join(format!("{}.provenance.json", asset.sha256))
}

fn json(path: &Utf8Path) -> Value {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_slice(&text).expect("the document is JSON")
}

fn member(zip: &Utf8Path, path: &str) -> Vec<u8> {
    let file = File::open(zip).expect("the package can be opened");
    let mut archive = zip::ZipArchive::new(file).expect("the package is a zip");
    let mut bytes = Vec::new();
    let mut member = archive.by_name(path).unwrap_or_else(|error| panic!("{zip}: {path}: {error}"));
    member.read_to_end(&mut bytes).expect("the member can be read");
    bytes
}

/// Names and versions of the crates in a bill that have the scope, the program's own crate left out.
fn crates(bill: &Value, scope: &str) -> BTreeSet<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let components = bill["components"].as_array().expect("a bill has components");
    components
        .iter()
        .filter(|one| one["scope"] == scope && one["type"] == "library")
        .filter(|one| one["name"] != "std" && one["name"] != "onnxruntime")
        .map(|one| (text(&one["name"]), text(&one["version"])))
        .collect()
}

/// Runs the judge and returns whether it is content, and what it said.
fn judged(files: &[Utf8PathBuf]) -> (bool, String) {
    static PYTHON: OnceLock<Utf8PathBuf> = OnceLock::new();
    let python = PYTHON.get_or_init(|| {
        tools::python("provenance", Utf8Path::new("tests/lint/requirements-provenance.txt"))
            .expect("the judges install")
    });
    let mut command = Command::new(python);
    command.arg(root().join("tests/lint/provenance.py")).arg(root().join("deny.toml")).args(files);
    let output = command.output().expect("the judge starts");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}

#[test]
fn the_documents_hold_to_their_specifications() {
    let (folder, lock) = assets();
    let all = lock.functions().iter().chain(lock.layers());
    let files: Vec<_> =
        all.flat_map(|asset| [bill_of(&folder, asset), statement_of(&folder, asset)]).collect();
    let (ok, said) = judged(&files);
    assert!(ok && said == format!("{} documents, 0 findings\n", files.len()), "{said}");
}

#[test]
fn the_judges_would_find_something() {
    let (folder, lock) = assets();
    let bill = bill_of(&folder, &lock.functions()[0]);
    let statement = statement_of(&folder, &lock.functions()[0]);
    let temporary = tempfile::tempdir().expect("a folder can be made");
    let temporary = Utf8Path::from_path(temporary.path()).expect("its path is UTF-8");
    for (number, (file, right, wrong, said)) in [
        (&bill, "\"scope\": \"excluded\"", "\"scope\": \"unneeded\"", "'unneeded' is not one of"),
        (&bill, "\"expression\": \"Zlib\"", "\"expression\": \"GPL-3.0-only\"", "not among the licences"),
        (&bill, "\"ref\": \"rust-std", "\"ref\": \"other-std", "told without a component"),
        (&statement, "\"byproducts\"", "\"leftovers\"", "no field named \"leftovers\""),
        (&statement, "\"subject\"", "\"object\"", "no field named \"object\""),
    ]
    .into_iter()
    .enumerate()
    {
        let text = fs::read_to_string(file).expect("the document can be read");
        assert!(text.contains(right), "{file} does not hold {right}");
        let path = temporary.join(format!("{number}-{}", file.file_name().unwrap_or_default()));
        fs::write(&path, text.replace(right, wrong)).expect("the file can be written");
        let (ok, findings) = judged(&[path]);
        assert!(!ok && findings.contains(said), "{wrong}: {findings}");
    }
}

#[test]
fn the_program_its_licences_and_its_bill_name_the_same_crates() {
    let (folder, lock) = assets();
    for asset in lock.functions() {
        let bill = json(&bill_of(&folder, asset));
        let zip = folder.join(asset.file_name());
        let bootstrap = member(&zip, "bootstrap");
        let audited = auditable_info::audit_info_from_slice(&bootstrap, 1 << 20)
            .expect("the reader of cargo auditable's data finds it");
        let root = audited.packages.iter().find(|package| package.root).expect("one crate is the program's");
        assert_eq!(bill["metadata"]["component"]["name"], root.name);
        for (scope, kind) in [("required", "Runtime"), ("excluded", "Build")] {
            let of_kind =
                audited.packages.iter().filter(|one| !one.root && format!("{:?}", one.kind) == kind);
            let in_program: BTreeSet<_> =
                of_kind.map(|one| (one.name.clone(), one.version.to_string())).collect();
            assert!(!in_program.is_empty());
            assert_eq!(in_program, crates(&bill, scope), "{}: {scope}", asset.name);
        }
        let text = String::from_utf8(member(&zip, THIRD_PARTY)).expect("the licences are UTF-8");
        for (name, version) in crates(&bill, "required") {
            let listed = text.contains(&format!("\n{name} {version} | ")) // a line of its own, or
                || text.contains(&format!("{name} {version},")) // among the project's own
                || text.contains(&format!("{name} {version}."));
            assert!(listed, "{}: {name} {version} is not in {THIRD_PARTY}", asset.name);
        }
        assert!(!text.contains("| no text\n"), "{}: {text}", asset.name);
    }
}

#[test]
fn the_provenance_is_of_the_zip_and_of_the_bill() {
    let (folder, lock) = assets();
    for asset in lock.functions().iter().chain(lock.layers()) {
        let statement = json(&statement_of(&folder, asset));
        let zip = fs::read(folder.join(asset.file_name())).expect("the package can be read");
        assert_eq!(statement["subject"][0]["digest"]["sha256"], Sha256::of(zip).to_string());
        let byproducts = statement["predicate"]["runDetails"]["byproducts"].as_array().expect("a list");
        let (bill, files) = byproducts.split_last().expect("the bill at least");
        let text = fs::read(bill_of(&folder, asset)).expect("the bill can be read");
        assert_eq!(bill["digest"]["sha256"], Sha256::of(text).to_string());
        let named: Vec<_> = files.iter().map(|file| file["name"].as_str().unwrap_or_default()).collect();
        let entries: Vec<_> = asset.entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(named, entries);
    }
}

#[test]
fn the_documents_name_neither_this_machine_nor_a_registry() {
    let (folder, lock) = assets();
    for asset in lock.functions().iter().chain(lock.layers()) {
        for path in [bill_of(&folder, asset), statement_of(&folder, asset)] {
            let text = fs::read_to_string(&path).expect("the document can be read");
            for wrong in [root().as_str(), "/registry/", "index.crates", "crates.io-index"] {
                assert!(!text.contains(wrong), "{path} holds {wrong}");
            }
        }
    }
}
