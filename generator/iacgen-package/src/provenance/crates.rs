//! The crates that a program is made of, as cargo resolved them.
//!
//! `cargo metadata` knows where the crates are and what their licences are called, but unites the features of the whole
//! workspace, so its graph holds crates that a program does not have. `cargo tree` resolves as the build does: for the
//! packages that are built together, the features of build scripts and macros apart. So the graph is its answer, and the
//! rest is looked up in the metadata.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use super::expression::License;
use crate::error::PackageError;
use crate::program::CARGO;
use crate::tree::relative;
use iacgen_assembly::Sha256;

/// The end of the source that cargo names for crates.io, however it reaches it.
const CRATES_IO: &str = "/rust-lang/crates.io-index";

/// A program's crates, ordered by name, version and source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// Where the program's own crate stands in `crates`.
    pub(crate) root: usize,
    pub(crate) crates: Vec<ProgramCrate>,
}

impl Program {
    /// Returns the program's own crate.
    pub(crate) fn root(&self) -> &Crate {
        &self.crates[self.root].of
    }

    /// Returns the crates whose code is in the program, itself included.
    pub(crate) fn linked(&self) -> impl Iterator<Item = &Crate> {
        self.crates.iter().filter(|one| one.role == Role::Linked).map(|one| &one.of)
    }
}

/// A crate and what it is to a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProgramCrate {
    pub(crate) of: Crate,
    pub(crate) role: Role,
    /// What it uses directly, by place in the program's list, ordered.
    pub(crate) uses: Vec<usize>,
}

/// Whether a crate's code gets into the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// It does.
    Linked,
    /// It runs only while compiling: in a build script or a macro.
    BuildOnly,
}

/// A crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) source: Source,
    /// Digest of the archive that the registry holds, from Cargo.lock.
    pub(crate) checksum: Option<Sha256>,
    pub(crate) license: License,
    /// Who wrote it, without addresses, where the manifest says so.
    pub(crate) authors: Vec<String>,
    /// The file that `license-file` names, absolute.
    pub(crate) license_file: Option<Utf8PathBuf>,
    /// Where its files are, absolute: never written anywhere.
    pub(crate) folder: Utf8PathBuf,
}

/// Where a crate comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// The registry that everybody uses.
    CratesIo,
    /// Another registry, by the address of its index.
    Registry { index: String },
    /// A repository, with the commit.
    Git { address: String },
    /// A folder of this tree, relative to the project.
    Folder { path: Utf8PathBuf },
}

impl Source {
    fn of(source: Option<&str>, project: &Utf8Path, folder: &Utf8Path) -> Self {
        let Some(source) = source else {
            return Self::Folder { path: relative(project, folder) };
        };
        match source.split_once('+') {
            Some(("git", address)) => Self::Git { address: address.to_owned() },
            _ if source.ends_with(CRATES_IO) => Self::CratesIo,
            Some((_, index)) => Self::Registry { index: index.to_owned() },
            None => Self::Registry { index: source.to_owned() },
        }
    }
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    source: Option<String>,
    license: Option<String>,
    license_file: Option<Utf8PathBuf>,
    #[serde(default)]
    authors: Vec<String>,
    manifest_path: Utf8PathBuf,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct CargoLock {
    #[serde(default)]
    package: Vec<LockedPackage>,
}

#[derive(Debug, Deserialize)]
struct LockedPackage {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<Sha256>,
}

/// Returns the programs of packages that are built together, by package id.
///
/// `project` and `workspace` are absolute. Takes some 0.5 s, and no network where the build has fetched before.
pub(crate) fn programs(
    project: &Utf8Path,
    workspace: &Utf8Path,
    package_ids: &BTreeSet<&str>,
    triple: &str,
) -> Result<BTreeMap<String, Program>, PackageError> {
    let mut command = Command::new(CARGO.name);
    command.current_dir(workspace).args(["metadata", "--locked", "--format-version", "1"]);
    command.args(["--filter-platform", triple]);
    let metadata: Metadata = serde_json::from_str(&CARGO.output(&mut command)?)
        .map_err(|error| unexpected("cargo metadata", error.to_string()))?;
    let checksums = checksums(&workspace.join("Cargo.lock"))?;

    let graph = |edges: &str| {
        let mut command = Command::new(CARGO.name);
        command.current_dir(workspace).args(["tree", "--locked", "--color", "never", "--target", triple]);
        command.args(["--edges", edges, "--prefix", "depth", "--format", " {p}"]);
        command.args(package_ids.iter().flat_map(|id| ["--package", id]));
        edges_of(&CARGO.output(&mut command)?, package_ids, &metadata)
    };
    let linked = graph("normal,no-proc-macro")?;
    let needed = graph("normal,build")?;

    let packages: BTreeMap<_, _> = metadata.packages.iter().map(|p| (p.id.as_str(), p)).collect();
    let mut programs = BTreeMap::new();
    for &root in package_ids {
        let (linked, all) = (reachable(&linked, root), reachable(&needed, root));
        let mut listed = Vec::new();
        for id in all {
            let package = packages.get(id).ok_or_else(|| no_package(id))?;
            listed.push((id, described(package, project, &checksums)));
        }
        listed.sort_by(|(_, a), (_, b)| {
            (&a.name, &a.version, &a.source).cmp(&(&b.name, &b.version, &b.source))
        });
        let places: BTreeMap<_, _> = listed.iter().enumerate().map(|(place, &(id, _))| (id, place)).collect();
        let uses = |id: &str| {
            let direct = needed.get(id).into_iter().flatten();
            let mut direct: Vec<_> = direct.filter_map(|id| places.get(id).copied()).collect();
            direct.sort_unstable();
            direct
        };
        let root_place = places.get(root).copied().ok_or_else(|| no_package(root))?;
        let role = |id| if linked.contains(id) { Role::Linked } else { Role::BuildOnly };
        let crates =
            listed.into_iter().map(|(id, of)| ProgramCrate { of, role: role(id), uses: uses(id) }).collect();
        programs.insert(root.to_owned(), Program { root: root_place, crates });
    }
    Ok(programs)
}

fn described(package: &Package, project: &Utf8Path, checksums: &Checksums) -> Crate {
    let folder = package.manifest_path.parent().unwrap_or(&package.manifest_path).to_owned();
    let without_address = |author: &String| author.split('<').next().unwrap_or_default().trim().to_owned();
    let key = (package.name.clone(), package.version.clone(), package.source.clone());
    Crate {
        name: package.name.clone(),
        version: package.version.clone(),
        source: Source::of(package.source.as_deref(), project, &folder),
        checksum: checksums.get(&key).copied(),
        license: License::of(package.license.as_deref()),
        authors: package.authors.iter().map(without_address).filter(|name| !name.is_empty()).collect(),
        license_file: package.license_file.as_ref().map(|file| folder.join(file)),
        folder,
    }
}

type Checksums = BTreeMap<(String, String, Option<String>), Sha256>;

fn checksums(path: &Utf8Path) -> Result<Checksums, PackageError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| PackageError::Read { path: path.to_owned(), source })?;
    let lock: CargoLock = toml::from_str(&text)
        .map_err(|error| PackageError::NotToml { path: path.to_owned(), message: error.to_string() })?;
    let known = lock.package.into_iter().filter_map(|p| Some(((p.name, p.version, p.source), p.checksum?)));
    Ok(known.collect())
}

/// Package ids with the ids of what they use.
type Edges<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Reads what `cargo tree --prefix depth` says: a depth, a name and a version a line. A crate's own lines follow it
/// only the first time that it is named.
fn edges_of<'a>(
    tree: &str,
    roots: &BTreeSet<&'a str>,
    metadata: &'a Metadata,
) -> Result<Edges<'a>, PackageError> {
    let by_id: BTreeMap<_, _> = metadata.packages.iter().map(|p| (p.id.as_str(), p)).collect();
    let depends: BTreeMap<_, _> =
        metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), &node.dependencies)).collect();
    let named = |id: &str, name: &str, version: &str| {
        by_id.get(id).is_some_and(|package| package.name == name && package.version == version)
    };

    let mut edges = Edges::new();
    let mut path: Vec<&str> = Vec::new();
    for line in tree.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit())) {
        let wrong = || unexpected("cargo tree", format!("the line `{line}` is not understood"));
        let (depth, rest) = line.split_once(' ').ok_or_else(wrong)?;
        let depth: usize = depth.parse().map_err(|_| wrong())?;
        let mut words = rest.split(' ');
        let name = words.next().ok_or_else(wrong)?;
        let version = words.next().and_then(|word| word.strip_prefix('v')).ok_or_else(wrong)?;
        path.truncate(depth);
        let id = match path.last() {
            None => roots.iter().copied().find(|id| named(id, name, version)),
            Some(user) => {
                let mut candidates = depends.get(user).into_iter().copied().flatten();
                candidates.find(|id| named(id, name, version)).map(String::as_str)
            }
        };
        let id = id.ok_or_else(wrong)?;
        if let Some(user) = path.last() {
            edges.entry(user).or_default().insert(id);
        }
        path.push(id);
    }
    Ok(edges)
}

fn reachable<'a>(edges: &Edges<'a>, root: &'a str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if found.insert(id) {
            open.extend(edges.get(id).into_iter().flatten().copied());
        }
    }
    found
}

fn unexpected(command: &str, problem: String) -> PackageError {
    PackageError::UnexpectedAnswer { command: command.to_owned(), problem }
}

fn no_package(id: &str) -> PackageError {
    unexpected("cargo metadata", format!("it does not list the package {id}"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(root: &Utf8Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn package(root: &Utf8Path, name: &str, rest: &str) {
        let head = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        write(root, &format!("{name}/Cargo.toml"), &(head + rest));
        write(root, &format!("{name}/src/lib.rs"), "");
    }

    /// Two handlers. `one` has a library `words`, a build script with `tables`, a macro crate over `parser`, a crate of
    /// another system and one of the tests. `other` switches on a feature of `words` that brings `extra`.
    fn workspace(root: &Utf8Path) {
        let member = |name: &str| format!("{name} = {{ path = \"../{name}\" }}\n");
        write(
            root,
            "Cargo.toml",
            "[workspace]\nmembers = [\"*\"]\nexclude = [\"target\"]\nresolver = \"3\"\n",
        );
        let one = format!(
            "license = \"MIT/Apache-2.0\"\nauthors = [\"Ann <ann@example.org>\"]\nbuild = \"build.rs\"\n\
             [dependencies]\n{}{}[build-dependencies]\n{}[dev-dependencies]\n{}\
             [target.'cfg(windows)'.dependencies]\n{}",
            member("words"),
            member("macros"),
            member("tables"),
            member("checks"),
            member("windows")
        );
        package(root, "one", &one);
        write(root, "one/src/main.rs", "fn main() {}");
        write(root, "one/build.rs", "fn main() {}");
        package(root, "other", "[dependencies]\nwords = { path = \"../words\", features = [\"more\"] }\n");
        write(root, "other/src/main.rs", "fn main() {}");
        package(
            root,
            "words",
            "license-file = \"TERMS\"\n[features]\nmore = [\"dep:extra\"]\n[dependencies]\n\
             extra = { path = \"../extra\", optional = true }\n",
        );
        package(root, "macros", &format!("[lib]\nproc-macro = true\n[dependencies]\n{}", member("parser")));
        for name in ["tables", "checks", "windows", "extra", "parser"] {
            package(root, name, "");
        }
        let status = Command::new("cargo")
            .args(["generate-lockfile", "--offline", "--quiet"])
            .current_dir(root)
            .status()
            .unwrap();
        assert!(status.success());
    }

    fn found(root: &Utf8Path, ids: &[&str]) -> BTreeMap<String, Vec<(String, Role)>> {
        let programs =
            programs(root, root, &ids.iter().copied().collect(), "aarch64-unknown-linux-gnu").unwrap();
        let name = |id: &str| id.rsplit(['/', '#']).nth(1).unwrap().to_owned();
        programs
            .iter()
            .map(|(id, program)| {
                let crates = program.crates.iter().map(|one| (one.of.name.clone(), one.role)).collect();
                (name(id), crates)
            })
            .collect()
    }

    #[test]
    fn tells_what_is_linked_from_what_builds() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
        workspace(&root);
        let (one, other) =
            (format!("path+file://{root}/one#0.1.0"), format!("path+file://{root}/other#0.1.0"));
        let listed =
            |names: &[(&str, Role)]| names.iter().map(|&(n, r)| (n.to_owned(), r)).collect::<Vec<_>>();
        let builds = [
            ("macros", Role::BuildOnly),
            ("one", Role::Linked),
            ("parser", Role::BuildOnly),
            ("tables", Role::BuildOnly),
            ("words", Role::Linked),
        ];

        assert_eq!(found(&root, &[&one])["one"], listed(&builds));
        // Built together, they share the features of `words`.
        let both = found(&root, &[&one, &other]);
        assert_eq!(both["one"], listed(&[&[("extra", Role::Linked)], builds.as_slice()].concat()));
        let of_other = [("extra", Role::Linked), ("other", Role::Linked), ("words", Role::Linked)];
        assert_eq!(both["other"], listed(&of_other));
    }

    #[test]
    fn tells_what_a_crate_says_of_itself() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
        workspace(&root);
        let id = format!("path+file://{root}/one#0.1.0");
        let program = programs(&root, &root, &[id.as_str()].into(), "x86_64-unknown-linux-gnu")
            .unwrap()
            .remove(&id)
            .unwrap();
        let one = program.root();
        assert_eq!((one.name.as_str(), one.version.as_str()), ("one", "0.1.0"));
        assert_eq!(one.source, Source::Folder { path: "one".into() });
        assert_eq!(one.license, License::Expression("MIT OR Apache-2.0".to_owned()));
        assert_eq!(one.authors, ["Ann"]);
        let words = program.linked().find(|one| one.name == "words").unwrap();
        assert_eq!(words.license_file, Some(root.join("words/TERMS")));
        let used: Vec<_> = program.crates[program.root]
            .uses
            .iter()
            .map(|&place| program.crates[place].of.name.as_str())
            .collect();
        assert_eq!(used, ["macros", "tables", "words"]);
    }

    #[test]
    fn tells_where_a_crate_comes_from() {
        let source = |text| Source::of(Some(text), Utf8Path::new("/p"), Utf8Path::new("/c/x"));
        assert_eq!(source("registry+https://git.example/rust-lang/crates.io-index"), Source::CratesIo);
        let index = || "https://index.example/".to_owned();
        assert_eq!(source("sparse+https://index.example/"), Source::Registry { index: index() });
        assert_eq!(source("git+https://index.example/"), Source::Git { address: index() });
    }

    #[test]
    fn reads_checksums() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(folder.path()).unwrap().join("Cargo.lock");
        let digest = Sha256::of("a");
        let text = format!(
            "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\nchecksum = \"{digest}\"\n\
             [[package]]\nname = \"own\"\nversion = \"0.1.0\"\ndependencies = [\"a\"]\n"
        );
        fs::write(&path, text).unwrap();
        let key = ("a".to_owned(), "1.0.0".to_owned(), Some("registry+x".to_owned()));
        assert_eq!(checksums(&path).unwrap(), BTreeMap::from([(key, digest)]));
        fs::write(&path, "<<<<<<< ours").unwrap();
        assert!(matches!(checksums(&path), Err(PackageError::NotToml { .. })));
    }
}
