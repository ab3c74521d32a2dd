//! Where cargo-zigbuild and zig are, and which they are.
//!
//! zig is looked for in cargo-zigbuild's own variables, on `PATH`, and in Python's package `ziglang`. What is found is
//! handed to cargo-zigbuild, so that the one whose version is recorded is the one that links.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::PackageError;
use crate::program::{CARGO_ZIGBUILD, Program, ZIG};

/// cargo-zigbuild's variable for the program.
const ZIG_PATH: &str = "CARGO_ZIGBUILD_ZIG_PATH";
/// cargo-zigbuild's variable for a Python that has the package. It is asked before the program is.
const PYTHON_PATH: &str = "CARGO_ZIGBUILD_PYTHON_PATH";

/// A zig compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Zig {
    /// The program.
    Program(Utf8PathBuf),
    /// The Python whose package `ziglang` it is.
    Python(Utf8PathBuf),
}

impl Zig {
    /// Returns the variables that make cargo-zigbuild take this one.
    pub(crate) fn variables(&self) -> [(&'static str, &str); 2] {
        match self {
            Self::Program(path) => [(ZIG_PATH, path.as_str()), (PYTHON_PATH, "")],
            Self::Python(path) => [(PYTHON_PATH, path.as_str()), (ZIG_PATH, "")],
        }
    }

    fn command(&self) -> Command {
        match self {
            Self::Program(path) => Command::new(path),
            Self::Python(path) => {
                let mut command = Command::new(path);
                command.args(["-m", "ziglang"]);
                command
            }
        }
    }

    fn version(&self) -> Result<String, PackageError> {
        ZIG.output(self.command().arg("version")).map(|version| version.trim().to_owned())
    }
}

/// cargo-zigbuild with its zig.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zigbuild {
    /// The program. Run by its path: cargo itself would prefer one in its home folder.
    pub(crate) program: Utf8PathBuf,
    pub(crate) zig: Zig,
    /// Both versions, as in `cargo-zigbuild 0.24.0, zig 0.17.1`.
    pub(crate) identity: String,
}

impl Zigbuild {
    /// Looks for both.
    ///
    /// # Errors
    /// [`PackageError::ProgramMissing`] for the one that is not there.
    pub(crate) fn find() -> Result<Self, PackageError> {
        let program = CARGO_ZIGBUILD.find().ok_or_else(|| CARGO_ZIGBUILD.missing())?;
        let own = CARGO_ZIGBUILD.output(Command::new(&program).arg("--version"))?;
        let (zig, version) = find_zig(&|name| env::var_os(name), &Program::find)?;
        Ok(Self { program, zig, identity: format!("{}, zig {version}", own.trim()) })
    }
}

/// Finds zig and its version, given what looks up variables and programs.
fn find_zig(
    variable: &dyn Fn(&str) -> Option<OsString>,
    find: &dyn Fn(Program) -> Option<Utf8PathBuf>,
) -> Result<(Zig, String), PackageError> {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let named = |value: OsString, program: Program| {
        let path = Utf8PathBuf::from(value.to_string_lossy().into_owned());
        // A name without a folder is looked up on `PATH`, as cargo-zigbuild does.
        let found =
            if path.components().count() > 1 { path.is_file().then_some(path) } else { find_named(&path) };
        found.ok_or_else(|| program.missing())
    };
    let with_version = |zig: Zig| zig.version().map(|version| (zig, version));
    if let Some(value) = set(ZIG_PATH) {
        return with_version(Zig::Program(named(value, ZIG)?));
    }
    if let Some(value) = set(PYTHON_PATH) {
        return with_version(Zig::Python(named(value, ZIG)?));
    }
    if let Some(path) = find(ZIG) {
        return with_version(Zig::Program(path));
    }
    let python = find(Program { name: "python3", ..ZIG }).ok_or_else(|| ZIG.missing())?;
    with_version(Zig::Python(python)).map_err(|_| ZIG.missing())
}

fn find_named(name: &Utf8Path) -> Option<Utf8PathBuf> {
    crate::program::find(name.as_str())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn script(path: &Utf8Path, text: &str) {
        fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn variables_come_first_then_the_path_then_python() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let (own, on_path, python) = (root.join("own zig"), root.join("zig"), root.join("python3"));
        script(&own, "[ \"$*\" = version ] && echo 0.1.0");
        script(&on_path, "[ \"$*\" = version ] && echo 0.2.0");
        script(&python, "[ \"$*\" = '-m ziglang version' ] && echo 0.3.0");
        let find = |variables: &[(&str, &Utf8Path)], programs: &[&Utf8Path]| {
            let variable = |name: &str| {
                let found = variables.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| OsString::from(value.as_str()))
            };
            let program = |program: Program| {
                programs
                    .iter()
                    .find(|path| path.file_name() == Some(program.name))
                    .map(|path| (*path).to_owned())
            };
            find_zig(&variable, &program)
        };
        let all = [on_path.as_path(), python.as_path()];
        let found = find(&[(ZIG_PATH, &own), (PYTHON_PATH, &python)], &all).unwrap();
        assert_eq!(found, (Zig::Program(own.clone()), "0.1.0".to_owned()));
        assert_eq!(
            find(&[(PYTHON_PATH, &python)], &all).unwrap(),
            (Zig::Python(python.clone()), "0.3.0".to_owned())
        );
        assert_eq!(find(&[], &all).unwrap(), (Zig::Program(on_path.clone()), "0.2.0".to_owned()));
        assert_eq!(find(&[], &[&python]).unwrap(), (Zig::Python(python.clone()), "0.3.0".to_owned()));

        script(&python, "echo No module named ziglang >&2; exit 1");
        let error = find(&[], &[&python]).unwrap_err();
        assert!(
            matches!(&error, PackageError::ProgramMissing { program, .. } if program == "zig"),
            "{error}"
        );
        let error = find(&[(ZIG_PATH, &root.join("gone"))], &all).unwrap_err();
        assert!(matches!(&error, PackageError::ProgramMissing { .. }), "{error}");
    }

    #[test]
    fn cargo_zigbuild_is_told_which_zig_was_found() {
        let program = Zig::Program("/opt/zig/zig".into());
        assert_eq!(program.variables(), [(ZIG_PATH, "/opt/zig/zig"), (PYTHON_PATH, "")]);
        let python = Zig::Python("/venv/bin/python3".into());
        assert_eq!(python.variables(), [(PYTHON_PATH, "/venv/bin/python3"), (ZIG_PATH, "")]);
    }
}
