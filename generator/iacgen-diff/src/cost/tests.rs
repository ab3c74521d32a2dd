use serde_json::{Value, json};

use super::*;
use crate::side::tests::with_definition;

fn stack(memory: u32, kept: u32, schedule: &str) -> Value {
    json!({
        "InferFunction": { "Type": "AWS::Lambda::Function", "Properties": { "MemorySize": memory, "Timeout": 60 } },
        "InferAlias": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {
                "FunctionName": { "Ref": "InferFunction" },
                "ProvisionedConcurrencyConfig": { "ProvisionedConcurrentExecutions": kept },
            },
        },
        "Trigger": { "Type": "AWS::Scheduler::Schedule", "Properties": { "ScheduleExpression": schedule } },
    })
}

fn definition() -> Value {
    let work = json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": { "FunctionName": "${InferAlias}" }, "End": true,
    });
    json!({
        "StartAt": "Each",
        "States": { "Each": {
            "Type": "Map", "End": true,
            "ItemProcessor": {
                "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS" },
                "StartAt": "Work", "States": { "Work": work },
            },
        } },
    })
}

#[test]
fn sums_are_those_of_the_price_list() {
    let side = |memory, kept, schedule| with_definition(&stack(memory, kept, schedule), &definition());
    let assumptions = Assumptions { invocation_seconds: 2.0, map_items: 10, runs_per_month: None };
    let cost =
        compare(&side(1_024, 0, "rate(1 hour)"), &side(2_048, 3, "rate(2 hours)"), &assumptions).unwrap();
    let run = |gigabytes: f64| {
        let lambda = 10.0 * (2.0 * gigabytes * 0.000_016_666_7 + 0.000_000_2);
        let express = 10.0 * 0.000_001 + 20.0 * 0.0625 * 0.000_016_67;
        lambda + express + 0.000_025
    };
    let close =
        |one: Option<f64>, other: f64| assert!((one.unwrap() - other).abs() < 1e-9, "{one:?} {other}");
    close(cost.run.before_usd, run(1.0));
    close(cost.run.after_usd, run(2.0));
    close(cost.month.before_usd, 730.0 * run(1.0));
    close(cost.month.after_usd, 365.0 * run(2.0) + 3.0 * 2.0 * 730.0 * 3_600.0 * 0.000_004_166_7);
}

#[test]
fn a_timeout_bounds_what_is_assumed_and_an_unknown_region_has_no_price() {
    let mut side = with_definition(&stack(1_024, 0, "at(2026-12-24T18:00:00)"), &definition());
    let cost = |side: &Side, seconds| {
        let assumptions = Assumptions { invocation_seconds: seconds, ..Assumptions::default() };
        compare(side, side, &assumptions).unwrap()
    };
    assert_eq!(cost(&side, 60.0).run, cost(&side, 900.0).run);
    side.identity.region = iacgen_aws_types::Region::new("af-south-1").unwrap();
    let unknown = cost(&side, 1.0);
    assert_eq!(unknown.run.after_usd, None);
    assert!(unknown.left_out.iter().any(|left| left.contains("af-south-1")));
}
