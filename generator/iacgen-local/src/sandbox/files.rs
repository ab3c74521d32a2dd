//! Where the files of a function lie, and where its processes see them.

use camino::{Utf8Path, Utf8PathBuf};

use super::isolation::{Enclosure, Isolator};
use super::mounts::{FunctionMounts, LAYERS_ROOT, TASK_ROOT};
use super::package::{check_together, merge_layers, unpack};
use super::{FunctionConfig, SandboxError};

/// The unzipped files of one version of a function.
#[derive(Debug)]
pub(crate) struct FunctionFiles {
    /// The package's folder.
    pub(crate) task_root: Utf8PathBuf,
    /// The folder of the merged layers, if there are any.
    layers: Option<Utf8PathBuf>,
    /// How its processes are isolated, where they are.
    pub(crate) enclosure: Option<Enclosure>,
}

impl FunctionFiles {
    /// Unzips what is not unzipped yet.
    ///
    /// # Errors
    /// [`SandboxError::Package`], and [`SandboxError::Start`] when the mounts cannot be written.
    pub(crate) fn prepare(
        config: &FunctionConfig,
        packages: &Utf8Path,
        isolator: Option<&Isolator>,
    ) -> Result<Self, SandboxError> {
        let package = |source| SandboxError::Package { function: config.name.clone(), source };
        let task_root = unpack(&config.package, packages).map_err(package)?;
        let layers = match config.layers.as_slice() {
            [] => None,
            zips => Some(merge_layers(zips, packages).map_err(package)?),
        };
        if let Some(layers) = &layers {
            check_together(&task_root, layers).map_err(package)?;
        }
        let enclosure = isolator.map(|isolator| {
            let mounts = FunctionMounts {
                task_root: &task_root,
                layers: layers.as_deref(),
                tmp_mb: config.ephemeral_storage.megabytes(),
            };
            isolator.enclose(&format!("{}-{}", config.name, config.version), mounts)
        });
        let enclosure = enclosure
            .transpose()
            .map_err(|source| SandboxError::Start { function: config.name.clone(), source })?;
        Ok(Self { task_root, layers, enclosure })
    }

    /// Returns the value of `LAMBDA_TASK_ROOT`.
    pub(crate) fn task_root_inside(&self) -> &Utf8Path {
        if self.enclosure.is_some() { Utf8Path::new(TASK_ROOT) } else { &self.task_root }
    }

    /// Returns what `/opt` is to the process. Without layers or isolation it is this machine's, which Lambda's variables
    /// name all the same.
    pub(crate) fn layers_root_inside(&self) -> &Utf8Path {
        match &self.layers {
            Some(layers) if self.enclosure.is_none() => layers,
            _ => Utf8Path::new(LAYERS_ROOT),
        }
    }
}
