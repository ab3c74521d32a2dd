//! What is asked of the packager.

use camino::Utf8PathBuf;
use iacgen_aws_types::Architecture;
use iacgen_tensors::{OnnxRuntimeVersion, TensorContract};

use crate::deflate::Compression;
use crate::limits::Upload;
use crate::lock::AssetsLock;
use crate::model::ModelOptimization;

/// A function to package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageRequest {
    /// The function's id in the workflow, such as `infer`.
    pub name: String,
    /// The folder of the handler's crate, relative to the project, such as `functions/infer`.
    pub handler: Utf8PathBuf,
    /// The instruction set to build for.
    pub architecture: Architecture,
    /// The model, with which ONNX Runtime comes.
    pub model: Option<ModelRequest>,
    /// How many layers it has already; five are allowed.
    pub layers: usize,
}

/// A model to package, and ONNX Runtime with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRequest {
    /// The ONNX file, relative to the project.
    pub path: Utf8PathBuf,
    /// The library that runs it, and that optimises it ahead.
    pub library: RuntimeLibrary,
    /// Whether the model is optimised ahead.
    pub optimization: ModelOptimization,
    /// What the model takes and gives, for the comparison of what was optimised.
    pub tensors: Option<TensorContract>,
    /// Whether the library and the model lie in the function's own zip or in layers.
    pub placement: Placement,
}

/// A build of ONNX Runtime.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuntimeLibrary {
    /// The pinned one of a version.
    Pinned(OnnxRuntimeVersion),
    /// A file of the project, relative to it.
    Own(Utf8PathBuf),
}

impl Default for RuntimeLibrary {
    fn default() -> Self {
        Self::Pinned(OnnxRuntimeVersion::default())
    }
}

/// Where what several functions need lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Placement {
    /// In a layer where at least two functions share it, since then it is uploaded and stored once; else in the zip.
    #[default]
    Smallest,
    /// In each function's zip.
    Zip,
    /// In a layer, also for one function: a change of its code then uploads the code alone.
    Layer,
}

/// Where things go and how they are made. Relative paths are relative to the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageOptions {
    /// The folder of the zips.
    pub assets: Utf8PathBuf,
    /// The folder of what only saves time: downloads, compressed libraries, digests of files. It may be deleted.
    pub cache: Utf8PathBuf,
    /// Cargo's target folder.
    pub target: Utf8PathBuf,
    /// What was packaged here before.
    pub recorded: AssetsLock,
    /// How hard to compress. Part of the inputs: the two give different zips.
    pub compression: Compression,
    /// How to compile for the machine's own architecture.
    pub compiler: Compiler,
    /// How the zips will reach Lambda.
    pub upload: Upload,
}

/// How to compile for the machine's own architecture. Another architecture always needs cargo-zigbuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compiler {
    /// Plain cargo with the machine's linker and C library.
    #[default]
    Cargo,
    /// cargo-zigbuild against glibc 2.34: the same on every machine, whatever its C library.
    Zigbuild,
}
