//! What is wrong with an assembly.

use camino::Utf8PathBuf;

/// What is wrong with an assembly. Each is mended by synthesising it again.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// A file is not there.
    #[error("the assembly has no `{path}`: run `iacgen synth` again")]
    Missing {
        /// The file.
        path: Utf8PathBuf,
    },
    /// A file is there that the manifest does not list.
    #[error("the assembly has `{path}`, which its manifest does not list: run `iacgen synth` again")]
    Unlisted {
        /// The file.
        path: Utf8PathBuf,
    },
    /// A file is not as it was written.
    #[error(
        "`{path}` was changed after it was written: change the spec instead and run `iacgen synth` again"
    )]
    Changed {
        /// The file.
        path: Utf8PathBuf,
    },
    /// A file cannot be read as what it should be.
    #[error("`{path}` cannot be read at `{at}`")]
    Malformed {
        /// The file.
        path: &'static str,
        /// The field: `functions[0].sha256`.
        at: String,
        /// What is wrong there.
        source: serde_json::Error,
    },
    /// Another version of iacgen wrote the assembly.
    #[error(
        "`{path}` has format {found}, and this iacgen knows format {known}: run `iacgen synth` again with this one"
    )]
    OtherFormat {
        /// The file.
        path: &'static str,
        /// Its format.
        found: u64,
        /// The only format known.
        known: u32,
    },
}
