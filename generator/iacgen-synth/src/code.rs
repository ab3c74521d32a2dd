//! The packages that have been built.

use std::collections::BTreeMap;

use iacgen_assembly::Sha256;
use iacgen_aws_types::Architecture;

/// What was packaged, by the function's name in the spec, and the layers that functions share, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Packages {
    /// Functions.
    pub functions: BTreeMap<String, FunctionPackage>,
    /// Layers. Each that a function names is here.
    pub layers: BTreeMap<(String, Architecture), Sha256>,
}

/// A function's package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionPackage {
    /// The digest of the zip.
    pub sha256: Sha256,
    /// The names of its layers, in the order in which Lambda lays them over each other.
    pub layers: Vec<String>,
    /// Environment variables that tell the handler what lies in the layers.
    pub variables: BTreeMap<String, String>,
}

impl Packages {
    /// Returns those of a project of which nothing was packaged yet.
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns a function's package.
    pub fn get(&self, function: &str) -> Option<&FunctionPackage> {
        self.functions.get(function)
    }

    /// Returns the key of a function's package in the artifact bucket. Without a package it is a key that no upload
    /// ever makes.
    pub(crate) fn key(&self, function: &str) -> String {
        match self.get(function) {
            Some(package) => file_name(&package.sha256),
            None => format!("not-packaged/{function}.zip"),
        }
    }

    /// Returns a function's layers by name, as far as they were packaged.
    pub(crate) fn layers_of<'a>(
        &'a self,
        function: &str,
        architecture: Architecture,
    ) -> impl Iterator<Item = (&'a str, &'a Sha256)> {
        let names = self.get(function).map(|package| package.layers.as_slice()).unwrap_or_default();
        names
            .iter()
            .filter_map(move |name| Some((name.as_str(), self.layers.get(&(name.clone(), architecture))?)))
    }
}

/// Returns a zip's name in the artifact bucket.
pub(crate) fn file_name(digest: &Sha256) -> String {
    format!("{digest}.zip")
}
