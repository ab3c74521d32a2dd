//! The drawing of whole machines.

use std::collections::BTreeMap;

use iacgen_asl::StateMachine;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::layout::{Figure, Plan, Rect, plan};
use super::route::{LOOP, Way};
use super::{Block, Diagram, EdgeKind, Kind, dot, mermaid, svg};

fn machine(definition: Value) -> Diagram {
    let machine = StateMachine::from_value(definition).unwrap();
    let names = BTreeMap::from([("ValidateAlias".to_owned(), "validate-order".to_owned())]);
    Diagram::new("orders", &machine, &names)
}

fn orders() -> Diagram {
    machine(serde_json::from_str(include_str!("tests/orders.asl.json")).unwrap())
}

fn node<'a>(block: &'a Block, name: &str) -> &'a super::Node {
    block.nodes.iter().find(|node| node.name == name).unwrap()
}

/// The labels of the edges from a state, with where they go.
fn edges(block: &Block, from: &str) -> Vec<(EdgeKind, String, String)> {
    let of = |at: usize| block.nodes[at].name.clone();
    let leaving = block.edges.iter().filter(|edge| of(edge.from) == from);
    leaving.map(|edge| (edge.kind, of(edge.to), edge.labels.join(" | "))).collect()
}

#[test]
fn containers_hold_their_states_and_boxes_say_what_they_do() {
    let diagram = orders();
    assert_eq!(diagram.states(), 21);
    let first = &diagram.block.nodes[diagram.block.first.unwrap()];
    assert_eq!((first.name.as_str(), first.kind), ("Validate order", Kind::Function));
    assert_eq!(
        (first.label.as_str(), first.details.as_slice()),
        ("Lambda: Invoke", &["validate-order".to_owned()][..])
    );
    assert_eq!(first.retries.as_deref(), Some("retries 2"));

    let parallel = node(&diagram.block, "Everything at once");
    assert_eq!(parallel.blocks.len(), 3);
    let each = node(&parallel.blocks[0], "Every item");
    assert_eq!((each.kind, each.details.as_slice()), (Kind::Map, &["concurrency 10".to_owned()][..]));
    let backorder = node(&each.blocks[0], "Backorder");
    assert_eq!(backorder.kind, Kind::DistributedMap);
    assert_eq!(
        backorder.details,
        [
            "Distributed, STANDARD children, concurrency 500, tolerates 5 %",
            "items from a listing of S3, batches of 10, results to S3"
        ]
    );
    assert_eq!(node(&diagram.block, "Wait a bit").details, ["1 min 30 s"]);
    assert_eq!(node(&diagram.block, "Reject").details, ["OrderRejected"]);
    assert!(node(&diagram.block, "Reject").ends && !first.ends);
}

#[test]
fn edges_say_why_they_are_taken() {
    let diagram = orders();
    let owned = |kind, to: &str, label: &str| (kind, to.to_owned(), label.to_owned());
    assert_eq!(
        edges(&diagram.block, "Validate order"),
        [
            owned(EdgeKind::Next, "What kind?", ""),
            owned(EdgeKind::Catch, "Reject", "InvalidOrder | States.DataLimitExceeded"),
            owned(EdgeKind::Catch, "Notify failure", "States.ALL"),
        ]
    );
    assert_eq!(
        edges(&diagram.block, "Confirmed?"),
        [
            owned(EdgeKind::Choice, "Thank you", "payment.status = 'CONFIRMED' and payment.amount > 0"),
            owned(EdgeKind::Choice, "Confirmed?", "payment.status = 'PENDING'"),
            owned(EdgeKind::Choice, "Wait a bit", "Default"),
        ]
    );
}

#[test]
fn rules_with_one_target_share_an_edge() {
    let rule = |value: &str| json!({"Variable": "$.a", "StringEquals": value, "Next": "B"});
    let diagram = machine(json!({"StartAt": "A", "States": {
        "A": {"Type": "Choice", "Choices": [rule("x"), rule("y")], "Default": "B"},
        "B": {"Type": "Succeed"}
    }}));
    assert_eq!(diagram.block.edges.len(), 1);
    assert_eq!(diagram.block.edges[0].labels, ["a = \"x\"", "a = \"y\"", "Default"]);
}

#[test]
fn texts_are_escaped_in_every_format() {
    let definition = json!({"StartAt": "<b>&\"x\"", "States": {
        "<b>&\"x\"": {"Type": "Fail", "Error": "</svg>\"];"}
    }});
    let diagram = machine(definition);
    let svg = svg(&diagram);
    assert!(!svg.contains("<b>") && svg.contains("&lt;b&gt;&amp;&quot;x&quot;"), "{svg}");
    assert_eq!(svg.matches("</svg>").count(), 1);
    assert!(mermaid(&diagram).contains("<b>#60;b#62;#38;#34;x#34;</b>"));
    assert!(dot(&diagram).contains(r#"<b>&amp;\"x\"\n</svg>\"];""#));
}

#[test]
fn the_same_machine_gives_the_same_bytes() {
    let (svg_of, mermaid_of, dot_of) = (svg(&orders()), mermaid(&orders()), dot(&orders()));
    // The hash maps of `dagre` are seeded anew for each layout.
    for _ in 0..8 {
        assert_eq!(svg(&orders()), svg_of);
    }
    assert_eq!((mermaid(&orders()), dot(&orders())), (mermaid_of, dot_of));
}

#[test]
fn formats_name_containers_ends_and_catches() {
    let diagram = orders();
    let svg = svg(&diagram);
    for part in [
        "<title id=\"iacgen-title\">orders</title>",
        "prefers-color-scheme:dark",
        ">Start</text>",
        ">End</text>",
    ] {
        assert!(svg.contains(part), "{part}");
    }
    assert_eq!(svg.matches("class=\"edge catch\"").count(), 6);
    let mermaid = mermaid(&diagram);
    assert_eq!(mermaid.matches("subgraph ").count(), 3);
    assert!(mermaid.contains("n1 -. \"InvalidOrder, States.DataLimitExceeded\" .-> "), "{mermaid}");
    let dot = dot(&diagram);
    assert_eq!(dot.matches("subgraph cluster_").count(), 3);
    assert!(dot.contains("style=dashed"));
}

#[test]
fn nothing_of_the_orders_overlaps() {
    let diagram = orders();
    let plan = plan(&diagram);
    let states = plan.shapes.iter().filter(|shape| matches!(shape.figure, Figure::State { .. })).count();
    assert_eq!(states, diagram.states());
    clear(&plan).unwrap();
}

#[test]
fn a_hundred_states_in_a_row_with_jumps_stay_clear() {
    let mut states = Map::new();
    for at in 0..100 {
        let state = match at {
            99 => json!({"Type": "Succeed"}),
            _ if at % 9 == 5 => json!({
                "Type": "Choice",
                "Choices": [{"Variable": "$.again", "BooleanEquals": true, "Next": format!("S{}", at * 7 % 100)}],
                "Default": format!("S{}", at + 1)
            }),
            _ => json!({
                "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": format!("S{}", at + 1),
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S99"}]
            }),
        };
        states.insert(format!("S{at}"), state);
    }
    let diagram = machine(json!({"StartAt": "S0", "States": states}));
    clear(&plan(&diagram)).unwrap();
}

/// Whether two rectangles share more than a border.
fn overlap(a: &Rect, b: &Rect) -> bool {
    let slack = 0.2;
    a.x + slack < b.right() && b.x + slack < a.right() && a.y + slack < b.bottom() && b.y + slack < a.bottom()
}

fn holds(outer: &Rect, inner: &Rect) -> bool {
    let slack = 0.2;
    outer.x <= inner.x + slack
        && outer.y <= inner.y + slack
        && outer.right() + slack >= inner.right()
        && outer.bottom() + slack >= inner.bottom()
}

/// Rectangles that an edge stays in. A curve stays between its ends.
fn strips(way: &Way) -> Vec<Rect> {
    let between = |x0: f64, y0: f64, x1: f64, y1: f64| Rect {
        // As wide as the line, so that a line along a box counts.
        x: x0.min(x1) - 1.0,
        y: y0.min(y1),
        width: (x0 - x1).abs() + 2.0,
        height: (y0 - y1).abs(),
    };
    match way {
        Way::Loop { x, from_y, to_y } => vec![between(x + 2.0, *from_y, x + LOOP, *to_y)],
        Way::Stretches(stretches) => {
            let straight =
                stretches.iter().map(|stretch| between(stretch.x, stretch.from_y, stretch.x, stretch.to_y));
            let curves =
                stretches.windows(2).map(|pair| between(pair[0].x, pair[0].to_y, pair[1].x, pair[1].from_y));
            straight.chain(curves).collect()
        }
    }
}

/// Holds a plan to what makes it readable.
fn clear(plan: &Plan<'_>) -> Result<(), String> {
    let page = Rect { x: 0.0, y: 0.0, width: plan.width, height: plan.height };
    let boxes: Vec<&Rect> = plan.shapes.iter().map(|shape| &shape.rect).collect();
    for (at, shape) in plan.shapes.iter().enumerate() {
        if !holds(&page, &shape.rect) {
            return Err(format!("{shape:?} is not on the page"));
        }
        for later in &plan.shapes[at + 1..] {
            if overlap(&shape.rect, &later.rect)
                && !(holds(&shape.rect, &later.rect) && later.depth > shape.depth)
            {
                return Err(format!("{shape:?} overlaps {later:?}"));
            }
        }
    }
    let labels: Vec<&Rect> =
        plan.routes.iter().filter_map(|route| route.label.as_ref().map(|label| &label.rect)).collect();
    for (at, label) in labels.iter().enumerate() {
        if let Some(hit) = boxes.iter().find(|rect| overlap(rect, label) && !holds(rect, label)) {
            return Err(format!("the label {label:?} overlaps the box {hit:?}"));
        }
        if let Some(hit) = labels[at + 1..].iter().find(|other| overlap(other, label)) {
            return Err(format!("the label {label:?} overlaps the label {hit:?}"));
        }
    }
    for route in &plan.routes {
        for strip in strips(&route.way) {
            if let Some(hit) = boxes.iter().find(|rect| overlap(rect, &strip) && !holds(rect, &strip)) {
                return Err(format!("{route:?} runs through {hit:?} in {strip:?}"));
            }
        }
    }
    Ok(())
}

/// A machine made of numbers: each state and each of its edges takes the next.
struct Tape<'a> {
    numbers: &'a [u8],
    states: usize,
}

impl Tape<'_> {
    fn next(&mut self, below: usize) -> usize {
        let Some((first, rest)) = self.numbers.split_first() else { return 0 };
        self.numbers = rest;
        usize::from(*first) % below
    }

    fn block(&mut self, depth: usize) -> Value {
        let count = 1 + self.next(if depth == 0 { 9 } else { 4 });
        let first = self.states;
        self.states += count;
        let name = |at: usize| format!("State {}{}", first + at, " and more".repeat((first + at) % 3));
        let mut states = Map::new();
        for at in 0..count {
            let to = |tape: &mut Self| name(tape.next(count));
            // A block needs a state that ends it, and containers end somewhere.
            let kinds = if at + 1 == count {
                2
            } else if depth < 3 {
                9
            } else {
                6
            };
            let mut state = match self.next(kinds) {
                0 => json!({"Type": "Succeed"}),
                1 => json!({"Type": "Fail", "Error": "Broken"}),
                2 | 3 => {
                    let rule = |tape: &mut Self, value: usize| json!({"Variable": "$.some.value", "NumericEquals": value, "Next": to(tape)});
                    json!({"Type": "Choice", "Choices": [rule(self, 1), rule(self, 2)], "Default": to(self)})
                }
                4 | 5 => json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage"}),
                6 => json!({"Type": "Map", "ItemProcessor": self.block(depth + 1)}),
                _ => json!({"Type": "Parallel", "Branches": [self.block(depth + 1), self.block(depth + 1)]}),
            };
            if let Some("Task" | "Map" | "Parallel") = state["Type"].as_str() {
                match self.next(3) {
                    0 => state["End"] = json!(true),
                    _ => state["Next"] = json!(to(self)),
                }
                if self.next(2) == 1 {
                    state["Catch"] = json!([
                        {"ErrorEquals": ["States.Timeout"], "Next": to(self)},
                        {"ErrorEquals": ["States.ALL"], "Next": to(self)}
                    ]);
                    state["Retry"] = json!([{"ErrorEquals": ["States.ALL"]}]);
                }
            }
            states.insert(name(at), state);
        }
        json!({"StartAt": name(self.next(count)), "States": states})
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_overlaps_in_any_machine(numbers in prop::collection::vec(any::<u8>(), 0..160)) {
        let diagram = machine(Tape { numbers: &numbers, states: 0 }.block(0));
        clear(&plan(&diagram)).map_err(TestCaseError::fail)?;
    }
}
