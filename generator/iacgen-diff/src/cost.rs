//! What one run and one month cost, as far as the configuration tells, with `iacgen-report`'s model.
//!
//! How long an invocation takes and how many items a Map has are not in any document, so they are assumed, alike on both
//! sides, and said. What depends on neither (environments kept initialised, alarms, keys) is exact at list prices.

mod machine;
mod runs;

use iacgen_asl::StateMachine;
use iacgen_aws_types::Architecture;
use iacgen_aws_types::price::{AS_OF, Prices};
use schemars::JsonSchema;
use serde::Serialize;

use crate::side::type_of;
use crate::symbols::told;
use crate::{DiffError, Side};

/// Hours of a month, as AWS's pages count them.
const HOURS: f64 = 730.0;

/// What no document says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assumptions {
    /// How long one invocation is billed, in seconds; never more than the function's timeout.
    pub invocation_seconds: f64,
    /// How many items each Map has.
    pub map_items: u32,
    /// How many runs there are in a month; `None` for those that the schedules start.
    pub runs_per_month: Option<f64>,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self { invocation_seconds: 1.0, map_items: 100, runs_per_month: None }
    }
}

/// What it costs, in US dollars.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Cost {
    /// One run by its dearest way.
    pub run: CostSum,
    /// One month: what is paid without a run, and the runs.
    pub month: CostSum,
    /// What was assumed, alike on both sides.
    pub assumptions: Vec<String>,
    /// What is not in the figures.
    pub left_out: Vec<String>,
}

/// A sum and its parts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct CostSum {
    /// Before; `null` where the region's prices are not known.
    pub before_usd: Option<f64>,
    /// After; `null` where the region's prices are not known.
    pub after_usd: Option<f64>,
    /// What the sums are made of.
    pub lines: Vec<CostLine>,
}

/// A part of a sum.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CostLine {
    /// What for: a service, and where it has one, a function.
    pub item: String,
    /// How much of it there was, for people; `null` where there was none.
    pub before: Option<String>,
    /// How much of it there is, for people; `null` where there is none.
    pub after: Option<String>,
    /// Before, 0 where there was none.
    pub before_usd: f64,
    /// After, 0 where there is none.
    pub after_usd: f64,
}

/// One part of one side.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    what: String,
    quantity: String,
    usd: f64,
}

/// A function of a side.
#[derive(Debug, Clone, PartialEq)]
struct Function {
    /// Its name in the spec, or its logical id.
    name: String,
    memory_mb: u32,
    architecture: Architecture,
    /// In seconds.
    timeout: f64,
}

pub(crate) fn compare(before: &Side, after: &Side, assumptions: &Assumptions) -> Result<Cost, DiffError> {
    let mut cost = Cost::default();
    let (run_before, run_after) = (run(before, assumptions)?, run(after, assumptions)?);
    let (old_runs, new_runs) = (runs::per_month(before), runs::per_month(after));
    let count = |side: Option<f64>| assumptions.runs_per_month.or(side);
    let month = |side: &Side, run: &Option<Vec<Item>>, runs: Option<f64>| -> Option<Vec<Item>> {
        let mut items = fixed(side)?;
        if let Some(runs) = runs.filter(|runs| *runs > 0.0) {
            let each = total(run.as_ref()?);
            items.push(Item { what: "runs".to_owned(), quantity: format!("{runs:.0}"), usd: runs * each });
        }
        Some(items)
    };
    let month_before = month(before, &run_before, count(old_runs));
    let month_after = month(after, &run_after, count(new_runs));
    cost.run = sum(run_before, run_after);
    cost.month = sum(month_before, month_after);
    cost.assumptions = vec![
        format!(
            "an invocation is billed {} s, or its function's timeout where that is less",
            assumptions.invocation_seconds
        ),
        format!("a Map has {} items", assumptions.map_items),
        "of a Choice the dearest way is taken, each state once, nothing is retried, caught or cold"
            .to_owned(),
        match (assumptions.runs_per_month, count(old_runs).is_some() || count(new_runs).is_some()) {
            (Some(runs), _) => format!("there are {runs} runs in a month"),
            (None, true) => "runs are those that schedules start, in a month of 730 hours".to_owned(),
            (None, false) => "nothing starts runs by the clock, so a month has none".to_owned(),
        },
        format!("list prices as of {AS_OF}, without discounts and the free tier"),
    ];
    cost.left_out = vec![
        "how long an invocation takes with other memory or other code".to_owned(),
        "S3 requests and storage, logs, traces, data transfer, services that states call other than Lambda"
            .to_owned(),
    ];
    if cost.run.before_usd.is_none() || cost.run.after_usd.is_none() {
        cost.left_out.push(format!("everything: the prices of {} are not known here", after.identity.region));
    }
    Ok(cost)
}

fn total(items: &[Item]) -> f64 {
    items.iter().map(|item| item.usd).sum()
}

fn sum(before: Option<Vec<Item>>, after: Option<Vec<Item>>) -> CostSum {
    let (before_usd, after_usd) = (before.as_deref().map(total), after.as_deref().map(total));
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let gone = before.iter().filter(|old| !after.iter().any(|new| new.what == old.what));
    let lines = after
        .iter()
        .chain(gone)
        .map(|item| {
            let find = |items: &[Item]| items.iter().find(|other| other.what == item.what).cloned();
            let (old, new) = (find(&before), find(&after));
            CostLine {
                item: item.what.clone(),
                before_usd: old.as_ref().map_or(0.0, |item| item.usd),
                after_usd: new.as_ref().map_or(0.0, |item| item.usd),
                before: old.map(|item| item.quantity),
                after: new.map(|item| item.quantity),
            }
        })
        .collect();
    CostSum { before_usd, after_usd, lines }
}

fn run(side: &Side, assumptions: &Assumptions) -> Result<Option<Vec<Item>>, DiffError> {
    let machine = StateMachine::from_json(&side.definition)
        .map_err(|source| DiffError::Definition { side: side.name.clone(), source: Box::new(source) })?;
    let prices = Prices::of(&side.identity.region);
    Ok(prices.map(|prices| machine::items(side, &machine, assumptions, prices)))
}

/// What is paid in a month without any run.
fn fixed(side: &Side) -> Option<Vec<Item>> {
    let prices = Prices::of(&side.identity.region)?;
    let mut items = Vec::new();
    for (id, resource) in side.resources().filter(|(_, resource)| type_of(resource) == "AWS::Lambda::Alias") {
        let kept = resource["Properties"]["ProvisionedConcurrencyConfig"]["ProvisionedConcurrentExecutions"]
            .as_f64();
        let (Some(kept), Some(function)) = (kept, function_of(side, id)) else { continue };
        let gigabytes = kept * f64::from(function.memory_mb) / 1_024.0;
        let price = prices.lambda_provisioned_gb_second(function.architecture);
        items.push(Item {
            what: format!("Lambda {}, kept initialised", function.name),
            quantity: format!("{kept} environments of {} MB", function.memory_mb),
            usd: gigabytes * HOURS * 3_600.0 * price,
        });
    }
    for (type_name, item, price) in [
        ("AWS::CloudWatch::Alarm", "CloudWatch alarms", prices.alarm_month),
        ("AWS::CloudWatch::Dashboard", "CloudWatch dashboards", prices.dashboard_month),
        ("AWS::KMS::Key", "KMS keys", prices.key_month),
    ] {
        let count = side.resources().filter(|(_, resource)| type_of(resource) == type_name).count();
        if let Some(count) = u32::try_from(count).ok().filter(|count| *count > 0) {
            let usd = f64::from(count) * price;
            items.push(Item { what: item.to_owned(), quantity: count.to_string(), usd });
        }
    }
    Some(items)
}

/// Returns the function behind a function's or an alias's logical id.
fn function_of(side: &Side, id: &str) -> Option<Function> {
    let resource = side.resource(id)?;
    let properties = &resource["Properties"];
    match type_of(resource) {
        "AWS::Lambda::Alias" | "AWS::Lambda::Version" => {
            let function = told(properties.get("FunctionName")?);
            (function != id).then(|| function_of(side, &function)).flatten()
        }
        "AWS::Lambda::Function" => {
            let asset = side.assets.functions.iter().find(|asset| asset.logical_id.as_str() == id);
            let arm = properties["Architectures"][0] == "arm64";
            Some(Function {
                name: asset.map_or_else(|| id.to_owned(), |asset| asset.id.clone()),
                // Lambda's own defaults. API page: "CreateFunction".
                memory_mb: properties["MemorySize"]
                    .as_u64()
                    .and_then(|mb| u32::try_from(mb).ok())
                    .unwrap_or(128),
                architecture: if arm { Architecture::Arm64 } else { Architecture::X86_64 },
                timeout: properties["Timeout"].as_f64().unwrap_or(3.0),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
