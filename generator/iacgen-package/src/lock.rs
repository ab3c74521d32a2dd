//! `assets.lock`: what was packaged from what. One beside the zips under `target/` tells what was built here, so that
//! the next call knows whether it still holds; one at the project's root is committed, and tells everybody what a
//! package of this tree is.

use std::fs;
use std::io::ErrorKind;

use camino::Utf8Path;
use iacgen_aws_types::Architecture;
use serde::{Deserialize, Serialize};

use crate::asset::PackagedAsset;
use crate::digest::write_atomically;
use crate::error::PackageError;

/// The form of the file. Another form gets another number.
const VERSION: u32 = 2;

/// The recorded assets, ordered by name and architecture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetsLock {
    version: u32,
    functions: Vec<PackagedAsset>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    layers: Vec<PackagedAsset>,
}

impl Default for AssetsLock {
    fn default() -> Self {
        Self { version: VERSION, functions: Vec::new(), layers: Vec::new() }
    }
}

impl AssetsLock {
    /// Reads the file. One that does not exist is empty.
    ///
    /// # Errors
    /// [`PackageError::Read`], [`PackageError::LockUnreadable`], [`PackageError::LockVersion`].
    pub fn read(path: &Utf8Path) -> Result<Self, PackageError> {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }

        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => {
                return Err(PackageError::Read { path: path.to_owned(), source });
            }
        };
        let unreadable = |source| PackageError::LockUnreadable { path: path.to_owned(), source };
        let head: Head = serde_json::from_slice(&text).map_err(unreadable)?;
        if head.version != VERSION {
            return Err(PackageError::LockVersion {
                path: path.to_owned(),
                found: head.version,
                known: VERSION,
            });
        }
        let mut lock: Self = serde_json::from_slice(&text).map_err(unreadable)?;
        lock.sort();
        Ok(lock)
    }

    /// Writes the file, at once or not at all, and only if it would change.
    ///
    /// # Errors
    /// [`PackageError::Write`].
    pub fn write(&self, path: &Utf8Path) -> Result<(), PackageError> {
        let text = self.to_text();
        if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
            return Ok(());
        }
        write_atomically(path, text.as_bytes())
    }

    /// Returns the file's text.
    pub fn to_text(&self) -> String {
        // Plain values with string keys: serialisation has nothing to fail on.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Returns the package recorded for a function and architecture.
    pub fn function(&self, name: &str, architecture: Architecture) -> Option<&PackagedAsset> {
        find(&self.functions, name, architecture)
    }

    /// Returns the layer recorded under a name for an architecture.
    pub fn layer(&self, name: &str, architecture: Architecture) -> Option<&PackagedAsset> {
        find(&self.layers, name, architecture)
    }

    /// Returns the packages of all functions, ordered.
    pub fn functions(&self) -> &[PackagedAsset] {
        &self.functions
    }

    /// Returns all layers, ordered.
    pub fn layers(&self) -> &[PackagedAsset] {
        &self.layers
    }

    /// Records a function's package in place of its older self.
    pub fn record_function(&mut self, asset: PackagedAsset) {
        record(&mut self.functions, asset);
    }

    /// Records a layer in place of its older self.
    pub fn record_layer(&mut self, asset: PackagedAsset) {
        record(&mut self.layers, asset);
    }

    /// Keeps only the functions that `is_wanted`, and the layers that they need.
    pub fn retain(&mut self, is_wanted: impl Fn(&str, Architecture) -> bool) {
        self.functions.retain(|asset| is_wanted(&asset.name, asset.architecture));
        let functions = &self.functions;
        self.layers.retain(|layer| {
            functions
                .iter()
                .any(|asset| asset.architecture == layer.architecture && asset.layers.contains(&layer.name))
        });
    }

    fn sort(&mut self) {
        sort(&mut self.functions);
        sort(&mut self.layers);
    }
}

fn find<'a>(
    assets: &'a [PackagedAsset],
    name: &str,
    architecture: Architecture,
) -> Option<&'a PackagedAsset> {
    assets.iter().find(|asset| asset.name == name && asset.architecture == architecture)
}

fn record(assets: &mut Vec<PackagedAsset>, asset: PackagedAsset) {
    assets.retain(|old| old.name != asset.name || old.architecture != asset.architecture);
    assets.push(asset);
    sort(assets);
}

fn sort(assets: &mut [PackagedAsset]) {
    assets.sort_by(|a, b| (&a.name, a.architecture).cmp(&(&b.name, b.architecture)));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::asset::{Entry, Inputs};
    use iacgen_assembly::Sha256;

    fn asset(name: &str, architecture: Architecture, content: &[u8]) -> PackagedAsset {
        let sha256 = Sha256::of(content);
        let mut inputs = Inputs::default();
        inputs.parts.insert("toolchain".to_owned(), "rustc 1.95.0".to_owned());
        inputs.also_read.insert("data/x.txt".into(), sha256);
        PackagedAsset {
            name: name.to_owned(),
            architecture,
            sha256,
            code_sha256: sha256.to_base64(),
            zip_bytes: 10,
            unzipped_bytes: 20,
            entries: vec![Entry { path: "bootstrap".to_owned(), bytes: 20, compressed: 9, sha256 }],
            layers: vec!["onnxruntime".to_owned()],
            variables: BTreeMap::from([("MODEL".to_owned(), "/opt/m".to_owned())]),
            inputs,
        }
    }

    #[test]
    fn reads_what_it_wrote_in_one_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap().join("assets.lock");
        assert_eq!(AssetsLock::read(&path).unwrap(), AssetsLock::default());

        let mut lock = AssetsLock::default();
        lock.record_function(asset("infer", Architecture::X86_64, b"old"));
        lock.record_function(asset("fmi", Architecture::X86_64, b"a"));
        lock.record_function(asset("infer", Architecture::Arm64, b"b"));
        lock.record_function(asset("infer", Architecture::X86_64, b"new"));
        lock.write(&path).unwrap();
        let read = AssetsLock::read(&path).unwrap();
        assert_eq!(read, lock);
        let names: Vec<_> = read.functions().iter().map(|a| (a.name.as_str(), a.architecture)).collect();
        assert_eq!(
            names,
            [("fmi", Architecture::X86_64), ("infer", Architecture::X86_64), ("infer", Architecture::Arm64)]
        );
        assert_eq!(read.function("infer", Architecture::X86_64).map(|a| a.sha256), Some(Sha256::of(b"new")));
    }

    #[test]
    fn layers_go_with_the_last_function_that_needs_them() {
        let mut lock = AssetsLock::default();
        lock.record_function(asset("infer", Architecture::X86_64, b"a"));
        lock.record_function(asset("score", Architecture::X86_64, b"b"));
        lock.record_layer(asset("onnxruntime", Architecture::X86_64, b"c"));
        lock.record_layer(asset("onnxruntime", Architecture::Arm64, b"d"));
        lock.retain(|name, _| name == "score");
        assert_eq!(lock.functions().len(), 1);
        assert!(lock.layer("onnxruntime", Architecture::X86_64).is_some());
        assert!(lock.layer("onnxruntime", Architecture::Arm64).is_none());
        lock.retain(|_, _| false);
        assert_eq!(lock, AssetsLock::default());
    }

    #[test]
    fn another_version_and_a_damaged_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap().join("assets.lock");
        fs::write(&path, r#"{"version": 3, "functions": {}}"#).unwrap();
        assert!(matches!(AssetsLock::read(&path), Err(PackageError::LockVersion { found: 3, .. })));
        fs::write(&path, "<<<<<<< ours").unwrap();
        assert!(matches!(AssetsLock::read(&path), Err(PackageError::LockUnreadable { .. })));
    }
}
