//! Why packaging stops.

use std::io;

use camino::Utf8PathBuf;
use iacgen_aws_types::Architecture;

use crate::archive::ArchiveError;
use crate::deflate::DeflateError;
use crate::elf::ElfProblem;
use crate::limits::LimitExceeded;
use crate::model::ModelError;
use iacgen_assembly::Sha256;

/// Why packaging stops. Each says what to do where there is something to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The path.
        path: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {path}")]
    Write {
        /// The path.
        path: Utf8PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Packaging was told to end, by [`crate::end_children`].
    #[error("packaging was interrupted; what is finished stays, and nothing is half written")]
    Interrupted,
    /// A path is not UTF-8.
    #[error("the path {path} is not UTF-8, which package digests need; rename it")]
    NotUtf8 {
        /// The path, with the offending bytes replaced.
        path: String,
    },
    /// Two requests are for one function and architecture.
    #[error("the function `{function}` is requested twice for {architecture}")]
    RequestedTwice {
        /// The function.
        function: String,
        /// The architecture.
        architecture: Architecture,
    },
    /// The handler's folder is no crate.
    #[error(
        "the handler of `{function}` has no {manifest}; `handler` names the folder of a Rust crate, relative to the project"
    )]
    NoManifest {
        /// The function.
        function: String,
        /// The manifest that was looked for.
        manifest: Utf8PathBuf,
    },
    /// The handler's crate builds no program.
    #[error("the handler of `{function}`, the crate `{package}`, builds no program; add src/main.rs")]
    NoBinary {
        /// The function.
        function: String,
        /// The crate.
        package: String,
    },
    /// The handler's crate builds several programs and none stands out.
    #[error(
        "the handler of `{function}`, the crate `{package}`, builds several programs ({}); name one of them \
         `bootstrap` or `{package}`", .binaries.join(", ")
    )]
    SeveralBinaries {
        /// The function.
        function: String,
        /// The crate.
        package: String,
        /// Its programs.
        binaries: Vec<String>,
    },
    /// There is no Cargo.lock.
    #[error(
        "{path} does not exist, and without it two builds may differ; run `cargo generate-lockfile` and commit it"
    )]
    NoCargoLock {
        /// Where it would be.
        path: Utf8PathBuf,
    },
    /// Cargo.lock does not fit the manifests.
    #[error("{path} does not fit the manifests; run `cargo update --workspace` and commit it")]
    CargoLockOutdated {
        /// The lock.
        path: Utf8PathBuf,
    },
    /// The model is not there.
    #[error(
        "the model `{model}` of `{function}` does not exist; `model` names a file relative to the project"
    )]
    NoModel {
        /// The function.
        function: String,
        /// The model as it was asked for.
        model: Utf8PathBuf,
    },
    /// A zip that was packaged cannot be read.
    #[error("{path} cannot be read: {problem}; delete it and run `iacgen package` again")]
    ZipUnreadable {
        /// The zip.
        path: Utf8PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A function would have more layers than Lambda allows.
    #[error(
        "`{function}` would have {count} layers, and Lambda allows 5; set `onnxruntime: {{ place: zip }}`, or give it fewer layers of its own"
    )]
    TooManyLayers {
        /// The function.
        function: String,
        /// How many.
        count: usize,
    },
    /// The workspace has no profile for Lambda.
    #[error(
        "{manifest} has no profile `lambda`; add\n\n\
         [profile.lambda]\ninherits = \"release\"\ncodegen-units = 1\nlto = \"fat\"\nopt-level = \"s\"\npanic = \"abort\"\nstrip = true\n"
    )]
    NoProfile {
        /// The workspace's manifest.
        manifest: Utf8PathBuf,
    },
    /// A TOML file cannot be read.
    #[error("{path} is not valid TOML: {message}")]
    NotToml {
        /// The file.
        path: Utf8PathBuf,
        /// What the reader says.
        message: String,
    },
    /// The project's Cargo configuration sets flags in a way that cannot be joined with the packager's.
    #[error(
        "{path} sets `target.{selector}.rustflags`; packaging understands only `build.rustflags` and `target.<triple>.rustflags`, move them there"
    )]
    FlagsOfCfg {
        /// The configuration file.
        path: Utf8PathBuf,
        /// The `cfg(...)` selector.
        selector: String,
    },
    /// A program that packaging needs is not there.
    #[error("`{program}` was not found, and {purpose} needs it; install it with `{install}`")]
    ProgramMissing {
        /// The program.
        program: String,
        /// What for.
        purpose: String,
        /// The command that installs it.
        install: String,
    },
    /// The standard library for an architecture is not there.
    #[error("the Rust standard library for {triple} is not installed; install it with `{install}`")]
    NoStandardLibrary {
        /// The target.
        triple: String,
        /// The command that installs it.
        install: String,
    },
    /// A program failed.
    #[error("`{command}` failed ({status}):\n{stderr}")]
    ProgramFailed {
        /// The command line, shortened.
        command: String,
        /// How it ended.
        status: String,
        /// The end of what it said.
        stderr: String,
    },
    /// A program's answer is not of its documented form.
    #[error("`{command}` answered something unexpected: {problem}")]
    UnexpectedAnswer {
        /// The command line, shortened.
        command: String,
        /// What is wrong.
        problem: String,
    },
    /// The handlers do not compile.
    #[error("compiling {} for {architecture} failed:\n{stderr}", .functions.join(", "))]
    CompilationFailed {
        /// The functions compiled together.
        functions: Vec<String>,
        /// The architecture.
        architecture: Architecture,
        /// The end of the compiler's messages.
        stderr: String,
    },
    /// A file of the package will not run in the runtime.
    #[error("`{file}` in the package of `{function}` will not run: {problem}")]
    WillNotRun {
        /// The function.
        function: String,
        /// The file.
        file: String,
        /// Why.
        problem: Box<ElfProblem>,
    },
    /// A downloaded file is not the one that was pinned.
    #[error(
        "{file} of ONNX Runtime {version} has the SHA-256 {found}, and {expected} is pinned; it is not used"
    )]
    NotThePinnedFile {
        /// The file.
        file: String,
        /// ONNX Runtime's version.
        version: String,
        /// What was found.
        found: Sha256,
        /// What was expected.
        expected: Sha256,
    },
    /// A downloaded wheel cannot be opened.
    #[error("the wheel {path} cannot be read: {problem}")]
    WheelUnreadable {
        /// The wheel.
        path: Utf8PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The compressor failed.
    #[error(transparent)]
    Deflate(#[from] DeflateError),
    /// A model cannot be packaged.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The archive cannot be written.
    #[error("the package of `{function}` cannot be written")]
    Archive {
        /// The function.
        function: String,
        /// Why.
        source: ArchiveError,
    },
    /// The package is larger than Lambda allows.
    #[error("`{function}` is too large: {exceeded}")]
    TooLarge {
        /// The function or the layer.
        function: String,
        /// By how much, and why.
        exceeded: LimitExceeded,
    },
    /// `assets.lock` cannot be understood.
    #[error(
        "{path} is not a lock of assets (a merge left half done?); restore it with git, or delete it, and package again"
    )]
    LockUnreadable {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// `assets.lock` is of another version.
    #[error(
        "{path} is of version {found}, and this iacgen knows version {known}; update iacgen or delete the file"
    )]
    LockVersion {
        /// The file.
        path: Utf8PathBuf,
        /// Its version.
        found: u32,
        /// The version known here.
        known: u32,
    },
    /// ONNX Runtime's own lock, compiled into iacgen, is wrong: a bug.
    #[error(
        "the pinned ONNX Runtime (onnxruntime.lock.json) cannot be used: {problem}; this is a bug in iacgen"
    )]
    Pins {
        /// What is wrong.
        problem: String,
    },
}
