//! `iacgen check FILE`.

use camino::Utf8Path;
use iacgen_tests::iacgen;

use super::{Definition, assert_exceptions, definitions, recorded};

/// Checks a definition. Returns the exit code and the findings.
fn check(definition: &Definition) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    let machine_type = definition.lay_out(folder);
    let output = iacgen(&["check", "machine.asl.json", "--format", "concise", "--type", &machine_type])
        .current_dir(folder)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn with_code(definitions: Vec<Definition>, code: i32) -> Vec<(String, String)> {
    let found = definitions.into_iter().filter_map(|definition| {
        let (found, said) = check(&definition);
        (found == Some(code)).then_some((definition.name, said))
    });
    found.collect()
}

/// What asl-validator takes and we do not, each for a reason.
const REFUSED: [(&str, &str); 5] = [
    ("valid-assign.asl.json", "a variable is called `top-level`; names have letters, digits and `_`"),
    ("valid-fail-paths.json", "the variable `$field2` is never set, which fails when the state runs"),
    ("valid-map-noconfig.asl.json", "an inline Map has no reader, no writer and no label"),
    ("valid-task-credentials.json", "`Credentials` needs `RoleArn`, and Step Functions calls nothing of SWF"),
    ("valid-task-timeout-jsonata.json", "Step Functions calls nothing of SWF"),
];

#[test]
fn valid_definitions_have_no_error() {
    assert_exceptions(&with_code(definitions("valid-"), 1), &REFUSED);
}

#[test]
fn invalid_definitions_have_an_error() {
    assert_exceptions(&with_code(definitions("invalid-"), 0), &[]);
}

/// What AWS made and ran, and we find an error in, each for a reason.
const FAULTY: [(&str, &str); 2] = [
    (
        "activities/test_activities.py::TestActivities::test_activity_task_start_timeout#get_execution_history",
        "the recording has a word where the activity's ARN was",
    ),
    (
        "scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_csv_headers_decl_duplicate_headers#get_execution_history",
        "the execution failed: two columns have one name",
    ),
];

#[test]
fn what_aws_ran_has_no_error() {
    assert_exceptions(&with_code(recorded(), 1), &FAULTY);
}
