//! What builds handlers for arm64 and runs them, on an x86_64 machine of Debian where rustup has no standard library for
//! arm64: a compiler with both libraries, an emulator, and arm64's C library.
//!
//! They come from the distribution through its own client, into folders of their own, and are unpacked and not
//! installed: it needs no root and changes nothing outside of `target/tools`.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};

use super::{read, run, target_folder};
use crate::say;

/// The compiler's package, and its library's without and with an architecture.
const COMPILER: &str = "rustc-web";
const LIBRARY: &str = "libstd-rust-web-dev";
/// What the compiler asks for and the machine has: mixing two C libraries would crash it.
const OF_THE_MACHINE: [&str; 2] = ["libc6", "libcrypt1"];
const EMULATOR: &str = "qemu-user-static";
/// What ONNX Runtime and the handlers ask for, as Lambda has it.
const OF_THE_RUNTIME: [&str; 3] = ["libc6:arm64", "libgcc-s1:arm64", "libstdc++6:arm64"];
/// The oldest release of Rust that the workspace builds with, as (major, minor).
const RUST_AT_LEAST: (u32, u32) = (1, 95);

/// Programs for arm64 on another machine.
#[derive(Debug, Clone)]
pub struct Arm64 {
    /// A compiler, to be named by `RUSTC`.
    pub rustc: Utf8PathBuf,
    /// Runs an arm64 program.
    pub emulator: Utf8PathBuf,
    /// The root folder of arm64's libraries, for `QEMU_LD_PREFIX`.
    pub libraries: Utf8PathBuf,
    /// A folder that only serves such builds, and may be kept.
    pub folder: Utf8PathBuf,
}

/// Provides them in `target/tools`, or says why this machine cannot have them.
///
/// # Errors
/// When a package that the distribution has cannot be fetched or unpacked.
pub fn arm64() -> Result<std::result::Result<Arm64, String>> {
    if env::consts::ARCH != "x86_64" {
        return Ok(Err(format!("this machine is {}", env::consts::ARCH)));
    }
    for program in ["apt-get", "apt-cache", "dpkg-deb"] {
        if Command::new(program).arg("--version").stdout(Stdio::null()).status().is_err() {
            return Ok(Err(format!("this machine has no {program}")));
        }
    }
    let folder = target_folder().join("tools/arm64");
    let root = folder.join("root");
    let tools = Arm64 {
        rustc: folder.join("rustc"),
        emulator: root.join("usr/bin/qemu-aarch64-static"),
        libraries: root.clone(),
        folder: folder.clone(),
    };
    let stamp = folder.join("ready");
    if stamp.exists() {
        return Ok(Ok(tools));
    }
    say(&format!("fetching a compiler and an emulator for arm64 into {folder}"));
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {folder}"))?;
    }
    let apt = Apt::new(&folder.join("apt"))?;
    // A source that cannot be reached is not fatal: what is needed may be in another.
    let _ = apt.command("apt-get").arg("update").stdout(Stdio::null()).stderr(Stdio::null()).status();
    match apt.release(COMPILER)? {
        Some(release) if release >= RUST_AT_LEAST => {}
        Some((major, minor)) => {
            return Ok(Err(format!("{COMPILER} of this distribution is Rust {major}.{minor}")));
        }
        None => return Ok(Err(format!("this distribution has no {COMPILER}"))),
    }

    let mut packages = apt.needed_by(LIBRARY)?;
    packages.retain(|package| !OF_THE_MACHINE.contains(&package.as_str()));
    packages.extend([COMPILER.to_owned(), format!("{LIBRARY}:arm64"), EMULATOR.to_owned()]);
    packages.extend(OF_THE_RUNTIME.map(str::to_owned));
    for package in apt.download(&packages)? {
        if package.file_name().is_some_and(|name| name.starts_with(EMULATOR)) {
            take_one(&package, "./usr/bin/qemu-aarch64-static", &root)?;
        } else {
            run(Command::new("dpkg-deb").args(["-x", package.as_str(), root.as_str()]))?;
        }
    }
    let script = format!(
        "#!/bin/sh\nLD_LIBRARY_PATH='{root}/usr/lib/x86_64-linux-gnu' exec '{root}/usr/bin/rustc' \"$@\"\n"
    );
    fs::write(&tools.rustc, script).with_context(|| format!("cannot write {}", tools.rustc))?;
    fs::set_permissions(&tools.rustc, fs::Permissions::from_mode(0o755))?;
    fs::remove_dir_all(&apt.folder)?;
    fs::write(&stamp, "").with_context(|| format!("cannot write {stamp}"))?;
    Ok(Ok(tools))
}

/// Takes one file out of a package that has many.
fn take_one(package: &Utf8Path, path: &str, root: &Utf8Path) -> Result<()> {
    fs::create_dir_all(root)?;
    let mut unpacked = Command::new("dpkg-deb")
        .args(["--fsys-tarfile", package.as_str()])
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start `dpkg-deb`")?;
    let archive = unpacked.stdout.take().context("`dpkg-deb` has no output")?;
    run(Command::new("tar").args(["-x", "-C", root.as_str(), path]).stdin(archive))?;
    // tar may stop before the end of the archive.
    let _ = unpacked.wait();
    Ok(())
}

/// The distribution's client, with its state in a folder of its own.
struct Apt {
    folder: Utf8PathBuf,
}

impl Apt {
    fn new(folder: &Utf8Path) -> Result<Self> {
        for path in ["state/lists/partial", "cache/archives/partial", "debs"] {
            let path = folder.join(path);
            fs::create_dir_all(&path).with_context(|| format!("cannot make {path}"))?;
        }
        // As if nothing were installed.
        fs::write(folder.join("state/status"), "")?;
        // In a file, since only there can a machine's own hooks be cleared: they are for installing.
        let settings = format!(
            "#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n#clear APT::Architectures;\n\
             APT::Architecture \"amd64\";\nAPT::Architectures {{ \"amd64\"; \"arm64\"; }};\nAPT::Sandbox::User \"root\";\n\
             Acquire::Languages \"none\";\nDir::State \"{folder}/state\";\nDir::State::status \"{folder}/state/status\";\n\
             Dir::Cache \"{folder}/cache\";\n"
        );
        fs::write(folder.join("apt.conf"), settings)?;
        Ok(Self { folder: folder.to_owned() })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.join("debs")).env("LC_ALL", "C").stdin(Stdio::null());
        command.args(["-c", self.folder.join("apt.conf").as_str()]);
        command
    }

    /// Returns the release of Rust that a package has.
    fn release(&self, package: &str) -> Result<Option<(u32, u32)>> {
        let mut command = self.command("apt-cache");
        let output = command.args(["show", package]).output().context("cannot start `apt-cache`")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let releases = text.lines().filter_map(|line| {
            let mut numbers = line.strip_prefix("Version: ")?.split('.').map(str::parse);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        });
        Ok(releases.max())
    }

    /// Returns a package and everything that it needs, by name.
    fn needed_by(&self, package: &str) -> Result<Vec<String>> {
        let mut command = self.command("apt-cache");
        command.args(["depends", "--recurse"]);
        for kind in ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"] {
            command.arg(format!("--no-{kind}"));
        }
        let text = read(command.arg(package))?;
        // A line that is not indented names a package; one in angle brackets is only a name that others provide.
        let is_package =
            |line: &&str| !line.is_empty() && !line.starts_with([' ', '<', '|']) && !line.contains(':');
        let mut names: Vec<_> = text.lines().filter(is_package).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn download(&self, packages: &[String]) -> Result<Vec<Utf8PathBuf>> {
        let output = self.command("apt-get").arg("download").args(packages).output()?;
        if !output.status.success() {
            bail!("`apt-get download` failed\n{}", String::from_utf8_lossy(&output.stderr));
        }
        let mut files = Vec::new();
        for entry in self.folder.join("debs").read_dir_utf8()? {
            files.push(entry?.into_path());
        }
        files.sort();
        Ok(files)
    }
}
