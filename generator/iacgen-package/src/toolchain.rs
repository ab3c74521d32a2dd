//! Which compiler would build, so that a package made by another one is told apart.

use std::env;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Architecture;

use crate::configuration;
use crate::error::PackageError;
use crate::flags;
use crate::linker;
use crate::program::{self, CARGO, RUSTC};
use crate::request::Compiler;
use crate::zig::Zigbuild;

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

    /// Returns the command that adds the standard library for an architecture to the compiler.
    pub(crate) fn how_to_add(project: &Utf8Path, architecture: Architecture) -> String {
        let by_rustup = format!("rustup target add {}", triple(architecture));
        let sysroot = Self::sysroot(project).unwrap_or_default();
        if sysroot.join("lib/rustlib/multirust-channel-manifest.toml").is_file() {
            return by_rustup;
        }
        match owner().and_then(|package| of_distribution(&package, architecture)) {
            Some(command) => command,
            None => {
                format!("{by_rustup}` with a compiler of rustup's, or set `RUSTC` to a compiler that has it")
            }
        }
    }
}

/// Returns the Debian package that the compiler comes from, such as `rustc-web`.
fn owner() -> Option<String> {
    let program = match env::var("RUSTC") {
        Ok(path) if path.contains('/') => Utf8PathBuf::from(path),
        Ok(name) => program::find(&name)?,
        Err(_) => RUSTC.find()?,
    };
    let answer =
        Command::new("dpkg").args(["-S", program.canonicalize_utf8().ok()?.as_str()]).output().ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    answer.status.success().then(|| text.split(':').next().unwrap_or_default().to_owned())
}

/// Debian and Ubuntu name a compiler `rustc`, `rustc-web`, `rustc-1.89`, and its library `libstd-rust-dev` and so on.
fn of_distribution(compiler: &str, architecture: Architecture) -> Option<String> {
    let flavour = compiler.strip_prefix("rustc")?;
    let architecture = match architecture {
        Architecture::X86_64 => "amd64",
        Architecture::Arm64 => "arm64",
    };
    Some(format!(
        "dpkg --add-architecture {architecture} && apt-get update && apt-get install libstd-rust{flavour}-dev:{architecture}"
    ))
}

/// How one architecture is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Driver {
    /// `cargo build`, with what the machine brings to it.
    Cargo { identity: String },
    /// `cargo zigbuild`.
    Zigbuild(Zigbuild),
}

impl Driver {
    /// Chooses: what is asked for on the machine's own architecture, cargo-zigbuild for any other.
    ///
    /// # Errors
    /// [`PackageError::ProgramMissing`] where cargo-zigbuild or zig is needed and missing, or where cargo would link and
    /// there is no linker.
    pub(crate) fn choose(
        asked: Compiler,
        architecture: Architecture,
        host: &str,
        workspace: &Utf8Path,
    ) -> Result<Self, PackageError> {
        let triple = triple(architecture);
        if asked == Compiler::Cargo && triple == host {
            return Ok(Self::Cargo { identity: linker::identity(workspace, triple)? });
        }
        Zigbuild::find().map(Self::Zigbuild)
    }

    /// Returns what identifies it among a package's inputs, with what else of the machine reaches the compilers: what the
    /// environment says to those of C, and cargo's configuration outside of the workspace.
    pub(crate) fn identity(&self, architecture: Architecture, host: &str, workspace: &Utf8Path) -> String {
        let triple = triple(architecture);
        let mut parts = match self {
            Self::Cargo { identity } => {
                let mut parts = vec![format!("cargo, {identity}")];
                parts.extend(flags::c_compilers_of_user(triple, host));
                parts
            }
            Self::Zigbuild(zigbuild) => vec![format!("{}, glibc {GLIBC}", zigbuild.identity)],
        };
        parts.extend(flags::c_flags_of_user(triple, host));
        let outside = configuration::outside_of(workspace, flags::cargo_home(workspace).as_deref());
        parts.extend(outside.map(|digest| format!("cargo's configuration outside of the project {digest}")));
        parts.join(", ")
    }

    /// Returns the command that builds, without arguments.
    pub(crate) fn command(&self) -> Command {
        match self {
            Self::Cargo { .. } => {
                let mut command = Command::new(CARGO.name);
                command.arg(self.subcommand());
                command
            }
            Self::Zigbuild(zigbuild) => {
                let mut command = Command::new(&zigbuild.program);
                // The cargo of the project's own toolchain, and not one that happens to run this program.
                command.arg(self.subcommand()).env_remove("CARGO");
                command
            }
        }
    }

    /// Returns cargo's subcommand.
    pub(crate) const fn subcommand(&self) -> &'static str {
        match self {
            Self::Cargo { .. } => "build",
            Self::Zigbuild(_) => "zigbuild",
        }
    }

    /// Returns what follows `--target`.
    pub(crate) fn target(&self, architecture: Architecture) -> String {
        match self {
            Self::Cargo { .. } => triple(architecture).to_owned(),
            Self::Zigbuild(_) => format!("{}.{GLIBC}", triple(architecture)),
        }
    }
}

/// Tells whether cargo-zigbuild and zig can be run here.
pub fn zigbuild_is_installed() -> bool {
    Zigbuild::find().is_ok()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zig::Zig;

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
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let host = triple(Architecture::Arm64);
        let driver = Driver::choose(Compiler::Cargo, Architecture::Arm64, host, folder).unwrap();
        assert_eq!((driver.subcommand(), driver.target(Architecture::Arm64).as_str()), ("build", host));
        let identity = driver.identity(Architecture::Arm64, host, folder);
        assert!(identity.starts_with("cargo, cc: "), "{identity}");
    }

    #[test]
    fn zigbuild_links_against_the_runtimes_glibc() {
        let zig = Zig::Program("/opt/zig".into());
        let driver = Driver::Zigbuild(Zigbuild {
            program: "/opt/cargo-zigbuild".into(),
            zig,
            identity: "cargo-zigbuild 0.24.0, zig 0.17.1".to_owned(),
        });
        assert_eq!(driver.target(Architecture::X86_64), "x86_64-unknown-linux-gnu.2.34");
        let identity =
            driver.identity(Architecture::X86_64, triple(Architecture::X86_64), Utf8Path::new("/p"));
        assert!(identity.starts_with("cargo-zigbuild 0.24.0, zig 0.17.1, glibc 2.34"), "{identity}");
    }

    #[test]
    fn a_distributions_compiler_gets_its_library_from_the_distribution() {
        let command = of_distribution("rustc-web", Architecture::Arm64).unwrap();
        let expected =
            "dpkg --add-architecture arm64 && apt-get update && apt-get install libstd-rust-web-dev:arm64";
        assert_eq!(command, expected);
        let command = of_distribution("rustc", Architecture::X86_64).unwrap();
        assert!(command.ends_with("apt-get install libstd-rust-dev:amd64"), "{command}");
        assert_eq!(of_distribution("cargo", Architecture::Arm64), None);
    }
}
