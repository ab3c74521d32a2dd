//! The models that are measured. All take and give the same tensors.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use iacgen_tensors::OnnxRuntimeVersion;

use crate::{root, say, tools};

/// The script that makes the vision transformer.
pub(super) const MAKE_VIT: &str = "tests/benches/package/models/make_vit.py";
/// The library on all sides: what this repository's workflow chooses and the Python handler's requirements pin.
pub(super) const ONNX_RUNTIME: OnnxRuntimeVersion = OnnxRuntimeVersion::V1_20_1;
/// The largest model lies beside the repository, where it was delivered.
const LARGE: &str = "../shared/models/astromae.onnx";

/// A model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Model {
    /// Its name in the table.
    pub(super) name: &'static str,
    /// Its file, absolute.
    pub(super) path: Utf8PathBuf,
    /// Its size in bytes.
    pub(super) bytes: u64,
}

/// The name of the vision transformer, whose start has goals of its own.
pub(super) const VIT: &str = "vit";

/// Returns the models that are there, or of them those that are asked for.
///
/// # Errors
/// When the vision transformer cannot be made.
pub(super) fn prepare(python: &Utf8Path, folder: &Utf8Path, wanted: &[String]) -> Result<Vec<Model>> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {folder}"))?;
    let vit = folder.join("vit.onnx");
    tools::run(Command::new(python).args([root().join(MAKE_VIT).as_str(), vit.as_str()]))?;
    let mut models = Vec::new();
    let files =
        [("photoz", root().join("models/photoz/photoz.onnx")), (VIT, vit), ("astromae", root().join(LARGE))];
    for (name, path) in files {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        match path.canonicalize_utf8() {
            Ok(path) => {
                let bytes = fs::metadata(&path).with_context(|| format!("cannot read {path}"))?.len();
                models.push(Model { name, path, bytes });
            }
            Err(_) => say(&format!("    {name} is left out: there is no {path}")),
        }
    }
    Ok(models)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::package::python::REQUIREMENTS;

    #[test]
    fn all_sides_take_the_same_onnx_runtime() {
        let holds = |file: &str, text: &str| {
            let content = fs::read_to_string(root().join(file)).unwrap();
            assert!(content.contains(text), "{file} does not say `{text}`");
        };
        holds("workflow.yaml", &format!("onnxruntime: {{ version: \"{ONNX_RUNTIME}\" }}"));
        holds(REQUIREMENTS, &format!("\nonnxruntime=={ONNX_RUNTIME} \\"));
    }
}
