//! What of a workspace's `Cargo.lock` and `Cargo.toml` decides about some of its crates.
//!
//! Both files change with every crate of the workspace, handler or not. Digested whole, each such change would build every
//! handler again, and to the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Sha256;
use serde::Deserialize;
use toml::{Table, Value};

use crate::error::PackageError;

/// Digests of what decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decisive {
    /// Every crate that can be built with them, with its version, source, checksum and dependencies.
    pub(crate) lock: Sha256,
    /// Profiles, patches, what manifests inherit from the workspace, and the manifests themselves.
    pub(crate) manifests: Sha256,
}

#[derive(Debug, Deserialize)]
struct CargoLock {
    #[serde(default)]
    package: Vec<Locked>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Locked {
    /// Tells whether a dependency of the lock's form, `name`, `name version` or `name version (source)`, means it.
    fn is_meant_by(&self, dependency: &str) -> bool {
        let mut words = dependency.splitn(3, ' ');
        let source = self.source.as_deref().unwrap_or_default();
        words.next() == Some(&self.name)
            && words.next().is_none_or(|version| version == self.version)
            && words.next().is_none_or(|word| word.trim_matches(['(', ')']) == source)
    }
}

/// A crate of the tree.
struct Manifest {
    name: String,
    text: String,
    /// The names that its dependencies have in the lock, but for those of its tests.
    dependencies: BTreeSet<String>,
    /// The keys of those that it inherits.
    inherited: BTreeSet<String>,
}

/// Reads what decides about the crates in `folders`, which are absolute, as they are built together.
pub(crate) fn decisive(
    workspace: &Utf8Path,
    folders: &BTreeSet<&Utf8PathBuf>,
) -> Result<Decisive, PackageError> {
    let root = table(&workspace.join("Cargo.toml"))?.1;
    let shared = root.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let manifests = folders.iter().map(|folder| manifest(folder, shared)).collect::<Result<Vec<_>, _>>()?;
    let path = workspace.join("Cargo.lock");
    if !path.is_file() {
        return Err(PackageError::NoCargoLock { path });
    }
    let text = read(&path)?;
    let lock: CargoLock = toml::from_str(&text).map_err(|error| not_toml(&path, &error))?;
    Ok(Decisive { lock: reachable(&lock, &manifests), manifests: inherited(&root, shared, &manifests) })
}

/// Digests what the lock has of everything that can be reached from the manifests.
fn reachable(lock: &CargoLock, manifests: &[Manifest]) -> Sha256 {
    let own: BTreeMap<&str, &Manifest> =
        manifests.iter().map(|manifest| (manifest.name.as_str(), manifest)).collect();
    let of_tree = |locked: &Locked| locked.source.is_none().then(|| own.get(locked.name.as_str())).flatten();
    let mut open: Vec<usize> =
        (0..lock.package.len()).filter(|index| of_tree(&lock.package[*index]).is_some()).collect();
    let mut reached: BTreeSet<usize> = open.iter().copied().collect();
    let mut lines = Vec::new();
    while let Some(index) = open.pop() {
        let locked = &lock.package[index];
        let name = |dependency: &str| dependency.split(' ').next().unwrap_or_default().to_owned();
        let mut dependencies = locked.dependencies.clone();
        if let Some(manifest) = of_tree(locked) {
            // The lock does not tell what only tests need.
            dependencies.retain(|dependency| manifest.dependencies.contains(&name(dependency)));
        }
        for dependency in &dependencies {
            let found = lock.package.iter().position(|locked| locked.is_meant_by(dependency));
            open.extend(found.filter(|index| reached.insert(*index)));
        }
        let Locked { name, version, source, checksum, .. } = locked;
        lines.push(format!("{name} {version} {source:?} {checksum:?} {dependencies:?}\n"));
    }
    lines.sort();
    Sha256::of(lines.concat())
}

/// Digests what the root manifest has for the crates, and their manifests.
fn inherited(root: &Table, shared: Option<&Value>, manifests: &[Manifest]) -> Sha256 {
    let mut parts = Table::new();
    for key in ["profile", "patch", "replace"] {
        parts.extend(root.get(key).map(|value| (key.to_owned(), value.clone())));
    }
    for key in ["resolver", "package"] {
        let value = root.get("workspace").and_then(|workspace| workspace.get(key));
        parts.extend(value.map(|value| (format!("workspace.{key}"), value.clone())));
    }
    for key in manifests.iter().flat_map(|manifest| &manifest.inherited) {
        let value = shared.and_then(|shared| shared.get(key));
        parts.extend(value.map(|value| (format!("dependency {key}"), value.clone())));
    }
    let mut texts: Vec<&str> = manifests.iter().map(|manifest| manifest.text.as_str()).collect();
    texts.sort_unstable();
    // A table is ordered by its keys, and written out it has one form.
    let digests: Vec<String> = texts.iter().map(|text| Sha256::of(text).to_string()).collect();
    let parts = serde_json::to_string(&parts).unwrap_or_default(); // plain values with string keys
    Sha256::of(format!("{parts}\n{}", digests.join("\n")))
}

fn manifest(folder: &Utf8Path, shared: Option<&Value>) -> Result<Manifest, PackageError> {
    let (text, table) = table(&folder.join("Cargo.toml"))?;
    let name = table.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
    let mut manifest = Manifest {
        name: name.unwrap_or_default().to_owned(),
        text,
        dependencies: BTreeSet::new(),
        inherited: BTreeSet::new(),
    };
    let of_targets = table.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    for tables in std::iter::once(&Value::Table(table.clone())).chain(of_targets) {
        for kind in ["dependencies", "build-dependencies"] {
            let entries = tables.get(kind).and_then(Value::as_table).into_iter().flatten();
            for (key, value) in entries {
                let is_inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
                let declared =
                    if is_inherited { shared.and_then(|shared| shared.get(key)) } else { Some(value) };
                let package = declared.and_then(|value| value.get("package")).and_then(Value::as_str);
                manifest.dependencies.insert(package.unwrap_or(key).to_owned());
                if is_inherited {
                    manifest.inherited.insert(key.clone());
                }
            }
        }
    }
    Ok(manifest)
}

fn table(path: &Utf8Path) -> Result<(String, Table), PackageError> {
    let text = read(path)?;
    let table = toml::from_str(&text).map_err(|error| not_toml(path, &error))?;
    Ok((text, table))
}

fn read(path: &Utf8Path) -> Result<String, PackageError> {
    fs::read_to_string(path).map_err(|source| PackageError::Read { path: path.to_owned(), source })
}

fn not_toml(path: &Utf8Path, error: &toml::de::Error) -> PackageError {
    PackageError::NotToml { path: path.to_owned(), message: error.message().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "[workspace]\nresolver = \"3\"\n[workspace.dependencies]\nserde = \"1\"\nclap = \"4\"\n\
        text = { package = \"real-text\", version = \"2\" }\n[profile.lambda]\nlto = \"fat\"\n";
    const HANDLER: &str = "[package]\nname = \"f\"\n[dependencies]\nserde.workspace = true\ntext.workspace = true\n\
        [dev-dependencies]\nproptest = \"1\"\n";
    const LOCK: &str = r#"
[[package]]
name = "f"
version = "0.1.0"
dependencies = ["proptest", "real-text", "serde"]

[[package]]
name = "serde"
version = "1.0.1"
source = "registry"
checksum = "aa"
dependencies = ["itoa 1.0.0"]

[[package]]
name = "itoa"
version = "1.0.0"
source = "registry"
checksum = "bb"

[[package]]
name = "itoa"
version = "2.0.0"
source = "registry"
checksum = "cc"

[[package]]
name = "real-text"
version = "2.0.0"
source = "registry"
checksum = "dd"

[[package]]
name = "proptest"
version = "1.0.0"
source = "registry"
checksum = "ee"

[[package]]
name = "clap"
version = "4.0.0"
source = "registry"
checksum = "ff"
dependencies = ["itoa 2.0.0"]
"#;

    fn of(root: &str, handler: &str, lock: &str) -> Decisive {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Utf8Path::from_path(folder.path()).unwrap();
        let crate_folder = workspace.join("f");
        fs::create_dir(&crate_folder).unwrap();
        fs::write(workspace.join("Cargo.toml"), root).unwrap();
        fs::write(workspace.join("Cargo.lock"), lock).unwrap();
        fs::write(crate_folder.join("Cargo.toml"), handler).unwrap();
        decisive(workspace, &BTreeSet::from([&crate_folder])).unwrap()
    }

    /// Which of the two digests move.
    fn moved(root: &str, handler: &str, lock: &str) -> (bool, bool) {
        let (before, now) = (of(ROOT, HANDLER, LOCK), of(root, handler, lock));
        (before.lock != now.lock, before.manifests != now.manifests)
    }

    fn edited(text: &str, from: &str, to: &str) -> String {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    }

    #[test]
    fn what_can_be_reached_from_the_handlers_moves_the_lock() {
        for checksum in ["aa", "bb", "dd"] {
            assert_eq!(moved(ROOT, HANDLER, &edited(LOCK, checksum, "00")), (true, false), "{checksum}");
        }
        for checksum in ["cc", "ee", "ff"] {
            assert_eq!(moved(ROOT, HANDLER, &edited(LOCK, checksum, "00")), (false, false), "{checksum}");
        }
    }

    #[test]
    fn what_the_handlers_inherit_moves_the_manifests() {
        assert_eq!(moved(&edited(ROOT, "lto = \"fat\"", "lto = \"thin\""), HANDLER, LOCK), (false, true));
        assert_eq!(moved(&edited(ROOT, "serde = \"1\"", "serde = \"1.1\""), HANDLER, LOCK), (false, true));
        assert_eq!(moved(&edited(ROOT, "clap = \"4\"", "clap = \"5\""), HANDLER, LOCK), (false, false));
        let features =
            edited(HANDLER, "serde.workspace = true", "serde = { workspace = true, features = [\"rc\"] }");
        assert_eq!(moved(ROOT, &features, LOCK), (false, true));
    }

    #[test]
    fn a_file_that_is_no_toml_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Utf8Path::from_path(folder.path()).unwrap();
        fs::write(workspace.join("Cargo.toml"), "[workspace").unwrap();
        let error = decisive(workspace, &BTreeSet::new()).unwrap_err();
        assert!(matches!(error, PackageError::NotToml { .. }), "{error}");
    }
}
