//! What packaging a function gives.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use iacgen_aws_types::Architecture;
use serde::{Deserialize, Serialize};

use crate::lock::AssetsLock;
use iacgen_assembly::Sha256;

/// A zip for Lambda, named by its content: a function's package, or a layer that several functions share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackagedAsset {
    /// The function's id in the workflow, or the layer's name.
    pub name: String,
    /// The instruction set it was built for.
    pub architecture: Architecture,
    /// Digest of the zip, in hexadecimal; the file is `<assets>/<sha256>.zip`.
    pub sha256: Sha256,
    /// The same in base64, as Lambda reports `CodeSha256`.
    pub code_sha256: String,
    /// Size of the zip in bytes.
    pub zip_bytes: u64,
    /// Sum of the files' sizes in bytes, which Lambda limits to 250 MB.
    pub unzipped_bytes: u64,
    /// The files, by path.
    pub entries: Vec<Entry>,
    /// The names of the layers that it needs, in the order in which Lambda lays them over each other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<String>,
    /// The environment variables that tell the handler what lies in a layer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// What it was made from.
    pub inputs: Inputs,
}

impl PackagedAsset {
    /// Tells whether its bootstrap was built by cargo-zigbuild.
    pub fn is_by_zigbuild(&self) -> bool {
        self.inputs.parts.get("compiler").is_some_and(|compiler| compiler.starts_with("cargo-zigbuild"))
    }

    /// Returns the zip's file name in the assets folder.
    pub fn file_name(&self) -> Utf8PathBuf {
        Utf8PathBuf::from(format!("{}.zip", self.sha256))
    }
}

/// A file in a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its path, relative to the function's code folder.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its size in the zip in bytes.
    pub compressed: u64,
    /// Digest of its content.
    pub sha256: Sha256,
}

/// Everything a package depends on. Equal inputs give equal bytes, so equal inputs need no build.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// What each input is, or its digest: `crate functions/infer`, `file Cargo.lock`, `toolchain`, ...
    pub parts: BTreeMap<String, String>,
    /// Files outside the crates' source folders that the compiler said it had read (`include_bytes!`, a build script's
    /// `rerun-if-changed`), with their digests; relative to the project.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub also_read: BTreeMap<Utf8PathBuf, Sha256>,
}

impl Inputs {
    /// Returns one digest over all of them.
    pub fn digest(&self) -> Sha256 {
        let mut text = String::new();
        let also_read = self.also_read.iter().map(|(path, digest)| (path.as_str(), digest.to_string()));
        let parts = self.parts.iter().map(|(name, value)| (name.as_str(), value.clone()));
        for (kind, (name, value)) in parts.map(|p| ("part", p)).chain(also_read.map(|p| ("also read", p))) {
            // Lengths keep two different lists from ever reading alike.
            text.extend([kind, " ", &name.len().to_string(), " ", name]);
            text.extend([" ", &value.len().to_string(), " ", &value, "\n"]);
        }
        Sha256::of(text.as_bytes())
    }

    /// Returns the names of the inputs in which `self` and `other` differ.
    pub fn moved(&self, other: &Self) -> Vec<String> {
        fn differing<K: Ord + Clone + ToString, V: PartialEq>(
            a: &BTreeMap<K, V>,
            b: &BTreeMap<K, V>,
        ) -> Vec<String> {
            let mut names: Vec<_> =
                a.keys().chain(b.keys()).filter(|&key| a.get(key) != b.get(key)).cloned().collect();
            names.sort();
            names.dedup();
            names.iter().map(K::to_string).collect()
        }
        let mut names = differing(&self.parts, &other.parts);
        names.extend(
            differing(&self.also_read, &other.also_read).into_iter().map(|path| format!("file {path}")),
        );
        names
    }
}

/// What one run of [`crate::package`] gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageReport {
    /// One asset per request that was to be packaged, in the order of the requests.
    pub functions: Vec<PackagedAsset>,
    /// The layers that they need, by name and architecture.
    pub layers: Vec<PackagedAsset>,
    /// The recorded assets, with those of this run in place of their older selves: to be written by the caller.
    pub lock: AssetsLock,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(parts: &[(&str, &str)]) -> Inputs {
        let parts = parts.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect();
        Inputs { parts, also_read: BTreeMap::new() }
    }

    #[test]
    fn names_what_moved() {
        let old = inputs(&[("file Cargo.lock", "1"), ("toolchain", "1.95"), ("model a", "7")]);
        let mut new = inputs(&[("file Cargo.lock", "2"), ("toolchain", "1.95"), ("profile", "lambda")]);
        new.also_read.insert("data/x.txt".into(), Sha256::of(b"x"));
        assert_eq!(old.moved(&new), ["file Cargo.lock", "model a", "profile", "file data/x.txt"]);
        assert_eq!(new.moved(&new), Vec::<String>::new());
    }

    #[test]
    fn the_digest_sees_where_a_name_ends() {
        assert_ne!(inputs(&[("a", "b c")]).digest(), inputs(&[("a b", "c")]).digest());
    }
}
