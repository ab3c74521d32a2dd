//! Running the programs that packaging relies on: cargo, rustc, cargo-zigbuild, pip.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, ExitStatus};

use camino::Utf8PathBuf;

use crate::children;
use crate::error::PackageError;

/// How many of a program's last lines an error shows.
const TAIL_LINES: usize = 80;

/// A program, what needs it, and the command that installs it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) purpose: &'static str,
    pub(crate) install: &'static str,
}

pub(crate) const CARGO: Program = Program {
    name: "cargo",
    purpose: "building the handlers",
    install: "apt-get install rustup && rustup toolchain install stable",
};
pub(crate) const RUSTC: Program = Program { name: "rustc", ..CARGO };
/// What links, and compiles C. Its version is not pinned: it is the machine's.
pub(crate) const CC: Program = Program {
    name: "cc",
    purpose: "linking the handlers",
    install: "apt-get install gcc libc6-dev` or `dnf install gcc glibc-devel",
};
pub(crate) const CARGO_ZIGBUILD: Program = Program {
    name: "cargo-zigbuild",
    purpose: "building for another architecture or for Lambda's glibc",
    install: INSTALL_ZIGBUILD,
};
pub(crate) const ZIG: Program = Program { name: "zig", purpose: "cargo-zigbuild", install: INSTALL_ZIGBUILD };
/// The versions that `zigbuild/requirements.txt` pins. Others work too; they give other bytes.
const INSTALL_ZIGBUILD: &str = "python3 -m pip install cargo-zigbuild==0.24.0 ziglang==0.17.1";
pub(crate) const PYTHON: Program = Program {
    name: "python3",
    purpose: "downloading ONNX Runtime",
    install: "apt-get install python3 python3-pip",
};

impl Program {
    /// Returns the error that says it is missing.
    pub(crate) fn missing(self) -> PackageError {
        PackageError::ProgramMissing {
            program: self.name.to_owned(),
            purpose: self.purpose.to_owned(),
            install: self.install.to_owned(),
        }
    }

    /// Turns the failure to start it into an error.
    pub(crate) fn not_started(self, source: &std::io::Error) -> PackageError {
        match source.kind() {
            ErrorKind::NotFound => self.missing(),
            _ => PackageError::ProgramFailed {
                command: self.name.to_owned(),
                status: "it did not start".to_owned(),
                stderr: source.to_string(),
            },
        }
    }

    /// Runs `command`, which must be this program's, and returns its standard output.
    pub(crate) fn output(self, command: &mut Command) -> Result<String, PackageError> {
        let output = children::output(command).map_err(|source| self.not_started(&source))?;
        if !output.status.success() {
            return Err(failed(command, output.status, &String::from_utf8_lossy(&output.stderr)));
        }
        String::from_utf8(output.stdout).map_err(|_| PackageError::UnexpectedAnswer {
            command: shown(command),
            problem: "its output is not UTF-8".to_owned(),
        })
    }

    /// Returns where `PATH` has it.
    pub(crate) fn find(self) -> Option<Utf8PathBuf> {
        find(self.name)
    }
}

/// Returns where `PATH` has a program.
pub(crate) fn find(name: &str) -> Option<Utf8PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| {
            fs::metadata(file).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
        })
        .and_then(|file| Utf8PathBuf::from_path_buf(file).ok())
}

/// Returns the error of a command that ended badly.
pub(crate) fn failed(command: &Command, status: ExitStatus, stderr: &str) -> PackageError {
    PackageError::ProgramFailed { command: shown(command), status: status.to_string(), stderr: tail(stderr) }
}

/// Returns the last lines of a text.
pub(crate) fn tail(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

/// Returns a command as it would be typed.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(std::ffi::OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_its_installation() {
        let program = Program { name: "iacgen-no-such-program", purpose: "a test", install: "make it" };
        let error = program.output(&mut Command::new(program.name)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`iacgen-no-such-program` was not found, and a test needs it; install it with `make it`"
        );
        assert_eq!(program.find(), None);
    }

    #[test]
    fn a_failing_program_is_shown_with_what_it_said() {
        let error = CARGO.output(Command::new("cargo").arg("iacgen-no-such-command")).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("`cargo iacgen-no-such-command` failed (exit status: 101):\n"), "{text}");
        assert!(text.contains("no such command"), "{text}");
    }

    #[test]
    fn the_versions_to_install_are_the_pinned_ones() {
        let pins = include_str!("../zigbuild/requirements.in").lines().filter(|line| line.contains("=="));
        let command = format!("python3 -m pip install {}", pins.collect::<Vec<_>>().join(" "));
        assert_eq!(CARGO_ZIGBUILD.install, command);
    }

    #[test]
    fn the_tail_is_the_end() {
        let text: String = (0..200).flat_map(|n: u32| [n.to_string(), "\n".to_owned()]).collect();
        let tail = tail(&text);
        assert!(tail.starts_with("120\n") && tail.ends_with("\n199"), "{tail}");
    }
}
