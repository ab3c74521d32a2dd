//! What is asked of the packager.

use camino::Utf8PathBuf;
use iacgen_aws_types::Architecture;

use crate::deflate::Compression;
use crate::limits::Upload;
use crate::lock::AssetsLock;

/// A function to package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageRequest {
    /// The function's id in the workflow, such as `infer`.
    pub name: String,
    /// The folder of the handler's crate, relative to the project, such as `functions/infer`.
    pub handler: Utf8PathBuf,
    /// The instruction set to build for.
    pub architecture: Architecture,
    /// The ONNX file, relative to the project. With it comes ONNX Runtime.
    pub model: Option<Utf8PathBuf>,
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
    /// What was packaged before, as `assets.lock` has it.
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
    /// cargo-zigbuild against glibc 2.34, for machines whose C library is newer than the runtime's.
    Zigbuild,
}
