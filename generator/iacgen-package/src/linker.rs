//! What of the machine itself ends up in a program that plain cargo builds: its linker, and the start-up files and
//! symbol versions of its C library. They are part of what a package is made from.

use std::env;
use std::fs;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::PackageError;
use crate::program::CC;

/// Returns the linker that cargo will run for `triple`, and the C library beside it, with their versions.
///
/// # Errors
/// [`PackageError::ProgramMissing`] where there is no linker.
pub(crate) fn identity(workspace: &Utf8Path, triple: &str) -> Result<String, PackageError> {
    let (name, path) = configured(workspace, triple).unwrap_or_else(|| (CC.name.to_owned(), CC.name.into()));
    let program = path.as_str();
    let version = CC.output(&mut english(program, &["--version"]))?;
    let mut parts = vec![format!("{name}: {}", first_line(&version))];
    // The linker that the compiler driver runs, and the C library. Where they do not tell, they are not of the kind
    // that the driver's own version leaves open.
    let asked = |program: &str, arguments: &[&str]| {
        let output = english(program, arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        (output.status.success() && !text.trim().is_empty()).then(|| first_line(&text))
    };
    let ld = asked(program, &["-print-prog-name=ld"]);
    parts.extend(ld.and_then(|ld| asked(&ld, &["--version"])));
    parts.extend(asked("ldd", &["--version"]));
    Ok(parts.join(", "))
}

/// The linker that a variable or the project's own configuration names, as cargo reads them: as it is written there,
/// and the path to run.
fn configured(workspace: &Utf8Path, triple: &str) -> Option<(String, Utf8PathBuf)> {
    if let Ok(linker) = env::var(variable(triple)) {
        return Some((linker.clone(), linker.into()));
    }
    let text = fs::read_to_string(workspace.join(".cargo/config.toml")).ok()?;
    let config: toml::Table = toml::from_str(&text).ok()?;
    let linker = config.get("target")?.get(triple)?.get("linker")?.as_str()?;
    // Relative to the folder that `.cargo` is in, when it is more than a name.
    let path = if linker.contains('/') { workspace.join(linker) } else { linker.into() };
    Some((linker.to_owned(), path))
}

/// Returns the name of cargo's variable for the linker.
pub(crate) fn variable(triple: &str) -> String {
    format!("CARGO_TARGET_{}_LINKER", triple.replace('-', "_").to_uppercase())
}

fn english(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C");
    command
}

/// Returns the first line of what a C compiler says of itself.
pub(crate) fn version(command: &str) -> String {
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or_default();
    let output = english(program, &words.chain(["--version"]).collect::<Vec<_>>()).output();
    output
        .map_or_else(|error| error.to_string(), |output| first_line(&String::from_utf8_lossy(&output.stdout)))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_projects_own_linker_is_the_one_that_counts() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        fs::create_dir(root.join(".cargo")).unwrap();
        let config = "[target.x86_64-unknown-iacgen]\nlinker = \"tools/ld\"\n";
        fs::write(root.join(".cargo/config.toml"), config).unwrap();
        fs::create_dir(root.join("tools")).unwrap();
        fs::write(root.join("tools/ld"), "#!/bin/sh\necho linker 7 in $LC_ALL\necho more\n").unwrap();
        fs::set_permissions(root.join("tools/ld"), fs::Permissions::from_mode(0o755)).unwrap();
        let identity = identity(root, "x86_64-unknown-iacgen").unwrap();
        assert!(identity.starts_with("tools/ld: linker 7 in C"), "{identity}");
        assert!(!identity.contains("more"), "{identity}");
    }

    #[test]
    fn the_machines_linker_and_c_library_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let found = identity(root, "no-such-triple").unwrap();
        assert!(
            found.starts_with("cc: ") && found.split(", ").count() >= 2 && !found.contains('\n'),
            "{found}"
        );
        assert_eq!(found, identity(root, "no-such-triple").unwrap());
    }
}
