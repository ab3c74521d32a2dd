//! Each rule of lowering by a workflow that has little else.

use iacgen_aws_types::{BucketName, EphemeralStorage, MemorySize, Region};
use iacgen_spec::model::{
    Access, AccessKind, BucketOrigin, Children, MapMode, MapResult, Model, Next, PayloadTemplate, StateKind,
    Target, Workflow,
};
use iacgen_synth::{CodeDigests, SynthesisError, synthesize};
use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::fixture::{
    Synthesised, bucket, function, invoke, map, packaged, provisioned, refused, seconds, states, workflow,
};

fn with_work(change: impl FnOnce(&mut iacgen_spec::model::Function)) -> Workflow {
    let mut workflow = workflow();
    change(workflow.functions.get_mut("work").unwrap());
    workflow
}

fn with_states(states: iacgen_spec::model::States) -> Workflow {
    Workflow { states, ..workflow() }
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
    let aws = synthesize(&workflow(), &CodeDigests::none()).unwrap();
    assert_eq!(aws, synthesize(&workflow(), &CodeDigests::none()).unwrap());
    let mut workflow = workflow();
    workflow.settings.target = Target::Local;
    let local = synthesize(&workflow, &CodeDigests::none()).unwrap();
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
            tensors: serde_json::from_str(r#"{"inputs": {"x": "f32[n,2]"}, "outputs": {"y": "f32[n,1]"}}"#)
                .unwrap(),
        });
    });
    workflow.log_retention_days = 30;
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
    let digest = code.get("work").unwrap().to_string();
    let synthesised = Synthesised::with_code(&workflow(), &code);
    let key = &synthesised.resource("WorkFunction")["Properties"]["Code"]["S3Key"];
    assert_eq!(*key, format!("{digest}.zip"));
    assert_eq!(synthesised.assembly.assets().unwrap().functions[0].sha256.as_ref(), code.get("work"));
    assert!(synthesised.assembly.manifest().unwrap().packaged);
    assert!(!Synthesised::of(&workflow()).assembly.manifest().unwrap().packaged);
}

#[test]
fn code_and_configuration_make_another_version_and_tags_do_not() {
    let version = |workflow: &Workflow, code: &CodeDigests| {
        Synthesised::with_code(workflow, code).id("WorkVersion").to_owned()
    };
    let none = CodeDigests::none();
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
    assert_eq!(
        first,
        version(&with_work(|work| work.provisioned = Some(provisioned(2))), &none),
        "provisioned"
    );
}

#[test]
fn a_bucket_that_is_replaced_makes_another_version() {
    let version = |origin: BucketOrigin| {
        let mut workflow = workflow();
        workflow.buckets.extend([bucket("results", origin)]);
        Synthesised::of(&workflow).id("WorkVersion").to_owned()
    };
    let managed = |name: Option<&str>| BucketOrigin::Managed {
        name: name.map(|name| BucketName::new(name).unwrap()),
        retain: true,
        expire: Vec::new(),
    };
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
    let synthesised = Synthesised::of(&with_work(|work| work.provisioned = Some(provisioned(10))));
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
    let mut workflow = workflow();
    let synthesised = Synthesised::of(&workflow);
    assert!(!synthesised.ids().contains(&"DataBucket"));
    for id in ["ResultsBucket", "ResultsBucketPolicy"] {
        assert_eq!(synthesised.resource(id)["DeletionPolicy"], "RetainExceptOnCreate", "{id}");
        assert_eq!(synthesised.resource(id)["UpdateReplacePolicy"], "Retain", "{id}");
    }
    let (id, scratch) =
        bucket("results", BucketOrigin::Managed { name: None, retain: false, expire: Vec::new() });
    workflow.buckets.insert(id, scratch);
    let synthesised = Synthesised::of(&workflow);
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
    let payload = PayloadTemplate::Object(IndexMap::from([
        ("run".to_owned(), PayloadTemplate::Path("$.run".to_owned())),
        ("name".to_owned(), PayloadTemplate::Text("a".to_owned())),
        ("count".to_owned(), PayloadTemplate::Number(90.0)),
        ("rate".to_owned(), PayloadTemplate::Number(0.5)),
        ("large".to_owned(), PayloadTemplate::Number(1e300)),
        (
            "inner".to_owned(),
            PayloadTemplate::Object(IndexMap::from([("deep".to_owned(), PayloadTemplate::Bool(true))])),
        ),
    ]));
    let StateKind::Invoke(mut work) = invoke("work") else { unreachable!() };
    work.payload = payload;
    let synthesised = Synthesised::of(&with_states(states([("Work", StateKind::Invoke(work), Next::End)])));
    assert_eq!(
        synthesised.definition["States"]["Work"]["Parameters"]["Payload"],
        json!({"run.$": "$.run", "name": "a", "count": 90, "rate": 0.5, "large": 1e300, "inner": {"deep": true}})
    );
}

#[test]
fn a_distributed_map_keeps_what_was_written() {
    let mut distributed = map(MapMode::Distributed(Children::Express), invoke("work"));
    distributed.label = Some("Shards".to_owned());
    distributed.select = Some(PayloadTemplate::Object(IndexMap::from([(
        "run".to_owned(),
        PayloadTemplate::Path("$.run".to_owned()),
    )])));
    let synthesised = Synthesised::of(&with_states(states([
        ("Each", StateKind::Map(distributed), Next::State("Done".to_owned())),
        ("Done", StateKind::Succeed, Next::End),
    ])));
    let mut state = synthesised.definition["States"]["Each"].clone();
    let processor = state["ItemProcessor"].take();
    assert_eq!(
        state,
        json!({
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemSelector": {"run.$": "$.run"},
            "MaxConcurrency": 0,
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
fn an_inline_map_keeps_its_result_and_needs_no_right_on_the_machine() {
    let mut inline = map(MapMode::Inline, invoke("work"));
    inline.result = MapResult::Keep;
    let synthesised = Synthesised::of(&with_states(states([("Each", StateKind::Map(inline), Next::End)])));
    let state = &synthesised.definition["States"]["Each"];
    assert_eq!(state.get("ResultPath"), None);
    assert_eq!(state["ItemProcessor"]["ProcessorConfig"], json!({"Mode": "INLINE"}));
    assert!(!synthesised.ids().contains(&"StateMachineDistributedMapPolicy"));
}

#[test]
fn a_distributed_map_inside_another_map_has_its_rights_too() {
    let inner = map(MapMode::Distributed(Children::Standard), invoke("work"));
    let outer = map(MapMode::Inline, StateKind::Map(inner));
    let synthesised = Synthesised::of(&with_states(states([("Each", StateKind::Map(outer), Next::End)])));
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
    let synthesised = Synthesised::of(&Workflow { machine_type: Children::Express, ..workflow() });
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
    workflow.functions.insert("state-machine".to_owned(), function("state-machine", Vec::new()));
    let error = refused(&workflow);
    assert!(matches!(error, SynthesisError::LogicalId(_)));
    assert!(error.to_string().contains("`StateMachineLogGroup`"), "{error}");
}

#[test]
fn what_the_checks_let_through_is_refused_with_its_name() {
    let refused = |workflow: &Workflow| refused(workflow).to_string();
    let message = refused(&with_states(states([("Work", invoke("wrok"), Next::End)])));
    assert!(message.contains("`Work` names the function `wrok`"), "{message}");
    let access = Access { kind: AccessKind::Read, bucket: "dta".to_owned(), prefix: String::new() };
    let message = refused(&with_work(|work| work.access = vec![access]));
    assert!(message.contains("`work` names the bucket `dta`"), "{message}");
    let taken = IndexMap::from([("BUCKET_DATA".to_owned(), String::new())]);
    let message = refused(&with_work(|work| work.environment = taken));
    assert!(message.contains("`BUCKET_DATA`"), "{message}");
    let large = IndexMap::from([("A".to_owned(), "x".repeat(4_096))]);
    let message = refused(&with_work(|work| work.environment = large));
    assert!(message.contains("4096 at most"), "{message}");
    let mut selecting = map(MapMode::Inline, invoke("work"));
    selecting.select = Some(PayloadTemplate::Path("$.x".to_owned()));
    let message = refused(&with_states(states([("Each", StateKind::Map(selecting), Next::End)])));
    assert!(message.contains("`Each` must select an object"), "{message}");
}

#[test]
fn a_timeout_is_whole_seconds() {
    let mut workflow = workflow();
    workflow.timeout = Some(seconds(90));
    assert_eq!(Synthesised::of(&workflow).definition["TimeoutSeconds"], 90);
    workflow.timeout = None;
    assert_eq!(Synthesised::of(&workflow).definition.get("TimeoutSeconds"), None);
}
