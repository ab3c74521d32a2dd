//! What the end-to-end tests stand on: the built command, packaged handlers, partitions of real galaxies.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::Assembly;
use xtask::{demo, root, tools};

/// How many galaxies the tests' partitions hold together.
pub const GALAXIES: u32 = 600;
/// How many partitions of 2 MB they fill.
pub const PARTITIONS: usize = 6;

/// Returns a command that runs the built `iacgen` in the repository, with the pinned compilers.
///
/// # Panics
/// When it does not build, or when the compilers cannot be installed.
#[expect(clippy::expect_used, reason = "a test without its command cannot go on")]
pub fn iacgen(arguments: &[&str]) -> Command {
    static BINARY: OnceLock<Utf8PathBuf> = OnceLock::new();
    let binary = BINARY.get_or_init(|| tools::iacgen().expect("iacgen builds"));
    let mut command = Command::new(binary);
    command.current_dir(root()).args(arguments).env("NO_COLOR", "1");
    tools::with_compilers(&mut command).expect("the pinned compilers can be installed");
    command
}

/// Runs `iacgen` to its end.
///
/// # Panics
/// When it does not start.
#[expect(clippy::expect_used, reason = "a test without its command cannot go on")]
pub fn run(arguments: &[&str]) -> Output {
    iacgen(arguments).output().expect("iacgen starts")
}

/// Packages the handlers, synthesises the local environment, and returns its assembly and the folder of the packages.
///
/// # Panics
/// When packaging or synthesis fails.
#[expect(clippy::expect_used, reason = "a test without its packages cannot go on")]
pub fn packaged() -> (&'static Assembly, Utf8PathBuf) {
    static ASSEMBLY: OnceLock<Assembly> = OnceLock::new();
    let assembly = ASSEMBLY.get_or_init(|| {
        for arguments in [&["package", "--env", "local", "--no-record"][..], &["synth", "--env", "local"]] {
            let output = run(arguments);
            assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let mut files = BTreeMap::new();
        read(&root().join("target/iacgen/assemblies/local"), Utf8Path::new(""), &mut files)
            .expect("the assembly can be read");
        Assembly::open(files).expect("the assembly is whole")
    });
    (assembly, root().join("target/iacgen/assets"))
}

fn read(
    folder: &Utf8Path,
    below: &Utf8Path,
    files: &mut BTreeMap<Utf8PathBuf, String>,
) -> std::io::Result<()> {
    for entry in folder.join(below).read_dir_utf8()? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            read(folder, &path, files)?;
        } else {
            files.insert(path, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}

/// Returns a folder with `2MB/part-00000.safetensors` and so on: [`GALAXIES`] galaxies in [`PARTITIONS`] partitions.
///
/// # Panics
/// When the simulation fails.
pub fn partitions() -> &'static Utf8Path {
    static FOLDER: OnceLock<Utf8PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| simulated(GALAXIES, 2))
}

/// Returns a folder with one partition of 25 MB in `25MB/`: 1,278 galaxies.
///
/// # Panics
/// When the simulation fails.
pub fn large_partition() -> &'static Utf8Path {
    static FOLDER: OnceLock<Utf8PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| simulated(1_278, 25))
}

#[expect(clippy::expect_used, reason = "a test without its data cannot go on")]
fn simulated(galaxies: u32, megabytes: u32) -> Utf8PathBuf {
    let options = demo::Options { galaxies, sizes: vec![megabytes], seed: 7 };
    demo::partitions(&tools::target_folder().join("e2e"), &options).expect("galaxies are simulated")
}
