//! Cargo's configuration outside of the project, which belongs to a machine and can still change what is built.
//!
//! Cargo reads `.cargo/config.toml` in every folder above the workspace and in its own home. What decides about a
//! program there (a profile, a patch, a linker) becomes part of what a package is made from, so that it is told apart
//! from one that was made without. Flags for rustc are not: `crate::flags` leaves them out of the build.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Sha256;
use toml::{Table, Value};

/// The tables that decide about a program. All others are about the network, the terminal, credentials and the like.
const DECIDING: [&str; 8] = ["build", "env", "host", "include", "patch", "paths", "profile", "target"];
/// Keys of those tables that say how or where to build, not what.
const NOT_DECIDING: [&str; 9] = [
    "build-dir",
    "dep-info-basedir",
    "incremental",
    "jobs",
    "runner",
    "rustc-wrapper",
    "rustc-workspace-wrapper",
    "rustflags",
    "target-dir",
];

/// Returns one digest over what decides, or nothing where nothing does.
pub(crate) fn outside_of(workspace: &Utf8Path, cargo_home: Option<&Utf8Path>) -> Option<Sha256> {
    let above = workspace.ancestors().skip(1).map(|folder| folder.join(".cargo"));
    let mut folders: Vec<Utf8PathBuf> = above.chain(cargo_home.map(Utf8Path::to_owned)).collect();
    folders.dedup();
    let mut seen = Vec::new();
    let mut text = String::new();
    for folder in folders {
        // The name without an ending is the older one, and comes first where both are there.
        let file =
            [folder.join("config"), folder.join("config.toml")].into_iter().find(|file| file.is_file());
        let Some(file) = file.and_then(|file| file.canonicalize_utf8().ok()) else {
            continue;
        };
        if file.starts_with(workspace) || seen.contains(&file) {
            continue;
        }
        text.extend(fs::read_to_string(&file).ok().and_then(|text| deciding(&text)));
        seen.push(file);
    }
    (!text.is_empty()).then(|| Sha256::of(text.as_bytes()))
}

/// Returns what of a configuration decides about a program. One that is no TOML is cargo's to complain about.
fn deciding(text: &str) -> Option<String> {
    let mut config: Table = toml::from_str(text).ok()?;
    config.retain(|key, _| DECIDING.contains(&key));
    for name in ["build", "target"] {
        if let Some(Value::Table(table)) = config.get_mut(name) {
            without_the_undeciding(table);
        }
    }
    config.retain(|_, value| !matches!(value, Value::Table(table) if table.is_empty()));
    if config.is_empty() { None } else { serde_json::to_string(&config).ok() }
}

fn without_the_undeciding(table: &mut Table) {
    table.retain(|key, _| !NOT_DECIDING.contains(&key));
    for (_, value) in table.iter_mut() {
        if let Value::Table(inner) = value {
            without_the_undeciding(inner);
        }
    }
    table.retain(|_, value| !matches!(value, Value::Table(inner) if inner.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_a_program_counts() {
        let harmless = "[net]\nretry = 3\n[build]\njobs = 2\nrustflags = [\"-Ctarget-cpu=native\"]\n\
                        [target.x86_64-unknown-linux-gnu]\nrunner = \"qemu\"\n[registries.ours]\nindex = \"x\"\n";
        assert_eq!(deciding(harmless), None);
        assert!(deciding("[profile.lambda]\nopt-level = 1\n").unwrap().contains("opt-level"));
        let linker = format!("{harmless}linker = \"mold\"\n");
        assert_eq!(deciding(&linker), None); // a key of [registries.ours]
        let linker = "[target.x86_64-unknown-linux-gnu]\nrunner = \"qemu\"\nlinker = \"mold\"\n";
        let found = deciding(linker).unwrap();
        assert!(found.contains("mold") && !found.contains("qemu"), "{found}");
    }

    #[test]
    fn folders_above_and_cargos_home_are_read_and_the_projects_own_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().canonicalize_utf8().unwrap();
        let (project, home) = (root.join("above/project"), root.join("home/.cargo"));
        let write = |folder: &Utf8Path, name: &str| {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join(name), "[profile.lambda]\nopt-level = 1\n").unwrap();
        };
        let found = || outside_of(&project, Some(&home));
        let elsewhere = found(); // of the folders above this test's own, on somebody's machine
        write(&project.join(".cargo"), "config.toml");
        assert_eq!(found(), elsewhere);
        write(&home, "config.toml");
        let of_home = found();
        assert_ne!(of_home, elsewhere);
        write(&root.join("above/.cargo"), "config");
        assert_ne!(found(), of_home);
    }
}
