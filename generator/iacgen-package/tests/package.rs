//! Packages a small project with the real compiler: twice in two folders, then again with changes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Architecture;
use iacgen_package::{
    AssetsLock, Compiler, Compression, PackageError, PackageEvent, PackageOptions, PackageReport,
    PackageRequest, StaleReason, Upload, package,
};

const HOST: Architecture =
    if cfg!(target_arch = "aarch64") { Architecture::Arm64 } else { Architecture::X86_64 };

const WORKSPACE: &str = r#"
[workspace]
members = ["functions/*", "words"]
resolver = "3"

[profile.lambda]
inherits = "release"
codegen-units = 1
lto = "fat"
panic = "abort"
strip = true
"#;
const LOCK: &str = r#"version = 4

[[package]]
name = "hello"
version = "0.1.0"
dependencies = ["words"]

[[package]]
name = "words"
version = "0.1.0"
"#;
const HELLO: &str = r#"
[package]
name = "hello"
version = "0.1.0"
edition = "2024"

[dependencies]
words = { path = "../../words" }
"#;
const WORDS: &str = r#"
[package]
name = "words"
version = "0.1.0"
edition = "2024"
"#;

fn write(root: &Utf8Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A handler over a library. Both would carry the folder's name, in a panic and in `file!`, and one reads a file that
/// stands outside of any source folder.
fn project(root: &Utf8Path) {
    write(root, "Cargo.toml", WORKSPACE);
    write(root, "Cargo.lock", LOCK);
    write(root, "functions/hello/Cargo.toml", HELLO);
    write(
        root,
        "functions/hello/src/main.rs",
        "fn main() { assert!(std::env::args().count() < 9, \"too many\"); println!(\"{} {}\", words::WORD, file!()); }",
    );
    write(root, "words/Cargo.toml", WORDS);
    let words =
        "pub const WORD: &str = include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../texts/word.txt\"));";
    write(root, "words/src/lib.rs", words);
    write(root, "texts/word.txt", "hello");
    write(root, "README.md", "A project.");
}

fn options(recorded: AssetsLock) -> PackageOptions {
    PackageOptions {
        assets: "out/assets".into(),
        cache: "out/cache".into(),
        target: "target".into(),
        recorded,
        compression: Compression::Release,
        compiler: Compiler::Cargo,
        upload: Upload::ThroughS3,
    }
}

fn request() -> PackageRequest {
    PackageRequest {
        name: "hello".to_owned(),
        handler: "functions/hello".into(),
        architecture: HOST,
        model: None,
    }
}

/// Packages, and returns the events without the compiler's own lines.
fn run(root: &Utf8Path, recorded: AssetsLock) -> (PackageReport, Vec<PackageEvent>) {
    let mut events = Vec::new();
    let report = package(root, &[request()], &options(recorded), &mut |event| {
        events.push(event);
    })
    .unwrap();
    events.retain(|event| !matches!(event, PackageEvent::CompilerLine { .. }));
    (report, events)
}

fn temporary() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    (folder, path)
}

fn stale(events: &[PackageEvent]) -> Option<&StaleReason> {
    events.iter().find_map(|event| match event {
        PackageEvent::Stale { reason, .. } => Some(reason),
        _ => None,
    })
}

#[test]
fn two_folders_give_one_zip_and_nothing_changed_builds_nothing() {
    let (_first, one) = temporary();
    let (_second, two) = temporary();
    let two = two.join("a longer name, with a space");
    project(&one);
    project(&two);
    let (report, events) = run(&one, AssetsLock::default());
    assert_eq!(stale(&events), Some(&StaleReason::New));
    assert!(!events.iter().any(|event| matches!(event, PackageEvent::MachinePath { .. })), "{events:?}");
    let (other, _) = run(&two, AssetsLock::default());
    assert_eq!(report, other); // digests of the zip and of every input

    let asset = &report.assets[0];
    let zip = one.join("out/assets").join(asset.file_name());
    assert_eq!(fs::metadata(&zip).unwrap().len(), asset.zip_bytes);
    assert_eq!(asset.entries.iter().map(|e| e.path.as_str()).collect::<Vec<_>>(), ["bootstrap"]);
    assert_eq!(asset.inputs.also_read.keys().collect::<Vec<_>>(), ["texts/word.txt"]);

    // The lock as a file, and a README that is no input.
    let path = one.join("out/assets.lock");
    report.lock.write(&path).unwrap();
    write(&one, "README.md", "Another text.");
    let (again, events) = run(&one, AssetsLock::read(&path).unwrap());
    assert_eq!(again, report);
    assert!(matches!(events.as_slice(), [PackageEvent::UpToDate { .. }]), "{events:?}");

    // A damaged zip is made again, the same.
    fs::write(&zip, "damaged").unwrap();
    let (again, events) = run(&one, report.lock.clone());
    assert_eq!(stale(&events), Some(&StaleReason::ZipMissing));
    assert_eq!(again, report);
    assert_eq!(fs::metadata(&zip).unwrap().len(), asset.zip_bytes);

    // A text that is compiled in.
    write(&one, "texts/word.txt", "good morning");
    let (changed, events) = run(&one, report.lock.clone());
    let moved = StaleReason::Moved { inputs: vec!["file texts/word.txt".to_owned()] };
    assert_eq!(stale(&events), Some(&moved));
    assert_ne!(changed.assets[0].sha256, asset.sha256);
}

/// Copies a folder of files and folders.
fn copy(from: &Utf8Path, to: &Utf8Path) {
    fs::create_dir_all(to).unwrap();
    for entry in from.read_dir_utf8().unwrap() {
        let (entry, to) = (entry.as_ref().unwrap(), to.join(entry.as_ref().unwrap().file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).unwrap();
        }
    }
}

/// The first takes ONNX Runtime from the repository's own cache, where it is downloaded the first time; the second
/// has a copy of the download, and compresses, checks and zips anew.
#[test]
fn a_model_and_onnx_runtime_give_one_zip_in_two_folders() {
    let repository = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize_utf8().unwrap();
    let shared = repository.join("target/iacgen/cache");
    let with_model = PackageRequest { model: Some("models/photoz.onnx".into()), ..request() };
    let (_first, one) = temporary();
    let (_second, two) = temporary();
    let two = two.join("a longer name, with a space");
    let package = |root: &Utf8Path, cache: Utf8PathBuf| {
        let mut told = Vec::new();
        let options =
            PackageOptions { cache, compression: Compression::Development, ..options(AssetsLock::default()) };
        let report = package(root, std::slice::from_ref(&with_model), &options, &mut |event| {
            if matches!(event, PackageEvent::Assumed { .. } | PackageEvent::MachinePath { .. }) {
                told.push(event);
            }
        })
        .unwrap();
        let zip = fs::read(root.join(options.assets).join(report.assets[0].file_name())).unwrap();
        (report, told, zip)
    };
    for root in [&one, &two] {
        project(root);
        fs::create_dir(root.join("models")).unwrap();
        fs::copy(repository.join("models/photoz/photoz.onnx"), root.join("models/photoz.onnx")).unwrap();
    }
    let (report, told, zip) = package(&one, shared.clone());
    copy(&shared.join("onnxruntime"), &two.join("out/cache/onnxruntime"));
    let (other, told_again, other_zip) = package(&two, "out/cache".into());
    assert_eq!(report, other);
    assert!(zip == other_zip, "the zips differ");
    assert_eq!(
        report.assets[0].entries.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(),
        [
            "bootstrap",
            "lib/libonnxruntime.so.1",
            "licenses/onnxruntime/LICENSE",
            "licenses/onnxruntime/ThirdPartyNotices.txt",
            "model.onnx"
        ]
    );
    // Both the bootstrap and the library need GCC's libraries, which is said once.
    assert_eq!(told, told_again);
    let assumed = |event: &PackageEvent| match event {
        PackageEvent::Assumed { functions, library, .. } => (functions.clone(), library.clone()),
        other => panic!("{other:?}"),
    };
    let libraries: Vec<_> = told.iter().map(assumed).collect();
    let distinct: std::collections::BTreeSet<_> = libraries.iter().collect();
    assert!(!libraries.is_empty() && distinct.len() == libraries.len(), "{told:?}");
    assert!(libraries.iter().all(|(functions, _)| *functions == ["hello"]), "{told:?}");
}

#[test]
fn what_the_compiler_says_reaches_the_user() {
    let (_folder, root) = temporary();
    project(&root);
    write(&root, "functions/hello/src/main.rs", "fn main() { words::MISSING }");
    let error = package(&root, &[request()], &options(AssetsLock::default()), &mut |_| {}).unwrap_err();
    assert!(matches!(error, PackageError::CompilationFailed { .. }), "{error}");
    let text = error.to_string();
    assert!(text.starts_with("compiling hello for "), "{text}");
    assert!(text.contains("error[E0425]: cannot find value `MISSING` in crate `words`"), "{text}");
}

#[test]
fn a_project_without_profile_or_lock_is_told_what_to_add() {
    let (_folder, root) = temporary();
    project(&root);
    write(&root, "Cargo.toml", "[workspace]\nmembers = [\"functions/*\", \"words\"]\nresolver = \"3\"\n");
    let error = || package(&root, &[request()], &options(AssetsLock::default()), &mut |_| {}).unwrap_err();
    let text = error().to_string();
    assert!(
        text.contains("has no profile `lambda`; add\n\n[profile.lambda]\ninherits = \"release\"\n"),
        "{text}"
    );
    let manifest =
        HELLO.replace("[dependencies]\n", "[dependencies]\nwords-of-others = { path = \"../../others\" }\n");
    write(&root, "functions/hello/Cargo.toml", &manifest);
    write(&root, "others/Cargo.toml", &WORDS.replace("words", "words-of-others"));
    write(&root, "others/src/lib.rs", "");
    assert!(matches!(error(), PackageError::CargoLockOutdated { .. }), "{}", error());
    fs::remove_file(root.join("Cargo.lock")).unwrap();
    assert!(error().to_string().ends_with("run `cargo generate-lockfile` and commit it"), "{}", error());
}
