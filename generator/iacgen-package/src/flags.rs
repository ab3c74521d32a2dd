//! The compiler's flags: the user's, and those that take this machine's paths out of the program.
//!
//! All go into `CARGO_ENCODED_RUSTFLAGS`, the one place that cargo reads before all others and that keeps spaces. The
//! user's flags come first and are kept: those of the environment (`CARGO_ENCODED_RUSTFLAGS`, else `RUSTFLAGS`), else
//! those of the project's own `.cargo/config.toml` (`target.<triple>.rustflags`, else `build.rustflags`), which is
//! cargo's order. Flags in the configuration of the home folder or of a parent folder are left out on purpose: they
//! belong to a machine (`-C target-cpu=native`) and not to the project. C compilers get the same paths through
//! `CFLAGS_<triple>` and `CXXFLAGS_<triple>`, after what is there already.

use std::collections::BTreeSet;
use std::env;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::PackageError;
use crate::linker;
use crate::toolchain::Toolchain;

/// cargo's separator within `CARGO_ENCODED_RUSTFLAGS`.
const SEPARATOR: char = '\u{1f}';

/// A folder of this machine and the name that stands for it in programs, equal on all machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remap {
    pub(crate) from: Utf8PathBuf,
    to: String,
}

/// Returns the user's flags for rustc.
pub(crate) fn of_user(workspace: &Utf8Path, triple: &str) -> Result<Vec<String>, PackageError> {
    if let Ok(encoded) = env::var("CARGO_ENCODED_RUSTFLAGS") {
        return Ok(encoded.split(SEPARATOR).filter(|flag| !flag.is_empty()).map(str::to_owned).collect());
    }
    if let Ok(flags) = env::var("RUSTFLAGS") {
        return Ok(flags.split_whitespace().map(str::to_owned).collect());
    }
    let path = workspace.join(".cargo/config.toml");
    match fs::read_to_string(&path) {
        Ok(text) => of_config(&path, &text, triple),
        Err(_) => Ok(Vec::new()), // cargo itself complains about one that is there and unreadable
    }
}

fn of_config(path: &Utf8Path, text: &str, triple: &str) -> Result<Vec<String>, PackageError> {
    let config: toml::Table = toml::from_str(text)
        .map_err(|error| PackageError::NotToml { path: path.to_owned(), message: error.to_string() })?;
    if let Some(targets) = config.get("target").and_then(toml::Value::as_table) {
        let cfg =
            targets.iter().find(|(key, value)| key.starts_with("cfg(") && value.get("rustflags").is_some());
        if let Some((selector, _)) = cfg {
            return Err(PackageError::FlagsOfCfg { path: path.to_owned(), selector: selector.clone() });
        }
        if let Some(flags) = targets.get(triple).and_then(|target| target.get("rustflags")) {
            return Ok(words(flags));
        }
    }
    Ok(config.get("build").and_then(|build| build.get("rustflags")).map(words).unwrap_or_default())
}

/// A list of strings, or one string with spaces: cargo takes both.
fn words(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        toml::Value::Array(list) => list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Returns the folders whose names must not reach the program, the longest last: the last that matches wins.
///
/// To be called when the dependencies are fetched, since the folders under `registry/src` are named for the registry's
/// address and differ behind a mirror.
pub(crate) fn remaps<'a>(
    project: &Utf8Path,
    workspace: &Utf8Path,
    target: &Utf8Path,
    crates: impl Iterator<Item = &'a Utf8PathBuf>,
    toolchain: &Toolchain,
) -> Result<Vec<Remap>, PackageError> {
    let remap = |from: &Utf8Path, to: String| Remap { from: from.to_owned(), to };
    let mut remaps = vec![remap(project, "/project".to_owned()), remap(target, "/target".to_owned())];
    if !workspace.starts_with(project) {
        remaps.push(remap(workspace, "/workspace".to_owned()));
    }
    let outside: BTreeSet<_> =
        crates.filter(|folder| !folder.starts_with(project) && !folder.starts_with(workspace)).collect();
    remaps.extend(outside.iter().map(|f| remap(f, format!("/path/{}", f.file_name().unwrap_or_default()))));

    let sysroot = Toolchain::sysroot(project)?;
    remaps.push(remap(&sysroot.join("lib/rustlib/src/rust"), format!("/rustc/{}", toolchain.commit_hash)));
    if let Some(home) = cargo_home(project) {
        remaps.push(remap(&home.join("git"), "/git".to_owned()));
        let sources = home.join("registry/src");
        if let Ok(registries) = sources.read_dir_utf8() {
            remaps.extend(registries.flatten().map(|r| remap(r.path(), "/registry".to_owned())));
        }
    }
    remaps
        .sort_by(|a, b| a.from.as_str().len().cmp(&b.from.as_str().len()).then_with(|| a.from.cmp(&b.from)));
    remaps.dedup();
    Ok(remaps)
}

/// Returns cargo's home folder, absolute.
pub(crate) fn cargo_home(project: &Utf8Path) -> Option<Utf8PathBuf> {
    let home = match env::var_os("CARGO_HOME") {
        Some(home) if !home.is_empty() => home.into(),
        _ => env::home_dir()?.join(".cargo"),
    };
    Utf8PathBuf::from_path_buf(home).ok().map(|home| project.join(home))
}

/// Returns the value of `CARGO_ENCODED_RUSTFLAGS`.
pub(crate) fn encoded(user: &[String], remaps: &[Remap]) -> String {
    let ours = remaps.iter().map(|remap| format!("--remap-path-prefix={}={}", remap.from, remap.to));
    user.iter().cloned().chain(ours).collect::<Vec<_>>().join(&SEPARATOR.to_string())
}

/// Tells the `cc` crate that flags are written as a shell would read them, so that a folder's name may have a space.
const SHELL_WORDS: &str = "CC_SHELL_ESCAPED_FLAGS";

/// Returns the variables for C and C++ compilers with their values.
pub(crate) fn for_c(triple: &str, host: &str, remaps: &[Remap]) -> Vec<(String, String)> {
    let in_shell_words = env::var_os(SHELL_WORDS).is_some();
    let mut variables = vec![(SHELL_WORDS.to_owned(), "1".to_owned())];
    for variable in C_FLAGS {
        let user = of_user_for_c(variable, triple, host).unwrap_or_default();
        let value = c_flags(&user, in_shell_words, remaps);
        let [dashed, underscored, ..] = names(variable, triple, host);
        variables.extend([(dashed, value.clone()), (underscored, value)]);
    }
    variables
}

const C_FLAGS: [&str; 2] = ["CFLAGS", "CXXFLAGS"];
const C_COMPILERS: [&str; 2] = ["CC", "CXX"];
/// What C compilers and linkers read besides.
const READ_BY_C_COMPILERS: [&str; 7] = [
    "COMPILER_PATH",
    "CPATH",
    "CPLUS_INCLUDE_PATH",
    "C_INCLUDE_PATH",
    "GCC_EXEC_PREFIX",
    "LD_RUN_PATH",
    "LIBRARY_PATH",
];

/// The names under which the `cc` crate looks for a variable, in its order.
fn names(variable: &str, triple: &str, host: &str) -> [String; 4] {
    let side = if triple == host { "HOST" } else { "TARGET" };
    [
        format!("{variable}_{triple}"),
        format!("{variable}_{}", triple.replace('-', "_")),
        format!("{side}_{variable}"),
        variable.to_owned(),
    ]
}

fn of_user_for_c(variable: &str, triple: &str, host: &str) -> Option<String> {
    names(variable, triple, host).iter().find_map(|name| env::var(name).ok())
}

/// Returns the flags that the environment has for C compilers, to be told among a package's inputs.
pub(crate) fn c_flags_of_user(triple: &str, host: &str) -> Vec<String> {
    told(C_FLAGS.iter().map(|&variable| (variable, of_user_for_c(variable, triple, host))))
}

/// Returns which C compilers the environment names and what else it tells them, to be told among a package's inputs.
pub(crate) fn c_compilers_of_user(triple: &str, host: &str) -> Vec<String> {
    let compilers = C_COMPILERS.iter().map(|&variable| {
        let program = of_user_for_c(variable, triple, host);
        (variable, program.map(|program| format!("{program} ({})", linker::version(&program))))
    });
    let read = READ_BY_C_COMPILERS.iter().map(|&variable| (variable, env::var(variable).ok()));
    told(compilers.chain(read))
}

fn told<'a>(variables: impl Iterator<Item = (&'a str, Option<String>)>) -> Vec<String> {
    variables.filter_map(|(name, value)| value.map(|value| format!("{name}={value}"))).collect()
}

/// Returns the variables that would put another compiler or linker in zig's place, or files before zig's own.
pub(crate) fn against_zig(triple: &str, host: &str) -> Vec<String> {
    let compilers = C_COMPILERS.iter().flat_map(|variable| names(variable, triple, host));
    let read = READ_BY_C_COMPILERS.iter().map(|&variable| variable.to_owned());
    compilers.chain(read).chain([linker::variable(triple)]).collect()
}

/// Joins the user's flags, which are shell words or simply separated by spaces, with the packager's.
fn c_flags(user: &str, in_shell_words: bool, remaps: &[Remap]) -> String {
    let mut words = Vec::new();
    if in_shell_words && !user.is_empty() {
        words.push(user.to_owned());
    } else {
        words.extend(user.split_whitespace().map(shell_word));
    }
    let ours = remaps.iter().map(|remap| format!("-ffile-prefix-map={}={}", remap.from, remap.to));
    words.extend(ours.map(|flag| shell_word(&flag)));
    words.join(" ")
}

/// Quotes a word for a shell, where it needs it.
fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=/.,:+@%".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIPLE: &str = "x86_64-unknown-linux-gnu";

    fn config(text: &str) -> Result<Vec<String>, PackageError> {
        of_config(Utf8Path::new(".cargo/config.toml"), text, TRIPLE)
    }

    #[test]
    fn reads_the_projects_flags_in_cargos_order() {
        let build = "[build]\nrustflags = \"-C force-frame-pointers\"\n";
        assert_eq!(config(build).unwrap(), ["-C", "force-frame-pointers"]);
        let target = format!("{build}[target.{TRIPLE}]\nrustflags = [\"--cfg\", \"a b\"]\n");
        assert_eq!(config(&target).unwrap(), ["--cfg", "a b"]);
        assert_eq!(config("[alias]\nx = \"run\"\n").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn refuses_what_it_would_get_wrong() {
        let error = config("[target.'cfg(unix)']\nrustflags = [\"-Cx\"]\n").unwrap_err();
        assert!(error.to_string().contains("sets `target.cfg(unix).rustflags`"), "{error}");
        assert!(matches!(config("[build"), Err(PackageError::NotToml { .. })));
    }

    #[test]
    fn the_longest_prefix_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let project = Utf8Path::from_path(folder.path()).unwrap();
        let crates = [Utf8PathBuf::from("/elsewhere/shared"), project.join("functions/f")];
        let toolchain =
            Toolchain { identity: String::new(), commit_hash: "abc".to_owned(), host: TRIPLE.to_owned() };
        let remaps = remaps(project, project, &project.join("target"), crates.iter(), &toolchain).unwrap();
        let position = |to: &str| remaps.iter().position(|remap| remap.to == to);
        assert!(position("/project").unwrap() < position("/target").unwrap());
        assert!(position("/path/shared").is_some() && position("/rustc/abc").is_some());
        assert_eq!(position("/path/f"), None); // the project's own folder covers it
    }

    #[test]
    fn the_users_flags_come_first() {
        let remaps = [Remap { from: "/home/a b/project".into(), to: "/project".to_owned() }];
        assert_eq!(
            encoded(&["-C".to_owned(), "x".to_owned()], &remaps),
            "-C\u{1f}x\u{1f}--remap-path-prefix=/home/a b/project=/project"
        );
    }

    #[test]
    fn c_compilers_get_the_users_flags_first_and_whole_folder_names() {
        let remap = |from: &str| Remap { from: from.into(), to: "/project".to_owned() };
        let flags = c_flags("-O2  -DX=\"y\"", false, &[remap("/a/p"), remap("/it's a b")]);
        let expected =
            r#"-O2 '-DX="y"' -ffile-prefix-map=/a/p=/project '-ffile-prefix-map=/it'\''s a b=/project'"#;
        assert_eq!(flags, expected);
        assert_eq!(c_flags("-DX='a b'", true, &[]), "-DX='a b'");
    }
}
