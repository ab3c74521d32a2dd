//! Building the handlers of one workspace for one architecture, all in one run of cargo.
//!
//! One run, because cargo unites the features of shared dependencies over the packages it builds together: the same
//! function built alone could come out different. What is built together is therefore among a package's inputs.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::thread;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::Architecture;
use serde::Deserialize;

use crate::children;
use crate::error::PackageError;
use crate::event::PackageEvent;
use crate::flags::{self, Remap};
use crate::program::{CARGO, CARGO_ZIGBUILD, Program, failed, tail};
use crate::toolchain::{Driver, Toolchain, triple};
use crate::workspace::Handler;

/// The cargo profile that handlers are built with.
pub(crate) const PROFILE: &str = "lambda";

/// What is built in one run, and how.
#[derive(Debug)]
pub(crate) struct Build<'a> {
    /// The project's folder, absolute.
    pub(crate) project: &'a Utf8Path,
    /// Cargo's target folder, absolute.
    pub(crate) target: &'a Utf8Path,
    pub(crate) architecture: Architecture,
    pub(crate) toolchain: &'a Toolchain,
    pub(crate) driver: &'a Driver,
    /// The user's flags for rustc.
    pub(crate) flags: &'a [String],
    /// Function ids and their crates, all of one workspace.
    pub(crate) handlers: Vec<(&'a str, &'a Handler)>,
}

/// A program that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Executable {
    pub(crate) path: Utf8PathBuf,
    /// The files of the tree that went into it, absolute.
    pub(crate) read: Vec<Utf8PathBuf>,
    /// Folders of this machine that could show in it.
    pub(crate) machine_paths: Vec<Utf8PathBuf>,
}

/// A message of `cargo build --message-format json`; others have no executable.
#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    package_id: String,
    target: Option<MessageTarget>,
    executable: Option<Utf8PathBuf>,
}

#[derive(Debug, Deserialize)]
struct MessageTarget {
    name: String,
}

impl Build<'_> {
    /// Builds, and returns each package id's program.
    pub(crate) fn run(
        &self,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<BTreeMap<String, Executable>, PackageError> {
        let workspace = match self.handlers.first() {
            Some((_, handler)) => &handler.workspace,
            None => return Ok(BTreeMap::new()),
        };
        let lock = workspace.join("Cargo.lock");
        if !lock.is_file() {
            return Err(PackageError::NoCargoLock { path: lock });
        }
        self.check_standard_library()?;
        self.fetch(workspace)?;
        let crates = self.handlers.iter().flat_map(|(_, handler)| handler.crates.keys());
        let remaps = flags::remaps(self.project, workspace, self.target, crates, self.toolchain)?;

        let mut command = self.command(workspace, &remaps);
        let (stdout, stderr, status) = self.watch(&mut command, observer)?;
        if !status.success() {
            return Err(self.failure(workspace, &stderr));
        }
        let built = programs(&stdout)?;
        let mut executables = BTreeMap::new();
        for (function, handler) in &self.handlers {
            let key = (handler.package_id.clone(), handler.binary.clone());
            let path = built.get(&key).cloned().ok_or_else(|| PackageError::UnexpectedAnswer {
                command: format!("cargo {}", self.driver.subcommand()),
                problem: format!("it built no program `{}` for `{function}`", handler.binary),
            })?;
            let read = self.files_read(&path)?;
            let machine_paths = remaps.iter().map(|remap| remap.from.clone()).collect();
            executables.insert(handler.package_id.clone(), Executable { path, read, machine_paths });
        }
        Ok(executables)
    }

    fn command(&self, workspace: &Utf8Path, remaps: &[Remap]) -> Command {
        let mut command = self.driver.command();
        command.current_dir(workspace);
        command.args(["--locked", "--profile", PROFILE, "--bins"]);
        command.args([
            "--target",
            &self.driver.target(self.architecture),
            "--target-dir",
            self.target.as_str(),
        ]);
        command.args(["--message-format", "json-render-diagnostics"]);
        for (_, handler) in &self.handlers {
            command.args(["--package", &handler.package_id]);
        }
        // What would change the program without standing in the tree.
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("CARGO_PROFILE_") {
                command.env_remove(variable);
            }
        }
        command.env_remove("RUSTC_BOOTSTRAP"); // crates probe for what it switches on
        if let Driver::Zigbuild(zigbuild) = self.driver {
            for variable in flags::against_zig(triple(self.architecture), &self.toolchain.host) {
                command.env_remove(variable);
            }
            command.envs(zigbuild.zig.variables());
        }
        command.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", flags::encoded(self.flags, remaps));
        command.envs(flags::for_c(triple(self.architecture), &self.toolchain.host, remaps));
        command.env("CARGO_INCREMENTAL", "0").env("SOURCE_DATE_EPOCH", "315532800"); // 1980-01-01
        command
    }

    /// Fetches the dependencies first, so that the folders whose names are to be mapped away exist.
    fn fetch(&self, workspace: &Utf8Path) -> Result<(), PackageError> {
        let mut command = Command::new(CARGO.name);
        command.current_dir(workspace).args(["fetch", "--locked", "--target", triple(self.architecture)]);
        let output = children::output(&mut command).map_err(|source| CARGO.not_started(&source))?;
        if output.status.success() {
            return Ok(());
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        if stderr.contains("--locked") {
            return Err(PackageError::CargoLockOutdated { path: workspace.join("Cargo.lock") });
        }
        Err(failed(&command, output.status, &stderr))
    }

    fn check_standard_library(&self) -> Result<(), PackageError> {
        let triple = triple(self.architecture);
        if triple == self.toolchain.host {
            return Ok(());
        }
        let sysroot = Toolchain::sysroot(self.project)?;
        if sysroot.join("lib/rustlib").join(triple).join("lib").is_dir() {
            return Ok(());
        }
        Err(PackageError::NoStandardLibrary {
            triple: triple.to_owned(),
            install: Toolchain::how_to_add(self.project, self.architecture),
        })
    }

    fn program(&self) -> Program {
        match self.driver {
            Driver::Cargo { .. } => CARGO,
            Driver::Zigbuild(_) => CARGO_ZIGBUILD,
        }
    }

    /// Runs to the end, telling each line of standard error as it comes. Returns both outputs.
    fn watch(
        &self,
        command: &mut Command,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<(String, String, std::process::ExitStatus), PackageError> {
        let program = self.program();
        let ended_early = |source: std::io::Error| PackageError::UnexpectedAnswer {
            command: format!("cargo {}", self.driver.subcommand()),
            problem: format!("its output cannot be read: {source}"),
        };
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = children::start(command).map_err(|source| program.not_started(&source))?;
        let child = running.child();
        let stdout = child.stdout.take();
        let stdout = thread::spawn(move || {
            let mut text = String::new();
            stdout.map_or(Ok(0), |mut pipe| pipe.read_to_string(&mut text)).map(|_| text)
        });
        let mut said = String::new();
        if let Some(stderr) = child.stderr.take() {
            for line in BufReader::new(stderr).split(b'\n') {
                let line = line.map_err(ended_early)?;
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                said.push_str(&line);
                said.push('\n');
                observer(PackageEvent::CompilerLine { line });
            }
        }
        let status = child.wait().map_err(ended_early)?;
        let stdout = stdout.join().unwrap_or_else(|_| Err(std::io::Error::other("the reader stopped")));
        Ok((stdout.map_err(ended_early)?, said, status))
    }

    fn failure(&self, workspace: &Utf8Path, stderr: &str) -> PackageError {
        if stderr.contains(&format!("profile `{PROFILE}` is not defined")) {
            return PackageError::NoProfile { manifest: workspace.join("Cargo.toml") };
        }
        PackageError::CompilationFailed {
            functions: self.handlers.iter().map(|(function, _)| (*function).to_owned()).collect(),
            architecture: self.architecture,
            stderr: tail(&without_progress(stderr)),
        }
    }

    /// Returns what cargo's dep-info file beside the program lists, but for what was generated or downloaded.
    fn files_read(&self, executable: &Utf8Path) -> Result<Vec<Utf8PathBuf>, PackageError> {
        let path = executable.with_extension("d");
        let text = std::fs::read_to_string(&path)
            .map_err(|source| PackageError::Read { path: path.clone(), source })?;
        // `include_bytes!` leaves the `..` of its argument in the name.
        let resolved = |file: Utf8PathBuf| file.canonicalize_utf8().unwrap_or(file);
        let home = flags::cargo_home(self.project);
        let homes = ["registry", "git"].map(|part| home.as_ref().map(|home| resolved(home.join(part))));
        let mut files: Vec<_> = dep_info(&text).into_iter().map(resolved).collect();
        files.retain(|file| {
            !file.starts_with(self.target) && !homes.iter().flatten().any(|home| file.starts_with(home))
        });
        Ok(files)
    }
}

/// Leaves out cargo's own progress, which would push the errors out of sight: a word right-aligned in 12 columns.
fn without_progress(stderr: &str) -> String {
    let is_progress = |line: &&str| {
        let (Some(status), Some(rest)) = (line.get(..12), line.get(12..)) else {
            return false;
        };
        let word = status.trim_start();
        rest.starts_with(' ')
            && word.len() < status.len()
            && word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.chars().all(|character| character.is_ascii_alphabetic())
    };
    stderr.lines().filter(|line| !is_progress(line)).collect::<Vec<_>>().join("\n")
}

/// Returns the programs by package id and name.
fn programs(stdout: &str) -> Result<BTreeMap<(String, String), Utf8PathBuf>, PackageError> {
    let mut programs = BTreeMap::new();
    for line in stdout.lines().filter(|line| line.starts_with('{')) {
        let message: Message =
            serde_json::from_str(line).map_err(|error| PackageError::UnexpectedAnswer {
                command: "cargo build --message-format json".to_owned(),
                problem: error.to_string(),
            })?;
        if let (Some(target), Some(executable)) = (message.target, message.executable) {
            programs.insert((message.package_id, target.name), executable);
        }
    }
    Ok(programs)
}

/// Reads a dep-info file: one line, `program: file file`, where a space in a name is written `\ `.
fn dep_info(text: &str) -> Vec<Utf8PathBuf> {
    let mut files = Vec::new();
    for line in text.lines() {
        let Some((_, list)) = line.split_once(": ") else {
            continue;
        };
        let mut file = String::new();
        let mut characters = list.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' if characters.peek() == Some(&' ') => file.extend(characters.next()),
                ' ' => files.push(std::mem::take(&mut file).into()),
                other => file.push(other),
            }
        }
        files.push(file.into());
    }
    files.retain(|file: &Utf8PathBuf| !file.as_str().is_empty());
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dep_info_with_spaces_in_names() {
        let text = "/p/target/lambda/f: /p/my\\ code/main.rs /p/data/x.txt\n";
        assert_eq!(dep_info(text), ["/p/my code/main.rs", "/p/data/x.txt"]);
        assert_eq!(dep_info("/p/target/lambda/f:\n"), Vec::<Utf8PathBuf>::new());
    }

    #[test]
    fn an_error_is_shown_without_the_progress_before_it() {
        let stderr = "   Compiling words v0.1.0 (/p/words)\n  Downloaded serde v1.0.229\nerror[E0425]: cannot find `x`\n \
                      --> src/main.rs:1:13\n   |\n11 | fn main() { x }\n   |             ^ not found\n";
        let shown = "error[E0425]: cannot find `x`\n --> src/main.rs:1:13\n   |\n11 | fn main() { x }\n   |             ^ not found";
        assert_eq!(without_progress(stderr), shown);
    }

    #[test]
    fn finds_programs_among_cargos_messages() {
        let text = concat!(
            r#"{"reason":"compiler-artifact","package_id":"a#0.1.0","target":{"name":"a","kind":["lib"]},"executable":null}"#,
            "\nsome build script's chatter\n",
            r#"{"reason":"compiler-artifact","package_id":"f#0.1.0","target":{"name":"f","kind":["bin"]},"executable":"/t/f"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        let expected = BTreeMap::from([(("f#0.1.0".to_owned(), "f".to_owned()), Utf8PathBuf::from("/t/f"))]);
        assert_eq!(programs(text).unwrap(), expected);
    }
}
