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
            let known = match name {
                "ResultsBucket" => "results-of-ours".to_owned(),
                alias => format!("arn:aws:lambda:us-east-1:111111111111:function:{alias}:live"),
            };
            text = format!("{before}{known}{after}");
        }
        Definition::new(environment, text)
    };
    assert_exceptions(&failures(vec![golden("dev"), golden("prod")]), &[]);
}

/// What cannot come back, each for a reason.
const LOST: [(&str, &str); 6] = [
    ("valid-assign.asl.json", "a variable is called `top-level`; names have letters, digits and `_`"),
    ("valid-cfn-definition-substitutions.json", "CloudFormation puts the function in"),
    ("valid-fail-paths.json", "the variable `$field2` is never set, which fails when the state runs"),
    ("valid-map-noconfig.asl.json", "an inline Map has no reader, no writer and no label"),
    ("valid-task-credentials.json", "`Credentials` needs `RoleArn`, and Step Functions calls nothing of SWF"),
    ("valid-task-timeout-jsonata.json", "Step Functions calls nothing of SWF"),
];

#[test]
fn valid_definitions_come_back() {
    assert_exceptions(&failures(definitions("valid-")), &LOST);
}

const NOT_SAID: &str = "what it may touch comes out of the input, and a definition does not say it: `resources`, or a bucket, is missing";
const NO_ARN: &str = "the recording has a word where the activity's ARN was";
const FAILS: &str = "the execution failed: two columns have one name";

/// What AWS ran and cannot come back, each for a reason.
const LOST_OF_RECORDED: [(&str, &str); 16] = [
    (
        "activities/test_activities.py::TestActivities::test_activity_task_start_timeout#get_execution_history",
        NO_ARN,
    ),
    (
        "assign/test_assign_reference_variables.py::TestAssignReferenceVariables::test_variables_in_lambda_task[BASE_ASSIGN_FROM_LAMBDA_TASK_RESULT]#get_execution_history",
        NOT_SAID,
    ),
    (
        "assign/test_assign_reference_variables.py::TestAssignReferenceVariables::test_reference_in_map_state_max_items_path[MAP_STATE_REFERENCE_IN_MAX_PER_BATCH_PATH]#get_execution_history",
        NOT_SAID,
    ),
    (
        "timeouts/test_heartbeats.py::TestHeartbeats::test_heartbeat_path_timeout#get_execution_history",
        NOT_SAID,
    ),
    (
        "callback/test_callback.py::TestCallback::test_sqs_failure_in_wait_for_task_tok_no_error_field[SQS_PARALLEL_WAIT_FOR_TASK_TOKEN]#get_execution_history",
        NOT_SAID,
    ),
    (
        "credentials/test_credentials_base.py::TestCredentialsBase::test_cross_account_states_start_sync_execution[SFN_START_EXECUTION_SYNC_ROLE_ARN_VARIABLE]#get_execution_history",
        NOT_SAID,
    ),
    ("error_handling/test_aws_sdk.py::TestAwsSdk::test_no_such_bucket#get_execution_history", NOT_SAID),
    (
        "error_handling/test_task_service_lambda.py::TestTaskServiceLambda::test_raise_exception_catch#get_execution_history",
        NOT_SAID,
    ),
    (
        "error_handling/test_task_service_sqs.py::TestTaskServiceSqs::test_send_message_empty_body#get_execution_history",
        NOT_SAID,
    ),
    (
        "error_handling/test_task_service_sqs.py::TestTaskServiceSqs::test_sqs_failure_in_wait_for_task_tok#get_execution_history",
        NOT_SAID,
    ),
    (
        "services/test_sns_task_service.py::TestTaskServiceSns::test_publish_base_error_topic_arn#get_execution_history",
        NOT_SAID,
    ),
    (
        "scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_base_list_objects_v2#get_execution_history",
        NOT_SAID,
    ),
    (
        "scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_csv_headers_decl_duplicate_headers#get_execution_history",
        FAILS,
    ),
    (
        "scenarios/test_base_scenarios.py::TestBaseScenarios::test_map_item_reader_base_json_with_items_path[VALID_ITEMS_PATH_FROM_ITEM_READER]#get_execution_history",
        NOT_SAID,
    ),
    (
        "services/test_aws_sdk_task_service.py::TestTaskServiceAwsSdk::test_dynamodb_put_update_get_item#get_execution_history",
        NOT_SAID,
    ),
    ("timeouts/test_heartbeats.py::TestHeartbeats::test_heartbeat_timeout#get_execution_history", NOT_SAID),
];

#[test]
fn what_aws_ran_comes_back() {
    assert_exceptions(&failures(recorded()), &LOST_OF_RECORDED);
}
