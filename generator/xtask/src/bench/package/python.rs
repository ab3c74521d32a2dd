//! The Python packages: what pip installs, the handler, the model, in a zip; and ONNX Runtime alone.

use std::fs;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use super::models::{MAKE_VIT, Model};
use super::partition::BATCH;
use super::process::Processors;
use super::stand::{Contestant, Language, MEMORY_MB, Size};
use crate::{root, say, tools};

const FOLDER: &str = "tests/benches/package/python";
/// What the functions' packages are installed from.
pub(super) const REQUIREMENTS: &str = "tests/benches/package/python/requirements.txt";
/// What ONNX Runtime asks for and inference never imports.
const NOT_IMPORTED: [&str; 7] =
    ["coloredlogs", "flatbuffers", "humanfriendly", "mpmath", "packaging", "protobuf", "sympy"];

/// The Python of the functions, and another that installs and measures.
#[derive(Debug)]
pub(super) struct Python {
    /// The functions' interpreter. It lies in the operating system, which is all that they see of this machine.
    system: Utf8PathBuf,
    /// Its version, such as `3.11.2`.
    version: String,
    /// In an environment that holds what the requirements pin.
    tools: Utf8PathBuf,
}

/// A Python with torch: its version and torch's, and where it is.
#[derive(Debug)]
pub(super) struct Torch {
    interpreter: Utf8PathBuf,
    /// Such as `torch 1.13.1`.
    pub(super) version: String,
}

/// What ONNX Runtime alone used for the shard.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(super) struct Bare {
    pub(super) cpu_s: f64,
    pub(super) wall_s: f64,
}

/// What `pack.py` made.
#[derive(Debug, Deserialize)]
struct Packed {
    sha256: String,
    #[serde(flatten)]
    size: Size,
}

impl Python {
    /// Finds the system's interpreter and installs the environment.
    ///
    /// # Errors
    /// When the interpreter lies elsewhere or the packages cannot be installed.
    pub(super) fn find(system: &Utf8Path) -> Result<Self> {
        let script = "import os, sys; print(os.path.realpath(sys.executable), *sys.version_info[:3])";
        let told = tools::read(Command::new(system).args(["-c", script]))?;
        let Some((path, version)) = told.trim().split_once(' ') else {
            bail!("`{system}` does not say its version");
        };
        if !path.starts_with("/usr/") {
            bail!(
                "`{system}` is {path}; the functions see only the operating system: give one below /usr with `--python`"
            );
        }
        let tools = tools::python("bench-package", Utf8Path::new(REQUIREMENTS))?;
        Ok(Self { system: path.into(), version: version.replace(' ', "."), tools })
    }

    /// Returns the functions' version of Python.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// Returns an interpreter with NumPy and ONNX Runtime.
    pub(super) fn tools(&self) -> &Utf8Path {
        &self.tools
    }

    /// Installs for the functions' interpreter what the requirements pin, into a new folder.
    ///
    /// # Errors
    /// When pip fails.
    pub(super) fn install(&self, site: &Utf8Path) -> Result<()> {
        say("    installing the Python handler's packages");
        let minor = self.version.rsplit_once('.').map_or(self.version.as_str(), |(minor, _)| minor);
        tools::run(Command::new(&self.tools).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--root-user-action=ignore",
            "--require-hashes",
            "--only-binary=:all:",
            "--no-deps",
            "--no-compile",
            "--implementation=cp",
            "--python-version",
            minor,
            "--target",
            site.as_str(),
            "-r",
            root().join(REQUIREMENTS).as_str(),
        ]))
    }

    /// Zips the handler with a model: as pip installs what it needs, which only counts, and lean, which runs.
    ///
    /// # Errors
    /// When it cannot be zipped.
    pub(super) fn package(&self, site: &Utf8Path, model: &Model, out: &Utf8Path) -> Result<Contestant> {
        let source = root().join(FOLDER);
        let pack = |left_out: &[&str]| {
            let mut command = Command::new(&self.system);
            command.arg(source.join("pack.py"));
            command.args(["--site", site.as_str(), "--python", self.system.as_str(), "--out", out.as_str()]);
            command.args(left_out.iter().flat_map(|name| ["--leave-out", name]));
            command.args([
                format!("handler.py={}", source.join("handler.py")),
                format!("tensorfile.py={}", source.join("tensorfile.py")),
                format!("model.py={}", source.join("onnx_model.py")),
                format!("model.onnx={}", model.path),
            ]);
            packed(&mut command, out, Language::Python)
        };
        let (installed, lean) = thread::scope(|scope| {
            let installed = scope.spawn(|| pack(&[]));
            let lean = pack(&NOT_IMPORTED);
            (installed.join(), lean)
        });
        let installed = installed.map_err(|_| anyhow!("packing panicked"))??;
        fs::remove_file(&installed.package)
            .with_context(|| format!("cannot remove {}", installed.package))?;
        Ok(Contestant { installed: Some(installed.size), ..lean? })
    }

    /// Runs the model over the shard without a handler.
    ///
    /// # Errors
    /// When it fails.
    pub(super) fn bare(
        &self,
        model: &Utf8Path,
        partition: &Utf8Path,
        processors: Processors,
    ) -> Result<Bare> {
        let mut command = Command::new(&self.tools);
        command
            .arg(root().join(FOLDER).join("bare.py"))
            .args([model.as_str(), partition.as_str(), "--batch", &BATCH.to_string()])
            .args(["--processor", &processors.functions.to_string()])
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MEMORY_MB.to_string());
        serde_json::from_str(&tools::read(&mut command)?).context("ONNX Runtime alone wrote something else")
    }
}

impl Torch {
    /// Asks an interpreter for torch.
    ///
    /// # Errors
    /// When it has none.
    pub(super) fn find(interpreter: &Utf8Path) -> Result<Self> {
        let script = "import torch; print('torch', torch.__version__)";
        let version = tools::read(Command::new(interpreter).args(["-c", script])).with_context(|| {
            format!(
                "`{interpreter}` has no torch that starts; Debian has a build without CUDA: python3-torch"
            )
        })?;
        Ok(Self { interpreter: interpreter.to_owned(), version: version.trim().to_owned() })
    }

    /// Zips the handler with the vision transformer in torch, without torch and NumPy, which are the interpreter's.
    ///
    /// # Errors
    /// When it cannot be zipped.
    pub(super) fn package(&self, python: &Python, site: &Utf8Path, work: &Utf8Path) -> Result<Contestant> {
        let source = root().join(FOLDER);
        let weights = work.join("torch");
        tools::run(Command::new(&python.tools).args([
            source.join("torch_weights.py"),
            root().join(MAKE_VIT),
            weights.clone(),
        ]))?;
        let out = work.join("assets");
        let mut command = Command::new(&self.interpreter);
        command.arg(source.join("pack.py"));
        command.args(["--site", site.as_str(), "--python", self.interpreter.as_str(), "--out", out.as_str()]);
        command.args(
            NOT_IMPORTED.iter().chain(&["numpy", "onnxruntime"]).flat_map(|name| ["--leave-out", name]),
        );
        command.args([
            format!("handler.py={}", source.join("handler.py")),
            format!("tensorfile.py={}", source.join("tensorfile.py")),
            format!("model.py={}", source.join("torch_model.py")),
            format!("weights.bin={}", weights.join("weights.bin")),
            format!("weights.json={}", weights.join("weights.json")),
        ]);
        packed(&mut command, &out, Language::Torch)
    }
}

/// Runs the packer.
fn packed(command: &mut Command, out: &Utf8Path, language: Language) -> Result<Contestant> {
    fs::create_dir_all(out).with_context(|| format!("cannot make {out}"))?;
    let packed: Packed =
        serde_json::from_str(&tools::read(command)?).context("the packer wrote something unexpected")?;
    Ok(Contestant {
        language,
        package: out.join(format!("{}.zip", packed.sha256)),
        size: packed.size,
        installed: None,
    })
}
