//! Runs the folder cases of `tests/ui/`: see its README.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, ExitCode, Output};

use anyhow::{Context, Result, bail, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use libtest_mimic::{Arguments, Trial};
use serde::Deserialize;

/// `case.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows, in a sentence.
    #[expect(dead_code, reason = "for the reader of the case; required so that none goes without")]
    description: String,
    /// The arguments of `iacgen`.
    args: Vec<String>,
    /// The exit code.
    exit: i32,
    /// What is changed in the base project.
    #[serde(default)]
    edit: Vec<Edit>,
    /// Files of the base project that are not there.
    #[serde(default)]
    remove: Vec<Utf8PathBuf>,
}

/// One change of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: Utf8PathBuf,
    /// Stands in the file exactly once.
    from: String,
    to: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => libtest_mimic::run(&arguments, vec![failed(&error)]).exit_code(),
    }
}

/// A trial that tells why there are no others.
fn failed(error: &anyhow::Error) -> Trial {
    let message = format!("{error:#}");
    Trial::test("ui", move || Err(message.into()))
}

fn trials() -> Result<Vec<Trial>> {
    let binary = xtask::tools::iacgen()?;
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let mut trials = Vec::new();
    for area in folders(&root)? {
        let cases = folders(&area)?;
        for case in cases.into_iter().filter(|case| case.file_name() != Some("_base")) {
            let name = case.strip_prefix(&root)?.to_string();
            let (area, binary) = (area.clone(), binary.clone());
            trials.push(Trial::test(name, move || {
                Ok(run(&area, &case, &binary).map_err(|error| format!("{error:#}"))?)
            }));
        }
    }
    ensure!(!trials.is_empty(), "there is no case in {root}");
    let cases = root.clone();
    trials.push(Trial::test("every_seeded_mistake_is_found_once", move || {
        Ok(every_seeded_mistake_is_found_once(&cases).map_err(|error| format!("{error:#}"))?)
    }));
    trials.push(Trial::test("every_code_has_a_case", move || {
        Ok(every_code_has_a_case(&root, &binary).map_err(|error| format!("{error:#}"))?)
    }));
    Ok(trials)
}

fn folders(folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    let entries = folder.read_dir_utf8().with_context(|| format!("failed to list {folder}"))?;
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path().to_owned());
        }
    }
    folders.sort();
    Ok(folders)
}

/// Codes without a case: a defect of iacgen itself, a definition of a million characters, which `iacgen-synth` tries with
/// a workflow made in memory, and a workflow that only the checks before it let through.
const DEFECTS: [&str; 3] = ["IAC099", "IAC193", "IAC199"];

/// Holds every code that `iacgen explain` lists to having a case that expects it.
fn every_code_has_a_case(root: &Utf8Path, binary: &Utf8Path) -> Result<()> {
    let mut expected = String::new();
    for area in folders(root)? {
        for case in folders(&area)? {
            for stream in ["stdout", "stderr"] {
                let path = case.join(format!("expected/{stream}.txt"));
                expected.push_str(&fs::read_to_string(path).unwrap_or_default());
            }
        }
    }
    let output =
        Command::new(binary).arg("explain").output().with_context(|| format!("failed to start {binary}"))?;
    let codes = String::from_utf8(output.stdout)?;
    let codes: Vec<&str> = codes.lines().filter_map(|line| line.split_whitespace().next()).collect();
    ensure!(!codes.is_empty(), "`iacgen explain` lists no code");
    let without: Vec<&str> =
        codes.into_iter().filter(|code| !expected.contains(&format!("[{code} "))).collect();
    let (defects, without): (Vec<&str>, Vec<&str>) =
        without.into_iter().partition(|code| DEFECTS.contains(code));
    ensure!(defects == DEFECTS, "a case expects one of {}", DEFECTS.join(", "));
    ensure!(without.is_empty(), "no case expects {}", without.join(", "));
    Ok(())
}

/// The mistakes that linters of definitions are measured by: each is a case of `definition/`.
const SEEDED: [&str; 20] = [
    "backoff_below_1",
    "bad_itemspath",
    "bad_jitter",
    "distributed_without_executiontype",
    "end_and_next",
    "jsonpath_fields_in_jsonata",
    "map_without_processor",
    "maxdelay_below_interval",
    "negative_maxattempts",
    "next_missing_state",
    "no_terminal_state",
    "outputpath_typo",
    "payload_not_dollar",
    "processorconfig_in_iterator",
    "startat_missing_state",
    "states_all_not_last",
    "tasktoken_in_express_child",
    "tolerated_pct_150",
    "typo_field",
    "unreachable_state",
];

/// Holds each of them to being found, once: what follows from a mistake is no second one.
fn every_seeded_mistake_is_found_once(root: &Utf8Path) -> Result<()> {
    for mistake in SEEDED {
        let path = root.join("definition").join(mistake).join("expected/stdout.txt");
        let text = fs::read_to_string(&path).with_context(|| format!("failed to read {path}"))?;
        let is_finding = |line: &&str| line.starts_with("error[") || line.starts_with("warning[");
        let found = text.lines().filter(is_finding).count();
        ensure!(found == 1, "{mistake} is found {found} times");
    }
    Ok(())
}

fn run(area: &Utf8Path, folder: &Utf8Path, binary: &Utf8Path) -> Result<()> {
    let text =
        fs::read_to_string(folder.join("case.toml")).with_context(|| format!("{folder} has no case.toml"))?;
    let case: Case = toml::from_str(&text).with_context(|| format!("{folder}/case.toml is wrong"))?;
    let temporary = tempfile::tempdir()?;
    let project =
        Utf8Path::from_path(temporary.path()).context("the temporary folder's name is not UTF-8")?;
    lay_out(area, folder, &case, project)?;

    let output = Command::new(binary)
        .args(&case.args)
        .current_dir(project)
        .env("NO_COLOR", "1")
        .output()
        .with_context(|| format!("failed to start {binary}"))?;
    compare(folder, &case, project, &output)
}

/// Lays out the base project, then the case's own files, then its changes.
fn lay_out(area: &Utf8Path, folder: &Utf8Path, case: &Case, project: &Utf8Path) -> Result<()> {
    let base = area.join("_base");
    if base.is_dir() {
        copy(&base, project)?;
    }
    for entry in folder.read_dir_utf8()? {
        let entry = entry?;
        if !["case.toml", "expected"].contains(&entry.file_name()) {
            copy(entry.path(), &project.join(entry.file_name()))?;
        }
    }
    for edit in &case.edit {
        let path = project.join(&edit.file);
        let text = fs::read_to_string(&path).with_context(|| format!("there is no {} to edit", edit.file))?;
        let found = text.matches(&edit.from).count();
        ensure!(found == 1, "{:?} stands {found} times in {}, not once", edit.from, edit.file);
        fs::write(&path, text.replacen(&edit.from, &edit.to, 1))?;
    }
    for path in &case.remove {
        let path = project.join(path);
        if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }
            .with_context(|| format!("failed to remove {path}"))?;
    }
    Ok(())
}

fn copy(from: &Utf8Path, to: &Utf8Path) -> Result<()> {
    if !from.is_dir() {
        fs::copy(from, to).with_context(|| format!("failed to copy {from}"))?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in from.read_dir_utf8()? {
        let entry = entry?;
        copy(entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Holds the output to `expected/`. A stream without a file there must be empty.
fn compare(folder: &Utf8Path, case: &Case, project: &Utf8Path, output: &Output) -> Result<()> {
    let update = std::env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1");
    let mut report = String::new();
    for (stream, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let path = folder.join("expected").join(format!("{stream}.txt"));
        // Commands may name the temporary folder; macOS spells it in two ways.
        let real = project.canonicalize_utf8()?;
        let found = String::from_utf8_lossy(bytes)
            .replace(real.as_str(), "[PROJECT]")
            .replace(project.as_str(), "[PROJECT]");
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if found == expected {
            continue;
        }
        if update {
            fs::create_dir_all(folder.join("expected"))?;
            if found.is_empty() {
                fs::remove_file(&path)?;
            } else {
                fs::write(&path, &found)?;
            }
            continue;
        }
        write!(report, "\n{stream} is not as expected:\n{}", difference(&expected, &found))?;
    }
    let code = output.status.code();
    if code != Some(case.exit) {
        write!(report, "\nthe exit code is {code:?}, not {}", case.exit)?;
    }
    if !report.is_empty() {
        bail!("{report}\nif the new output is right: UPDATE_EXPECT=1 cargo test -p iacgen-tests --test ui");
    }
    Ok(())
}

/// Shows the lines that are gone and those that are new, between those that both begin and end with.
fn difference(expected: &str, found: &str) -> String {
    let expected: Vec<&str> = expected.lines().collect();
    let found: Vec<&str> = found.lines().collect();
    let same = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let tail =
        expected[same..].iter().rev().zip(found[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut text = String::new();
    for (sign, lines) in
        [("-", &expected[same..expected.len() - tail]), ("+", &found[same..found.len() - tail])]
    {
        for line in lines {
            text.push_str(sign);
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}
