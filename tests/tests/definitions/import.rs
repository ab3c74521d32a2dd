//! `iacgen import`: importing and synthesising again gives the same machine.

use std::fs;

use camino::Utf8Path;
use iacgen_tests::iacgen;
use xtask::root;

use super::same_machine::{differences, normal};
use super::{Definition, assert_exceptions, definitions, recorded};

/// Imports a definition, synthesises it, and compares. What went wrong, or differs.
fn round_trip(definition: &Definition) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    let machine_type = definition.lay_out(folder);
    let run = |arguments: &[&str]| {
        let output = iacgen(arguments).current_dir(folder).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&said).into_owned()) }
    };
    run(&["import", "machine.asl.json", "--output", "workflow.yaml", "--type", &machine_type])?;
    let workflow = fs::read_to_string(folder.join("workflow.yaml")).unwrap();
    fs::create_dir(folder.join("environments")).unwrap();
    let environment = "target: aws\nregion: us-east-1\naccount: \"111111111111\"\n";
    fs::write(folder.join("environments/test.yaml"), environment).unwrap();
    run(&["synth", "--out", "out"]).map_err(|said| format!("{said}\n{workflow}"))?;
    let again = fs::read_to_string(folder.join("out/test/definition.asl.json")).unwrap();
    let differences = differences(&normal(&definition.text), &normal(&again));
    if differences.is_empty() { Ok(()) } else { Err(format!("{}\n{workflow}", differences.join("\n"))) }
}

fn failures(definitions: Vec<Definition>) -> Vec<(String, String)> {
    let failures = definitions
        .into_iter()
        .filter_map(|definition| Some((definition.name.clone(), round_trip(&definition).err()?)));
    failures.collect()
}

#[test]
fn the_seeds_machine_comes_back() {
    let text = fs::read_to_string(root().join("tests/fixtures/seed/definition.asl.json")).unwrap();
    assert_exceptions(&failures(vec![Definition::new("seed", text)]), &[]);
}

#[test]
fn the_goldens_come_back() {
    let golden = |environment: &str| {
        let path = root().join("tests/golden").join(environment).join("definition.asl.json");
        let mut text = fs::read_to_string(path).unwrap();
        // What CloudFormation puts in is put in here: the spec has no words for a placeholder.
        while let Some((before, (name, after))) =
            text.split_once("${").and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            text = format!("{before}arn:aws:lambda:us-east-1:111111111111:function:{name}:live{after}");
        }
        Definition::new(environment, text)
    };
    assert_exceptions(&failures(vec![golden("dev"), golden("prod")]), &[]);
}

/// What cannot come back, each for a reason.
const LOST: [(&str, &str); 0] = [];

#[test]
fn valid_definitions_come_back() {
    assert_exceptions(&failures(definitions("valid-")), &LOST);
}

/// What AWS ran and cannot come back, each for a reason.
const LOST_OF_RECORDED: [(&str, &str); 0] = [];

#[test]
fn what_aws_ran_comes_back() {
    assert_exceptions(&failures(recorded()), &LOST_OF_RECORDED);
}
