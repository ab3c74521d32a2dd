//! What a package is made of, for whoever has to account for it.
//!
//! Before the zip: [`programs`] tells the crates of each program, [`attach`] writes them into the bootstrap, and
//! [`licenses()`] gives the text that goes beside it. After the zip: [`documents`] gives the two texts that lie beside
//! the zip. All of it follows from the inputs of the package.

mod audit_section;
mod crates;
mod cyclonedx;
mod elf_section;
mod expression;
mod licenses;
mod purl;
#[cfg(test)]
mod samples;
mod sbom;
mod statement;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;

use crate::asset::PackagedAsset;
use crate::toolchain::Toolchain;
use iacgen_assembly::Sha256;

pub(crate) use audit_section::attach;
pub(crate) use crates::{Program, programs};
pub(crate) use licenses::{Licenses, PATH as LICENSES_PATH, collect as licenses};

/// What the documents beside a zip account for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account<'a> {
    /// The project's folder, absolute.
    pub(crate) project: &'a Utf8Path,
    /// The zip: a function's or a layer's.
    pub(crate) asset: &'a PackagedAsset,
    pub(crate) toolchain: &'a Toolchain,
    /// The program in it. `None` for a layer.
    pub(crate) program: Option<&'a Program>,
    /// What else is in it.
    pub(crate) shipped: &'a [Shipped],
    /// The layers that the function needs.
    pub(crate) layers: &'a [&'a PackagedAsset],
}

impl Account<'_> {
    fn rustc(&self) -> &str {
        release(self.toolchain)
    }
}

/// Something in a zip that was not compiled here. Paths in the zip, as its entries have them, but for the model's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shipped {
    /// ONNX Runtime's library.
    OnnxRuntime {
        library: String,
        /// `None` for a library of the user's own.
        pinned: Option<Pinned>,
    },
    /// A model.
    Model {
        /// Where it is in the project.
        path: Utf8PathBuf,
        file: String,
        /// The files with its weights, where they are not in the model's own.
        data: Vec<String>,
        optimized: Option<Optimized>,
    },
}

/// The build of ONNX Runtime that a library is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pinned {
    pub(crate) version: String,
    /// Digest of the wheel that it was taken from.
    pub(crate) wheel: Sha256,
}

/// How a model was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Optimized {
    /// Digest of the project's own file.
    pub(crate) from: Sha256,
    /// By what, in words, such as `optimised by ONNX Runtime 1.24.4, level Extended`.
    pub(crate) how: String,
}

/// The documents beside a zip, ending in a line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Documents {
    /// For [`sbom_name`].
    pub(crate) sbom: String,
    /// For [`statement_name`].
    pub(crate) statement: String,
}

/// Returns the documents of a zip.
pub(crate) fn documents(account: &Account<'_>) -> Documents {
    let sbom = sbom::of(account);
    let statement = statement::of(account, &sbom);
    Documents { sbom, statement }
}

/// Returns the file name of a zip's bill of materials.
pub(crate) fn sbom_name(zip: Sha256) -> String {
    format!("{zip}.cdx.json")
}

/// Returns the file name of a zip's provenance.
pub(crate) fn statement_name(zip: Sha256) -> String {
    format!("{zip}.provenance.json")
}

/// Returns the compiler's release, such as `1.95.0`.
pub(crate) fn release(toolchain: &Toolchain) -> &str {
    toolchain.identity.split([' ', ',']).nth(1).unwrap_or_default()
}

fn json<T: Serialize>(document: &T) -> String {
    // Plain values with string keys: serialisation has nothing to fail on.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
