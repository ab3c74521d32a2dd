//! Every kind of state and every field of it, as the model has it.

use iacgen_asl::{
    Comparison, ExecutionType, InputType, ManifestType, Operand, OutputType, ProcessorMode, QueryLanguage,
    Relation, Transformation,
};
use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::model::{
    BucketName, Condition, Dynamic, ItemSource, Items, Next, Output, PathSetting, Reference, State,
    StateKind, Template, TemplateValue, Wait, Work, Workflow,
};
use iacgen_spec::{MemoryFiles, check};

const ENVIRONMENT: &str =
    "target: local\nregion: us-east-1\naccount: \"000000000000\"\nvalues: { most: 7 }\n";

/// Resolves states that begin with `A`, and expects no finding.
fn resolve(top: &str, states: &str) -> Workflow {
    resolve_from("A", top, states)
}

fn resolve_from(start: &str, top: &str, states: &str) -> Workflow {
    let sections = "functions: { work: { handler: work, memory: 128MB, timeout: 5s } }\n\
                    buckets: { data: { existing: a-bucket } }\n";
    let files = MemoryFiles::default()
        .with("workflow.yaml", format!("workflow: w\n{top}{sections}start: {start}\nstates:\n{states}"))
        .with("environments/local.yaml", ENVIRONMENT)
        .with("work/Cargo.toml", "");
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let workflows = check(&files, &mut sources, &sink).unwrap_or_default();
    let found: Vec<String> = sink.into_sorted().into_iter().map(|finding| finding.message).collect();
    // The environment's value is not used by every case, nor is everything defined.
    let found: Vec<&String> = found.iter().filter(|found| !found.starts_with("no")).collect();
    assert!(found.is_empty(), "{found:#?}");
    workflows.into_iter().next().unwrap_or_else(|| panic!("the workflow has an error"))
}

fn state(states: &str) -> State {
    resolve("", states).states.states["A"].clone()
}

fn jsonata(states: &str) -> State {
    resolve("query: jsonata\n", states).states.states["A"].clone()
}

/// Writes a template without its places.
fn shown(template: &Template) -> String {
    match &template.value {
        TemplateValue::Path(path) => format!("path {path}"),
        TemplateValue::Intrinsic(call) => format!("call {call}"),
        TemplateValue::Expression(expression) => format!("expression {expression}"),
        TemplateValue::Reference(Reference { kind, id }) => format!("{} {id}", kind.word()),
        TemplateValue::Null => "null".to_owned(),
        TemplateValue::Bool(value) => value.to_string(),
        TemplateValue::Number(number) => number.to_string(),
        TemplateValue::Text(text) => format!("{text:?}"),
        TemplateValue::Array(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        TemplateValue::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| format!("{name}: {}", shown(field)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn templates_hold_whatever_json_holds() {
    let states = r#"  B: { pass: true, assign: { count: $.n }, next: A }
  A:
    invoke: work
    payload:
      path: $.a['b c'][0]
      context: $$.Execution.Name
      variable: $count
      call: States.Format('{}/{}', $.run, $$.Execution.Name)
      bucket: "${bucket.data}"
      function: "${function.work}"
      most: "${env.most}"
      literal: \$.a
      nothing: null
      numbers: [90, 0.5, 1.0, -2.50e+3]
      deep: { list: [{ x: true }, []], empty: {} }
    end: true
"#;
    let state = resolve_from("B", "", states).states.states["A"].clone();
    assert_eq!(
        shown(state.data.arguments.as_ref().unwrap()),
        "{path: path $.a['b c'][0], context: path $$.Execution.Name, variable: path $count, \
         call: call States.Format('{}/{}', $.run, $$.Execution.Name), bucket: bucket data, function: function work, \
         most: 7, literal: \"$.a\", nothing: null, numbers: [90, 0.5, 1.0, -2500.0], \
         deep: {list: [{x: true}, []], empty: {}}}"
    );
}

#[test]
fn jsonata_templates_hold_expressions() {
    let state = jsonata(
        "  A: { invoke: work, payload: { a: \"{% $states.input.a %}\", b: plain, c: \"\\\\$.x\" }, \
         output: [\"{% $states.result %}\"], assign: { n: \"{% 1 + 1 %}\" }, end: true }\n",
    );
    assert_eq!(state.query, QueryLanguage::Jsonata);
    assert_eq!(
        shown(state.data.arguments.as_ref().unwrap()),
        "{a: expression {% $states.input.a %}, b: \"plain\", c: \"$.x\"}"
    );
    let Output::Template(output) = &state.data.output else { panic!("no template") };
    assert_eq!(shown(output), "[expression {% $states.result %}]");
    assert_eq!(shown(&state.data.assign["n"]), "expression {% 1 + 1 %}");
}

#[test]
fn a_state_says_what_it_takes_and_what_it_hands_on() {
    let data = state(
        "  A: { invoke: work, input: $.in, result_selector: { x: $.Payload.x }, result: $.out, output: null, \
         assign: { total: $.x }, end: true }\n",
    )
    .data;
    let PathSetting::Path(input) = &data.input else { panic!("no path") };
    let PathSetting::Path(result) = &data.result else { panic!("no path") };
    assert_eq!((input.value.as_str(), result.value.as_str()), ("$.in", "$.out"));
    assert_eq!(shown(data.result_selector.as_ref().unwrap()), "{x: path $.Payload.x}");
    assert!(matches!(data.output, Output::Null(_)));
    assert_eq!(shown(&data.assign["total"]), "path $.x");
    let data = state("  A: { invoke: work, input: null, result: discard, output: $.x, end: true }\n").data;
    assert!(matches!((&data.input, &data.result), (PathSetting::Null(_), PathSetting::Null(_))));
    assert!(matches!(&data.output, Output::Path(path) if path.value == "$.x"));
}

#[test]
fn tasks_call_functions_services_and_arns() {
    let work = |fields: &str| {
        let StateKind::Task(task) = state(&format!("  A: {{ {fields}, end: true }}\n")).kind else {
            panic!("no task")
        };
        task
    };
    let task = work(
        "invoke: work, wait_for_token: true, payload: { t: $$.Task.Token }, timeout: 1d, heartbeat: $.beat, \
         credentials: { role: $.role }",
    );
    assert!(matches!(&task.work, Work::Function { id, wait_for_token: true } if id.value == "work"));
    assert_eq!(task.timeout.unwrap().value, Dynamic::Value(iacgen_aws_types::Seconds::new(86_400).unwrap()));
    assert_eq!(task.heartbeat.unwrap().value, Dynamic::Path("$.beat".to_owned()));
    assert_eq!(task.role.as_ref().map(shown).as_deref(), Some("path $.role"));

    let task = work(
        "task: dynamodb:putItem, arguments: { TableName: t, Item: {} }, resources: [\"arn:aws:dynamodb:x\"]",
    );
    assert!(matches!(&task.work, Work::Service(name) if name.value == "dynamodb:putItem"));
    assert_eq!((task.timeout, task.resources.len()), (None, 1));
    let task = work("task: \"arn:aws:states:::ecs:runTask.sync\"");
    assert!(matches!(&task.work, Work::Service(name) if name.value == "ecs:runTask.sync"));
    let arn = "arn:aws:states:us-east-1:111111111111:activity:paint";
    let task = work(&format!("task: \"{arn}\""));
    assert!(matches!(&task.work, Work::Arn(name) if name.value == arn));
}

#[test]
fn catchers_and_choices_lead_on() {
    let workflow = resolve(
        "",
        r#"  A:
    invoke: work
    catch:
      - { on: [lambda-crash, Mine], next: C, result: $.error, assign: { e: $.Error }, comment: why }
      - { on: States.ALL, next: F, result: discard }
    next: C
  C:
    choice:
      - { variable: $.n, NumericGreaterThanEquals: 1.5, next: A, assign: { n: $.n } }
      - and:
          - { variable: $.s, StringEqualsPath: $.t }
          - not: { variable: $.d, TimestampLessThan: "2030-01-31T12:00:00Z" }
          - or: [{ variable: $.m, StringMatches: "*.log" }, { variable: $.p, IsPresent: false }]
        next: S
    default: F
  F: { fail: { error: $.error.Error, cause: "States.Format('{}', $.n)" } }
  S: { succeed: true }
"#,
    );
    let states = &workflow.states.states;
    let [first, second] = &states["A"].catch[..] else { panic!("no two catchers") };
    assert_eq!(first.errors, ["Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout", "Mine"]);
    assert_eq!((first.next.value.as_str(), first.comment.as_deref()), ("C", Some("why")));
    assert!(matches!(&first.result, PathSetting::Path(path) if path.value == "$.error"));
    assert_eq!(second.errors, ["States.ALL"]);
    assert!(matches!(second.result, PathSetting::Null(_)));
    let names: Vec<&str> = states["A"].successors().iter().map(|name| name.value.as_str()).collect();
    assert_eq!(names, ["C", "C", "F"]);

    let StateKind::Choice(choice) = &states["C"].kind else { panic!("no choice") };
    assert_eq!(states["C"].next, Next::End);
    assert_eq!(choice.default.as_ref().unwrap().value, "F");
    let Condition::Compare { variable, comparison } = &choice.rules[0].condition else {
        panic!("no comparison")
    };
    assert_eq!(variable.value, "$.n");
    let number = serde_json::Number::from_f64(1.5).unwrap();
    let expected = Comparison::Numeric(Relation::GreaterThanEquals, Operand::Literal(number));
    assert_eq!(comparison.value, expected);
    let Condition::And(all) = &choice.rules[1].condition else { panic!("no and") };
    assert!(
        matches!(&all[0], Condition::Compare { comparison, .. } if comparison.value.operator() == "StringEqualsPath")
    );
    assert!(matches!(&all[1], Condition::Not(_)));
    assert!(matches!(&all[2], Condition::Or(two) if two.len() == 2));
    let StateKind::Fail { error, cause } = &states["F"].kind else { panic!("no fail") };
    assert_eq!(error.as_ref().unwrap().value, Dynamic::Path("$.error.Error".to_owned()));
    assert_eq!(cause.as_ref().unwrap().value, Dynamic::Path("States.Format('{}', $.n)".to_owned()));
}

#[test]
fn jsonata_choices_have_expressions() {
    let workflow = resolve(
        "query: jsonata\n",
        r#"  A:
    choice:
      - { condition: "{% $states.input.n > 1 %}", next: S, output: { big: true } }
      - { condition: true, next: F }
  S: { succeed: true, output: "{% $states.input %}" }
  F: { fail: { error: "{% $states.input.e %}" } }
"#,
    );
    let StateKind::Choice(choice) = &workflow.states.states["A"].kind else { panic!("no choice") };
    assert!(
        matches!(&choice.rules[0].condition, Condition::Expression(text) if text.value == "{% $states.input.n > 1 %}")
    );
    assert!(choice.rules[0].output.is_some());
    assert_eq!(choice.rules[1].condition, Condition::Constant(true));
}

#[test]
fn waits_passes_and_branches() {
    let workflow = resolve(
        "",
        r#"  A: { wait: 90s, next: B }
  B: { wait: $.seconds, next: C }
  C: { wait: { until: $.at }, next: D }
  D: { wait: { until: "2030-01-31T12:00:00Z" }, next: E }
  E: { pass: true, value: { a: [1, null, "$.x"] }, result: $.y, next: F }
  F: { pass: true, arguments: { x: $.y }, next: G }
  G:
    parallel:
      - { start: G1, states: { G1: { succeed: true } }, comment: first }
      - { start: G2, states: { G2: { invoke: work, end: true } } }
    arguments: { a: $.x }
    end: true
"#,
    );
    let states = &workflow.states.states;
    let wait = |name: &str| {
        let StateKind::Wait(wait) = &states[name].kind else { panic!("no wait") };
        wait.clone()
    };
    assert!(matches!(wait("A"), Wait::Seconds(time) if time.value == Dynamic::Value(90)));
    assert!(matches!(wait("B"), Wait::Seconds(time) if time.value == Dynamic::Path("$.seconds".to_owned())));
    assert!(matches!(wait("C"), Wait::Until(time) if time.value == Dynamic::Path("$.at".to_owned())));
    assert!(matches!(wait("D"), Wait::Until(time) if matches!(time.value, Dynamic::Value(_))));
    let StateKind::Pass { value: Some(value) } = &states["E"].kind else { panic!("no value") };
    assert_eq!(value.value.to_string(), r#"{"a":[1,null,"$.x"]}"#);
    assert_eq!(states["F"].data.arguments.as_ref().map(shown).as_deref(), Some("{x: path $.y}"));
    let StateKind::Parallel(branches) = &states["G"].kind else { panic!("no branches") };
    assert_eq!(branches[0].comment.as_deref(), Some("first"));
    assert_eq!(branches[1].states.start, "G2");
}

#[test]
fn distributed_maps_read_gather_and_write() {
    let map = |fields: &str| {
        let inner = "start: B, states: { B: { invoke: work, end: true } }";
        let state = state(&format!("  A: {{ map: distributed, {fields}, {inner}, end: true }}\n"));
        let StateKind::Map(map) = state.kind else { panic!("no map") };
        map
    };
    let all = map(
        "children: express, items: { csv: data, key: $.key, version_id: v1, headers: [id, z], delimiter: tab, limit: 5 }, \
         batch: { items: 10, bytes: $.bytes, input: { run: $.run } }, concurrency: $.most, \
         tolerated_failure_percentage: 0.5, tolerated_failure_count: 3, label: shards, \
         result_writer: { bucket: data, prefix: $.out, transformation: flatten, format: jsonl }",
    );
    assert_eq!(all.mode, ProcessorMode::Distributed { execution_type: ExecutionType::Express });
    let Items::Reader(reader) = &all.items else { panic!("no reader") };
    assert!(matches!(&reader.bucket, BucketName::Named(name) if name.value == "data"));
    assert_eq!(reader.limit.as_ref().unwrap().value, Dynamic::Value(5));
    let ItemSource::Object { key, version, format } = &reader.source else { panic!("no object") };
    assert_eq!((shown(key).as_str(), version.as_ref().map(shown).as_deref()), ("path $.key", Some("\"v1\"")));
    assert_eq!(format.input_type, InputType::Csv);
    assert_eq!((format.headers.as_ref().unwrap().len(), format.delimiter.as_deref()), (2, Some("TAB")));
    let batch = all.batch.as_ref().unwrap();
    assert_eq!(batch.items.as_ref().unwrap().value, Dynamic::Value(10));
    assert_eq!(batch.bytes.as_ref().unwrap().value, Dynamic::Path("$.bytes".to_owned()));
    assert_eq!(all.concurrency.as_ref().unwrap().value, Dynamic::Path("$.most".to_owned()));
    assert_eq!(all.tolerated_percentage.as_ref().unwrap().value, Dynamic::Value(0.5));
    assert_eq!(all.tolerated_count.as_ref().unwrap().value, Dynamic::Value(3));
    let writer = all.writer.as_ref().unwrap();
    assert_eq!(
        (writer.transformation, writer.output_type),
        (Some(Transformation::Flatten), Some(OutputType::Jsonl))
    );

    let source = |items: &str| {
        let Items::Reader(reader) = map(&format!("items: {{ {items} }}")).items else { panic!("no reader") };
        reader
    };
    let listing = source("list: \"${bucket.data}\", prefix: runs/, load: jsonl");
    assert!(matches!(&listing.bucket, BucketName::Named(name) if name.value == "data"));
    assert!(
        matches!(&listing.source, ItemSource::Listing { load: Some(format), .. } if format.input_type == InputType::Jsonl)
    );
    let given = source("json: $.bucket, key: a.json, pointer: /items");
    assert!(matches!(&given.bucket, BucketName::Given(template) if shown(template) == "path $.bucket"));
    let manifest = source("manifest: data, key: m.json, type: athena");
    let ItemSource::Object { format, .. } = &manifest.source else { panic!("no object") };
    assert_eq!(format.manifest, Some(ManifestType::AthenaData));
}

#[test]
fn items_of_jsonata_are_values_and_states_choose_their_language() {
    let inner = "start: B, states: { B: { invoke: work, query: jsonata, payload: \"{% $states.input %}\", end: true } }";
    let jsonata =
        format!("  A: {{ map: inline, query: jsonata, items: [1, \"{{% 2 %}}\"], {inner}, end: true }}\n");
    let StateKind::Map(map) = state(&jsonata).kind else { panic!("no map") };
    let Items::Values(values) = &map.items else { panic!("no values") };
    assert_eq!(shown(values), "[1, expression {% 2 %}]");
    assert_eq!(map.states.states["B"].query, QueryLanguage::Jsonata);
}
