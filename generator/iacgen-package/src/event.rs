//! What happens while packaging, for whoever shows it.

use std::time::Duration;

use camino::Utf8PathBuf;
use iacgen_aws_types::Architecture;

use crate::asset::PackagedAsset;
use crate::model::ModelForm;
use iacgen_assembly::Sha256;

/// A step of [`crate::package`], told as it happens.
#[derive(Debug, Clone, PartialEq)]
pub enum PackageEvent {
    /// Nothing that the function is made from has changed, and its zip is there.
    UpToDate {
        /// The function.
        function: String,
        /// Its architecture.
        architecture: Architecture,
        /// Its zip.
        sha256: Sha256,
    },
    /// The function will be built.
    Stale {
        /// The function.
        function: String,
        /// Its architecture.
        architecture: Architecture,
        /// Why.
        reason: StaleReason,
    },
    /// The compiler starts.
    Compiling {
        /// The architecture.
        architecture: Architecture,
        /// The functions built together.
        functions: Vec<String>,
    },
    /// A line of the compiler's own progress or warnings.
    CompilerLine {
        /// The line, without its end.
        line: String,
    },
    /// The compiler is done.
    Compiled {
        /// The architecture.
        architecture: Architecture,
        /// How long it took.
        elapsed: Duration,
    },
    /// A model goes into a package in this form.
    Model {
        /// The model, relative to the project.
        path: Utf8PathBuf,
        /// The architecture.
        architecture: Architecture,
        /// Its form.
        form: ModelForm,
    },
    /// ONNX Runtime is being downloaded.
    Downloading {
        /// Its version.
        version: String,
        /// The architecture.
        architecture: Architecture,
    },
    /// The check of executables and libraries took something for granted. Told once, at the end, for all that need it.
    Assumed {
        /// The functions, ordered.
        functions: Vec<String>,
        /// The files in their packages, ordered.
        files: Vec<String>,
        /// The library of the runtime.
        library: String,
        /// What is assumed of it.
        note: String,
    },
    /// A path of this machine stands in the bootstrap, which will differ on another machine.
    MachinePath {
        /// The function.
        function: String,
        /// The path's beginning that was found.
        path: String,
    },
    /// Crates that are linked in tell neither a licence's text nor its name: nobody knows what they allow.
    NoLicense {
        /// The function.
        function: String,
        /// The crates, with their versions.
        crates: Vec<String>,
    },
    /// The zip is written.
    Packaged {
        /// What was packaged.
        asset: Box<PackagedAsset>,
        /// How long checking, compressing and writing took.
        elapsed: Duration,
    },
}

/// Why a function must be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaleReason {
    /// Nothing is recorded for this function and architecture.
    New,
    /// These inputs have changed.
    Moved {
        /// Their names, as in [`crate::Inputs`].
        inputs: Vec<String>,
    },
    /// The zip is not in the assets folder, or is not what its name says.
    ZipMissing,
}
