//! The digests of everything a package is made from.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use crate::asset::Inputs;
use crate::companion::{Companion, Workplace};
use crate::compile::PROFILE;
use crate::deflate::{COMPRESSOR, Compression};
use crate::dependencies::Decisive;
use crate::digest::FileDigests;
use crate::error::PackageError;
use crate::request::PackageRequest;
use crate::toolchain::triple;
use crate::tree::{self, relative};
use crate::workspace::Handler;

/// The number of the way packages are made. Raise it with every change that gives other bytes for equal inputs.
const RECIPE: u32 = 3;
/// Files of the workspace that decide about a build. Those that do not exist do not count.
const WORKSPACE_FILES: [&str; 3] = ["rust-toolchain.toml", "rust-toolchain", ".cargo/config.toml"];
/// Those of which only a part decides, as [`Decisive`] has it.
const PARTLY: [&str; 2] = ["Cargo.lock", "Cargo.toml"];

/// What all functions of one build have in common.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) toolchain: String,
    pub(crate) driver: String,
    pub(crate) flags: Vec<String>,
    pub(crate) compression: Compression,
    /// The crates built in one run of cargo, relative to the project.
    pub(crate) together: Vec<String>,
    /// What of the workspace's files decides about them.
    pub(crate) decisive: Decisive,
    /// Where packaging itself writes, absolute: never an input.
    pub(crate) outputs: Vec<Utf8PathBuf>,
}

/// Inputs of one function, and the files they cover.
#[derive(Debug)]
pub(crate) struct Collected {
    pub(crate) inputs: Inputs,
    covered: BTreeSet<Utf8PathBuf>,
    outputs: Vec<Utf8PathBuf>,
}

impl Collected {
    /// Takes in the files and folders that the compiler read and that no other input covers. A build script may name
    /// one that does not exist; it counts once it does, since cargo then runs the script again.
    pub(crate) fn also_read(
        &mut self,
        project: &Utf8Path,
        paths: &[Utf8PathBuf],
        digests: &mut FileDigests,
    ) -> Result<(), PackageError> {
        for path in paths.iter().filter(|path| !self.covered.contains(*path)) {
            if let Some(digest) = tree::digest_at(path, &self.outputs, digests)? {
                self.inputs.also_read.insert(relative(project, path), digest);
            }
        }
        Ok(())
    }

    /// Digests again what the compiler read the last time. What is gone is left out, and so shows.
    pub(crate) fn as_before(
        &mut self,
        project: &Utf8Path,
        before: &Inputs,
        digests: &mut FileDigests,
    ) -> Result<(), PackageError> {
        for path in before.also_read.keys() {
            if let Some(digest) = tree::digest_at(&project.join(path), &self.outputs, digests)? {
                self.inputs.also_read.insert(path.clone(), digest);
            }
        }
        Ok(())
    }
}

/// Returns the input that says how zips are made.
pub(crate) fn recipe(compression: Compression) -> (String, String) {
    ("recipe".to_owned(), format!("{RECIPE}, {COMPRESSOR} level {}", compression.level()))
}

/// Digests the inputs of `request`, of which `layers` lie outside of its zip.
pub(crate) fn collect(
    at: Workplace<'_>,
    request: &PackageRequest,
    handler: &Handler,
    layers: &[Companion],
    shared: &Shared,
    digests: &mut FileDigests,
) -> Result<Collected, PackageError> {
    let project = at.project;
    let mut parts = BTreeMap::from([
        recipe(shared.compression),
        ("toolchain".to_owned(), shared.toolchain.clone()),
        ("compiler".to_owned(), shared.driver.clone()),
        ("target".to_owned(), triple(request.architecture).to_owned()),
        ("profile".to_owned(), PROFILE.to_owned()),
        ("rustflags".to_owned(), shared.flags.join(" ")),
        ("built together".to_owned(), shared.together.join(" ")),
        ("dependencies in Cargo.lock".to_owned(), shared.decisive.lock.to_string()),
        ("manifests".to_owned(), shared.decisive.manifests.to_string()),
    ]);
    let mut covered: BTreeSet<_> = PARTLY.iter().map(|name| handler.workspace.join(name)).collect();
    for name in WORKSPACE_FILES {
        let path = handler.workspace.join(name);
        if path.is_file() {
            parts.insert(format!("file {}", relative(project, &path)), digests.of(&path)?.to_string());
            covered.insert(path);
        }
    }
    for (folder, sources) in &handler.crates {
        let files = tree::source_files(folder, sources, &shared.outputs)?;
        let digest = tree::digest(folder, &files, digests)?;
        parts.insert(format!("crate {}", relative(project, folder)), digest.to_string());
        covered.extend(files);
    }
    if let Some(model) = &request.model
        && !project.join(&model.path).is_file()
    {
        let function = request.name.clone();
        return Err(PackageError::NoModel { function, model: model.path.clone() });
    }
    for companion in Companion::of(request) {
        let identity = companion.identity(at, request.architecture, digests)?;
        let place = if layers.contains(&companion) { ", in a layer" } else { "" };
        parts.insert(companion.input_name(), format!("{identity}{place}"));
    }
    Ok(Collected {
        inputs: Inputs { parts, also_read: BTreeMap::new() },
        covered,
        outputs: shared.outputs.clone(),
    })
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fs;

    use iacgen_assembly::Sha256;
    use iacgen_aws_types::Architecture;

    use super::*;
    use crate::model::{ModelOptimization, ModelOptimizer, OptimizeTask, OptimizeVerdict};
    use crate::request::{ModelRequest, Placement, RuntimeLibrary};
    use crate::workspace::Sources;

    const MODEL: &[u8] =
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/photoz/photoz.onnx"));

    fn write(root: &Utf8Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A project with a handler and a shared crate that has a build script.
    fn project(root: &Utf8Path) -> Handler {
        write(root, "Cargo.toml", "[workspace]");
        write(root, "Cargo.lock", "version = 4");
        write(root, "functions/f/Cargo.toml", "[package]");
        write(root, "functions/f/src/main.rs", "fn main() {}");
        write(root, "shared/Cargo.toml", "[package]");
        write(root, "shared/build.rs", "fn main() {}");
        write(root, "shared/schema/a.txt", "a");
        fs::create_dir(root.join("models")).unwrap();
        fs::write(root.join("models/m.onnx"), MODEL).unwrap();
        Handler {
            workspace: root.to_owned(),
            package_id: "f".to_owned(),
            binary: "f".to_owned(),
            crates: BTreeMap::from([
                (root.join("functions/f"), Sources::Folders(vec![root.join("functions/f/src")])),
                (root.join("shared"), Sources::WholeCrate),
            ]),
        }
    }

    fn request() -> PackageRequest {
        PackageRequest {
            name: "f".to_owned(),
            handler: "functions/f".into(),
            architecture: Architecture::X86_64,
            model: Some(ModelRequest {
                path: "models/m.onnx".into(),
                library: RuntimeLibrary::default(),
                optimization: ModelOptimization::Never,
                tensors: None,
                placement: Placement::Smallest,
            }),
            layers: 0,
        }
    }

    struct NoOptimizer;

    impl ModelOptimizer for NoOptimizer {
        fn recipe(&self) -> String {
            "none".to_owned()
        }

        fn optimize(&self, _: &OptimizeTask<'_>) -> Result<OptimizeVerdict, Box<dyn Error + Send + Sync>> {
            Err("nothing is optimised here".into())
        }
    }

    fn at(root: &Utf8Path) -> Workplace<'_> {
        Workplace { project: root, cache: root, host: None, optimizer: &NoOptimizer }
    }

    fn shared() -> Shared {
        Shared {
            toolchain: "rustc 1.95.0".to_owned(),
            driver: "cargo".to_owned(),
            flags: vec![],
            compression: Compression::Release,
            together: vec!["functions/f".to_owned()],
            decisive: Decisive { lock: Sha256::of("lock"), manifests: Sha256::of("manifests") },
            outputs: vec![],
        }
    }

    fn inputs(root: &Utf8Path, handler: &Handler) -> Inputs {
        let shared = shared();
        collect(at(root), &request(), handler, &[], &shared, &mut FileDigests::default()).unwrap().inputs
    }

    /// Checks which inputs move when a file is written.
    fn check(path: &str, expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let handler = project(root);
        let before = inputs(root, &handler);
        write(root, path, "something else");
        assert_eq!(before.moved(&inputs(root, &handler)), expected, "{path}");
    }

    #[test]
    fn a_source_or_a_file_that_decides_about_the_build_moves_its_input() {
        check("functions/f/src/main.rs", &["crate functions/f"]);
        check("functions/f/src/deep/new.rs", &["crate functions/f"]);
        check("functions/f/Cargo.toml", &["crate functions/f"]);
        check("shared/schema/a.txt", &["crate shared"]);
        check("rust-toolchain.toml", &["file rust-toolchain.toml"]);
        check(".cargo/config.toml", &["file .cargo/config.toml"]);
    }

    #[test]
    fn another_model_moves_its_input() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let handler = project(root);
        let before = inputs(root, &handler);
        let mut model = MODEL.to_vec();
        // A field that no reader knows.
        model.extend([0xfa, 0x3e, 0x00]);
        fs::write(root.join("models/m.onnx"), model).unwrap();
        assert_eq!(before.moved(&inputs(root, &handler)), ["model models/m.onnx"]);
    }

    #[test]
    fn an_unrelated_file_moves_nothing() {
        for path in [
            "README.md",
            "Cargo.lock",
            "functions/f/tests/t.rs",
            "functions/f/README.md",
            "shared/target/x",
            "functions/g/src/main.rs",
        ] {
            check(path, &[]);
        }
        check("functions/f/src/.main.rs.swp", &[]);
        check("functions/f/src/main.rs~", &[]);
    }

    #[test]
    fn a_renamed_source_moves_its_crate() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let handler = project(root);
        let before = inputs(root, &handler);
        fs::rename(root.join("functions/f/src/main.rs"), root.join("functions/f/src/other.rs")).unwrap();
        assert_eq!(before.moved(&inputs(root, &handler)), ["crate functions/f"]);
    }

    #[test]
    fn a_file_that_only_the_compiler_named_counts_until_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let handler = project(root);
        let mut digests = FileDigests::default();
        let shared = shared();
        let collect =
            || collect(at(root), &request(), &handler, &[], &shared, &mut FileDigests::default()).unwrap();
        write(root, "assets/logo.txt", "one");
        let mut built = collect();
        let read = [root.join("functions/f/src/main.rs"), root.join("assets/logo.txt")];
        built.also_read(root, &read, &mut digests).unwrap();
        assert_eq!(built.inputs.also_read.keys().collect::<Vec<_>>(), ["assets/logo.txt"]);

        let mut again = collect();
        again.as_before(root, &built.inputs, &mut digests).unwrap();
        assert_eq!(again.inputs, built.inputs);
        fs::remove_file(root.join("assets/logo.txt")).unwrap();
        let mut gone = collect();
        gone.as_before(root, &built.inputs, &mut digests).unwrap();
        assert_eq!(built.inputs.moved(&gone.inputs), ["file assets/logo.txt"]);
    }

    #[test]
    fn a_missing_model_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let handler = project(root);
        fs::remove_file(root.join("models/m.onnx")).unwrap();
        let shared = shared();
        let error =
            collect(at(root), &request(), &handler, &[], &shared, &mut FileDigests::default()).unwrap_err();
        assert!(error.to_string().starts_with("the model `models/m.onnx` of `f` does not exist"), "{error}");
    }
}
