//! Tools that the tasks install for themselves, pinned, into `target/tools`.

mod arm64;

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};

pub use arm64::{Arm64, arm64};

use crate::{root, say};

/// What pins cargo-zigbuild and zig.
const COMPILERS: &str = "generator/iacgen-package/zigbuild/requirements.txt";
/// The oldest Python that the pinned packages support.
const PYTHON_AT_LEAST: (u32, u32) = (3, 11);

/// Runs a command and shows what it says.
///
/// # Errors
/// When it cannot be started or does not exit with 0.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs a command and returns what it wrote to standard output; standard error is shown.
///
/// # Errors
/// When it cannot be started, does not exit with 0, or writes something that is not UTF-8.
pub fn read(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed ({})\n{}", output.status, String::from_utf8_lossy(&output.stdout));
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` wrote something that is not UTF-8"))
}

fn show(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        let _ = write!(text, " {}", argument.to_string_lossy());
    }
    text
}

/// Returns a command that runs this toolchain's cargo in the workspace.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Builds `iacgen` and returns the path of the binary.
///
/// # Errors
/// When it does not compile.
pub fn iacgen() -> Result<Utf8PathBuf> {
    run(cargo().args(["build", "--quiet", "--locked", "--package", "iacgen"]))?;
    Ok(target_folder().join("debug/iacgen"))
}

/// Lets a command find the compilers that packages are made with, pinned, before any others of their names.
///
/// # Errors
/// When they cannot be installed.
pub fn with_compilers(command: &mut Command) -> Result<()> {
    // One thread installs, the others wait.
    static FOLDER: Mutex<Option<Utf8PathBuf>> = Mutex::new(None);
    let mut installed = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = match &*installed {
        Some(folder) => folder.clone(),
        None => installed.insert(compilers()?).clone(),
    };
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.into_std_path_buf()).chain(env::split_paths(&path));
    command.env("PATH", env::join_paths(folders).context("PATH cannot be extended")?);
    Ok(())
}

/// Returns a folder with cargo-zigbuild and zig and nothing else: not the Python that they were installed with.
fn compilers() -> Result<Utf8PathBuf> {
    let python = python("zigbuild", Utf8Path::new(COMPILERS))?;
    let folder = target_folder().join("tools/zigbuild/path");
    if folder.join("zig").exists() && folder.join("cargo-zigbuild").exists() {
        return Ok(folder);
    }
    let package = read(Command::new(&python).args(["-c", "import ziglang; print(ziglang.__path__[0])"]))?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {folder}"))?;
    let zig = Utf8Path::new(package.trim()).join("zig");
    for (name, program) in [("zig", zig), ("cargo-zigbuild", python.with_file_name("cargo-zigbuild"))] {
        let link = folder.join(name);
        // Another process may have made it.
        if let Err(error) = symlink(&program, &link)
            && !link.exists()
        {
            return Err(error).with_context(|| format!("cannot link {link} to {program}"));
        }
    }
    Ok(folder)
}

/// Returns cargo's target folder.
pub fn target_folder() -> Utf8PathBuf {
    env::var("CARGO_TARGET_DIR").map_or_else(|_| root().join("target"), |folder| root().join(folder))
}

/// Returns the Python of an environment in `target/tools` that holds what the requirements file pins.
/// It is made when it is not there or when the file has changed.
///
/// # Errors
/// When Python is missing or too old, or when a package cannot be installed.
pub fn python(name: &str, requirements: &Utf8Path) -> Result<Utf8PathBuf> {
    let folder = target_folder().join("tools").join(name);
    let python = folder.join("bin/python");
    let requirements = root().join(requirements);
    let content = fs::read(&requirements).with_context(|| format!("cannot read {requirements}"))?;
    let stamp_file = folder.join("requirements.sha256");
    let host = host_python()?;
    let stamp = format!("{} {}\n", hex(&Sha256::digest(&content)), host.version);
    if fs::read_to_string(&stamp_file).is_ok_and(|found| found == stamp) && python.exists() {
        return Ok(python);
    }
    say(&format!(
        "installing the Python packages of {} into {folder}",
        requirements.file_name().unwrap_or_default()
    ));
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {folder}"))?;
    }
    run(Command::new(&host.program).args(["-m", "venv", folder.as_str()])).context(
        "cannot make a virtual environment; on Debian and Ubuntu install the package python3-venv",
    )?;
    run(Command::new(&python).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--only-binary=:all:",
        "--no-deps",
        "-r",
        requirements.as_str(),
    ]))?;
    fs::write(&stamp_file, stamp).with_context(|| format!("cannot write {stamp_file}"))?;
    Ok(python)
}

struct HostPython {
    program: String,
    version: String,
}

fn host_python() -> Result<HostPython> {
    let program = env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(&program)
        .args(["-c", "import sys; print(*sys.version_info[:3])"])
        .output()
        .with_context(|| {
            format!("cannot start `{program}`: install Python 3.11 or newer, or set PYTHON to its path")
        })?;
    let version = String::from_utf8_lossy(&output.stdout).trim().replace(' ', ".");
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found < PYTHON_AT_LEAST {
        bail!("`{program}` is Python {version}; 3.11 or newer is needed: set PYTHON to the path of one");
    }
    Ok(HostPython { program, version })
}

/// Installs the npm packages that a folder's `package-lock.json` pins, into `target/tools`, and returns the folder
/// that holds `node_modules`. Returns `None` where Node is not installed.
///
/// # Errors
/// When a package cannot be installed.
pub fn node(name: &str, manifest_folder: &Utf8Path) -> Result<Option<Utf8PathBuf>> {
    if Command::new("npm").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        return Ok(None);
    }
    let folder = target_folder().join("tools").join(name);
    let source = root().join(manifest_folder);
    let lock = fs::read(source.join("package-lock.json"))?;
    let stamp_file = folder.join("package-lock.sha256");
    let stamp = hex(&Sha256::digest(&lock));
    if fs::read_to_string(&stamp_file).is_ok_and(|found| found == stamp) {
        return Ok(Some(folder));
    }
    say(&format!("installing the npm packages of {manifest_folder} into {folder}"));
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(source.join(file), folder.join(file)).with_context(|| format!("cannot copy {file}"))?;
    }
    run(Command::new("npm")
        .args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(&folder))?;
    fs::write(&stamp_file, stamp)?;
    Ok(Some(folder))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
