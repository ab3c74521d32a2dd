//! Each rule of lowering by a workflow that has little else.

use iacgen_aws_types::{BucketName, EphemeralStorage, MemorySize, Region};
use iacgen_spec::model::{Access, AccessKind, BucketOrigin, Model, ModelOptimization, Target, Workflow};
use iacgen_synth::{Packages, SynthesisError, synthesize};
use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::fixture::{
    Synthesised, packaged, read, refused, seconds, with_function, with_sections, with_states, with_work,
    workflow,
};
use iacgen_assembly::Sha256;
use std::collections::BTreeMap;

fn with_results(origin: BucketOrigin) -> Workflow {
    let mut workflow = workflow();
    workflow.buckets.get_mut("results").unwrap().origin = origin;
    workflow
}

fn managed(name: Option<&str>, retain: bool) -> BucketOrigin {
    BucketOrigin::Managed {
        name: name.map(|name| BucketName::new(name).unwrap()),
        retain,
        expire: Vec::new(),
        access_logs: false,
    }
}

#[test]
fn resources_come_in_the_order_in_which_they_are_made() {
    let synthesised = Synthesised::of(&workflow());
    let version = synthesised.id("WorkVersion");
    assert_eq!(
        synthesised.ids(),
        [
            "ResultsBucket",
            "ResultsBucketPolicy",
            "WorkRole",
            "WorkLogGroup",
            "WorkFunction",
            version,
            "WorkAlias",
            "StateMachineLogGroup",
            "StateMachineRole",
            "StateMachine",
        ]
    );
}

#[test]
fn the_same_workflow_gives_the_same_bytes_for_every_target() {
    let aws = synthesize(&workflow(), &Packages::none()).unwrap();
    assert_eq!(aws, synthesize(&workflow(), &Packages::none()).unwrap());
    let mut workflow = workflow();
    workflow.settings.target = Target::Local;
    let local = synthesize(&workflow, &Packages::none()).unwrap();
    let differing: Vec<&str> = aws
        .files()
        .iter()
        .filter(|&(path, text)| local.text(path).unwrap() != text)
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(differing, ["manifest.json"]);
}

#[test]
fn a_function_gets_its_configuration() {
    let mut workflow = with_work(|work| {
        work.description = Some("Works".to_owned());
        work.ephemeral_storage = Some(EphemeralStorage::new(2_048).unwrap());
        work.environment = IndexMap::from([("MODE".to_owned(), "fast".to_owned())]);
        work.model = Some(Model {
            path: "models/m.onnx".into(),
            optimize: ModelOptimization::default(),
            tensors: serde_json::from_str(r#"{"inputs": {"x": "f32[n,2]"}, "outputs": {"y": "f32[n,1]"}}"#)
                .unwrap(),
        });
    });
    workflow.logs.retention_days = 30;
    let synthesised = Synthesised::of(&workflow);
    assert_eq!(
        synthesised.resource("WorkFunction")["Properties"],
        json!({
            "Description": "Works",
            "Runtime": "provided.al2023",
            "Handler": "bootstrap",
            "Architectures": ["x86_64"],
            "Code": {"S3Bucket": {"Ref": "ArtifactBucket"}, "S3Key": "not-packaged/work.zip"},
            "MemorySize": 256,
            "Timeout": 30,
            "EphemeralStorage": {"Size": 2048},
            "Role": {"Fn::GetAtt": ["WorkRole", "Arn"]},
            "Environment": {"Variables": {
                "BUCKET_DATA": "somebodys-data",
                "BUCKET_RESULTS": {"Ref": "ResultsBucket"},
                "MODEL": "model.onnx",
                "TENSORS": r#"{"inputs":{"x":"f32[n,2]"},"outputs":{"y":"f32[n,1]"}}"#,
                "MODE": "fast",
            }},
            "LoggingConfig": {"LogFormat": "JSON", "LogGroup": {"Ref": "WorkLogGroup"}},
            "TracingConfig": {"Mode": "Active"},
            "Tags": [{"Key": "project", "Value": "small"}],
        })
    );
    assert_eq!(synthesised.resource("WorkLogGroup")["Properties"]["RetentionInDays"], 30);
}

#[test]
fn a_packaged_function_is_named_by_its_digest() {
    let code = packaged(["work"]);
    let digest = code.get("work").unwrap().sha256;
    let synthesised = Synthesised::with_code(&workflow(), &code);
    let key = &synthesised.resource("WorkFunction")["Properties"]["Code"]["S3Key"];
    assert_eq!(*key, format!("{digest}.zip"));
    assert_eq!(synthesised.assembly.assets().unwrap().functions[0].sha256, Some(digest));
    assert!(synthesised.assembly.manifest().unwrap().packaged);
    assert!(!Synthesised::of(&workflow()).assembly.manifest().unwrap().packaged);
}

#[test]
fn functions_take_what_they_share_from_layers() {
    let mut packages = packaged(["work"]);
    let layer = Sha256::of("onnxruntime");
    let package = packages.functions.get_mut("work").unwrap();
    package.layers = vec!["onnxruntime".to_owned()];
    package.variables =
        BTreeMap::from([("ORT_DYLIB_PATH".to_owned(), "/opt/lib/libonnxruntime.so.1".to_owned())]);
    let architecture = workflow().functions["work"].architecture;
    packages.layers.insert(("onnxruntime".to_owned(), architecture), layer);
    let synthesised = Synthesised::with_code(&workflow(), &packages);
    let id = synthesised.id("OnnxruntimeLayer");
    assert!(id.ends_with(&layer.to_string()[..12]), "{id}");
    let properties = &synthesised.resource(id)["Properties"];
    assert_eq!(properties["Content"]["S3Key"], format!("{layer}.zip"));
    let function = &synthesised.resource("WorkFunction")["Properties"];
    assert_eq!(function["Layers"], json!([{ "Ref": id }]));
    assert_eq!(function["Environment"]["Variables"]["ORT_DYLIB_PATH"], "/opt/lib/libonnxruntime.so.1");
    let assets = synthesised.assembly.assets().unwrap();
    assert_eq!((assets.layers[0].id.as_str(), assets.layers[0].sha256), ("onnxruntime", layer));
}

#[test]
fn code_and_configuration_make_another_version_and_tags_do_not() {
    let version = |workflow: &Workflow, code: &Packages| {
        Synthesised::with_code(workflow, code).id("WorkVersion").to_owned()
    };
    let none = Packages::none();
    let first = version(&workflow(), &none);
    assert_ne!(first, version(&workflow(), &packaged(["work"])), "code");
    assert_ne!(
        first,
        version(&with_work(|work| work.memory = MemorySize::new(512).unwrap()), &none),
        "memory"
    );
    let variable = IndexMap::from([("MODE".to_owned(), "fast".to_owned())]);
    assert_ne!(first, version(&with_work(|work| work.environment = variable), &none), "environment");
    let mut tagged = workflow();
    tagged.settings.tags.insert("stage".to_owned(), "dev".to_owned());
    assert_eq!(first, version(&tagged, &none), "tags");
    assert_eq!(first, version(&with_function("provisioned: 2"), &none), "provisioned");
}

#[test]
fn a_bucket_that_is_replaced_makes_another_version() {
    let version = |origin| Synthesised::of(&with_results(origin)).id("WorkVersion").to_owned();
    let managed = |name| managed(name, true);
    assert_eq!(
        version(managed(None)),
        Synthesised::of(&workflow()).id("WorkVersion"),
        "expiries are no variable"
    );
    assert_ne!(version(managed(None)), version(managed(Some("first-results"))), "a name is given");
    assert_ne!(
        version(managed(Some("first-results"))),
        version(managed(Some("other-results"))),
        "another name"
    );
    // The variable's value stays, and Lambda would refuse to publish the same version again.
    let existing = BucketOrigin::Existing(BucketName::new("first-results").unwrap());
    assert_eq!(version(managed(Some("first-results"))), version(existing), "the same name");
}

#[test]
fn versions_stay_and_the_alias_leads_to_the_new_one() {
    let synthesised = Synthesised::of(&with_function("provisioned: 10"));
    let id = synthesised.id("WorkVersion");
    assert_eq!(synthesised.resource(id)["DeletionPolicy"], "RetainExceptOnCreate");
    assert_eq!(synthesised.resource(id)["UpdateReplacePolicy"], "Retain");
    assert_eq!(
        synthesised.resource("WorkAlias")["Properties"],
        json!({
            "FunctionName": {"Ref": "WorkFunction"},
            "FunctionVersion": {"Fn::GetAtt": [id, "Version"]},
            "Name": "live",
            "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 10},
        })
    );
    let alias = Synthesised::of(&workflow());
    assert_eq!(alias.resource("WorkAlias")["Properties"].get("ProvisionedConcurrencyConfig"), None);
}

#[test]
fn an_existing_bucket_is_left_alone_and_a_managed_one_is_kept_or_not() {
    let synthesised = Synthesised::of(&workflow());
    assert!(!synthesised.ids().contains(&"DataBucket"));
    for id in ["ResultsBucket", "ResultsBucketPolicy"] {
        assert_eq!(synthesised.resource(id)["DeletionPolicy"], "RetainExceptOnCreate", "{id}");
        assert_eq!(synthesised.resource(id)["UpdateReplacePolicy"], "Retain", "{id}");
    }
    let synthesised = Synthesised::of(&with_results(managed(None, false)));
    assert_eq!(synthesised.resource("ResultsBucket")["DeletionPolicy"], "Delete");
    assert_eq!(synthesised.resource("ResultsBucket")["Properties"].get("VersioningConfiguration"), None);
}

#[test]
fn a_task_invokes_the_alias_and_gives_the_payload_alone() {
    let synthesised = Synthesised::of(&workflow());
    assert_eq!(
        synthesised.definition,
        json!({
            "Comment": "A small workflow",
            "StartAt": "Work",
            "States": {"Work": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "${WorkAlias}", "Payload.$": "$"},
                "OutputPath": "$.Payload",
                "TimeoutSeconds": 35,
                "Retry": [{
                    "ErrorEquals": ["Lambda.ServiceException"],
                    "IntervalSeconds": 1,
                    "MaxAttempts": 3,
                    "BackoffRate": 2.0,
                    "MaxDelaySeconds": 20,
                    "JitterStrategy": "FULL",
                }],
                "End": true,
            }},
            "TimeoutSeconds": 3600,
        })
    );
    let machine = &synthesised.resource("StateMachine")["Properties"];
    assert_eq!(machine["DefinitionSubstitutions"], json!({"WorkAlias": {"Ref": "WorkAlias"}}));
    let embedded: Value = serde_json::from_str(machine["DefinitionString"].as_str().unwrap()).unwrap();
    assert_eq!(embedded, synthesised.definition);
}

#[test]
fn paths_in_a_payload_are_marked_and_values_stay() {
    let workflow = with_states(
        r"
start: Work
states:
  Work:
    invoke: work
    payload:
      run: $.run
      name: a
      path: \$.a
      count: 90
      rate: 0.5
      inner: { deep: true, nothing: null, list: [1, { id: $$.Execution.Id }] }
      id: States.UUID()
      both: [$.a, b]
    end: true
",
    );
    assert_eq!(
        Synthesised::of(&workflow).definition["States"]["Work"]["Parameters"]["Payload"],
        json!({
            "run.$": "$.run",
            "name": "a",
            "path": "$.a",
            "count": 90,
            "rate": 0.5,
            "inner": {"deep": true, "nothing": null, "list": [1, {"id.$": "$$.Execution.Id"}]},
            "id.$": "States.UUID()",
            "both.$": "States.Array($.a, 'b')",
        })
    );
}

#[test]
fn a_distributed_map_keeps_what_was_written() {
    let workflow = with_states(
        "
start: Each
states:
  Each:
    map: distributed
    children: express
    label: Shards
    items: $.items
    select: { run: $.run }
    tolerated_failure_percentage: 0
    start: Inside
    states: { Inside: { invoke: work, end: true } }
    result: discard
    next: Done
  Done: { succeed: true }
",
    );
    let mut state = Synthesised::of(&workflow).definition["States"]["Each"].clone();
    let processor = state["ItemProcessor"].take();
    assert_eq!(
        state,
        json!({
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemSelector": {"run.$": "$.run"},
            "ToleratedFailurePercentage": 0,
            "Label": "Shards",
            "ItemProcessor": null,
            "ResultPath": null,
            "Next": "Done",
        })
    );
    assert_eq!(processor["ProcessorConfig"], json!({"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}));
    assert_eq!(processor["StartAt"], "Inside");
}

#[test]
fn items_and_results_in_s3_give_the_machine_exactly_that() {
    let workflow = with_states(
        "
start: Each
states:
  Each:
    map: distributed
    items: { jsonl: data, key: lists/all.jsonl, limit: 5000 }
    batch: { items: 10, bytes: 200000 }
    result_writer: { bucket: results, prefix: maps, transformation: compact, format: jsonl }
    start: Inside
    states: { Inside: { invoke: work, end: true } }
    end: true
",
    );
    let synthesised = Synthesised::of(&workflow);
    let state = &synthesised.definition["States"]["Each"];
    assert_eq!(
        state["ItemReader"],
        json!({
            "Resource": "arn:aws:states:::s3:getObject",
            "Parameters": {"Bucket": "somebodys-data", "Key": "lists/all.jsonl"},
            "ReaderConfig": {"InputType": "JSONL", "MaxItems": 5000},
        })
    );
    assert_eq!(state["ItemBatcher"], json!({"MaxItemsPerBatch": 10, "MaxInputBytesPerBatch": 200_000}));
    assert_eq!(
        state["ResultWriter"],
        json!({
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "${ResultsBucket}", "Prefix": "maps"},
            "WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSONL"},
        })
    );
    let policies = synthesised.resource("StateMachineRole")["Properties"]["Policies"].as_array().unwrap();
    let objects = policies.iter().find(|policy| policy["PolicyName"] == "objects").unwrap();
    let granted: Vec<String> = objects["PolicyDocument"]["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| format!("{} {}", statement["Action"], statement["Resource"]))
        .collect();
    assert_eq!(granted.len(), 2, "{granted:#?}");
    assert!(granted[0].contains("s3:GetObject") && granted[0].contains("somebodys-data/lists/all.jsonl"));
    assert!(granted[1].contains("s3:PutObject") && granted[1].contains("/maps/*"), "{}", granted[1]);
}

#[test]
fn a_result_beside_the_input_is_the_payload_alone() {
    let workflow = with_states(
        "
start: Work
states:
  Work: { invoke: work, result: $.work, end: true }
",
    );
    let state = Synthesised::of(&workflow).definition["States"]["Work"].clone();
    assert_eq!(state["ResultSelector"], json!({"Payload.$": "$.Payload"}));
    assert_eq!((&state["ResultPath"], state.get("OutputPath")), (&json!("$.work"), None));
}

#[test]
fn jsonata_has_its_own_fields() {
    let workflow = with_states(
        r#"
query: jsonata
start: Work
states:
  Work: { invoke: work, payload: { id: "{% $states.input.id %}" }, assign: { id: "{% $states.input.id %}" }, next: Which }
  Which: { choice: [{ condition: "{% $id = 'a' %}", next: Done }], default: Done }
  Done: { succeed: true }
"#,
    );
    let definition = Synthesised::of(&workflow).definition;
    assert_eq!(definition["QueryLanguage"], "JSONata");
    let work = &definition["States"]["Work"];
    assert_eq!(
        work["Arguments"],
        json!({"FunctionName": "${WorkAlias}", "Payload": {"id": "{% $states.input.id %}"}})
    );
    assert_eq!(work["Output"], "{% $states.result.Payload %}");
    assert_eq!(work["Assign"], json!({"id": "{% $states.input.id %}"}));
    assert_eq!(definition["States"]["Which"]["Choices"][0]["Condition"], "{% $id = 'a' %}");
    assert_eq!(work.get("Parameters"), None);
}

#[test]
fn a_service_is_allowed_what_its_arguments_name() {
    let workflow = read(
        r#"
workflow: small
alarms: false
dashboard: false
tables: { runs: { key: id } }
start: Put
states:
  Put:
    task: dynamodb:putItem
    arguments: { TableName: "${table.runs}", Item: { id: { S: $.id } } }
    end: true
"#,
    );
    let synthesised = Synthesised::of(&workflow);
    assert_eq!(synthesised.definition["States"]["Put"]["Parameters"]["TableName"], "${RunsTable}");
    assert_eq!(synthesised.template.get("Parameters"), None, "nothing is packaged");
    let policies = synthesised.resource("StateMachineRole")["Properties"]["Policies"].as_array().unwrap();
    let services = policies.iter().find(|policy| policy["PolicyName"] == "services").unwrap();
    let [statement] = services["PolicyDocument"]["Statement"].as_array().unwrap().as_slice() else {
        panic!("{services:#}");
    };
    assert_eq!(statement["Action"], "dynamodb:PutItem");
    assert_eq!(statement["Resource"], json!({"Fn::GetAtt": ["RunsTable", "Arn"]}));
}

#[test]
fn an_inline_map_keeps_its_result_and_needs_no_right_on_the_machine() {
    let workflow = with_states(
        "
start: Each
states:
  Each: { map: inline, items: $.items, start: Inside, states: { Inside: { invoke: work, end: true } }, end: true }
",
    );
    let synthesised = Synthesised::of(&workflow);
    let state = &synthesised.definition["States"]["Each"];
    assert_eq!(state.get("ResultPath"), None);
    assert_eq!(state["ItemProcessor"]["ProcessorConfig"], json!({"Mode": "INLINE"}));
    assert!(!synthesised.ids().contains(&"StateMachineDistributedMapPolicy"));
}

#[test]
fn a_distributed_map_inside_another_map_has_its_rights_too() {
    let workflow = with_states(
        "
start: Each
states:
  Each:
    map: inline
    items: $.items
    start: Inside
    states:
      Inside: { map: distributed, items: $, start: Work, states: { Work: { invoke: work, end: true } }, end: true }
    end: true
",
    );
    let synthesised = Synthesised::of(&workflow);
    let policy = &synthesised.resource("StateMachineDistributedMapPolicy")["Properties"];
    assert_eq!(policy["Roles"], json!([{"Ref": "StateMachineRole"}]));
    let sids: Vec<&Value> =
        policy["PolicyDocument"]["Statement"].as_array().unwrap().iter().map(|s| &s["Sid"]).collect();
    assert_eq!(sids, ["StartChildren", "FollowChildren", "RedriveChildren"]);
}

#[test]
fn the_partition_follows_the_region() {
    let mut workflow = workflow();
    workflow.settings.region = Region::new("cn-north-1").unwrap();
    let synthesised = Synthesised::of(&workflow);
    assert_eq!(synthesised.definition["States"]["Work"]["Resource"], "arn:aws-cn:states:::lambda:invoke");
    assert!(!synthesised.template.to_string().contains("arn:aws:"));
}

#[test]
fn the_machine_is_logged_and_traced() {
    let synthesised = Synthesised::of(&with_sections("type: express\ntimeout: 5m\n"));
    let machine = &synthesised.resource("StateMachine")["Properties"];
    assert_eq!(machine["StateMachineType"], "EXPRESS");
    assert_eq!(
        machine["LoggingConfiguration"],
        json!({
            "Level": "ERROR",
            "IncludeExecutionData": false,
            "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["StateMachineLogGroup", "Arn"]}}}],
        })
    );
    assert_eq!(machine["TracingConfiguration"], json!({"Enabled": true}));
    let group = &synthesised.resource("StateMachineLogGroup")["Properties"];
    assert_eq!(group["LogGroupName"], "/aws/vendedlogs/states/small-dev");
}

#[test]
fn outputs_lead_to_the_machine_the_buckets_and_the_aliases() {
    let synthesised = Synthesised::of(&workflow());
    let outputs = synthesised.template["Outputs"].as_object().unwrap();
    let values: Vec<(&str, &Value)> =
        outputs.iter().map(|(id, output)| (id.as_str(), &output["Value"])).collect();
    assert_eq!(
        values,
        [
            ("StateMachineArn", &json!({"Ref": "StateMachine"})),
            ("DataBucketName", &json!("somebodys-data")),
            ("ResultsBucketName", &json!({"Ref": "ResultsBucket"})),
            ("WorkAliasArn", &json!({"Ref": "WorkAlias"})),
        ]
    );
}

#[test]
fn names_that_collide_are_refused() {
    let mut workflow = workflow();
    let mut function = workflow.functions["work"].clone();
    function.id = "state-machine".to_owned();
    workflow.functions.insert(function.id.clone(), function);
    let error = refused(&workflow);
    assert!(matches!(error, SynthesisError::LogicalId(_)));
    assert!(error.to_string().contains("`StateMachineLogGroup`"), "{error}");
}

#[test]
fn what_the_checks_let_through_is_refused_with_its_name() {
    let refused = |workflow: &Workflow| refused(workflow).to_string();
    let mut nameless = workflow();
    nameless.functions.shift_remove("work");
    let message = refused(&nameless);
    assert!(message.contains("`Work` names the function `work`"), "{message}");
    let access = Access::Objects { kind: AccessKind::Read, bucket: "dta".to_owned(), prefix: String::new() };
    let message = refused(&with_work(|work| work.access = vec![access]));
    assert!(message.contains("`work` names the bucket `dta`"), "{message}");
    let taken = IndexMap::from([("BUCKET_DATA".to_owned(), String::new())]);
    let message = refused(&with_work(|work| work.environment = taken));
    assert!(message.contains("`BUCKET_DATA`"), "{message}");
    let large = IndexMap::from([("A".to_owned(), "x".repeat(4_096))]);
    let message = refused(&with_work(|work| work.environment = large));
    assert!(message.contains("4096 at most"), "{message}");
}

#[test]
fn a_timeout_is_whole_seconds() {
    let mut workflow = workflow();
    workflow.timeout = Some(seconds(90));
    assert_eq!(Synthesised::of(&workflow).definition["TimeoutSeconds"], 90);
    workflow.timeout = None;
    assert_eq!(Synthesised::of(&workflow).definition.get("TimeoutSeconds"), None);
}

#[test]
fn a_machine_that_names_nothing_of_the_stack_has_no_substitutions() {
    let workflow = read(
        "workflow: small\nalarms: false\ndashboard: false\nstart: A\nstates: { A: { succeed: true } }\n",
    );
    let machine = Synthesised::of(&workflow).resource("StateMachine")["Properties"].clone();
    assert_eq!(machine.get("DefinitionSubstitutions"), None, "CloudFormation refuses an empty one");
}

#[test]
fn a_state_with_a_role_of_its_own_lets_the_machine_assume_it_and_nothing_else() {
    let workflow = with_states(
        r#"
start: Work
states:
  Work: { invoke: work, credentials: { role: "arn:aws:iam::222222222222:role/other" }, end: true }
"#,
    );
    let synthesised = Synthesised::of(&workflow);
    let policies = synthesised.resource("StateMachineRole")["Properties"]["Policies"].to_string();
    assert!(policies.contains("sts:AssumeRole") && policies.contains("role/other"), "{policies}");
    assert!(!policies.contains("lambda:InvokeFunction"), "{policies}");
}
