//! What the command says and how it ends when it cannot do its job.

use std::fs;

use iacgen_tests::{iacgen, run};

/// Runs the command, and holds its exit code and what it says on standard error to what is expected.
fn check(arguments: &[&str], code: i32, says: &[&str]) {
    let output = run(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}:\n{said}");
    for part in says {
        assert!(said.contains(part), "{arguments:?}: `{part}` is missing in:\n{said}");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    check(&[], 2, &["Usage"]);
    check(&["chek"], 2, &["unrecognized subcommand 'chek'", "check"]);
    check(&["run", "--env", "local"], 2, &["--input"]);
    check(&["run", "--env", "local", "--input", "x", "--bucket", "data"], 2, &["write BUCKET=DIR"]);
}

#[test]
fn what_is_not_there_is_named_with_its_mend() {
    check(&["check", "--env", "prdo"], 2, &["prdo", "did you mean `prod`?"]);
    check(&["check", "--project", "tests"], 2, &["there is no workflow.yaml in tests", "--project DIR"]);
    check(&["explain", "IAC999"], 2, &["there is no finding `IAC999`", "lists all"]);
    check(&["run", "--env", "local", "--input", "missing.json"], 2, &["cannot read the input missing.json"]);
}

#[test]
fn a_run_that_cannot_begin_builds_nothing() {
    let seed = "tests/fixtures/seed/input.json";
    check(&["run", "--env", "prod", "--input", seed], 2, &["prod is not on this machine"]);
    check(&["run", "--env", "local", "--input", "workflow.yaml"], 2, &["must be one JSON document"]);
    check(
        &["run", "--env", "local", "--input", seed, "--name", "a b"],
        2,
        &["`a b` cannot name an execution"],
    );
    let bucket = |value: &str, says: &str| {
        check(&["run", "--env", "local", "--input", seed, "--bucket", value], 2, &[says]);
    };
    bucket("dat=.", "names no bucket `dat`");
    bucket("results=.", "is made by the stack");
    bucket("data=missing", "cannot serve missing");
    bucket("data=Cargo.toml", "name a folder");
    let twice = ["run", "--env", "local", "--input", seed, "--bucket", "data=tests", "--bucket", "data=docs"];
    check(&twice, 2, &["given two folders"]);
    check(&["run", "--env", "local", "--input", seed, "--name", "Läuf"], 2, &["cannot name an execution"]);
    check(&["run", "--env", "local", "--input", seed, "--report", "tests"], 2, &["it is a folder"]);
}

#[test]
fn data_that_cannot_be_written_is_an_error() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = iacgen(&["explain"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot write to standard output"));
}

#[test]
fn synth_tells_what_is_out_of_date_and_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let synth = |more: &[&str]| run(&[&["synth", "--env", "dev", "--out", out][..], more].concat());
    assert_eq!(synth(&["--check"]).status.code(), Some(1), "nothing is there yet");
    assert_eq!(synth(&[]).status.code(), Some(0));
    assert_eq!(synth(&["--check"]).status.code(), Some(0));

    let definition = folder.path().join("dev/definition.asl.json");
    let text = fs::read_to_string(&definition).unwrap();
    fs::write(&definition, text.replace("\"StartAt\": \"Initialize\"", "\"StartAt\": \"Summarize\""))
        .unwrap();
    let output = synth(&["--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("dev/definition.asl.json:3 is out of date"));
    assert_eq!(synth(&[]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&definition).unwrap(), text);

    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    check(&["synth", "--env", "dev", "--out", file.to_str().unwrap()], 2, &["is a file"]);
}
