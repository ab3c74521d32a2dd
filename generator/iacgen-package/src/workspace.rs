//! Where the handlers' crates are and which other crates of the tree they are built from, as `cargo metadata` says.
//!
//! `--no-deps` resolves nothing and reads no lock, so this takes some 20 ms and no network; path dependencies outside
//! the workspace are followed by asking again there. What a `[patch]` replaces by a path is not seen here but in what
//! the compiler reads ([`crate::compile`]).

use std::collections::BTreeMap;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

use crate::error::PackageError;
use crate::program::CARGO;
use crate::request::PackageRequest;

/// A handler's crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handler {
    /// The root of its workspace, absolute.
    pub(crate) workspace: Utf8PathBuf,
    /// The package id, which names the package to cargo without any doubt.
    pub(crate) package_id: String,
    /// Its program.
    pub(crate) binary: String,
    /// The crate itself and the path dependencies that its build uses, by folder.
    pub(crate) crates: BTreeMap<Utf8PathBuf, Sources>,
}

/// Which files of a crate its build may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sources {
    /// The manifest and these folders.
    Folders(Vec<Utf8PathBuf>),
    /// Anything in the crate's folder: cargo runs a build script again whenever any file changes, unless it says
    /// otherwise.
    WholeCrate,
}

#[derive(Debug, Clone, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: Utf8PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: Utf8PathBuf,
    targets: Vec<Target>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Clone, Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
    src_path: Utf8PathBuf,
}

impl Target {
    fn is(&self, kind: &str) -> bool {
        self.kind.iter().any(|k| k == kind)
    }
}

#[derive(Debug, Clone, Deserialize)]
struct Dependency {
    kind: Option<String>,
    path: Option<Utf8PathBuf>,
}

/// Finds the handlers of the requests, in their order. `project` is absolute, without symlinks.
pub(crate) fn handlers(
    project: &Utf8Path,
    requests: &[PackageRequest],
) -> Result<Vec<Handler>, PackageError> {
    let mut packages = Packages { project, known: BTreeMap::new() };
    requests.iter().map(|request| packages.handler(request)).collect()
}

struct Packages<'a> {
    project: &'a Utf8Path,
    /// Packages with their workspaces' roots, by manifest.
    known: BTreeMap<Utf8PathBuf, (Package, Utf8PathBuf)>,
}

impl Packages<'_> {
    fn handler(&mut self, request: &PackageRequest) -> Result<Handler, PackageError> {
        let manifest = self.project.join(&request.handler).join("Cargo.toml");
        let manifest = manifest.canonicalize_utf8().map_err(|_| PackageError::NoManifest {
            function: request.name.clone(),
            manifest: request.handler.join("Cargo.toml"),
        })?;
        let (package, workspace) = self.package(&manifest)?;
        let binary = binary(&package, &request.name)?;

        let mut crates = BTreeMap::new();
        let mut open = vec![package.clone()];
        while let Some(package) = open.pop() {
            let Some(folder) = package.manifest_path.parent() else {
                continue;
            };
            if crates.insert(folder.to_owned(), sources(&package, folder)).is_some() {
                continue;
            }
            // Optional dependencies and those of other platforms count too: features may switch them on.
            let of_build = package.dependencies.iter().filter(|d| d.kind.as_deref() != Some("dev"));
            for path in of_build.filter_map(|dependency| dependency.path.as_ref()) {
                open.push(self.package(&path.join("Cargo.toml"))?.0);
            }
        }
        Ok(Handler { workspace, package_id: package.id, binary, crates })
    }

    fn package(&mut self, manifest: &Utf8Path) -> Result<(Package, Utf8PathBuf), PackageError> {
        if let Some(known) = self.known.get(manifest) {
            return Ok(known.clone());
        }
        let mut command = Command::new(CARGO.name);
        command.current_dir(self.project);
        command.args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--manifest-path",
            manifest.as_str(),
        ]);
        let answer = CARGO.output(&mut command)?;
        let unexpected = |problem: String| PackageError::UnexpectedAnswer {
            command: "cargo metadata".to_owned(),
            problem,
        };
        let metadata: Metadata =
            serde_json::from_str(&answer).map_err(|error| unexpected(error.to_string()))?;
        for package in metadata.packages {
            self.known.insert(package.manifest_path.clone(), (package, metadata.workspace_root.clone()));
        }
        let known = self.known.get(manifest);
        known.cloned().ok_or_else(|| unexpected(format!("it does not list the package of {manifest}")))
    }
}

fn binary(package: &Package, function: &str) -> Result<String, PackageError> {
    let binaries: Vec<_> = package.targets.iter().filter(|t| t.is("bin")).map(|t| t.name.clone()).collect();
    let (function, name) = (function.to_owned(), package.name.clone());
    match binaries.as_slice() {
        [] => Err(PackageError::NoBinary { function, package: name }),
        [only] => Ok(only.clone()),
        _ => {
            let preferred = ["bootstrap", &name].into_iter().find(|p| binaries.iter().any(|b| b == p));
            match preferred {
                Some(preferred) => Ok(preferred.to_owned()),
                None => Err(PackageError::SeveralBinaries { function, package: name, binaries }),
            }
        }
    }
}

fn sources(package: &Package, folder: &Utf8Path) -> Sources {
    if package.targets.iter().any(|target| target.is("custom-build")) {
        return Sources::WholeCrate;
    }
    let built = package.targets.iter().filter(|t| !t.is("test") && !t.is("bench") && !t.is("example"));
    let mut folders: Vec<_> = built.filter_map(|t| t.src_path.parent()).map(Utf8Path::to_owned).collect();
    folders.sort();
    folders.dedup();
    // A source at the crate's root: its folder holds everything else as well.
    if folders.iter().any(|f| f == folder) { Sources::WholeCrate } else { Sources::Folders(folders) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use iacgen_aws_types::Architecture;

    use super::*;

    fn write(root: &Utf8Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn request(handler: &str) -> PackageRequest {
        PackageRequest {
            name: "f".to_owned(),
            handler: handler.into(),
            architecture: Architecture::X86_64,
            model: None,
            layers: 0,
        }
    }

    fn package(name: &str, rest: &str) -> String {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
    }

    #[test]
    fn follows_path_dependencies_also_out_of_the_workspace_and_not_those_of_tests() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
        write(
            &root,
            "project/Cargo.toml",
            "[workspace]\nmembers = [\"f\", \"a\", \"t\"]\nresolver = \"3\"\n",
        );
        let dependencies =
            "[dependencies]\na = { path = \"../a\" }\n[dev-dependencies]\nt = { path = \"../t\" }\n";
        write(&root, "project/f/Cargo.toml", &package("f", dependencies));
        write(&root, "project/f/src/main.rs", "fn main() {}");
        write(
            &root,
            "project/a/Cargo.toml",
            &package("a", "[dependencies]\no = { path = \"../../outside\" }\n"),
        );
        write(&root, "project/a/src/lib.rs", "");
        write(&root, "project/a/build.rs", "fn main() {}");
        write(&root, "project/t/Cargo.toml", &package("t", ""));
        write(&root, "project/t/src/lib.rs", "");
        write(&root, "outside/Cargo.toml", &package("o", "[workspace]\n"));
        write(&root, "outside/src/lib.rs", "");

        let project = root.join("project");
        let handler = handlers(&project, &[request("f")]).unwrap().remove(0);
        assert_eq!(handler.workspace, project);
        assert_eq!(handler.binary, "f");
        let expected = [
            (root.join("outside"), Sources::Folders(vec![root.join("outside/src")])),
            (project.join("a"), Sources::WholeCrate),
            (project.join("f"), Sources::Folders(vec![project.join("f/src")])),
        ];
        assert_eq!(handler.crates, BTreeMap::from(expected));
    }

    #[test]
    fn a_handler_must_be_a_crate_with_one_clear_program() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
        let find = || handlers(&root, &[request("f")]).map(|mut handlers| handlers.remove(0).binary);
        assert!(matches!(find(), Err(PackageError::NoManifest { .. })));
        write(&root, "f/Cargo.toml", &package("f", ""));
        write(&root, "f/src/lib.rs", "");
        assert!(matches!(find(), Err(PackageError::NoBinary { .. })));
        write(&root, "f/src/bin/one.rs", "fn main() {}");
        assert_eq!(find().unwrap(), "one");
        write(&root, "f/src/bin/two.rs", "fn main() {}");
        let error = find().unwrap_err().to_string();
        assert!(
            error.contains("builds several programs (one, two); name one of them `bootstrap` or `f`"),
            "{error}"
        );
        write(&root, "f/src/bin/bootstrap.rs", "fn main() {}");
        assert_eq!(find().unwrap(), "bootstrap");
    }
}
