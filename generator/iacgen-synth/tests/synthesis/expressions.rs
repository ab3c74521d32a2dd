//! JSONata expressions wherever a field takes one.

use std::fs;
use std::path::Path;

use iacgen_synth::{Packages, synthesize};

use crate::fixture::with_states;

const STATES: &str = r#"
query: jsonata
start: Pause
states:
  Pause: { wait: "{% $states.input.pause + 1 %}", next: Moment }
  Moment: { wait: { until: "{% $states.input.moment %}" }, next: Work }
  Work:
    invoke: work
    retry: service
    payload: { first: "{% $states.input.first %}" }
    timeout: "{% $states.input.pages * 10 %}"
    heartbeat: "{% $ceil($states.input.pages / 2) %}"
    assign: { pages: "{% $states.input.pages %}", fixed: 3 }
    output: { pages: "{% $range(1, $states.input.pages, 1) %}", answer: "{% $states.result %}" }
    next: Large
  Large:
    choice: [{ condition: "{% $pages > 1000 %}", next: Refused }]
    default: Each
  Each:
    map: distributed
    children: standard
    items: "{% $states.input.pages %}"
    select: { page: "{% $states.context.Map.Item.Value %}" }
    batch: { items: "{% $ceil($pages / 10) %}", bytes: "{% 64 * 1024 %}" }
    concurrency: "{% $pages < 100 ? $pages : 100 %}"
    tolerated_failure_percentage: "{% 100 / $pages %}"
    tolerated_failure_count: "{% $floor($pages / 10) %}"
    start: One
    states:
      One: { pass: true, end: true }
    output: { done: "{% $count($states.result) %}" }
    next: Read
  Read:
    map: distributed
    children: standard
    items: { jsonl: data, key: "{% 'pages/' & $string($fixed) & '.jsonl' %}", limit: "{% $pages %}" }
    start: Line
    states:
      Line: { pass: true, end: true }
    end: true
  Refused: { fail: { error: "{% 'Too' & 'Large' %}", cause: "{% $string($pages) & ' pages' %}" } }
"#;

#[test]
fn expressions_are_emitted_as_they_are_written() {
    let assembly = synthesize(&with_states(STATES), &Packages::none()).unwrap();
    let actual = assembly.text("definition.asl.json").unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/expressions.asl.json");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(golden.parent().unwrap()).unwrap();
        fs::write(&golden, actual).unwrap();
    }
    let expected = fs::read_to_string(&golden).unwrap();
    assert_eq!(expected, actual, "if it is meant, run `UPDATE_EXPECT=1 cargo test -p iacgen-synth`");
}
