//! Which compiler would build, so that a package made by another one is told apart.

use std::env;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Architecture;

use crate::error::PackageError;
use crate::program::{CARGO_ZIGBUILD, Program, RUSTC, ZIG};
use crate::request::Compiler;

/// The runtime's glibc, which cargo-zigbuild links against.
const GLIBC: &str = "2.34";

/// rustc's own account of itself, as the project's `rust-toolchain.toml` chooses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toolchain {
    /// Release, commit, host and LLVM in one line.
    pub(crate) identity: String,
    pub(crate) commit_hash: String,
    pub(crate) host: String,
}

impl Toolchain {
    /// Asks rustc in the project's folder.
    pub(crate) fn of(project: &Utf8Path) -> Result<Self, PackageError> {
        Self::parse(&RUSTC.output(rustc(project).arg("-vV"))?)
    }

    fn parse(text: &str) -> Result<Self, PackageError> {
        let field = |name: &str| {
            let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            found.ok_or_else(|| PackageError::UnexpectedAnswer {
                command: "rustc -vV".to_owned(),
                problem: format!("it does not say its {name}"),
            })
        };
        let first = text.lines().next().unwrap_or_default();
        let (host, llvm) = (field("host")?, field("LLVM version")?);
        Ok(Self {
            identity: format!("{first}, host {host}, LLVM {llvm}"),
            commit_hash: field("commit-hash")?.to_owned(),
            host: host.to_owned(),
        })
    }

    /// Returns the folder with the compiler's libraries.
    pub(crate) fn sysroot(project: &Utf8Path) -> Result<Utf8PathBuf, PackageError> {
        let answer = RUSTC.output(rustc(project).args(["--print", "sysroot"]))?;
        Ok(Utf8PathBuf::from(answer.trim()))
    }
}

/// How one architecture is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Driver {
    /// `cargo build`.
    Cargo,
    /// `cargo zigbuild`, with the versions of the two programs.
    Zigbuild { identity: String },
}

impl Driver {
    /// Chooses: what is asked for on the machine's own architecture, cargo-zigbuild for any other.
    ///
    /// # Errors
    /// [`PackageError::ProgramMissing`] where cargo-zigbuild or zig is needed and missing.
    pub(crate) fn choose(
        asked: Compiler,
        architecture: Architecture,
        host: &str,
    ) -> Result<Self, PackageError> {
        if asked == Compiler::Cargo && triple(architecture) == host {
            return Ok(Self::Cargo);
        }
        if CARGO_ZIGBUILD.find().is_none() {
            return Err(CARGO_ZIGBUILD.missing());
        }
        let zigbuild = CARGO_ZIGBUILD.output(Command::new(CARGO_ZIGBUILD.name).arg("--version"))?;
        let zig = zig_version()?;
        Ok(Self::Zigbuild { identity: format!("{}, zig {}", zigbuild.trim(), zig.trim()) })
    }

    /// Returns what identifies it among a package's inputs.
    pub(crate) fn identity(&self) -> String {
        match self {
            Self::Cargo => "cargo".to_owned(),
            Self::Zigbuild { identity } => format!("{identity}, glibc {GLIBC}"),
        }
    }

    /// Returns cargo's subcommand.
    pub(crate) const fn subcommand(&self) -> &'static str {
        match self {
            Self::Cargo => "build",
            Self::Zigbuild { .. } => "zigbuild",
        }
    }

    /// Returns what follows `--target`.
    pub(crate) fn target(&self, architecture: Architecture) -> String {
        match self {
            Self::Cargo => triple(architecture).to_owned(),
            Self::Zigbuild { .. } => format!("{}.{GLIBC}", triple(architecture)),
        }
    }
}

/// The compiler that cargo will run in the project's folder.
fn rustc(project: &Utf8Path) -> Command {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| RUSTC.name.into()));
    command.current_dir(project);
    command
}

/// Returns Rust's name for an architecture of Lambda.
pub(crate) const fn triple(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64-unknown-linux-gnu",
        Architecture::Arm64 => "aarch64-unknown-linux-gnu",
    }
}

/// Looks where cargo-zigbuild looks: its variable, then `PATH`, then the Python package.
fn zig_version() -> Result<String, PackageError> {
    if let Some(zig) = env::var_os("CARGO_ZIGBUILD_ZIG_PATH") {
        return ZIG.output(Command::new(zig).arg("version"));
    }
    if ZIG.find().is_some() {
        return ZIG.output(Command::new(ZIG.name).arg("version"));
    }
    let python = Program { name: "python3", ..ZIG };
    python.output(Command::new(python.name).args(["-m", "ziglang", "version"])).map_err(|_| ZIG.missing())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUSTC_1_95: &str = "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\n\
        commit-hash: 59807616e1fa2540724bfbac14d7976d7e4a3860\ncommit-date: 2026-04-14\n\
        host: x86_64-unknown-linux-gnu\nrelease: 1.95.0\nLLVM version: 22.1.2\n";

    #[test]
    fn reads_what_rustc_says_of_itself() {
        let toolchain = Toolchain::parse(RUSTC_1_95).unwrap();
        let expected = "rustc 1.95.0 (59807616e 2026-04-14), host x86_64-unknown-linux-gnu, LLVM 22.1.2";
        assert_eq!(toolchain.identity, expected);
        assert_eq!(toolchain.commit_hash, "59807616e1fa2540724bfbac14d7976d7e4a3860");
        let error = Toolchain::parse("rustc 1.95.0\n").unwrap_err();
        assert!(error.to_string().contains("it does not say its host"), "{error}");
    }

    #[test]
    fn the_machines_own_architecture_needs_only_cargo() {
        let driver =
            Driver::choose(Compiler::Cargo, Architecture::Arm64, "aarch64-unknown-linux-gnu").unwrap();
        assert_eq!(driver, Driver::Cargo);
        assert_eq!(driver.target(Architecture::Arm64), "aarch64-unknown-linux-gnu");
        let zigbuild = Driver::Zigbuild { identity: String::new() };
        assert_eq!(zigbuild.target(Architecture::X86_64), "x86_64-unknown-linux-gnu.2.34");
    }
}
