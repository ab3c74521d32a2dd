//! Packages a small project with the real compiler: twice in two folders, then again with changes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::error::Error;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Architecture;
use iacgen_package::{
    AssetsLock, Compiler, Compression, ModelOptimization, ModelOptimizer, ModelRequest, OptimizeTask,
    OptimizeVerdict, PackageError, PackageEvent, PackageOptions, PackageReport, PackageRequest,
    PackagedAsset, Placement, RuntimeLibrary, StaleReason, Upload, explain, package, package_part,
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
        layers: 0,
    }
}

fn model(path: &str) -> ModelRequest {
    ModelRequest {
        path: path.into(),
        library: RuntimeLibrary::default(),
        optimization: ModelOptimization::Auto,
        tensors: None,
        placement: Placement::Smallest,
    }
}

/// Nothing here is large enough to be optimised.
struct NoOptimizer;

impl ModelOptimizer for NoOptimizer {
    fn recipe(&self) -> String {
        "none".to_owned()
    }

    fn optimize(&self, task: &OptimizeTask<'_>) -> Result<OptimizeVerdict, Box<dyn Error + Send + Sync>> {
        Err(format!("{} is small", task.model).into())
    }
}

/// Packages, and returns the events without the compiler's own lines.
fn run(root: &Utf8Path, recorded: AssetsLock) -> (PackageReport, Vec<PackageEvent>) {
    let mut events = Vec::new();
    let report = package(root, &[request()], &options(recorded), &NoOptimizer, &mut |event| {
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

    let asset = &report.functions[0];
    let zip = one.join("out/assets").join(asset.file_name());
    assert_eq!(fs::metadata(&zip).unwrap().len(), asset.zip_bytes);
    assert_eq!(
        asset.entries.iter().map(|e| e.path.as_str()).collect::<Vec<_>>(),
        ["bootstrap", "licenses/THIRD-PARTY.txt"]
    );
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
    assert_ne!(changed.functions[0].sha256, asset.sha256);
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
    let with_model = PackageRequest { model: Some(model("models/photoz.onnx")), ..request() };
    let (_first, one) = temporary();
    let (_second, two) = temporary();
    let two = two.join("a longer name, with a space");
    let package = |root: &Utf8Path, cache: Utf8PathBuf| {
        let mut told = Vec::new();
        let options =
            PackageOptions { cache, compression: Compression::Development, ..options(AssetsLock::default()) };
        let report = package(root, std::slice::from_ref(&with_model), &options, &NoOptimizer, &mut |event| {
            if matches!(event, PackageEvent::Assumed { .. } | PackageEvent::MachinePath { .. }) {
                told.push(event);
            }
        })
        .unwrap();
        let zip = fs::read(root.join(options.assets).join(report.functions[0].file_name())).unwrap();
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
        report.functions[0].entries.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(),
        [
            "bootstrap",
            "lib/libonnxruntime.so.1",
            "licenses/THIRD-PARTY.txt",
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

/// The two functions are one crate, so that only the layers make them differ from functions of their own.
#[test]
fn what_two_functions_share_lies_in_layers() {
    let repository = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize_utf8().unwrap();
    let cache = repository.join("target/iacgen/cache");
    let (_folder, root) = temporary();
    project(&root);
    fs::create_dir(root.join("models")).unwrap();
    fs::copy(repository.join("models/photoz/photoz.onnx"), root.join("models/photoz.onnx")).unwrap();
    let request = |name: &str| PackageRequest {
        name: name.to_owned(),
        model: Some(model("models/photoz.onnx")),
        ..request()
    };
    let package = |requests: &[PackageRequest], recorded: AssetsLock| {
        let mut stale = Vec::new();
        let options = PackageOptions {
            cache: cache.clone(),
            compression: Compression::Development,
            ..options(recorded)
        };
        let report = package(&root, requests, &options, &NoOptimizer, &mut |event| {
            if let PackageEvent::Stale { function, .. } = event {
                stale.push(function);
            }
        })
        .unwrap();
        (report, stale)
    };
    let (report, _) = package(&[request("a"), request("b")], AssetsLock::default());
    let names =
        |asset: &PackagedAsset| asset.entries.iter().map(|entry| entry.path.clone()).collect::<Vec<_>>();
    assert_eq!(names(&report.functions[0]), ["bootstrap", "licenses/THIRD-PARTY.txt"]);
    assert_eq!(report.functions[0].layers, ["onnxruntime", "models/photoz.onnx"]);
    assert_eq!(report.functions[0].sha256, report.functions[1].sha256);
    assert_eq!(report.functions[0].variables["ORT_DYLIB_PATH"], "/opt/lib/libonnxruntime.so.1");
    let (model, library) = (&report.layers[1], &report.layers[0]);
    assert_eq!((library.name.as_str(), model.name.as_str()), ("onnxruntime", "models/photoz.onnx"));
    assert_eq!(names(library)[0], "lib/libonnxruntime.so.1");
    let path = &names(model)[0];
    assert_eq!(report.functions[0].variables["MODEL"], format!("/opt/{path}"));
    for layer in &report.layers {
        let zip = fs::read(root.join("out/assets").join(layer.file_name())).unwrap();
        assert_eq!(zip.len() as u64, layer.zip_bytes);
    }

    // Each zip is uploaded for itself: here the library's is the largest.
    let explained = explain(&root, &root.join("out/assets"), &report).unwrap();
    assert_eq!((explained[0].layers, explained[0].largest_zip_bytes), (2, library.zip_bytes));

    let (again, stale) = package(&[request("a"), request("b")], report.lock.clone());
    assert_eq!((again, stale), (report.clone(), Vec::new()));
    // A part is what it is among all: the library is shared with the one that is not wanted, which comes along.
    let options = PackageOptions { cache: cache.clone(), ..options(AssetsLock::default()) };
    let options = PackageOptions { compression: Compression::Development, ..options };
    let all = [request("a"), request("b"), PackageRequest { name: "c".to_owned(), ..self::request() }];
    let part = |wanted: &str| {
        let is_wanted = |request: &PackageRequest| request.name == wanted;
        package_part(&root, &all, &is_wanted, &options, &NoOptimizer, &mut |_| {}).unwrap()
    };
    assert_eq!((part("a").functions, part("a").layers), (report.functions.clone(), report.layers.clone()));
    let names: Vec<_> = part("c").functions.into_iter().map(|asset| asset.name).collect();
    assert_eq!((names, part("c").layers), (vec!["c".to_owned()], Vec::new()));
    // One function alone has all of it in its zip.
    let (alone, stale) = package(&[request("a")], report.lock);
    assert_eq!(stale, ["a"]);
    assert_eq!(alone.functions[0].entries.len(), 6);
    assert!(alone.layers.is_empty() && alone.functions[0].variables.is_empty());
}

#[test]
fn what_the_compiler_says_reaches_the_user() {
    let (_folder, root) = temporary();
    project(&root);
    write(&root, "functions/hello/src/main.rs", "fn main() { words::MISSING }");
    let error =
        package(&root, &[request()], &options(AssetsLock::default()), &NoOptimizer, &mut |_| {}).unwrap_err();
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
    let error = || {
        package(&root, &[request()], &options(AssetsLock::default()), &NoOptimizer, &mut |_| {}).unwrap_err()
    };
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
