//! What a run costs on AWS.
//!
//! The bill is computed on allocated memory and billed duration, as AWS does; a formula on the memory in use
//! gives a third of it. Left out, and so an error of the estimate: S3 requests and storage, logs, traces,
//! data transfer, the free tier.

use iacgen_aws_types::price::Prices;

use crate::{FunctionUsage, RunUsage};

/// The memory that an EXPRESS execution is billed for, in MB: the smallest step, which holds small payloads.
/// Page: "AWS Step Functions pricing".
const EXPRESS_MEMORY_MB: u32 = 64;

/// One line of a bill.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct BillLine {
    /// What for.
    pub item: String,
    /// How much of it.
    pub quantity: f64,
    /// The unit: `GB-s`, `requests`, `transitions`.
    pub unit: &'static str,
    /// US dollars.
    pub usd: f64,
}

impl BillLine {
    /// Returns the quantity for people: whole where it is counted, with three decimals where it is measured.
    pub fn quantity_text(&self) -> String {
        if self.unit == "GB-s" { format!("{:.3}", self.quantity) } else { format!("{:.0}", self.quantity) }
    }
}

/// A bill.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Bill {
    /// Its lines: functions in their order, then Step Functions.
    pub lines: Vec<BillLine>,
    /// The sum, US dollars.
    pub total_usd: f64,
}

/// Prices what a run used.
pub fn price(usage: &RunUsage, prices: &Prices) -> Bill {
    let mut lines = Vec::new();
    for function in &usage.functions {
        let gb_seconds = gb_seconds(function);
        lines.push(BillLine {
            item: format!("Lambda {}", function.function),
            quantity: gb_seconds,
            unit: "GB-s",
            usd: gb_seconds * prices.lambda_gb_second(function.architecture),
        });
    }
    let requests: f64 = usage.functions.iter().map(|function| count(function.invocations.len() as u64)).sum();
    lines.push(BillLine {
        item: "Lambda requests".to_owned(),
        quantity: requests,
        unit: "requests",
        usd: requests * prices.lambda_request,
    });
    let transitions = count(usage.standard_transitions);
    lines.push(BillLine {
        item: "Step Functions STANDARD".to_owned(),
        quantity: transitions,
        unit: "transitions",
        usd: transitions * prices.standard_transition,
    });
    if usage.express.requests > 0 {
        let requests = count(usage.express.requests);
        let gb_seconds = count(usage.express.billed_ms) / 1_000.0 * f64::from(EXPRESS_MEMORY_MB) / 1_024.0;
        lines.push(BillLine {
            item: "Step Functions EXPRESS requests".to_owned(),
            quantity: requests,
            unit: "requests",
            usd: requests * prices.express_request,
        });
        lines.push(BillLine {
            item: "Step Functions EXPRESS duration".to_owned(),
            quantity: gb_seconds,
            unit: "GB-s",
            usd: gb_seconds * prices.express_gb_second,
        });
    }
    let total_usd = lines.iter().map(|line| line.usd).sum();
    Bill { lines, total_usd }
}

/// Allocated memory times billed duration, in GB-seconds; 1 GB is 1,024 MB.
fn gb_seconds(function: &FunctionUsage) -> f64 {
    f64::from(function.memory_mb) / 1_024.0 * count(function.billed_ms()) / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "counts and ms of one run are far below 2^53")]
fn count(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExpressUsage, Invocation};
    use iacgen_aws_types::{Architecture, price::US_EAST_1};

    #[test]
    fn the_seeds_75_mb_row_costs_what_it_was_billed() {
        // 173 shards of 34.4 s at 10,240 MB: 0.99 USD, where the report's own formula says 0.281.
        let invocation = Invocation {
            duration_ms: 34_400.0,
            billed_ms: 34_400,
            init_ms: None,
            max_memory_mb: 5_837,
            succeeded: true,
        };
        let usage = RunUsage {
            functions: vec![FunctionUsage {
                function: "cosmic-executor".to_owned(),
                architecture: Architecture::X86_64,
                memory_mb: 10_240,
                invocations: vec![invocation; 173],
            }],
            ..RunUsage::default()
        };
        let bill = price(&usage, &US_EAST_1);
        assert!((bill.lines[0].quantity - 59_512.0).abs() < 1e-6, "{bill:?}");
        assert!((bill.total_usd - 0.9919).abs() < 1e-4, "{}", bill.total_usd);
    }

    #[test]
    fn express_durations_round_up_to_100_ms() {
        let mut express = ExpressUsage::default();
        express.add(1);
        express.add(100);
        express.add(101);
        assert_eq!(express, ExpressUsage { requests: 3, billed_ms: 400 });
        let bill = price(&RunUsage { express, standard_transitions: 4, ..RunUsage::default() }, &US_EAST_1);
        assert!(
            (bill.total_usd - (4.0 * 0.000_025 + 3.0 * 0.000_001 + 0.4 * 0.0625 * 0.000_016_67)).abs()
                < 1e-12
        );
    }
}
