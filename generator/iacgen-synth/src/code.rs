//! The packages that have been built.

use std::collections::BTreeMap;

use iacgen_assembly::Sha256;

/// Digests of packages by the function's name in the spec.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeDigests(BTreeMap<String, Sha256>);

impl CodeDigests {
    /// Returns the digests of a project of which nothing was packaged yet.
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns a function's digest.
    pub fn get(&self, function: &str) -> Option<&Sha256> {
        self.0.get(function)
    }

    /// Returns the key of a function's package in the artifact bucket: `<sha256>.zip`. Without a package it is a key
    /// that no upload ever makes.
    pub(crate) fn key(&self, function: &str) -> String {
        match self.get(function) {
            Some(digest) => format!("{digest}.zip"),
            None => format!("not-packaged/{function}.zip"),
        }
    }
}

impl FromIterator<(String, Sha256)> for CodeDigests {
    fn from_iter<I: IntoIterator<Item = (String, Sha256)>>(digests: I) -> Self {
        Self(digests.into_iter().collect())
    }
}
