//! What was packaged against what is recorded.

use std::collections::BTreeMap;

use iacgen_aws_types::Architecture;

use crate::asset::{Inputs, PackageReport, PackagedAsset};
use crate::lock::AssetsLock;

/// An asset that is not what is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The function or the layer.
    pub name: String,
    /// Its architecture.
    pub architecture: Architecture,
    /// How it differs.
    pub kind: DifferenceKind,
}

/// How an asset differs from its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DifferenceKind {
    /// Nothing is recorded of it.
    NotRecorded,
    /// It is recorded, and nothing packages it any more.
    NotPackaged,
    /// It was made from something else, so that it can be something else.
    Moved {
        /// What moved.
        inputs: Vec<MovedInput>,
    },
    /// It was made from the same, and is not the same: the build is not reproducible.
    OtherBytes {
        /// The files that differ, and `the zip` where all files are the same.
        files: Vec<String>,
    },
    /// It is the same zip, and something else is said of it: the record was edited, or two were merged into one.
    Edited,
}

/// An input that is not what is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedInput {
    /// Its name, as in [`Inputs`].
    pub name: String,
    /// What is recorded, or `None` where it is new.
    pub recorded: Option<String>,
    /// What it is now, or `None` where it is gone.
    pub found: Option<String>,
}

/// Compares everything that was packaged with `recorded`, functions first. `whole` says that the report is of all
/// there is, so that what it lacks is recorded in vain.
pub fn differences(recorded: &AssetsLock, report: &PackageReport, whole: bool) -> Vec<Difference> {
    let mut found = compare(recorded.functions(), &report.functions, whole);
    found.extend(compare(recorded.layers(), &report.layers, whole));
    found
}

fn compare(recorded: &[PackagedAsset], packaged: &[PackagedAsset], whole: bool) -> Vec<Difference> {
    let by_key = |assets: &[PackagedAsset]| -> BTreeMap<(String, Architecture), PackagedAsset> {
        assets.iter().map(|asset| ((asset.name.clone(), asset.architecture), asset.clone())).collect()
    };
    let (recorded, packaged) = (by_key(recorded), by_key(packaged));
    let mut found = Vec::new();
    for ((name, architecture), asset) in &packaged {
        let kind = match recorded.get(&(name.clone(), *architecture)) {
            None => DifferenceKind::NotRecorded,
            Some(recorded) if recorded.inputs != asset.inputs => {
                DifferenceKind::Moved { inputs: moved(&recorded.inputs, &asset.inputs) }
            }
            Some(recorded) if recorded.sha256 != asset.sha256 => {
                DifferenceKind::OtherBytes { files: files(recorded, asset) }
            }
            Some(recorded) if recorded != asset => DifferenceKind::Edited,
            Some(_) => continue,
        };
        found.push(Difference { name: name.clone(), architecture: *architecture, kind });
    }
    if whole {
        found.extend(recorded.into_keys().filter(|key| !packaged.contains_key(key)).map(
            |(name, architecture)| Difference { name, architecture, kind: DifferenceKind::NotPackaged },
        ));
    }
    found.sort_by(|a, b| (&a.name, a.architecture).cmp(&(&b.name, b.architecture)));
    found
}

fn moved(recorded: &Inputs, found: &Inputs) -> Vec<MovedInput> {
    let value = |inputs: &Inputs, name: &str| match name.strip_prefix("file ") {
        Some(path) if !inputs.parts.contains_key(name) => {
            inputs.also_read.get(path.as_ref() as &camino::Utf8Path).map(ToString::to_string)
        }
        _ => inputs.parts.get(name).cloned(),
    };
    let moved = recorded.moved(found).into_iter();
    moved
        .map(|name| MovedInput { recorded: value(recorded, &name), found: value(found, &name), name })
        .collect()
}

fn files(recorded: &PackagedAsset, found: &PackagedAsset) -> Vec<String> {
    let digests = |asset: &PackagedAsset| -> BTreeMap<String, _> {
        asset.entries.iter().map(|entry| (entry.path.clone(), entry.sha256)).collect()
    };
    let (before, now) = (digests(recorded), digests(found));
    let mut differing: Vec<_> =
        before.keys().chain(now.keys()).filter(|path| before.get(*path) != now.get(*path)).cloned().collect();
    differing.sort();
    differing.dedup();
    if differing.is_empty() {
        differing.push("the zip".to_owned());
    }
    differing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::Entry;
    use iacgen_assembly::Sha256;

    fn asset(name: &str, bootstrap: &[u8], toolchain: &str) -> PackagedAsset {
        let sha256 = Sha256::of(bootstrap);
        let mut inputs = Inputs::default();
        inputs.parts.insert("toolchain".to_owned(), toolchain.to_owned());
        PackagedAsset {
            name: name.to_owned(),
            architecture: Architecture::X86_64,
            sha256,
            code_sha256: sha256.to_base64(),
            zip_bytes: 1,
            unzipped_bytes: 1,
            entries: vec![Entry { path: "bootstrap".to_owned(), bytes: 1, compressed: 1, sha256 }],
            layers: Vec::new(),
            variables: BTreeMap::new(),
            inputs,
        }
    }

    fn check(recorded: &[PackagedAsset], packaged: &[PackagedAsset], expected: &[(&str, DifferenceKind)]) {
        let mut lock = AssetsLock::default();
        for asset in recorded {
            lock.record_function(asset.clone());
        }
        let report = PackageReport { functions: packaged.to_vec(), layers: Vec::new(), lock: lock.clone() };
        let found: Vec<_> =
            differences(&lock, &report, true).into_iter().map(|found| (found.name, found.kind)).collect();
        let expected: Vec<_> =
            expected.iter().map(|(name, kind)| ((*name).to_owned(), kind.clone())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn says_what_moved_and_what_is_not_reproducible() {
        let one = asset("infer", b"1", "rustc 1.95.0");
        check(std::slice::from_ref(&one), std::slice::from_ref(&one), &[]);
        let moved = MovedInput {
            name: "toolchain".to_owned(),
            recorded: Some("rustc 1.95.0".to_owned()),
            found: Some("rustc 1.96.0".to_owned()),
        };
        check(
            std::slice::from_ref(&one),
            &[asset("infer", b"2", "rustc 1.96.0")],
            &[("infer", DifferenceKind::Moved { inputs: vec![moved] })],
        );
        check(
            &[one],
            &[asset("infer", b"2", "rustc 1.95.0")],
            &[("infer", DifferenceKind::OtherBytes { files: vec!["bootstrap".to_owned()] })],
        );
    }

    #[test]
    fn says_what_was_edited() {
        let one = asset("infer", b"1", "rustc");
        let mut edited = one.clone();
        edited.variables.insert("MODEL".to_owned(), "/opt/elsewhere".to_owned());
        check(&[edited], &[one], &[("infer", DifferenceKind::Edited)]);
    }

    #[test]
    fn says_what_is_new_and_what_is_gone() {
        let (one, two) = (asset("infer", b"1", "rustc"), asset("fmi", b"1", "rustc"));
        check(
            &[one],
            &[two],
            &[("fmi", DifferenceKind::NotRecorded), ("infer", DifferenceKind::NotPackaged)],
        );
    }
}
